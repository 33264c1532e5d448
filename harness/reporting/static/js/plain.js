// Untrusted text made harmless: characters that act are shown as escapes. The rules of harness/sanitize.py, whose
// characters are in the payload.
let control = /[^]/gu;

function setActing(acting, joiners) {
  control = new RegExp(
    `\\r(?=\\n)|[${acting}]|(?<![^\\x00-\\x7f])[${joiners}]|[${joiners}](?![^\\x00-\\x7f])`, 'gu');
}

function plain(text) {
  return text.replace(control, (found, at, whole) => {
    if (found === '\r' && whole[at + 1] === '\n') return '';
    const code = found.codePointAt(0);
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });
}

// Places of verdicts count code points, strings of this language count UTF-16 units.
function unitsOf(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (place) => Math.min(place, text.length);
  const starts = [];
  for (let unit = 0; unit < text.length; unit += text.codePointAt(unit) > 0xffff ? 2 : 1) starts.push(unit);
  return (place) => (place < starts.length ? starts[place] : text.length);
}

// Cuts a text where places begin and end: [piece, numbers of the verdicts that point at it]. Places may overlap.
function segments(text, spansOf) {
  const unit = unitsOf(text);
  const changes = new Map();
  const change = (at, number, step) => {
    if (!changes.has(at)) changes.set(at, []);
    changes.get(at).push([number, step]);
  };
  spansOf.forEach((spans, number) => {
    let end = 0; // a place is relative to the end of the one before
    for (let i = 0; i < spans.length; i += 2) {
      const start = end + spans[i];
      end = start + spans[i + 1];
      const first = unit(Math.max(0, start));
      const last = unit(Math.max(0, end));
      if (first < last) {
        change(first, number, 1);
        change(last, number, -1);
      }
    }
  });
  const depth = spansOf.map(() => 0);
  const pieces = [];
  let at = 0;
  let cover = [];
  for (const place of [...changes.keys()].sort((a, b) => a - b)) {
    for (const [number, step] of changes.get(place)) depth[number] += step;
    const covering = depth.flatMap((open, number) => (open ? [number] : []));
    if (covering.join() !== cover.join()) {
      if (place > at) pieces.push([text.slice(at, place), cover]);
      at = place;
      cover = covering;
    }
  }
  if (at < text.length) pieces.push([text.slice(at), cover]);
  return pieces;
}
