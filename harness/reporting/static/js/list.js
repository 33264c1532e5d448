// The list of samples: only the lines in sight are in the page.
const HEIGHTS = { plain: 58, badged: 82 }; // pixels of a line, as in samples.css; with a row of badges where any sample has some
const BADGES = 34; // characters of badges that fit into the narrowest list
const CHIPS = 10; // runs whose result a line shows
const AROUND = 6;

function buildList(onOpen) {
  const inner = make('div', { class: 'list-inner', role: 'presentation' });
  const box = make('div', { class: 'list', role: 'listbox', tabindex: '0', id: 'list', 'aria-label': 'Samples' }, inner);
  let items = [];
  let drawn = '';
  let height = HEIGHTS.plain;

  function draw(force) {
    const first = Math.max(0, Math.floor(box.scrollTop / height) - AROUND);
    const last = Math.min(items.length, Math.ceil((box.scrollTop + box.clientHeight) / height) + AROUND);
    if (!force && drawn === `${first} ${last}`) return;
    drawn = `${first} ${last}`;
    inner.replaceChildren(...items.slice(first, last).map((item, i) => itemLine(item, first + i, items.length, height)));
    const open = items.findIndex((item) => item.place === state.sample);
    if (open >= first && open < last) box.setAttribute('aria-activedescendant', `item-${open}`);
    else box.removeAttribute('aria-activedescendant');
  }

  box.addEventListener('scroll', () => requestAnimationFrame(() => draw(false)), { passive: true });
  new ResizeObserver(() => draw(false)).observe(box);
  inner.addEventListener('click', (event) => {
    const line = event.target.closest('.item');
    if (line) onOpen(items[Number(line.dataset.at)], true);
  });
  return {
    box,
    show(next) {
      items = next;
      const badged = notes.size > 0 || data.findings.length > 0 || data.items.some((item) => item.answers.some(({ flags }) => flags.length));
      height = badged ? HEIGHTS.badged : HEIGHTS.plain;
      box.classList.toggle('badged', badged);
      inner.style.height = `${items.length * height}px`;
      draw(true);
    },
    redraw: () => draw(true),
    reveal(at) {
      const top = at * height;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
    },
  };
}

function itemLine(item, at, total, height) {
  const open = item.place === state.sample;
  const shown = shownAnswers(item);
  const left = shown.length - CHIPS;
  const top = make('p', {}, ...shown.slice(0, CHIPS).map((answer) => chip(answer, shown.length)),
    left > 0 ? make('span', { class: 'soft' }, `+${left} `) : null, said(data.tasks[item.sample.task]));
  const failed = new Set(item.answers.flatMap((a) => item.sample.ids.filter((_, i) => a.strict[i] === '0')));
  const about = failed.size ? [...failed].map((id) => shortId(data.ids[id])).join(', ') : item.sample.article;
  const sub = make('p', { class: 'sub' }, make('code', {}, plain(item.place)), about ? ' ' : null, about ? said(about) : null);
  const line = make('div', {
    class: 'item', role: 'option', id: `item-${at}`, 'data-at': at,
    'aria-selected': String(open), 'aria-setsize': total, 'aria-posinset': at + 1,
  }, pictureOf(item.sample.picture, '', 'thumb'), top, sub, height === HEIGHTS.badged ? make('div', { class: 'badges' }, ...badgesOf(item)) : null);
  line.style.top = `${at * height}px`;
  return line;
}

// As many badges as fit as a whole, and the number of the others, whose names are in its title.
function badgesOf(item) {
  const { tags, note } = noteOf(item.place);
  const named = [
    ...tags.map((name) => [plain(name), 'flag noted']),
    ...(note ? [['note', 'flag noted']] : []),
    ...lettered(item, 'flags').map((name) => [name, 'flag']),
    ...lettered(item, 'findings').map((name) => [name, 'flag found']),
  ];
  let room = BADGES;
  let fitting = 0;
  while (fitting < named.length && (fitting === 0 || room >= named[fitting][0].length)) {
    room -= named[fitting][0].length + 3;
    fitting += 1;
  }
  const badges = named.slice(0, fitting).map(([name, kind]) => make('span', { class: kind }, name));
  const rest = named.slice(fitting).map(([name]) => name);
  return rest.length ? [...badges, make('span', { class: 'flag more', title: rest.join(', ') }, `+${rest.length}`)] : badges;
}

// Each flag or finding once, behind the letters of the runs that it is about.
function lettered(item, kind) {
  const several = data.runs.length > 1;
  const names = new Set(item.answers.flatMap((answer) => answer[kind]));
  return [...names].map((name) => {
    const runs = item.answers.filter((answer) => answer[kind].includes(name)).map((answer) => data.runs[answer.run].letter);
    return several ? `${runs.length > 6 ? `${runs.length} runs` : runs.join('')} ${name}` : name;
  });
}

// The results of the runs that are side by side.
function shownAnswers(item) {
  return item.answers.filter((answer) => !state.pair || state.pair.includes(data.runs[answer.run].letter));
}

function chip(answer, shown) {
  const several = data.runs.length > 1;
  const sign = good(answer) ? '✓' : '✗';
  const text = answer.cause ? (shown > 2 ? '–' : plain(answer.cause)) : shown > 2 ? sign : `${sign} ${count(answer)}`;
  const kind = answer.cause ? '' : good(answer) ? 'yes' : 'no';
  const label = answer.cause ? `unscored: ${plain(answer.cause)}` : `${count(answer)} followed`;
  return make('span', { class: `chip ${kind}`, title: label }, several ? `${data.runs[answer.run].letter}${shown > 2 ? '' : ' '}${text}` : text);
}

function good(answer) {
  return !answer.strict.includes('0');
}

function count(answer) {
  return `${[...answer.strict].filter((one) => one === '1').length}/${answer.strict.length}`;
}
