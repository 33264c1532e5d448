// Words that two responses side by side do not share, marked on request where the browser can mark without changing the page.
const MOST_WORDS = 3000; // of one response: the table of the comparison has the product of both
const WORDS = /[\u3400-\u9fff\uf900-\ufaff]|[^\s\u3400-\u9fff\uf900-\ufaff]+/gu; // a Chinese character is a word

function wordsOf(box) {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = '';
  while (walker.nextNode()) {
    nodes.push([text.length, walker.currentNode]);
    text += walker.currentNode.data;
  }
  return { nodes, words: [...text.matchAll(WORDS)].map((found) => ({ text: found[0], at: found.index })) };
}

// Numbers of the words of each side that are not in a longest common sequence.
function differing(left, right) {
  const wide = right.length + 1;
  const table = new Uint16Array((left.length + 1) * wide);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      table[i * wide + j] = left[i].text === right[j].text
        ? table[(i + 1) * wide + j + 1] + 1
        : Math.max(table[(i + 1) * wide + j], table[i * wide + j + 1]);
    }
  }
  const only = [[], []];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i].text === right[j].text) {
      i += 1;
      j += 1;
    } else if (j >= right.length || (i < left.length && table[(i + 1) * wide + j] >= table[i * wide + j + 1])) {
      only[0].push(i);
      i += 1;
    } else {
      only[1].push(j);
      j += 1;
    }
  }
  return only;
}

function rangeOf({ nodes }, { at, text }) {
  const place = (offset) => {
    let number = nodes.length - 1;
    while (nodes[number][0] > offset) number -= 1;
    return [nodes[number][1], offset - nodes[number][0]];
  };
  const range = new Range();
  range.setStart(...place(at));
  const [last, end] = place(at + text.length - 1);
  range.setEnd(last, end + 1);
  return range;
}

function markDiff(boxes) {
  const sides = boxes.map(wordsOf);
  const only = differing(sides[0].words, sides[1].words);
  const ranges = only.flatMap((numbers, side) => numbers.map((number) => rangeOf(sides[side], sides[side].words[number])));
  CSS.highlights.set('differs', new Highlight(...ranges));
  return ranges.length;
}

// A button that marks the words, for two responses that are short enough; null for anything else.
function buildDiff(answers) {
  const boxes = [...answers.querySelectorAll('.said.response')];
  if (boxes.length !== 2 || !window.Highlight || !CSS.highlights) return null;
  if (boxes.some((box) => wordsOf(box).words.length > MOST_WORDS)) return null;
  return optionButton('diff', 'Mark differing words', showDiff);
}

// Marks the words of the opened sample, or unmarks them; ranges hold only in a text that is in the page already.
function showDiff() {
  if (!window.Highlight || !CSS.highlights) return;
  CSS.highlights.delete('differs');
  const button = document.querySelector('#detail .option.diff');
  if (!button) return;
  const boxes = [...document.querySelectorAll('#detail .said.response')];
  button.textContent = state.diff ? `${number.format(markDiff(boxes))} differing words are marked` : 'Mark differing words';
}

// A button that turns a way of showing responses on or off, for this sample and the next ones.
function optionButton(key, label, act) {
  const button = make('button', { type: 'button', class: `option ${key}`, 'aria-pressed': String(Boolean(state[key])) }, label);
  button.addEventListener('click', () => {
    change({ [key]: state[key] ? '' : '1' });
    button.setAttribute('aria-pressed', String(Boolean(state[key])));
    act(button);
  });
  return button;
}
