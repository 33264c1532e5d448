// The payload: an index of all samples, and their texts in blocks that are unpacked when they are looked at.
const FORMAT = 1;
const PACKED = document.querySelectorAll('script.packed');
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
  data.samples = index.samples.map(
    ([id, task, article, ids, marks, place], packedAt) => ({ id, task, article, ids, marks, place, packedAt }));
  data.items = [...data.samples].sort((a, b) => a.place - b.place).flatMap(itemsOf);
  data.epochs = data.items.reduce((most, item) => Math.max(most, item.epoch + 1), 1);
}

// One line of the list: a sample in one epoch, with what became of it in each run.
function itemsOf(sample) {
  const byEpoch = new Map();
  sample.marks.forEach(([run, epoch, ...rest], position) => {
    if (!byEpoch.has(epoch)) byEpoch.set(epoch, []);
    const scored = typeof rest[0] === 'string';
    byEpoch.get(epoch).push({
      run, position,
      cause: scored ? null : data.causes[rest[0]],
      strict: scored ? rest[0] : '',
      loose: scored ? rest[1] || rest[0] : '',
      flags: scored ? data.flags.filter((_, bit) => rest[2] & (1 << bit)) : [],
      findings: data.findings.filter((_, bit) => rest[scored ? 3 : 1] & (1 << bit)),
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

// The texts of a block, from the few that are kept.
function block(number) {
  const kept = blocks.get(number) || unpack(PACKED[number + 1]);
  blocks.delete(number);
  blocks.set(number, kept);
  if (blocks.size > CACHED) blocks.delete(blocks.keys().next().value);
  return kept;
}

async function textsOf(item) {
  const number = blockOf(item.number);
  return (await block(number))[item.number - data.firsts[number]];
}
