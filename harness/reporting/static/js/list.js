// The list of samples: only the lines in sight are in the page.
const LINE = 58; // pixels, as in app.css
const AROUND = 6;

function buildList(onOpen) {
  const inner = make('div', { class: 'list-inner', role: 'presentation' });
  const box = make('div', { class: 'list', role: 'listbox', tabindex: '0', id: 'list', 'aria-label': 'Samples' }, inner);
  let items = [];
  let drawn = '';

  function draw(force) {
    const first = Math.max(0, Math.floor(box.scrollTop / LINE) - AROUND);
    const last = Math.min(items.length, Math.ceil((box.scrollTop + box.clientHeight) / LINE) + AROUND);
    if (!force && drawn === `${first} ${last}`) return;
    drawn = `${first} ${last}`;
    inner.replaceChildren(...items.slice(first, last).map((item, i) => itemLine(item, first + i, items.length)));
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
      inner.style.height = `${items.length * LINE}px`;
      draw(true);
    },
    redraw: () => draw(true),
    reveal(at) {
      const top = at * LINE;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + LINE > box.scrollTop + box.clientHeight) box.scrollTop = top + LINE - box.clientHeight;
    },
  };
}

function itemLine(item, at, total) {
  const open = item.place === state.sample;
  const top = make('p', {}, ...item.answers.map(chip), said(data.tasks[item.sample.task]),
    ...item.answers.flatMap((answer) => answer.flags).map((flag) => make('span', { class: 'flag' }, flag)),
    ...foundIn(item));
  const failed = new Set(item.answers.flatMap((a) => item.sample.ids.filter((_, i) => a.strict[i] === '0')));
  const about = failed.size ? [...failed].map((id) => shortId(data.ids[id])).join(', ') : item.sample.article;
  const sub = make('p', { class: 'sub' }, make('code', {}, plain(item.place)), about ? ' ' : null, about ? said(about) : null);
  const line = make('div', {
    class: 'item', role: 'option', id: `item-${at}`, 'data-at': at,
    'aria-selected': String(open), 'aria-setsize': total, 'aria-posinset': at + 1,
  }, top, sub);
  line.style.top = `${at * LINE}px`;
  return line;
}

// Each finding once, behind the letters of the runs that it is about.
function foundIn(item) {
  const names = new Set(item.answers.flatMap((answer) => answer.findings));
  const letters = (name) => item.answers.flatMap((a) => (a.findings.includes(name) ? [data.runs[a.run].letter] : [])).join('');
  return [...names].map((name) => make('span', { class: 'flag found' }, data.runs.length > 1 ? `${letters(name)} ${name}` : name));
}

function chip(answer) {
  const several = data.runs.length > 1;
  const text = answer.cause ? plain(answer.cause) : `${good(answer) ? '✓' : '✗'} ${count(answer)}`;
  const kind = answer.cause ? '' : good(answer) ? 'yes' : 'no';
  const label = answer.cause ? `unscored: ${text}` : `${count(answer)} followed`;
  return make('span', { class: `chip ${kind}`, title: label }, several ? `${data.runs[answer.run].letter} ${text}` : text);
}

function good(answer) {
  return !answer.strict.includes('0');
}

function count(answer) {
  return `${[...answer.strict].filter((one) => one === '1').length}/${answer.strict.length}`;
}
