// Shared by all pages: times in the viewer's zone, search as you type, arrow keys in charts, and requests that ask for an API key.
'use strict';

const airside = (() => {
  // An address within the service; a proxy may serve it below a path.
  const at = path => document.documentElement.dataset.base + path;

  const formats = {
    moment: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    past: { dateStyle: 'medium', timeStyle: 'medium' },
    time: { timeStyle: 'medium' },
    hour: { hour: '2-digit', minute: '2-digit' },
  };
  const show = (date, format) => new Intl.DateTimeFormat(undefined, formats[format]).format(date);
  const utc = date => date.toISOString().slice(0, 19).replace('T', ' ') + ' UTC';

  // Days are UTC days, so their dates stay as the service wrote them.
  function localize(root) {
    for (const time of root.querySelectorAll('time[datetime]')) writeTime(time, new Date(time.dateTime));
    for (const mark of root.querySelectorAll('[data-time]')) {
      const date = new Date(mark.dataset.time);
      if (mark.dataset.format === 'hour') mark.textContent = show(date, 'hour');
      if (mark.dataset.format === 'hours') writeBar(mark);
    }
  }

  function writeTime(element, date) {
    element.dateTime = date.toISOString();
    element.title = utc(date);
    const isPast = element.dataset.format === 'moment' && date.getFullYear() !== new Date().getFullYear();
    element.textContent = show(date, isPast ? 'past' : element.dataset.format);
  }

  function writeBar(bar) {
    const start = new Date(bar.dataset.time);
    const span = `${show(start, 'hour')}–${show(new Date(start.getTime() + 3600000), 'hour')}`;
    const so = bar.classList.contains('now') ? ' so far' : '';
    bar.querySelector('.tip').textContent = `${span} · ${bar.dataset.value}${so}`;
    bar.setAttribute('aria-label', `${span}: ${bar.dataset.value}${so}`);
  }

  const barsOf = bar => [...bar.closest('.bars').querySelectorAll('.bar')];

  document.addEventListener('keydown', event => {
    const bar = event.target.closest?.('.bars .bar');
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (!bar || !step) return;
    event.preventDefault();
    const bars = barsOf(bar);
    const next = bars[Math.max(0, Math.min(bars.length - 1, bars.indexOf(bar) + step))];
    bar.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  // Reads with the key of this tab, if any. If the key is no longer accepted, the reloaded page asks for a new one.
  async function read(address, { headers = { Accept: 'text/html' }, signal } = {}) {
    const answer = await fetch(address, { headers: { ...headers, ...keyHeader() }, signal });
    if (answer.status === 401) location.reload();
    return answer;
  }

  // Updates parts of the page, by id, from an address of the same service, which has already made the content safe.
  async function refresh(address, ...ids) {
    const answer = await read(address);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of ids) {
      const present = document.getElementById(id);
      const next = page.getElementById(id) ?? page.querySelector('main .error');
      if (!present || !next) continue;
      localize(next);
      present.replaceChildren(...next.childNodes);
      for (const name of ['data-top', 'data-start']) if (next.hasAttribute(name)) present.setAttribute(name, next.getAttribute(name));
    }
  }

  for (const form of document.querySelectorAll('form[data-instant]')) {
    const found = document.querySelector('[data-found]'); // Announced by screen readers, unlike the complete list.
    let timer, latest = 0;
    const search = async () => {
      const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
      const turn = ++latest;
      const holder = document.getElementById(form.dataset.instant);
      holder.setAttribute('aria-busy', 'true');
      try {
        const answer = await read(address);
        const text = await answer.text();
        if (turn !== latest) return;
        const page = new DOMParser().parseFromString(text, 'text/html');
        const next = page.getElementById(form.dataset.instant) ?? page.querySelector('main');
        localize(next);
        holder.replaceChildren(...next.childNodes);
        found.textContent = holder.querySelector('.found')?.textContent.trim() ?? '';
        history.replaceState(null, '', address);
      } catch {
        holder.textContent = 'The service cannot be reached. Try again in a moment.';
      } finally {
        holder.removeAttribute('aria-busy');
      }
    };
    form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(search, 120); });
    form.addEventListener('submit', event => { event.preventDefault(); clearTimeout(timer); search(); });
  }

  const keyName = 'airside-key';
  const keyPattern = '\\s*ak_[!-~]+\\s*'; // A header accepts nothing else.

  function keyHeader() {
    const key = sessionStorage.getItem(keyName);
    return key ? { Authorization: `Bearer ${key}` } : {};
  }

  function askForKey(why) {
    return new Promise(resolve => {
      const dialog = document.createElement('dialog');
      dialog.setAttribute('aria-labelledby', 'key-title');
      const form = add(dialog, 'form', '', { method: 'dialog' });
      add(form, 'h2', 'An API key is needed', { id: 'key-title' });
      add(form, 'p', `${why} The key is kept until this tab is closed.`, { className: 'note' });
      const label = add(form, 'label', 'API key');
      const input = add(label, 'input', '', {
        type: 'password', name: 'key', required: true, autocomplete: 'off', pattern: keyPattern, title: 'A key begins with ak_',
      });
      const menu = add(form, 'menu');
      add(menu, 'button', 'Use this key', { className: 'primary', value: 'use' });
      add(menu, 'button', 'Cancel', { value: '', formNoValidate: true });
      dialog.addEventListener('close', () => { dialog.remove(); resolve(dialog.returnValue === 'use' ? input.value.trim() : null); });
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  function add(parent, name, text = '', properties = {}) {
    const element = Object.assign(document.createElement(name), properties);
    if (text) element.textContent = text;
    parent.append(element);
    return element;
  }

  // Sends to the API. If the API requires a key, asks the viewer for one and sends again.
  async function send(path, { body = null, type = null, onProgress = null } = {}) {
    for (;;) {
      const answer = await post(path, body, type, onProgress);
      if (answer.status !== 401 && answer.status !== 403) return answer;
      const had = sessionStorage.getItem(keyName);
      const key = await askForKey(answer.status === 403 ? 'The key sent does not allow this.'
        : had ? 'The key sent is not known.' : 'This service requires a key for changes.');
      if (!key) return answer;
      sessionStorage.setItem(keyName, key);
    }
  }

  // XMLHttpRequest, because fetch does not report how much of a file has been sent.
  function post(path, body, type, onProgress) {
    return new Promise(resolve => {
      const request = new XMLHttpRequest();
      request.open('POST', path);
      if (type) request.setRequestHeader('Content-Type', type);
      for (const [name, value] of Object.entries(keyHeader())) request.setRequestHeader(name, value);
      if (onProgress) request.upload.onprogress = event => onProgress(event.total ? event.loaded / event.total : 0);
      request.onload = () => resolve({ status: request.status, json: parse(request.responseText) });
      request.onerror = () => resolve({ status: 0, json: { detail: 'The service cannot be reached. Something may have changed; try again.' } });
      request.send(body);
    });
  }

  function parse(text) {
    try { return JSON.parse(text); } catch { return {}; }
  }

  const number = value => value.toLocaleString('en-US');
  const problem = answer => answer.json.detail ?? answer.json.title ?? `The service returned ${answer.status}.`;

  function say(element, text, kind = '') {
    element.className = `outcome ${kind}`;
    element.textContent = text;
  }

  localize(document);
  for (const origin of document.querySelectorAll('[data-origin]')) origin.textContent = location.origin;
  return { add, at, number, problem, read, refresh, say, send, writeBar, writeTime };
})();
