// Keys, the help that lists them, and the choice between light and dark.
const KEYS = [
  [['j', 'k'], 'next, previous sample'],
  [['↓', '↑'], 'the same, in the list'],
  [['/'], 'search'],
  [['f'], 'only what is not followed, or all'],
  [['p'], 'open or fold the prompt'],
  [['d'], 'mark the words that two responses do not share'],
  [['m'], 'rendered Markdown next to the response'],
  [['n'], 'write a note on the sample'],
  [['1', '…', '9'], 'show the places of an instruction'],
  [['t'], 'light or dark'],
  [['?'], 'this help'],
  [['Esc'], 'close the help, leave the search, show all marks'],
];

function buildHelp() {
  const close = make('button', { type: 'button', autofocus: true }, 'Close');
  const dialog = make('dialog', { id: 'help', 'aria-labelledby': 'help-title' },
    make('h2', { id: 'help-title' }, 'Keys'),
    make('dl', {}, ...KEYS.flatMap(([keys, what]) => [
      make('dt', {}, ...keys.flatMap((key) => [make('kbd', {}, key), ' '])), make('dd', {}, what)])),
    make('p', { class: 'remark' }, 'The address of the page holds what is shown: mail it with the file. Point at an '
      + 'instruction to see the places that decided it; with an instruction chosen, the filters mean that instruction.'),
    close);
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  return dialog;
}

function setUpTheme() {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  // A browser may forbid storage to pages opened from a file; then the choice lasts as long as the page.
  const attempt = (act) => { try { return act(localStorage); } catch { return null; } };
  const chosen = attempt((storage) => storage.getItem('ifharness-theme'));
  if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;
  return () => {
    const now = root.dataset.theme || (dark.matches ? 'dark' : 'light');
    root.dataset.theme = now === 'dark' ? 'light' : 'dark';
    attempt((storage) => storage.setItem('ifharness-theme', root.dataset.theme));
  };
}

function setUpKeys(actions, help) {
  const byKey = {
    j: () => actions.step(1),
    k: () => actions.step(-1),
    f: actions.failed,
    p: () => { const prompt = document.getElementById('prompt'); if (prompt) prompt.open = !prompt.open; },
    d: () => document.querySelector('.option.diff')?.click(),
    m: () => document.querySelector('.option.markdown')?.click(),
    n: () => document.getElementById('note')?.focus(),
    t: actions.theme,
    '?': () => help.showModal(),
    '/': () => { document.getElementById('search').focus(); document.getElementById('search').select(); },
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const writing = event.target.closest('input, select, textarea');
    if (event.key === 'Escape') {
      document.activeElement.blur();
      return;
    }
    if (writing) return;
    const inList = event.target.closest('#list');
    if (inList && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) actions.step(event.key === 'ArrowDown' ? 1 : -1);
    else if (/^[1-9]$/.test(event.key)) document.querySelector(`.verdicts button[data-at="${event.key - 1}"]`)?.focus();
    else if (byKey[event.key]) byKey[event.key]();
    else return;
    event.preventDefault();
  });
}
