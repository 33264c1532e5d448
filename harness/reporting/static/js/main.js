// The page comes alive: filters, list and opened sample in place of the note that scripts are needed.
let listed = [];
let list = null;
let status = null;
let pane = null;
let opening = 0;

function change(changes) {
  Object.assign(state, changes);
  writeHash();
  showState();
  const done = refresh();
  if ('pair' in changes) reopen();
  document.getElementById('permalink')?.setAttribute('href', hashOf({ sample: pane.dataset.place }));
  return done;
}

function refresh() {
  const fitting = data.items.filter(matches);
  return search(fitting, (found, share) => {
    listed = found;
    list.show(found);
    const of = found.length === data.items.length ? '' : ` of ${number.format(data.items.length)}`;
    const going = share < 1 ? `, searched ${Math.floor(100 * share)}%` : '';
    status.textContent = `${number.format(found.length)}${of} samples${going}`;
    const open = document.getElementById('detail');
    if (share === 1 && open) markFound(open);
    if (share === 1 && !open && !state.sample && found.length) openItem(found[0]);
  });
}

async function openItem(item, asked = false) {
  opening += 1;
  const mine = opening;
  const record = await textsOf(item);
  if (mine !== opening) return;
  if (asked) {
    state.sample = item.place;
    writeHash();
  }
  const folded = document.getElementById('prompt');
  const detail = buildDetail(item, record, buildSteps());
  if (folded?.open) detail.querySelector('#prompt').open = true;
  pane.replaceChildren(detail);
  pane.dataset.place = item.place;
  showDiff();
  list.redraw();
  markFound(detail);
  if (asked && list.box.getBoundingClientRect().width > innerWidth * 0.8) detail.scrollIntoView({ block: 'start' });
}

function reopen() {
  const item = data.items.find(({ place }) => place === pane.dataset.place);
  if (item) openItem(item);
}

// Scrolls to the samples, unless a good part of them is in sight already.
function bringIntoView() {
  const { top, bottom } = document.getElementById('browser').getBoundingClientRect();
  if (top > innerHeight / 2 || bottom < innerHeight / 4) document.getElementById('samples').scrollIntoView();
}

function buildSteps() {
  const button = (label, name, way) => {
    const made = make('button', { type: 'button', 'aria-label': name }, label);
    made.addEventListener('click', () => step(way));
    return made;
  };
  return make('span', { class: 'steps' }, button('‹', 'previous sample', -1), button('›', 'next sample', 1));
}

function step(way) {
  if (!listed.length) return;
  const at = listed.findIndex((item) => item.place === pane.dataset.place);
  const next = at < 0 ? 0 : Math.min(listed.length - 1, Math.max(0, at + way));
  list.reveal(next);
  return openItem(listed[next], true);
}

// The next sample by a key: shown from its beginning, also where a long response was scrolled through.
async function stepByKey(way) {
  bringIntoView();
  await step(way);
  const header = document.querySelector('.top').getBoundingClientRect().bottom;
  if (pane.getBoundingClientRect().top < header) pane.scrollIntoView({ block: 'start' });
}

// Only samples with something not followed, or all; where the opened one is not among them, the first of them opens.
async function showFailed() {
  bringIntoView();
  await change({ show: state.show === 'failed' ? '' : 'failed' });
  const at = listed.findIndex((item) => item.place === pane.dataset.place);
  if (at < 0 && listed.length) await openItem(listed[0], true);
  list.reveal(Math.max(0, at));
}

// Opens the sample in the address, or reports that this file does not have it.
function openNamed() {
  const item = data.items.find(({ place }) => place === state.sample);
  if (item) {
    list.reveal(Math.max(0, listed.indexOf(item)));
    return openItem(item);
  }
  if (state.sample) pane.replaceChildren(make('p', { class: 'empty' }, 'This file has no sample ', said(state.sample), '.'));
  return undefined;
}

async function followHash() {
  const packed = state.notes;
  if (!readHash()) {
    if (packed) writeHash(); // a link to a section would leave the notes out of the address
    return;
  }
  await readNotes();
  state.notes = notebook.packed || '';
  writeHash();
  showState();
  await refresh();
  await openNamed();
  if (state.sample) pane.scrollIntoView({ block: 'start' });
  else if (state.show) document.getElementById('samples').scrollIntoView();
}

async function start() {
  const theme = setUpTheme();
  setUpPrinting();
  setUpScrolling();
  document.querySelector('.tools').hidden = false;
  document.getElementById('theme').addEventListener('click', theme);
  const help = buildHelp();
  document.getElementById('help-open').addEventListener('click', () => help.showModal());
  if (!('DecompressionStream' in window)) return;
  await loadIndex();
  data.items.forEach((item, index) => { item.index = index; });
  const browser = document.getElementById('browser');
  list = buildList(openItem);
  status = make('p', { class: 'status', role: 'status', 'aria-live': 'polite' });
  pane = make('div', { class: 'pane' });
  const filters = buildFilters();
  filters.addEventListener('submit', (event) => event.preventDefault());
  browser.append(filters, make('div', { class: 'found-line' }, status, buildNotebook()), make('div', { class: 'panes' }, list.box, pane));
  browser.hidden = false;
  document.getElementById('needs-script').hidden = true;
  setUpKeys({
    theme,
    step: stepByKey,
    failed: showFailed,
  }, help);
  addEventListener('hashchange', followHash);
  if (readHash()) await readNotes();
  showNotebook();
  showState();
  await refresh();
  if (state.sample) {
    await openNamed();
    document.getElementById('samples').scrollIntoView();
  }
  document.documentElement.dataset.ready = 'true';
}

start();
