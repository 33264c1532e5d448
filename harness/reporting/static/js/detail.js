// The opened sample: its prompt, its responses, and why each instruction counts as followed or not.
const LONG = 60000; // characters of one text that are shown at once

function buildDetail(item, record, steps) {
  const { sample } = item;
  const shown = shownAnswers(item);
  const answers = make('div', { class: 'answers' }, ...shown.map((answer) => answerOf(item, answer, record)));
  const where = [sample.article ? ['article ', said(sample.article)] : [], item.epoch || data.epochs > 1 ? [` epoch ${item.epoch}`] : []];
  return make('article', { class: 'detail', id: 'detail', tabindex: '-1', 'aria-labelledby': 'detail-title' },
    make('header', {},
      make('h3', { id: 'detail-title' }, said(data.tasks[sample.task]), ' ', make('code', { class: 'soft' }, plain(sample.id))),
      make('span', { class: 'facts' }, ...where.flat()),
      make('a', { href: hashOf({ sample: item.place }), id: 'permalink' }, 'permalink'),
      steps),
    buildNote(item),
    promptOf(record),
    make('p', { class: 'actions' }, buildFold(answers, shown.map(({ position }) => record.answers[position].text)), buildDiff(answers),
      optionButton('markdown', 'Rendered Markdown', () => reopen())),
    answers);
}

function promptOf(record) {
  const length = record.turns.reduce((sum, { text }) => sum + text.length, 0);
  return make('details', { id: 'prompt' },
    make('summary', {}, `Prompt, ${number.format(length)} characters${record.turns.some(({ parts }) => parts) ? ', with pictures' : ''}`),
    ...record.turns.flatMap(({ role, text, parts }) => [
      make('h4', { class: 'role' }, said(role)),
      parts ? make('div', { class: 'parts' }, ...parts.map(partOf)) : text || role !== 'assistant' ? longText([[text, []]]) : make('p', { class: 'facts' }, '(the earlier response, shown with each response)'),
    ]));
}

// A part of a turn: a text, or a picture with the text that it shows, which the model did not get as text.
function partOf([text, at, file, width, height]) {
  if (file === undefined) return longText([[text, []]]);
  return make('figure', { class: 'shown' },
    pictureOf(at, `picture of a text of ${number.format(text.length)} characters, which is below it`, 'page')
      || make('p', { class: 'warning' }, 'This page does not have the picture.'),
    make('figcaption', {},
      `Sent as a picture of ${number.format(width)} × ${number.format(height)} pixels; here it is smaller. The file, in the folder of the run: `,
      make('code', {}, `samples.images/${plain(file)}`),
      make('details', {}, make('summary', {}, 'Its text'), longText([[text, []]]))));
}

function answerOf(item, answer, record) {
  const texts = record.answers[answer.position];
  const several = data.runs.length > 1;
  const name = several ? [tag(answer.run), ' ', said(data.runs[answer.run].name)] : [];
  const box = make('section', { class: 'answer', 'aria-label': several ? `Run ${data.runs[answer.run].letter}` : 'Response' });
  if (several) box.append(make('h4', {}, ...name));
  for (const { text, stop, scored } of texts.earlier) {
    box.append(make('details', { class: 'earlier' },
      make('summary', {}, `Earlier response, ${scored ? 'scored as a sample of its own' : 'not scored'}, ${number.format(text.length)} characters${stop ? `, ${stop}` : ''}`),
      longText([[text, []]])));
  }
  if (answer.cause !== null) {
    box.append(make('p', { class: 'warning' }, 'Unscored: ', said(answer.cause), texts.message ? ': ' : '', said(texts.message)));
    box.append(...findingsOf(answer, texts));
    if (texts.text) box.append(make('h4', {}, 'response, not scored'), longText([[texts.text, []]]));
  } else {
    box.append(scoredAnswer(item, answer, texts, record));
  }
  if (texts.facts) box.append(make('p', { class: 'facts' }, ...joined(texts.facts)));
  if (texts.thinking) {
    box.append(make('details', {},
      make('summary', {}, `Thinking, reported separately and not scored, ${number.format(texts.thinking.length)} characters`),
      longText([[texts.thinking, []]])));
  }
  return box;
}

function joined(facts) {
  return facts.flatMap((fact, i) => (i ? ['; ', said(fact)] : [said(fact)]));
}

