// Keeps the overview current: the counts come as server-sent events.
'use strict';

(() => {
  const { at, number, read, refresh, writeBar, writeTime } = airside;
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

  // Rows are updated rather than replaced, so the focus stays where it is.
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

  // Only the current hour grows. When it ends or outgrows the axis, the service redraws the chart.
  let drawing = false;
  function fillChart(hours) {
    const chart = document.getElementById('hours');
    const last = hours.at(-1);
    const { top, height, start } = chart.dataset; // The top of an empty chart is 0.
    if (new Date(start).getTime() !== new Date(last.start).getTime() || last.transactions > Number(top)) {
      if (drawing) return;
      drawing = true;
      setTimeout(() => refresh(at('/'), 'hours').catch(() => {}).finally(() => { drawing = false; }), Math.random() * 1500);
      return;
    }
    const bar = chart.querySelector('.now');
    const value = bar.querySelector('.value');
    const bottom = Number(value.getAttribute('y')) + Number(value.getAttribute('height'));
    const length = Math.round(Number(height) * last.transactions / (Number(top) || 1));
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
    const pageOf = route => at(`/routes/${route.route}`);
    fillList('busiest', ranks(counts.busiest, route => ({ label: route.route, href: pageOf(route), detail: route.airline })));
    fillList('airlines', ranks(counts.airlines, airline => ({
      label: airline.name ?? 'Unknown airline',
      href: airline.id === null ? null : at(`/airlines/${airline.id}`),
      detail: airline.designators,
    })));
    fillList('latest', counts.latest.map(route => ({
      label: route.route, href: pageOf(route), detail: route.airline, value: number(route.transactions), time: route.lastAt,
    })));
    fillChart(counts.hours);
    const welcome = document.querySelector('[data-welcome]');
    if (welcome) welcome.hidden = counts.transactions > 0;
    unavailable.hidden = true;
    setState('live', 'Live');
  }

  function fillUnavailable({ cause }) {
    unavailable.textContent = `The counts cannot be read right now. ${cause}`;
    unavailable.hidden = false;
    setState('lost', 'Not current');
  }

  // Uses fetch, because an EventSource sends no API key and does not notice a silent connection.
  const silenceMsMax = 40000;
  let retryMs = 2000;
  let seen = '';
  let attempt = null;

  async function follow() {
    attempt = new AbortController();
    const { signal } = attempt;
    const headers = { Accept: 'text/event-stream', ...seen && { 'Last-Event-ID': seen } };
    const answer = await read(at('/api/v1/stream'), { signal, headers }).catch(() => null);
    if (!answer?.ok) return;
    if (unavailable.hidden) setState('live', 'Live');
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const silence = setTimeout(() => attempt.abort(), silenceMsMax);
      const { value, done } = await reader.read().catch(() => ({ done: true })).finally(() => clearTimeout(silence));
      if (done) return;
      const events = (text + value).split('\n\n');
      text = events.pop();
      events.forEach(take);
    }
  }

  function take(event) {
    const { event: name, id, retry, data } = Object.fromEntries(event.split('\n').map(line => line.split(/: (.*)/, 2)));
    retryMs = Number(retry ?? retryMs);
    seen = id ?? seen;
    if (name === 'counts') fill(JSON.parse(data));
    if (name === 'unavailable') fillUnavailable(JSON.parse(data));
  }

  // Whatever ends the stream (the network, the service or silence), the only remedy is the next attempt.
  let turn = 0;
  async function keepFollowing() {
    const mine = ++turn;
    while (mine === turn) {
      await follow().catch(reportError);
      setState('lost', 'Reconnecting…');
      await new Promise(resolve => setTimeout(resolve, retryMs * (1 + Math.random())));
    }
  }

  addEventListener('pagehide', () => {
    turn++;
    attempt.abort();
  });
  addEventListener('pageshow', event => { if (event.persisted) keepFollowing(); });
  keepFollowing();
})();
