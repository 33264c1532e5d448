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