function scoredAnswer(item, answer, texts, record) {
  const box = document.createDocumentFragment();
  const pieces = segments(texts.text, texts.verdicts.map((verdict) => verdict.spans));
  const blank = !texts.text.trim();
  const shown = blank ? make('p', { class: 'facts' }, '(blank)') : longText(pieces, answer);
  const flags = answer.flags.map((flag) => make('span', { class: 'flag' }, flag));
  shown.classList.add('response');
  const list = make('ol', { class: 'verdicts' },
    ...texts.verdicts.map((verdict, i) => verdictOf(item, answer, verdict, sentenceOf(record, i), i, shown)));
  box.append(
    make('h4', {}, `${count(answer).replace('/', ' of ')} followed`, ...flags), list, ...findingsOf(answer, texts),
    make('h4', {}, `response, ${number.format(texts.text.length)} characters`),
    state.markdown && !blank ? make('div', { class: 'both' }, make('div', {}, shown, renderMarkdown(texts.text))) : shown);
  const light = (i) => {
    shown.classList.toggle('focused', i !== null);
    for (const mark of shown.querySelectorAll('mark')) mark.classList.toggle('lit', mark.dataset.of.split(' ').includes(String(i)));
    for (const [at, line] of [...list.children].entries()) line.firstChild.classList.toggle('lit', at === i);
  };
  list.addEventListener('light', (event) => light(event.detail));
  for (const type of ['mouseover', 'mouseout']) {
    shown.addEventListener(type, (event) => {
      const of = type === 'mouseover' ? event.target.closest('mark') : null;
      for (const [at, line] of [...list.children].entries()) {
        line.firstChild.classList.toggle('lit', Boolean(of) && of.dataset.of.split(' ').includes(String(at)));
      }
    });
  }
  return box;
}

// Signs that a response did not do its task; no score depends on them.
function findingsOf(answer, { findings = [] }) {
  if (!findings.length) return [];
  const lines = findings.map((reason, i) => make('li', {}, make('b', {}, answer.findings[i]), ': ', said(reason)));
  return [make('h4', {}, 'flagged; no score depends on it'), make('ul', { class: 'findings' }, ...lines)];
}

// What the prompt asked; where a published prompt says it in its own words, the rule that was checked.
function sentenceOf(record, i) {
  return record.rules.includes(i) ? `Rule: ${record.asked[i]}` : record.asked[i];
}

function verdictOf(item, answer, { reason, spans, unmarked, loose }, asked, i, shown) {
  const followed = answer.strict[i] === '1';
  const places = spans.length / 2 + unmarked;
  const button = make('button', { type: 'button', 'data-at': i, title: places ? 'show the places in the response' : 'no single place' },
    make('b', {}, followed ? '✓ followed' : '✗ not followed'), ': ', said(reason),
    unmarked > 0 ? ` (${number.format(unmarked)} more places are not marked)` : null,
    loose === undefined ? null : make('span', {}, '; ', make('b', {}, 'followed loosely'), ': ', said(loose)),
    make('span', { class: 'asked' }, make('code', {}, plain(data.ids[item.sample.ids[i]])), ' ', said(asked)));
  const line = make('li', { class: followed ? 'yes' : 'no' }, button);
  const light = (on) => line.parentNode.dispatchEvent(new CustomEvent('light', { detail: on ? i : null }));
  button.addEventListener('mouseenter', () => light(true));
  button.addEventListener('mouseleave', () => light(document.activeElement === button));
  button.addEventListener('focus', () => light(true));
  button.addEventListener('blur', () => light(false));
  button.addEventListener('click', () => {
    light(true);
    shown.dispatchEvent(new CustomEvent('unfold', { bubbles: true }));
    shown.querySelector('mark.lit')?.scrollIntoView({ block: 'center' });
  });
  return line;
}

// A text with its marks; of a very long one the beginning, and a button for the rest.
function longText(pieces, answer) {
  const box = make('div', { class: 'said', dir: 'auto' });
  let left = LONG;
  const rest = [];
  for (const [text, cover] of pieces) {
    if (text.length <= left) box.append(pieceOf(text, cover, answer));
    else {
      if (left > 0) box.append(pieceOf(text.slice(0, left), cover, answer));
      rest.push([text.slice(Math.max(0, left)), cover]);
    }
    left -= text.length;
  }
  if (rest.length) {
    const hidden = rest.reduce((sum, [text]) => sum + text.length, 0);
    const button = make('button', { type: 'button' }, `show ${number.format(hidden)} more characters`);
    button.addEventListener('click', () => button.replaceWith(...rest.map(([text, cover]) => pieceOf(text, cover, answer))));
    box.append(button);
  }
  return box;
}

function pieceOf(text, cover, answer) {
  if (!cover.length) return plain(text);
  const named = cover.map((i) => `${i + 1} (${answer.strict[i] === '1' ? 'followed' : 'not followed'})`);
  return make('mark', {
    class: cover.every((i) => answer.strict[i] === '1') ? 'yes' : 'no', 'data-of': cover.join(' '),
    title: `instruction${cover.length > 1 ? 's' : ''} ${named.join(', ')}`,
  }, plain(text));
}
