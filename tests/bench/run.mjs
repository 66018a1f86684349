// npm run bench [-- --json] [-- --only NAME]: every figure against its rival, all in one run.
import os from 'node:os';
import { parseArgs } from 'node:util';

import { load } from '@oncue/engine';

import { bytes } from './bytes.mjs';
import { eshop } from './eshop.mjs';
import { plugin } from './plugin.mjs';
import { rules } from './rules.mjs';
import { loading, scaling } from './scaling.mjs';
import { sync } from './sync.mjs';

const SUITES = { eshop, plugin, rules, scaling, loading, bytes, sync };

const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string', multiple: true } } });
const unknown = values.only?.find((name) => !SUITES[name]);
if (unknown) {
  console.error(`There is no benchmark "${unknown}"; there are ${Object.keys(SUITES).join(', ')}.`);
  process.exit(2);
}

const digits = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function print(row) {
  if (values.json) return console.log(JSON.stringify(row));
  const { name, ours, rival, rival_name: rivalName, ratio, unit } = row;
  const against = rival === null ? '' : `${digits(ratio).padStart(8)} x ${rivalName} (${digits(rival)} ${unit})`;
  console.log(`${name.padEnd(46)} ${digits(ours).padStart(8)} ${unit.padEnd(5)} ${against}`.trimEnd());
}

if (!values.json) {
  const busy = os.loadavg()[0].toFixed(1);
  console.log(`Node ${process.versions.node}, ${os.cpus().length} x ${os.cpus()[0]?.model}, load ${busy}\n`);
}
await load();
for (const [name, suite] of Object.entries(SUITES)) {
  if (values.only && !values.only.includes(name)) continue;
  for (const row of await suite()) print(row);
}
