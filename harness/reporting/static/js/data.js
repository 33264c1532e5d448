// The payload: an index of all samples, and their texts in blocks that are unpacked when they are looked at.
const FORMAT = 2;
const PACKED = document.querySelectorAll('script.packed');
const PICTURES = document.querySelectorAll('script.picture');
const CACHED = 400; // blocks of about 256 kB

async function unpack(element) {
  const binary = atob(element.textContent);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return JSON.parse(await new Response(stream).text());
}

const data = { runs: [], samples: [], items: [], epochs: 1 };
const blocks = new Map();

async function loadIndex() {
  const index = await unpack(PACKED[0]);
  if (index.format !== FORMAT) throw new Error(`payload of format ${index.format}`);
  setActing(index.acting, index.joiners);
  Object.assign(data, index);
  data.samples = index.samples.map((row, packedAt) => ({ ...named('sample', row), packedAt }));
  data.items = [...data.samples].sort((a, b) => a.place - b.place).flatMap(itemsOf);
  data.epochs = data.items.reduce((most, item) => Math.max(most, item.epoch + 1), 1);
}

// A row of the payload as an object: the index has the names of the values in each kind of row.
function named(kind, row) {
  return Object.fromEntries(data.rows[kind].map((name, i) => [name, row[i]]));
}

function bitsOf(mask, names) {
  return names.filter((_, bit) => mask & (1 << bit));
}

// One line of the list: a sample in one epoch, with its result in each run.
function itemsOf(sample) {
  const byEpoch = new Map();
  sample.marks.forEach((row, position) => {
    const scored = typeof row[data.rows.scored.indexOf('strict')] === 'string';
    const mark = named(scored ? 'scored' : 'unscored', row);
    if (!byEpoch.has(mark.epoch)) byEpoch.set(mark.epoch, []);
    byEpoch.get(mark.epoch).push({
      run: mark.run, position,
      cause: scored ? null : data.causes[mark.cause],
      strict: scored ? mark.strict : '',
      loose: scored ? mark.loose || mark.strict : '',
      flags: bitsOf(mark.flags, data.flags),
      findings: bitsOf(mark.findings, data.findings),
    });
  });
  return [...byEpoch].map(([epoch, answers]) => ({ sample, number: sample.packedAt, epoch, answers, place: placeOf(sample, epoch) }));
}

function placeOf(sample, epoch) {
  return epoch ? `${sample.id}.${epoch}` : sample.id;
}

function blockOf(number) {
  let low = 0;
  let high = data.firsts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (data.firsts[middle] <= number) low = middle;
    else high = middle;
  }
  return low;
}

// The texts of a block, from the cache where it is unpacked already.
function block(number) {
  const found = blocks.get(number) || unpack(PACKED[number + 1]);
  blocks.delete(number);
  blocks.set(number, found);
  if (blocks.size > CACHED) blocks.delete(blocks.keys().next().value);
  return found;
}

// The texts of a sample, its rows as objects.
async function textsOf(item) {
  const number = blockOf(item.number);
  const record = (await block(number))[item.number - data.firsts[number]];
  const answers = record.answers.map((answer) => ({
    ...answer,
    verdicts: (answer.verdicts || []).map((row) => named('verdict', row)),
    earlier: (answer.earlier || []).map((row) => named('earlier', row)),
  }));
  return { ...record, turns: record.turns.map((row) => named('turn', row)), answers };
}
