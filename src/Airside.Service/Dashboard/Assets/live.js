// Keeps the overview current: the counts come as server-sent events.
'use strict';

(() => {
  const { localize, number, refresh, writeBar, writeTime } = airside;
  const state = document.querySelector('[data-state]');
  const unavailable = document.querySelector('[data-unavailable]');
  const rate = value => value === null ? '–' : value >= 100 ? number(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2);

  function setState(kind, text) {
    state.className = `state ${kind}`;
    state.textContent = text;
  }

  function fillRow(row, values) {
    for (const slot of row.querySelectorAll('[data-f]')) {
      const value = values[slot.dataset.f];
      if (slot.dataset.f === 'bar') slot.setAttribute('width', `${value}%`);
      else if (slot.dataset.f === 'time') writeTime(slot.querySelector('time'), new Date(value));
      else if (slot.textContent !== (value ?? '')) slot.textContent = value ?? '';
      if (slot.dataset.f === 'label') {
        if (values.href) slot.setAttribute('href', values.href); else slot.removeAttribute('href');
      }
    }
  }

  // Rows are filled anew rather than replaced, so that the focus stays where it is.
  function fillList(name, rows) {
    const list = document.querySelector(`[data-list="${name}"]`);
    const template = document.querySelector(`[data-row="${name}"]`).content.firstElementChild;
    while (list.children.length > rows.length) list.lastElementChild.remove();
    while (list.children.length < rows.length) list.append(document.importNode(template, true));
    rows.forEach((row, index) => fillRow(list.children[index], row));
    list.hidden = rows.length === 0 && list.tagName === 'OL';
    document.querySelector(`[data-empty="${name}"]`).hidden = rows.length > 0;
  }

  const ranks = (items, values) => items.map(item => ({
    ...values(item), value: number(item.transactions), bar: 100 * item.transactions / items[0].transactions,
  }));

  // Only the present hour grows. When it ends, or outgrows the axis, the service draws the chart anew.
  let drawing = false;
  function fillChart(hours) {
    const chart = document.getElementById('hours');
    const last = hours.at(-1);
    const { top, height, start } = chart.dataset;
    if (new Date(start).getTime() !== new Date(last.start).getTime() || last.transactions > Number(top)) {
      if (drawing) return;
      drawing = true;
      setTimeout(() => refresh('/', 'hours').catch(() => {}).finally(() => { drawing = false; }), Math.random() * 1500);
      return;
    }
    const bar = chart.querySelector('.now');
    const value = bar.querySelector('.value');
    const bottom = Number(value.getAttribute('y')) + Number(value.getAttribute('height'));
    const length = Math.round(Number(height) * last.transactions / Number(top));
    value.setAttribute('y', bottom - length);
    value.setAttribute('height', length);
    bar.dataset.value = number(last.transactions);
    writeBar(bar);
    chart.querySelector('tbody .num').textContent = number(last.transactions);
  }

  function fill(counts) {
    for (const slot of document.querySelectorAll('[data-live]')) {
      const value = slot.dataset.live.split('.').reduce((at, name) => at[name], counts);
      const text = slot.dataset.live.startsWith('perSecond') ? rate(value) : number(value);
      if (slot.textContent !== text) slot.textContent = text;
    }
    fillList('busiest', ranks(counts.busiest, route => ({ label: route.route, href: `/routes/${route.route}`, detail: route.airline })));
    fillList('airlines', ranks(counts.airlines, airline => ({
      label: airline.name ?? 'Unknown airline', href: airline.id === null ? null : `/airlines/${airline.id}`, detail: airline.designators,
    })));
    fillList('latest', counts.latest.map(route => ({
      label: route.route, href: `/routes/${route.route}`, detail: route.airline, value: number(route.transactions), time: route.lastAt,
    })));
    fillChart(counts.hours);
    const welcome = document.querySelector('[data-welcome]');
    if (welcome) welcome.hidden = counts.transactions > 0;
    unavailable.hidden = true;
    setState('live', 'Live');
  }

  function follow() {
    const stream = new EventSource('/api/v1/stream');
    stream.addEventListener('counts', event => fill(JSON.parse(event.data)));
    stream.addEventListener('unavailable', event => {
      unavailable.textContent = `The counts cannot be read at present. ${JSON.parse(event.data).cause}`;
      unavailable.hidden = false;
      setState('lost', 'Not current');
    });
    stream.onerror = () => {
      setState('lost', 'Connecting again…');
      // An answer other than a stream ends it for good; then only a new one helps.
      if (stream.readyState === EventSource.CLOSED) setTimeout(follow, 3000 + Math.random() * 2000);
    };
    addEventListener('pagehide', () => stream.close(), { once: true });
  }

  addEventListener('pageshow', event => { if (event.persisted) follow(); });
  localize(document);
  follow();
})();
