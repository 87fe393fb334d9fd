'use strict';
const parse = (id) => JSON.parse(document.getElementById(id).textContent);
const report = parse('report-data');
const details = parse('details-data');
const byId = (id) => document.getElementById(id);
const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const MARKS = { agrees: '✓', refuses: '–', wrong: '✗', crashes: '!', 'not run': '·' };
const classOf = (verdict) => verdict.replace(' ', '-');

// Cells and messages by row, producer, consumer.
const messages = new Map();
report.made.forEach((made, index) => messages.set(`${made.feature}/${made.producer}`, { ...made, index }));
const cells = new Map();
report.cells.forEach((cell, index) => cells.set(`${cell.feature}/${cell.producer}/${cell.consumer}`, { ...cell, index }));
const peers = report.peers.filter((peer) => peer.there);

byId('summary').textContent =
  `${report.date}: ${peers.length} implementations, ${report.features.length} rows, ${report.cells.length} cells; ` +
  Object.entries(report.counts).map(([verdict, count]) => `${count} ${verdict}`).join(', ') + '.';

const option = (select, value, text) => {
  const made = element('option', text ?? value);
  made.value = value;
  byId(select).append(made);
};
peers.forEach((peer) => option('peer', peer.id));
[...new Set(report.features.map((feature) => feature.group))].forEach((group) => option('group', group));
Object.keys(MARKS).forEach((verdict) => option('verdict', verdict));

const chosen = () => Object.fromEntries(['peer', 'role', 'group', 'verdict', 'text'].map((id) => [id, byId(id).value.trim()]));

function fits(cell, filter) {
  if (filter.peer) {
    const roles = filter.role ? [cell[filter.role]] : [cell.producer, cell.consumer];
    if (!roles.includes(filter.peer)) return false;
  }
  if (filter.verdict === 'differs') return !['agrees', 'not run'].includes(cell.verdict);
  return !filter.verdict || cell.verdict === filter.verdict;
}

function grid(feature, shown) {
  const producers = peers.filter((peer) => shown.some((cell) => cell.producer === peer.id));
  const consumers = peers.filter((peer) => shown.some((cell) => cell.consumer === peer.id));
  const table = element('table');
  const head = table.createTHead().insertRow();
  head.append(element('th'));
  for (const peer of consumers) {
    const column = element('th', undefined, 'peer');
    column.scope = 'col';
    column.append(element('span', peer.id));
    head.append(column);
  }
  const body = table.createTBody();
  for (const producer of producers) {
    const line = body.insertRow();
    const name = element('th', producer.id);
    name.scope = 'row';
    line.append(name);
    for (const consumer of consumers) {
      const key = `${feature.id}/${producer.id}/${consumer.id}`;
      const cell = cells.get(key);
      const place = line.insertCell();
      if (!cell) continue;
      const button = element('button', MARKS[cell.verdict], classOf(cell.verdict));
      button.type = 'button';
      button.title = `${producer.id} → ${consumer.id}: ${cell.verdict}${cell.why ? `: ${cell.why}` : ''}`;
      button.setAttribute('aria-label', button.title);
      button.addEventListener('click', () => open(key));
      if (!shown.includes(cell)) button.style.opacity = 0.35;
      place.append(button);
    }
  }
  const box = element('div', undefined, 'scroll');
  box.append(table);
  const not = report.made.filter((made) => made.feature === feature.id && !['made', 'cannot'].includes(made.state));
  for (const made of not) box.append(element('p', `${made.producer} did not make it: ${made.why}`));
  return box;
}

function show() {
  const filter = chosen();
  const main = byId('features');
  main.replaceChildren();
  let rows = 0;
  let count = 0;
  let group;
  for (const feature of report.features) {
    if (filter.group && feature.group !== filter.group) continue;
    const words = `${feature.id} ${feature.title} ${feature.source} ${feature.group}`.toLowerCase();
    if (filter.text && !words.includes(filter.text.toLowerCase())) continue;
    const shown = [...rowCells.get(feature.id)].filter((cell) => fits(cell, filter));
    if (shown.length === 0) continue;
    if (feature.group !== group) main.append(element('h2', (group = feature.group)));
    rows += 1;
    count += shown.length;
    main.append(row(feature, shown));
  }
  byId('shown').textContent = `${rows} rows, ${count} cells`;
}

const rowCells = new Map(report.features.map((feature) => [feature.id, []]));
for (const cell of cells.values()) rowCells.get(cell.feature).push(cell);

