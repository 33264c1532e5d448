// Long responses are folded, all columns alike, so that the verdicts of the next sample stay near.
const FOLDED = 60; // lines
const COLUMN = 80; // characters of a line, about

function linesOf(text) {
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / COLUMN)), 0);
}

function buildFold(answers, texts) {
  const longest = Math.max(0, ...texts.map((text) => linesOf(text || '')));
  if (longest <= FOLDED) return null;
  const button = make('button', { type: 'button', class: 'fold', 'aria-expanded': 'false' });
  const show = (open) => {
    answers.classList.toggle('folded', !open);
    button.setAttribute('aria-expanded', String(open));
    button.textContent = open ? `Fold to ${FOLDED} lines` : `Show whole responses, about ${number.format(longest)} lines`;
  };
  show(false);
  button.addEventListener('click', () => show(answers.classList.contains('folded')));
  answers.addEventListener('unfold', () => show(true));
  return button;
}

// What is folded on a screen is open on paper, but for the samples and the record.
const ON_PAPER = '#score details, #compare details, #instructions details, #counts details';

function setUpPrinting() {
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll(ON_PAPER)].filter((fold) => !fold.open);
    for (const fold of opened) fold.open = true;
  });
  addEventListener('afterprint', () => {
    for (const fold of opened) fold.open = false;
    opened = [];
  });
}
