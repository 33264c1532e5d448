// Elements are made here and filled with text only: no text is ever read as markup.
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Untrusted text in a place of its own direction.
function said(text) {
  return make('bdi', {}, plain(text));
}

// A picture of the prompt by its number, made smaller; null where the page does not have it.
function pictureOf(at, alt, kind) {
  const packed = PICTURES[at]?.textContent;
  return packed ? make('img', { class: kind, alt, src: `data:image/png;base64,${packed}` }) : null;
}

function tag(run) {
  return make('span', { class: `tag ${data.runs[run].css}` }, data.runs[run].letter);
}

// Tables that are wider than the page scroll by keys too.
function setUpScrolling() {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const attributes = { tabindex: '0', role: 'group', 'aria-label': 'Table that scrolls sideways' };
      for (const [name, value] of Object.entries(attributes)) {
        if (target.scrollWidth > target.clientWidth) target.setAttribute(name, value);
        else target.removeAttribute(name);
      }
    }
  });
  for (const box of document.querySelectorAll('.wide')) watch.observe(box);
}

function shortId(id) {
  return id.slice(id.indexOf(':') + 1);
}

const number = new Intl.NumberFormat('en');
