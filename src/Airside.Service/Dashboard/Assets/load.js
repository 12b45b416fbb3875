// Loads airlines in two steps: shows what would change, then applies exactly that.
'use strict';

(() => {
  const { add, at, number, problem, say, send } = airside;
  const part = name => document.querySelector(`[data-${name}]`);
  const form = part('load');
  const [progress, status, errors, preview, apply] = ['progress', 'status', 'errors', 'preview', 'apply'].map(part);
  const submit = form.querySelector('button');
  let chosen = null;

  form.file.addEventListener('change', () => { form.from.value = 'file'; });
  form.addEventListener('input', () => { errors.hidden = preview.hidden = true; });

  form.addEventListener('submit', async event => {
    event.preventDefault();
    errors.hidden = preview.hidden = true;
    const file = form.from.value === 'file' ? form.file.files[0] : null;
    if (form.from.value === 'file' && !file) {
      say(status, 'Choose a file first.', 'bad');
      form.file.focus();
      return;
    }
    // Read once, so what is applied is what was previewed, even if the file changes.
    chosen = file ? await file.arrayBuffer() : null;
    const answer = await run(at('/api/v1/load/airlines/preview'), 'Reading and comparing…');
    if (answer.status === 200) showPreview(answer.json);
    else showProblem(answer);
  });

  apply.addEventListener('click', async () => {
    const answer = await run(at(`/api/v1/load/airlines?${apply.dataset.version}`), 'Loading…');
    if (answer.status !== 200) {
      showProblem(answer);
      return;
    }
    preview.hidden = true;
    say(status, `Loaded: ${number(answer.json.airlines)} airlines are active, version ${answer.json.version}. `, 'good');
    add(status, 'a', 'Show airlines', { href: at('/airlines') });
    status.tabIndex = -1;
    status.focus();
  });

  async function run(path, text) {
    submit.disabled = apply.disabled = true;
    say(status, text);
    const bar = progress.querySelector('progress');
    bar.removeAttribute('value'); // The duration of reading, comparing and loading is unknown; how much of a file is sent is known.
    progress.hidden = false;
    try {
      return await send(path, {
        body: chosen,
        type: chosen ? 'text/csv' : null,
        onProgress: share => {
          if (share < 1) bar.value = 100 * share;
          else bar.removeAttribute('value');
        },
      });
    } finally {
      progress.hidden = true;
      submit.disabled = apply.disabled = false;
    }
  }

  function showProblem(answer) {
    const wrong = answer.json.errors;
    preview.hidden = true;
    say(status, Array.isArray(wrong) ? 'Nothing was changed.' : problem(answer), 'bad');
    if (!Array.isArray(wrong)) return;
    part('cause').textContent = `${answer.json.hasMoreErrors ? 'More than ' : ''}${number(wrong.length)} `
      + `${wrong.length === 1 ? 'line is' : 'lines are'} invalid. A file is loaded completely or not at all.`;
    fillTable(errors, wrong, (row, error) => {
      add(row, 'td', number(error.line), { className: 'num' });
      add(row, 'td', error.column ?? '');
      add(row, 'td', error.cause);
    });
    errors.hidden = false;
  }

  function showPreview(changes) {
    const count = changes.added + changes.changed + changes.removed;
    for (const name of ['added', 'changed', 'removed', 'airlines']) {
      preview.querySelector(`[data-live="${name}"]`).textContent = number(changes[name]);
    }
    fillTable(preview, changes.changes, (row, change) => {
      const kind = { added: 'good', removed: 'bad', changed: 'info' }[change.kind];
      add(add(row, 'td'), 'span', change.kind, { className: `tag ${kind}` });
      add(row, 'td', String(change.id), { className: 'num' });
      add(row, 'td', change.name);
      const fields = add(row, 'td');
      for (const field of change.fields) {
        const line = add(fields, 'div', `${field.name}: `);
        add(line, 'del', field.before ?? 'nothing');
        line.append(' → ');
        add(line, 'ins', field.after ?? 'nothing');
      }
    });
    const more = part('more');
    more.hidden = count === changes.changes.length;
    more.textContent = `The first ${number(changes.changes.length)} of ${number(count)} changes are shown.`;
    const before = changes.airlines + changes.removed - changes.added;
    const warning = part('warning');
    warning.hidden = !changes.dropsMost;
    warning.textContent = `${number(changes.removed)} of ${number(before)} airlines would be removed. Is this the right file?`;
    apply.hidden = count === 0;
    apply.dataset.version = `${changes.dropsMost ? 'confirm' : 'version'}=${changes.version}`;
    preview.hidden = false;
    say(status, count === 0 ? 'Nothing would change: these airlines are already active.'
      : `${number(count)} ${count === 1 ? 'airline' : 'airlines'} would change. Nothing has been changed yet.`);
    preview.querySelector('h2').tabIndex = -1;
    preview.querySelector('h2').focus();
  }

  function fillTable(section, items, fill) {
    const table = section.querySelector('table');
    table.hidden = items.length === 0;
    const body = table.querySelector('tbody');
    body.replaceChildren();
    for (const item of items) fill(add(body, 'tr'), item);
  }
})();
