// Records a transaction on the page of a route. The key is created here, so the request can be retried if its response is lost.
'use strict';

(() => {
  const { at, number, problem, refresh, say, send } = airside;
  const form = document.querySelector('form[data-record]');
  const outcome = document.getElementById('outcome');
  const button = form.querySelector('button');

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  }

  form.addEventListener('submit', async event => {
    event.preventDefault();
    const route = form.dataset.record;
    const key = form.key.value || newKey();
    form.key.value = key;
    button.disabled = true;
    say(outcome, 'Recording…');
    try {
      // A batch of one, because a key may contain characters that a header cannot.
      const answer = await send(at('/api/v1/transactions'), { body: JSON.stringify([{ route, key }]), type: 'application/json' });
      const item = answer.json.transactions?.[0];
      if (answer.status !== 200 || !item) say(outcome, problem(answer), 'bad');
      else if (item.status === 'recorded') say(outcome, `Recorded. ${route} now has ${number(item.transactions)}. Key: ${key}`, 'good');
      else if (item.status === 'replayed') {
        say(outcome, `Replay: this key is already recorded, as number ${number(item.transactions)} of ${route}. Nothing was counted.`);
      } else say(outcome, item.cause, 'bad');
    } finally {
      button.disabled = false;
    }
    await refresh(location.href, 'counts', 'history').catch(() => {});
  });
})();
