// node scripts/generate.mjs [--check]
// Writes what core's lists say into src/generated.ts and docs/aggregations.md. With --check it writes nothing and exits
// 1 when a file is stale.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);
const read = (file) => fs.readFileSync(new URL(file, root), 'utf8');

const LIST = 'core/src/definition/aggregations.def';
const WORDS = 'core/src/definition/vocabulary.cc';
const SIGNATURE = /^ONCUE_AGGREGATION\((\w+), "(\w+)", (\w+), (\w+), (true|false), "((?:[^"\\]|\\.)*)"\)$/;

function aggregations() {
  const lines = read(LIST).split('\n').filter((line) => line.startsWith('ONCUE_AGGREGATION('));
  return lines.map((line) => {
    const match = SIGNATURE.exec(line);
    if (!match) throw new Error(`${LIST}: cannot read "${line}"`);
    const [, , name, reads, types, datePart, help] = match;
    return { name, reads, types, datePart: datePart === 'true', help };
  });
}

function words(array) {
  const match = new RegExp(`${array}\\[\\] = \\{([^}]*)\\}`).exec(read(WORDS));
  if (!match) throw new Error(`${WORDS}: no array ${array}`);
  return match[1].match(/"[^"]*"/g).map((word) => JSON.parse(word));
}

const union = (name, doc, members) =>
  `/** ${doc} */\nexport type ${name} =\n${members.map((member) => `  | '${member}'`).join('\n')};\n`;

function types(list) {
  return [
    `// Generated from ${LIST} and ${WORDS} by js/engine/scripts/generate.mjs; do not edit.\n`,
    union('AggregationName', 'How an attribute turns events into a value.', list.map(({ name }) => name)),
    union('AttributeType', 'Type of an attribute value.', words('kTypes')),
    union('OperatorName', 'Operators of criteria.', words('kOperators')),
    union('DatePart', 'Part of a point in time that an attribute aggregates.', words('kDateParts')),
    union('TimeUnit', 'Unit of time_since_last and time_since_first.', words('kTimeUnits')),
  ].join('\n');
}

const READS = {
  Nothing: 'no property',
  Numbers: 'a number, or text that is one',
  Scalars: 'text, a number or a boolean',
  Time: '`derived_tstamp`, implied',
};
const TYPES = {
  Any: 'any but `dict`',
  Numeric: 'any scalar but `bool` and `bytes`',
  Integer: '`int32` `int64`',
  Real: '`float` `double`',
  List: 'a `*_list`',
  Dict: '`dict`',
};

function describe(table, name) {
  if (!(name in table)) throw new Error(`${LIST}: generate.mjs has no words for "${name}"`);
  return table[name];
}

function document(list) {
  const rows = list.map(
    ({ name, reads, types, datePart, help }) =>
      `| \`${name}\` | ${help} | ${describe(READS, reads)} | ${describe(TYPES, types)} | ${datePart ? 'yes' : ''} |`,
  );
  return `# Aggregations

<!-- Generated from ${LIST} by js/engine/scripts/generate.mjs; do not edit. -->

Every aggregation works over the whole life of an id, or over a rolling \`period\`.

| Name | Result | Reads | \`type\` | \`date_part\` |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

const list = aggregations();
const files = { 'js/engine/src/generated.ts': types(list), 'docs/aggregations.md': document(list) };

let stale = 0;
for (const [file, text] of Object.entries(files)) {
  const path = fileURLToPath(new URL(file, root));
  const before = fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : undefined;
  if (before === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`${file} is stale: run npm run generate -w js/engine`);
    stale++;
  } else {
    fs.writeFileSync(path, text);
    console.error(`wrote ${file}`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
