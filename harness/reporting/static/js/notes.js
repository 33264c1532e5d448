// Notes and tags of a reader. The file never changes, so they are in its address, packed, and in files that the reader
// exports: { format, report, notes: [{ sample, epoch, tags, note }] }.
const NOTES_FORMAT = 1;
const MOST_IN_ADDRESS = 8000; // characters; programs that pass addresses on cut longer ones
const LONGEST_NOTE = 4000; // characters
const LONGEST_TAG = 40;
const MOST_TAGS = 20;
const LARGEST_FILE = 5e6; // bytes
const notes = new Map(); // by place: { tags, note }
const notebook = { tooLong: false, changed: false, message: '' };

function noteOf(place) {
  return notes.get(place) || { tags: [], note: '' };
}

function tagsIn(text) {
  const found = text.split(/[,;\n]/).map((one) => one.trim().replace(/\s+/g, ' ').slice(0, LONGEST_TAG)).filter(Boolean);
  return [...new Set(found)].slice(0, MOST_TAGS);
}

function allTags() {
  return [...new Set([...notes.values()].flatMap(({ tags }) => tags))].sort();
}

function putNote(place, tags, note) {
  if (tags.length || note) notes.set(place, { tags, note });
  else notes.delete(place);
}

// The notes as they are written to a file, in the order of the samples.
function notesOnRecord() {
  return data.items.filter(({ place }) => notes.has(place))
    .map(({ sample, epoch, place }) => ({ sample: sample.id, epoch, ...notes.get(place) }));
}

// Takes over the notes of a file or an address; returns how many belong to a sample of this report, and how many do not.
function takeNotes(list) {
  const known = new Set(data.items.map(({ place }) => place));
  let taken = 0;
  for (const row of list) {
    const { sample, epoch = 0, tags = [], note = '' } = row && typeof row === 'object' ? row : {};
    const place = placeOf({ id: String(sample) }, Number(epoch));
    if (known.has(place) && Array.isArray(tags)) {
      putNote(place, tagsIn(tags.join(',')), String(note).slice(0, LONGEST_NOTE));
      taken += 1;
    }
  }
  return [taken, list.length - taken];
}

async function packNotes() {
  if (!notes.size) return '';
  const text = JSON.stringify(notesOnRecord().map(({ sample, epoch, tags, note }) => [sample, epoch, tags, note]));
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

async function unpackNotes(packed) {
  const binary = atob(packed.replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const rows = JSON.parse(await new Response(stream).text());
  return rows.map(([sample, epoch, tags, note]) => ({ sample, epoch, tags, note }));
}

// Reads the notes in the address; those of another address join the ones here.
async function readNotes() {
  if (!state.notes || state.notes === notebook.packed) return;
  try {
    takeNotes(await unpackNotes(state.notes.slice(0, 4 * MOST_IN_ADDRESS)));
    await saveNotes(false);
  } catch {
    notebook.message = 'The notes in the address are damaged and were not read.';
  }
  showNotebook();
}

async function saveNotes(changed = true) {
  const packed = await packNotes();
  notebook.tooLong = packed.length > MOST_IN_ADDRESS;
  notebook.packed = notebook.tooLong ? '' : packed;
  notebook.changed = notebook.tooLong && (changed || notebook.changed);
  if (changed) notebook.message = '';
  state.notes = notebook.packed;
}

function exportNotes() {
  const record = { format: NOTES_FORMAT, report: document.title, notes: notesOnRecord() };
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(record, null, 1)}\n`], { type: 'application/json' }));
  make('a', { href: url, download: 'notes.json' }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  notebook.changed = false;
}

async function importNotes(file) {
  if (file.size > LARGEST_FILE) return `${plain(file.name)} has more than ${number.format(LARGEST_FILE / 1e6)} MB, so it is not a file of notes.`;
  try {
    const record = JSON.parse(await file.text());
    if (record.format !== NOTES_FORMAT || !Array.isArray(record.notes)) throw new Error('another format');
    const [taken, left] = takeNotes(record.notes);
    const other = left ? `; ${number.format(left)} belong to samples that this report does not have` : '';
    return `${number.format(taken)} note${taken === 1 ? '' : 's'} imported${other}.`;
  } catch {
    return `${plain(file.name)} is not a file of notes: choose one that “Export notes” of a report has written.`;
  }
}

// The line below the filters: how many notes there are, where they are, and the files.
function buildNotebook() {
  const out = make('button', { type: 'button', id: 'export-notes' }, 'Export notes');
  out.addEventListener('click', () => { exportNotes(); showNotebook(); });
  const field = make('input', { type: 'file', accept: '.json,application/json', id: 'import-file', hidden: true, 'aria-label': 'File of notes' });
  const read = make('button', { type: 'button', id: 'import-notes' }, 'Import notes');
  read.addEventListener('click', () => field.click());
  field.addEventListener('change', async () => {
    const [file] = field.files;
    if (!file) return;
    const message = await importNotes(file);
    field.value = '';
    await saveNotes();
    notebook.message = message;
    await change({});
    reopen();
    showNotebook();
  });
  addEventListener('beforeunload', (event) => { if (notebook.changed) event.preventDefault(); });
  return make('div', { class: 'files' }, out, read, field, make('span', { class: 'hint', id: 'notebook', 'aria-live': 'polite' }));
}

function showNotebook() {
  const line = document.getElementById('notebook');
  const count = `${number.format(notes.size)} sample${notes.size === 1 ? '' : 's'} with a note or tags`;
  const where = notebook.tooLong
    ? `. They are too long for the address${notebook.changed ? ': export them before you close the page' : ', and in the exported file'}.`
    : ', in the address of this page.';
  line.textContent = [notebook.message, notes.size ? count + where : ''].filter(Boolean).join(' ');
  document.getElementById('export-notes').disabled = !notes.size;
  showTagOptions();
}

// The fields of the opened sample.
function buildNote(item) {
  const { tags, note } = noteOf(item.place);
  const known = make('datalist', { id: 'known-tags' }, ...allTags().map((value) => make('option', { value })));
  const tagField = make('input', { id: 'tags', list: 'known-tags', autocomplete: 'off', maxlength: 400, placeholder: 'separated by commas' });
  const text = make('textarea', { id: 'note', rows: 1, maxlength: LONGEST_NOTE, placeholder: 'in the address of the page, or exported ( n )' });
  tagField.value = tags.join(', ');
  text.value = note;
  const form = make('form', { class: `note${tags.length || note ? ' filled' : ''}`, 'aria-label': 'Note of the reader' },
    make('label', {}, 'Tags', tagField, known), make('label', {}, 'Note', text));
  form.addEventListener('submit', (event) => event.preventDefault());
  let waiting = 0;
  const save = async () => {
    clearTimeout(waiting);
    putNote(item.place, tagsIn(tagField.value), text.value.trim());
    form.classList.toggle('filled', notes.has(item.place));
    await saveNotes();
    await change({});
    showNotebook();
  };
  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 250);
  });
  form.addEventListener('change', save);
  return form;
}