function row(feature, shown) {
  const made = element('details', undefined, 'row');
  made.id = `row-${feature.id}`;
  const line = element('summary');
  line.append(element('span', feature.title, 'title'), element('span', feature.source, 'source'));
  if (feature.wanted === 'refusal') line.append(element('span', 'to be refused', 'source'));
  const counts = element('span', undefined, 'counts');
  for (const [verdict, mark] of Object.entries(MARKS)) {
    const number = shown.filter((cell) => cell.verdict === verdict).length;
    if (number) {
      const badge = element('span', `${mark} ${number}`, classOf(verdict));
      badge.title = `${number} ${verdict}`;
      counts.append(badge);
    }
  }
  line.append(counts);
  made.append(line);
  made.addEventListener('toggle', () => {
    if (made.open && made.childElementCount === 1) made.append(grid(feature, shown));
  });
  return made;
}

async function unpacked(text) {
  const octets = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([octets]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const hex = (octets) => {
  const lines = [];
  for (let at = 0; at < Math.min(octets.length, 2048); at += 16) {
    const part = [...octets.slice(at, at + 16)];
    const digits = part.map((octet) => octet.toString(16).padStart(2, '0')).join(' ');
    const text = part.map((octet) => (octet > 31 && octet < 127 ? String.fromCharCode(octet) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${digits.padEnd(47)}  ${text}`);
  }
  return lines.join('\n') + (octets.length > 2048 ? `\n… ${octets.length} octets in all` : '');
};

async function open(key) {
  const cell = cells.get(key);
  if (!cell) return;
  const made = messages.get(`${cell.feature}/${cell.producer}`);
  const feature = report.features.find((found) => found.id === cell.feature);
  byId('details-title').textContent = `${feature.title}: ${cell.producer} → ${cell.consumer}`;
  const facts = byId('facts');
  facts.replaceChildren();
  const fact = (name, text, className) => {
    if (!text) return;
    facts.append(element('dt', name));
    const value = element('dd');
    value.append(element(className === 'code' ? 'code' : 'span', text, className));
    facts.append(value);
  };
  fact('Verdict', cell.verdict, classOf(cell.verdict));
  fact('Said', cell.why);
  fact('Source', feature.source);
  fact('Made by', made.command, 'code');
  fact('Read by', cell.command, 'code');
  fact('Content', made.content);
  const detail = details.messages[made.index];
  const link = byId('message');
  link.replaceChildren();
  byId('hex').textContent = byId('dump').textContent = '';
  const file = element('a', made.message);
  file.href = made.message;
  link.append(file, `, ${detail.size} octets`);
  byId('details').showModal();
  if (detail.octets) {
    const octets = await unpacked(detail.octets);
    byId('hex').textContent = hex(octets);
    file.href = URL.createObjectURL(new Blob([octets], { type: 'application/octet-stream' }));
    file.download = made.message.split('/').pop();
    byId('dump').textContent = new TextDecoder().decode(await unpacked(detail.dump));
  } else {
    byId('dump').textContent = 'Too large for this page: the file is beside it.';
  }
  const output = details.outputs[cell.index];
  byId('output').textContent = output
    ? hex(await unpacked(output.octets)) + (output.size > 1024 ? `\n… ${output.size} octets in all` : '')
    : cell.verdict === 'agrees' && feature.wanted === 'content'
      ? 'The content that went in.'
      : 'None.';
  history.replaceState(null, '', `#cell=${encodeURIComponent(key)}`);
}

byId('details').addEventListener('close', () => history.replaceState(null, '', '#'));
byId('filter').addEventListener('input', show);
byId('filter').addEventListener('submit', (event) => event.preventDefault());

// An address may choose: #peer=…&verdict=…, #row=…, #cell=row/producer/consumer.
const wanted = new URLSearchParams(location.hash.slice(1));
for (const id of ['peer', 'role', 'group', 'verdict', 'text']) if (wanted.has(id)) byId(id).value = wanted.get(id);
show();
const opened = wanted.get('row') && byId(`row-${wanted.get('row')}`);
if (opened) opened.open = true;
if (wanted.get('cell')) open(wanted.get('cell'));

const table = byId('peers');
for (const peer of report.peers) {
  const line = table.insertRow();
  line.append(element('th', peer.id));
  for (const text of peer.there ? [peer.product, peer.version, `looks at ${peer.kind}`] : ['not run', '', peer.why]) {
    line.append(element('td', text));
  }
}
