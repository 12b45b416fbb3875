// Opens a page that requires an API key: asks for the key, keeps it for this tab, and replaces this page with the one requested.
'use strict';

(() => {
  const keyName = 'airside-key';
  const section = document.querySelector('[data-key]');
  const why = document.querySelector('[data-why]');
  const form = section.querySelector('form');

  function ask(text) {
    if (text) {
      why.textContent = text;
      why.classList.add('bad');
    }
    section.hidden = false;
    form.key.focus();
  }

  async function open(key) {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html', Authorization: `Bearer ${key}` } });
    const text = await answer.text();
    if (answer.status === 401 || answer.status === 403) {
      sessionStorage.removeItem(keyName);
      ask(new DOMParser().parseFromString(text, 'text/html').querySelector('[data-why]').textContent);
      return;
    }
    sessionStorage.setItem(keyName, key);
    document.open();
    document.write(text);
    document.close();
  }

  const tryToOpen = key => open(key).catch(() => ask('The service cannot be reached. Try again in a moment.'));

  form.addEventListener('submit', event => {
    event.preventDefault();
    tryToOpen(form.key.value.trim());
  });

  const kept = sessionStorage.getItem(keyName);
  if (kept) tryToOpen(kept); else ask();
})();
