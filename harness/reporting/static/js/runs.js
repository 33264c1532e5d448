// The page of all runs: rows come from runs.json, again and again; filters, order and selection are in the address.
const NUMBERS = new Set(['if_score', 'scored', 'started']);
const COLUMNS = [['run', 'run'], ['model', 'model'], ['questions', 'set'], ['if_score', 'IF'], ['scored', 'scored'],
  ['started', 'started'], ['label', 'state']];
const WORKING = 'working';
const MOST = 26; // runs of one report
const OFTEN = 2000, SELDOM = 10000;
const byId = (id) => document.getElementById(id);
const fields = { q: 'search', set: 'by-set', model: 'by-model', state: 'by-state', from: 'from', to: 'to', sort: 'sort' };
const drawn = new Map();
const selected = [];
let runs = [], etag = '', wanted = {}, timer = 0;

function svg(name, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function bar(run) {
  const chart = svg('svg', { class: 'bar', 'aria-hidden': 'true', focusable: 'false' });
  chart.append(svg('rect', { class: 'track', width: '100%', height: 6, y: 7, rx: 2 }));
  chart.append(svg('rect', { class: 'fill', width: `${run.if_score}%`, height: 6, y: 7, rx: 2 }));
  if (run.interval) {
    chart.append(svg('line', { class: 'whisker', x1: `${run.interval.low}%`, x2: `${run.interval.high}%`, y1: 10, y2: 10 }));
  }
  return chart;
}

function scoreCell(run) {
  if (run.if_score === null) return make('td', { class: 'score-cell', 'data-name': 'IF' }, '-');
  const words = run.interval ? ` ${run.interval.low.toFixed(1)} to ${run.interval.high.toFixed(1)}` : '';
  return make('td', { class: 'score-cell', 'data-name': 'IF' },
    make('b', {}, `${run.if_score.toFixed(1)}${run.stale ? '*' : ''}`), make('span', { class: 'soft' }, words), bar(run));
}

function scoredText(run) {
  if (run.state === WORKING && run.expected) return `${number.format(run.responses)} of ${number.format(run.expected)} saved`;
  return run.scored === null ? '-' : `${number.format(run.scored)} of ${number.format(run.of)}`;
}

function cell(name, text, css = '') {
  return make('td', { class: css, 'data-name': name }, make('bdi', {}, text || '-'));
}

function drawRow(run) {
  const broken = run.state === 'damaged';
  const box = make('input', { type: 'checkbox', id: `box-${run.key}`, 'aria-label': `Select ${run.run}`, disabled: broken });
  box.addEventListener('change', () => select(run.key, box.checked));
  const name = broken ? make('bdi', {}, run.run) : make('a', { href: `run/${run.key}/report.html`, id: `open-${run.key}` }, make('bdi', {}, run.run));
  const row = make('tr', { class: run.state === WORKING ? 'working' : null },
    make('td', { class: 'pick' }, make('label', {}, box, make('span', { class: 'letter', 'aria-hidden': 'true' }))),
    make('th', { scope: 'row' }, name));
  if (broken) {
    row.append(make('td', { colspan: 5, class: 'broken', 'data-name': 'cannot be read' }, make('bdi', {}, run.message)));
  } else {
    row.append(cell('model', run.model), cell('set', run.questions), scoreCell(run), cell('scored', scoredText(run), 'n'),
      cell('started', run.started.slice(0, 16).replace('T', ' ')));
  }
  row.append(make('td', { class: 'state', title: run.means, 'data-name': 'state' }, run.label));
  return row;
}

function rowOf(run) {
  const text = JSON.stringify(run);
  const known = drawn.get(run.key);
  if (known && known.text === text) return known.row;
  const row = drawRow(run);
  drawn.set(run.key, { text, row });
  return row;
}

function fits(run) {
  const day = run.started.slice(0, 10);
  return (!wanted.set || run.questions === wanted.set) && (!wanted.model || run.model === wanted.model)
    && (!wanted.state || run.label === wanted.state) && (!wanted.from || day >= wanted.from) && (!wanted.to || (day && day <= wanted.to))
    && (!wanted.q || `${run.run}\n${run.model}\n${run.questions}\n${run.rules}`.toLowerCase().includes(wanted.q.toLowerCase()));
}

function inOrder(found) {
  const down = wanted.sort.startsWith('-');
  const key = wanted.sort.replace('-', '');
  const compare = (a, b) => {
    if (a[key] === b[key]) return 0;
    if (a[key] === null || a[key] === '') return 1; // what is unknown is last in both orders
    if (b[key] === null || b[key] === '') return -1;
    const less = typeof a[key] === 'number' ? a[key] - b[key] : String(a[key]).localeCompare(String(b[key]), 'en', { numeric: true });
    return down ? -less : less;
  };
  return [...found].sort(compare);
}

function show() {
  const active = document.activeElement?.id;
  const found = inOrder(runs.filter(fits));
  const rows = found.map(rowOf);
  const body = byId('rows');
  if (rows.length !== body.children.length || rows.some((row, at) => row !== body.children[at])) {
    body.replaceChildren(...rows);
    if (active && document.activeElement?.id !== active) byId(active)?.focus({ preventScroll: true });
  }
  const known = new Set(runs.map((run) => run.key));
  for (const key of drawn.keys()) if (!known.has(key)) drawn.delete(key);
  byId('list').hidden = !rows.length;
  const all = `${number.format(runs.length)} run${runs.length === 1 ? '' : 's'}`;
  byId('status').textContent = !runs.length ? 'No runs here. To make one, run: ifh run quickstart'
    : (found.length === runs.length ? all : `${number.format(found.length)} of ${all}`)
      + (found.some((run) => run.stale) ? '. *: scores of fewer responses or of another ifharness; ifh score RUN updates them' : '');
  for (const head of byId('head').querySelectorAll('th[data-key]')) {
    const mine = wanted.sort.replace('-', '') === head.dataset.key;
    if (mine) head.setAttribute('aria-sort', wanted.sort.startsWith('-') ? 'descending' : 'ascending');
    else head.removeAttribute('aria-sort');
  }
  showSelected();
}

function showSelected() {
  const known = new Map(runs.map((run) => [run.key, run]));
  for (const key of [...selected]) if (!known.has(key) || known.get(key).state === 'damaged') selected.splice(selected.indexOf(key), 1);
  for (const [key, { row }] of drawn) {
    const at = selected.indexOf(key);
    const box = row.querySelector('input');
    box.checked = at >= 0;
    row.querySelector('.letter').textContent = at >= 0 ? String.fromCharCode(65 + at) : '';
    row.classList.toggle('picked', at >= 0);
  }
  byId('basket').hidden = !selected.length;
  const several = selected.length > 1 && selected.length <= MOST;
  byId('compare').hidden = !several;
  byId('compare').href = `report?${selected.map((key) => `run=${key}`).join('&')}`;
  byId('compare').textContent = `Compare ${selected.length} runs`;
  const models = selected.map((key) => known.get(key).model);
  const label = (key, at) => (models.indexOf(models[at]) === models.lastIndexOf(models[at]) && models[at] ? models[at] : known.get(key).run);
  const names = selected.slice(0, 3).flatMap((key, at) => [
    make('b', {}, ` ${String.fromCharCode(65 + at)} `), make('bdi', {}, label(key, at))]);
  if (selected.length > 3) names.push(` and ${selected.length - 3} more`);
  byId('chosen').replaceChildren(selected.length === 1 ? 'Select another run to compare:' : selected.length > MOST ? `A report takes at most ${MOST} runs:` : 'Baseline first:', ...names);
}

function select(key, on) {
  if (on && !selected.includes(key)) selected.push(key);
  if (!on && selected.includes(key)) selected.splice(selected.indexOf(key), 1);
  showSelected();
  remember();
}

function fillOptions(id, name, current) {
  const values = [...new Set(runs.map((run) => run[name]).filter(Boolean))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (current && !values.includes(current)) values.push(current);
  const box = byId(id);
  if (box.dataset.values === JSON.stringify(values)) return;
  box.dataset.values = JSON.stringify(values);
  box.replaceChildren(make('option', { value: '' }, 'all'), ...values.map((value) => make('option', { value }, value)));
  box.value = current || '';
}

function remember() {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) if (value && !(name === 'sort' && value === '-started')) found.set(name, value);
  for (const key of selected) found.append('run', key);
  history.replaceState(null, '', `#${found}`);
}

function recall() {
  const found = new URLSearchParams(location.hash.slice(1));
  wanted = Object.fromEntries(Object.keys(fields).map((name) => [name, found.get(name) || '']));
  if (!COLUMNS.some(([key]) => key === wanted.sort.replace('-', ''))) wanted.sort = '-started';
  selected.splice(0, selected.length, ...found.getAll('run'));
  for (const [name, id] of Object.entries(fields)) byId(id).value = wanted[name];
}

function change() {
  for (const [name, id] of Object.entries(fields)) wanted[name] = byId(id).value;
  remember();
  show();
}

async function refresh() {
  clearTimeout(timer);
  try {
    const answer = await fetch('runs.json', { cache: 'no-store', headers: etag ? { 'If-None-Match': etag } : {} });
    if (answer.status === 422) throw new Error('the folder cannot be read; was it moved?');
    if (answer.status !== 200 && answer.status !== 304) throw new Error(`status ${answer.status}`);
    if (answer.status === 200) {
      runs = (await answer.json()).runs;
      etag = answer.headers.get('ETag');
      fillOptions('by-set', 'questions', wanted.set);
      fillOptions('by-model', 'model', wanted.model);
      fillOptions('by-state', 'label', wanted.state);
      show();
    }
    byId('problem').hidden = true;
    byId('filters').hidden = false;
    document.documentElement.dataset.ready = '';
  } catch (error) {
    byId('problem').hidden = false;
    byId('problem').textContent = `The list is not up to date (${error.message}). Is ifh view still running?`;
  }
  clearTimeout(timer); // another refresh may have ended meanwhile
  timer = setTimeout(next, runs.some((run) => run.state === WORKING) ? OFTEN : SELDOM);
}

function next() {
  if (!document.hidden) refresh(); // a hidden page is refreshed when it is seen again
}

function start() {
  const sorting = byId('sort');
  byId('head').append(make('td', {}));
  for (const [key, name] of COLUMNS) {
    const button = make('button', { type: 'button' }, name);
    button.addEventListener('click', () => {
      const first = NUMBERS.has(key) ? `-${key}` : key;
      sorting.value = wanted.sort === first ? (first === key ? `-${key}` : key) : first;
      change();
    });
    byId('head').append(make('th', { scope: 'col', 'data-key': key, class: key === 'scored' ? 'n' : null }, button));
    for (const [value, words] of [[key, `${name} ↑`], [`-${key}`, `${name} ↓`]]) sorting.append(make('option', { value }, words));
  }
  for (const id of Object.values(fields)) byId(id).addEventListener('input', change);
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  byId('reset').addEventListener('click', () => {
    for (const id of Object.values(fields)) byId(id).value = id === 'sort' ? '-started' : '';
    change();
  });
  byId('clear').addEventListener('click', () => {
    selected.length = 0;
    showSelected();
    remember();
    byId('search').focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, select')) return;
    event.preventDefault();
    byId('search').focus();
  });
  addEventListener('focus', refresh);
  document.addEventListener('visibilitychange', next);
  addEventListener('hashchange', () => { recall(); show(); });
  recall();
  refresh();
}

if (byId('list')) start();
