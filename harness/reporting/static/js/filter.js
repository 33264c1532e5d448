// Which samples are listed. With an instruction chosen, failed, passed and flipped mean that instruction.
const SHOWN = {
  failed: ['something not followed', (answer, at) => !answer.cause && places(answer, at).includes('0')],
  passed: ['everything followed', (answer, at) => !answer.cause && !places(answer, at).includes('0')],
  loose: ['followed loosely only', (answer, at) => at.some((i) => answer.strict[i] === '0' && answer.loose[i] === '1')],
  truncated: ['truncated', (answer) => answer.flags.includes('truncated')],
  refused: ['refused', (answer) => answer.flags.includes('refused')],
  blank: ['blank', (answer) => answer.flags.includes('blank')],
  unscored: ['unscored', (answer) => answer.cause !== null],
  flagged: ['flagged', (answer) => answer.findings.length > 0],
};

function places(answer, at) {
  return at.map((i) => answer.strict[i]).join('');
}

// Verdicts on the same sample that differ: between runs, or between the epochs of one.
function differs(groups, at) {
  return groups.some((answers) => {
    const scored = answers.filter((answer) => !answer.cause);
    return scored.some((answer) => places(answer, at) !== places(scored[0], at));
  });
}

function siblings(item) {
  const all = data.items.slice(Math.max(0, item.index - data.epochs), item.index + data.epochs + 1);
  const answers = all.filter((other) => other.sample === item.sample).flatMap((other) => other.answers);
  return data.runs.map((_, run) => answers.filter((answer) => answer.run === run));
}

function matches(item) {
  const { sample } = item;
  if (state.task && data.tasks[sample.task] !== state.task) return false;
  const all = sample.ids.map((_, i) => i);
  const at = state.id ? all.filter((i) => data.ids[sample.ids[i]] === state.id) : all;
  if (!at.length) return false;
  const answers = state.run ? item.answers.filter((a) => data.runs[a.run].letter === state.run) : item.answers;
  if (!answers.length) return false;
  if (!state.show) return true;
  if (state.show === 'flipped') return differs([item.answers], at);
  if (state.show === 'varies') return differs(siblings(item), at);
  if (state.show === 'noted') return notes.has(item.place);
  if (state.show.startsWith('tag:')) return noteOf(item.place).tags.includes(state.show.slice(4));
  if (state.show.startsWith('unscored:')) return answers.some((a) => a.cause === state.show.slice(9));
  if (state.show.startsWith('finding:')) return answers.some((a) => a.findings.includes(state.show.slice(8)));
  const test = SHOWN[state.show];
  if (!test) return true;
  return state.show === 'passed' ? answers.every((a) => test[1](a, at)) : answers.some((a) => test[1](a, at));
}

function showOptions() {
  const options = [['', 'all']];
  if (data.runs.length > 1) options.push(['flipped', 'flipped']);
  if (data.epochs > 1) options.push(['varies', 'differs by epoch']);
  const answers = data.items.flatMap((item) => item.answers);
  for (const [name, [label, test]] of Object.entries(SHOWN)) {
    const known = name === 'failed' || name === 'passed' || answers.some((a) => test(a, [...a.strict].map((_, i) => i)));
    if (known) options.push([name, label]);
  }
  for (const name of [...data.findings].sort()) options.push([`finding:${name}`, `flagged: ${name}`]);
  for (const cause of data.causes) options.push([`unscored:${cause}`, `unscored: ${plain(cause)}`]);
  return options;
}

// The notes and tags of the reader among what can be shown; they change while the page is open.
function showTagOptions() {
  const box = document.getElementById('by-show');
  for (const old of box.querySelectorAll('[data-noted]')) old.remove();
  const wanted = notes.size ? [['noted', 'with a note or tags'], ...allTags().map((name) => [`tag:${name}`, `tag: ${name}`])] : [];
  if (/^(noted$|tag:)/.test(state.show) && !wanted.some(([value]) => value === state.show)) wanted.push([state.show, state.show]);
  box.append(...wanted.map(([value, text]) => make('option', { value, 'data-noted': true }, plain(text))));
  box.value = state.show;
}

function select(label, key, options) {
  const box = make('select', { id: `by-${key}` }, ...options.map(([value, text]) => make('option', { value }, plain(text))));
  box.addEventListener('change', () => change({ [key]: box.value }));
  return make('label', {}, label, box);
}

function pairOptions() {
  const letters = data.runs.map((run) => run.letter);
  const pairs = letters.flatMap((left, i) => letters.slice(i + 1).map((right) => [`${left}${right}`, `${left} and ${right}`]));
  return [['', 'all runs'], ...pairs];
}

function buildFilters() {
  const field = make('input', {
    type: 'search', id: 'search', placeholder: 'in prompts, responses, reasons  ( / )', autocomplete: 'off', spellcheck: 'false',
  });
  let waiting = 0;
  field.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => change({ q: field.value }), 160);
  });
  const named = (names) => [['', 'all'], ...[...names].sort().map((name) => [name, name])];
  const filters = [select('Show', 'show', showOptions())];
  if (data.tasks.length > 1) filters.push(select('Task', 'task', named(data.tasks)));
  filters.push(select('Instruction', 'id', named(data.ids)));
  if (data.runs.length > 1) {
    const runs = data.runs.map((run) => [run.letter, `${run.letter}: ${run.name}`]);
    filters.push(select('Run', 'run', [['', 'any'], ...runs]));
  }
  if (data.runs.length > 2) filters.push(select('Side by side', 'pair', pairOptions()));
  const reset = make('button', { type: 'button', id: 'reset' }, 'Reset');
  reset.addEventListener('click', () => change({ ...EMPTY, sample: state.sample, notes: state.notes }));
  return make('form', { class: 'filters', role: 'search', 'aria-label': 'Filter samples' },
    make('label', { class: 'search' }, 'Search', field), ...filters, reset);
}

function showState() {
  for (const key of ['show', 'task', 'id', 'run', 'pair']) {
    const box = document.getElementById(`by-${key}`);
    if (box) box.value = state[key];
  }
  const field = document.getElementById('search');
  if (document.activeElement !== field || !state.q) field.value = state.q;
}
