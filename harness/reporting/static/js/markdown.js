// A response as its Markdown reads: elements filled with text, as everywhere; no text is ever parsed as markup. The
// constructs that responses use: headings, paragraphs, lists, tables, quotes, code, rules, emphasis. HTML stays text, a
// link shows its address and leads nowhere. Hostile texts take no more than time in proportion to their length: no
// pattern backtracks over a line, and what closes an emphasis is looked for within a bound.
const DEEPEST = 12; // quotes and lists in each other
const REACH = 1000; // characters in which emphasis, code or a link must end
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])( +|$)/;
const FENCE = /^( {0,3})(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const RULE = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
const DELIMITERS = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const ESCAPABLE = /[!-/:-@[-`{-~]/;
const WORD = /[\p{L}\p{N}_]/u;
const followers = new WeakMap(); // of a list of lines: for each line the next one that is not blank

function renderMarkdown(text) {
  const box = make('div', { class: 'rendered', dir: 'auto' });
  box.append(...readBlocks(plain(text.slice(0, LONG)).split(/\r?\n/), 0));
  if (text.length > LONG) box.append(make('p', { class: 'facts' }, `rendered up to ${number.format(LONG)} characters`));
  return box;
}

function readBlocks(lines, depth) {
  const made = [];
  let at = 0;
  while (at < lines.length) {
    const [element, next] = readBlock(lines, at, depth);
    if (element) made.push(element);
    at = next;
  }
  return made;
}

// The element that begins at a line, and the number of the line after it.
function readBlock(lines, at, depth) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  const fence = FENCE.exec(line);
  if (fence) return readFence(lines, at, fence);
  const heading = HEADING.exec(line);
  if (heading) {
    const title = line.slice(heading[0].length).trim();
    let end = title.length;
    while (end && title[end - 1] === '#') end -= 1;
    const closed = end === 0 || /\s/.test(title[end - 1]) ? title.slice(0, end).trim() : title;
    return [make('p', { class: `heading level-${heading[1].length}` }, ...readInline(closed)), at + 1];
  }
  if (RULE.test(line)) return [make('hr'), at + 1];
  if (depth < DEEPEST && /^ {0,3}>/.test(line)) return readQuote(lines, at, depth);
  if (depth < DEEPEST && ITEM.test(line)) return readList(lines, at, depth);
  if (line.includes('|') && isTable(lines, at)) return readTable(lines, at);
  return readParagraph(lines, at, depth);
}

function readFence(lines, at, [, indent, mark]) {
  const closing = new RegExp(`^ {0,3}${mark.charAt(0)}{${mark.length},}[ \\t]*$`);
  let end = at + 1;
  while (end < lines.length && !closing.test(lines[end])) end += 1;
  const margin = new RegExp(`^ {0,${indent.length}}`);
  const inside = lines.slice(at + 1, end).map((line) => line.replace(margin, ''));
  return [make('pre', {}, make('code', {}, inside.join('\n'))), end + 1];
}

function readQuote(lines, at, depth) {
  let end = at;
  while (end < lines.length && lines[end].trim() && (end === at || !beginsBlock(lines[end]) || /^ {0,3}>/.test(lines[end]))) end += 1;
  const inside = lines.slice(at, end).map((line) => line.replace(/^ {0,3}> ?/, ''));
  return [make('blockquote', {}, ...readBlocks(inside, depth + 1)), end];
}

function readList(lines, at, depth) {
  const [, , mark] = ITEM.exec(lines[at]);
  const ordered = /\d/.test(mark);
  const same = (line) => {
    const found = ITEM.exec(line);
    return found && found[2].at(-1) === mark.at(-1) && !RULE.test(line) ? found : null;
  };
  const items = [];
  let end = at;
  for (let found = same(lines[end]); found; found = end < lines.length ? same(lines[end]) : null) {
    const width = found[1].length + found[2].length + Math.max(1, Math.min(4, found[3].length));
    const inside = [lines[end].slice(width)];
    const deeper = ' '.repeat(Math.min(width, found[1].length + 2));
    const margin = new RegExp(`^ {0,${width}}`);
    end += 1;
    while (end < lines.length && continuesItem(lines, end, deeper)) {
      inside.push(lines[end].replace(margin, ''));
      end += 1;
    }
    items.push(make('li', {}, ...readBlocks(inside, depth + 1)));
    const next = nextFull(lines, end);
    if (next < lines.length && same(lines[next])) end = next;
  }
  const start = ordered ? Number.parseInt(mark, 10) : 1;
  return [make(ordered ? 'ol' : 'ul', ordered && start !== 1 ? { start } : {}, ...items), end];
}

// Whether a line continues an item of a list: it is indented, or continues its paragraph.
function continuesItem(lines, at, deeper) {
  if (lines[at].startsWith(deeper)) return true;
  if (lines[at].trim()) return Boolean(lines[at - 1].trim()) && !beginsBlock(lines[at]);
  const next = nextFull(lines, at);
  return next < lines.length && lines[next].startsWith(deeper);
}

// The number of the first line from `at` on that is not blank.
function nextFull(lines, at) {
  if (!followers.has(lines)) {
    const found = new Uint32Array(lines.length + 1).fill(lines.length);
    for (let i = lines.length - 1; i >= 0; i -= 1) found[i] = lines[i].trim() ? i : found[i + 1];
    followers.set(lines, found);
  }
  return followers.get(lines)[at];
}

function isTable(lines, at) {
  const below = lines[at + 1];
  return below !== undefined && DELIMITERS.test(below) && cellsOf(below).length === cellsOf(lines[at]).length;
}

function cellsOf(line) {
  return line.trim().replace(/^\|/, '').replace(/(?<!\\)\|$/, '').split(/(?<!\\)\|/).map((cell) => cell.trim());
}

function readTable(lines, at) {
  const names = cellsOf(lines[at]);
  let end = at + 2;
  const rows = [];
  while (end < lines.length && lines[end].trim() && !beginsBlock(lines[end])) {
    const cells = cellsOf(lines[end]).slice(0, names.length);
    rows.push(make('tr', {}, ...cells.map((cell) => make('td', {}, ...readInline(cell)))));
    end += 1;
  }
  const head = make('thead', {}, make('tr', {}, ...names.map((name) => make('th', {}, ...readInline(name)))));
  return [make('table', {}, head, make('tbody', {}, ...rows)), end];
}

// Whether a line begins another block and so ends a paragraph.
function beginsBlock(line) {
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || /^ {0,3}>/.test(line) || ITEM.test(line);
}

function readParagraph(lines, at, depth) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !(depth < DEEPEST && beginsBlock(lines[end])) && !isTable(lines, end)) end += 1;
  const made = [];
  let run = [];
  for (let i = at; i < end; i += 1) {
    const broken = i < end - 1 && (lines[i].endsWith('  ') || lines[i].endsWith('\\'));
    const line = lines[i].trim();
    run.push(broken && line.endsWith('\\') ? line.slice(0, -1) : line);
    if (broken) {
      made.push(...readInline(run.join('\n')), make('br'));
      run = [];
    }
  }
  return [make('p', {}, ...made, ...readInline(run.join('\n'))), end];
}

// Emphasis, code and links of a text; what is not closed stays as it is written.
function readInline(text, depth = 0) {
  const made = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const [element, end] = depth < DEEPEST ? readInlineAt(text, at, depth) : [null, text.length];
    if (element !== null) {
      if (from < at) made.push(text.slice(from, at));
      made.push(element);
      from = end;
    }
    at = end;
  }
  if (from < text.length) made.push(text.slice(from));
  return made;
}

// What begins at a place of a text, null for plain text, and the place after it.
function readInlineAt(text, at, depth) {
  const sign = text[at];
  if (sign === '\\' && at + 1 < text.length && ESCAPABLE.test(text[at + 1])) return [text[at + 1], at + 2];
  if (sign === '[' || (sign === '!' && text[at + 1] === '[')) return readLink(text, at, depth);
  if (sign !== '`' && sign !== '*' && sign !== '_' && sign !== '~') return [null, at + 1];
  let end = at;
  while (text[end] === sign) end += 1;
  const near = text.slice(end, end + REACH);
  if (sign === '`') {
    for (const ticks of near.matchAll(/`+/g)) {
      const inside = near.slice(0, ticks.index);
      if (ticks[0].length === end - at) return [make('code', {}, inside.trim() || inside), end + inside.length + end - at];
    }
    return [null, end];
  }
  return readEmphasis(text, at, end, near, depth);
}

function readEmphasis(text, at, end, near, depth) {
  const sign = text[at];
  const size = end - at;
  const outside = (place) => sign === '_' && place >= 0 && place < text.length && WORD.test(text[place]);
  if (size > 3 || (sign === '~' && size !== 2) || !near.trim() || /^\s/.test(near) || outside(at - 1)) return [null, end];
  for (let close = near.indexOf(sign.repeat(size)); close >= 0; close = near.indexOf(sign.repeat(size), close + 1)) {
    const after = end + close + size;
    const longer = text[after] === sign || near[close - 1] === sign;
    if (close > 0 && !/\s/.test(near[close - 1]) && !outside(after) && !(size === 1 && longer)) {
      let last = close;
      while (text[end + last + size] === sign) last += 1; // the outer of two ends: `**bold *both***`
      const inside = readInline(near.slice(0, last), depth + 1);
      const name = sign === '~' ? 'del' : size === 1 ? 'em' : 'strong';
      const element = make(name, {}, ...inside);
      return [size === 3 ? make('em', {}, element) : element, end + last + size];
    }
  }
  return [null, end];
}

function readLink(text, at, depth) {
  const start = at + (text[at] === '!' ? 2 : 1);
  const found = /^([^[\]]*)\]\(([^()\s]*)(?:[ \t]+"[^"]*")?\)/.exec(text.slice(start, start + REACH));
  if (!found) return [null, start];
  const [whole, label, address] = found;
  const shown = start > at + 1 ? `image: ${label}` : label;
  const where = address && address !== label ? make('span', { class: 'address' }, ` (${address})`) : null;
  return [make('span', { class: 'link' }, ...readInline(shown, depth + 1), where), start + whole.length];
}
