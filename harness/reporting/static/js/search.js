// Full-text search: block by block, with a pause after each, so that the page stays responsive.
let searching = 0;

function pattern() {
  return state.q ? new RegExp(state.q.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), 'iu') : null;
}

function* textsIn(sample, record, item) {
  yield sample.id;
  yield sample.article;
  yield noteOf(item.place).note;
  for (const turn of record.turns) yield turn.text;
  yield* record.asked;
  for (const id of sample.ids) yield data.ids[id];
  for (const answer of item.answers) {
    const { text = '', thinking = '', message = '', verdicts = [], earlier = [], findings = [] } =
      record.answers[answer.position];
    yield text;
    for (const turn of earlier) yield turn.text;
    yield thinking;
    yield message;
    for (const verdict of verdicts) yield verdict.reason;
    yield* findings;
  }
}

function hit(wanted, sample, record, item) {
  for (const text of textsIn(sample, record, item)) if (wanted.test(text)) return true;
  return false;
}

// Calls report(found until now, share done) on the way; ends early when another search has begun.
async function search(items, report) {
  searching += 1;
  const mine = searching;
  const wanted = pattern();
  if (!wanted) return report(items, 1);
  const found = [];
  let pause = performance.now();
  for (let i = 0; i < items.length; i += 1) {
    const record = await textsOf(items[i]);
    if (mine !== searching) return undefined;
    if (hit(wanted, items[i].sample, record, items[i])) found.push(items[i]);
    if (performance.now() - pause > 30) {
      report(found, i / items.length);
      await new Promise((next) => { setTimeout(next, 0); });
      if (mine !== searching) return undefined;
      pause = performance.now();
    }
  }
  return report(found, 1);
}

// Marks what was searched for in the opened sample, where the browser can mark without changing the page.
function markFound(root) {
  if (!window.Highlight || !CSS.highlights) return;
  CSS.highlights.delete('found');
  const wanted = pattern();
  if (!wanted) return;
  const every = new RegExp(wanted.source, 'giu');
  const ranges = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && ranges.length < 2000) {
    for (const match of walker.currentNode.data.matchAll(every)) {
      const range = new Range();
      range.setStart(walker.currentNode, match.index);
      range.setEnd(walker.currentNode, match.index + match[0].length);
      ranges.push(range);
    }
  }
  CSS.highlights.set('found', new Highlight(...ranges));
}
