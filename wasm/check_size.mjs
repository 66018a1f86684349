// node wasm/check_size.mjs [--json]   the bytes a page loads, those of the larger engines, and of the glue without the plugin; exits 1 when over wasm/budget.json.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const budget = JSON.parse(fs.readFileSync(new URL('budget.json', import.meta.url), 'utf8'));

function measure({ file, limit }) {
  const full = path.join(root, file);
  if (!fs.existsSync(full)) {
    console.error(`${file} is missing: run "npm run build" first.`);
    process.exit(1);
  }
  const bytes = fs.readFileSync(full);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  return { file, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli, limit };
}

const rows = budget.parts.map(measure);
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
const called = (list, when) => list.map(measure).map((row) => ({ ...row, file: `${row.file}, ${when}` }));
rows.push({ file: 'total', raw: sum('raw'), gzip: sum('gzip'), brotli: sum('brotli'), limit: budget.total }, ...called(budget.larger, 'when needed'), ...called(budget.apart, 'without the plugin'));

if (process.argv.includes('--json')) {
  for (const row of rows) console.log(JSON.stringify(row));
} else {
  const line = (cells) => cells.map((cell, i) => (i === 0 ? String(cell).padEnd(46) : String(cell).padStart(9))).join('');
  console.log(line(['file', 'raw', 'gzip', 'brotli', 'limit']));
  for (const { file, raw, gzip, brotli, limit } of rows) console.log(line([file, raw, gzip, brotli, limit]));
}
for (const { file, brotli, limit } of rows.filter((row) => row.brotli > row.limit)) {
  console.error(`${file}: ${brotli} bytes brotli are ${brotli - limit} over its budget of ${limit} (wasm/budget.json)`);
  process.exitCode = 1;
}
