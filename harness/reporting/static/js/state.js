// The state of the page is in the address behind #, so that it can be mailed: #sample=ID.EPOCH&show=failed&q=...
const EMPTY = { sample: '', task: '', id: '', show: '', run: '', pair: '', q: '', diff: '', markdown: '', notes: '' };
const state = { ...EMPTY };

// Returns false for an address that names a section of the page and nothing else.
function readHash() {
  const hash = location.hash.slice(1);
  if (hash && !hash.includes('=')) return false;
  Object.assign(state, EMPTY);
  for (const [key, value] of new URLSearchParams(hash)) if (key in EMPTY) state[key] = value;
  return true;
}

function hashOf(changes = {}) {
  const shown = Object.entries({ ...state, ...changes }).filter(([, value]) => value);
  return `#${new URLSearchParams(shown)}`;
}

// Written in place: going through samples leaves one step to go back, not hundreds.
function writeHash() {
  const hash = hashOf();
  history.replaceState(null, '', hash === '#' ? location.pathname + location.search : hash);
}
