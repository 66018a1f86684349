// Bytes that a page loads, per file, against what Adobe's client-side engine ships.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { check, compare } from './lib/measure.mjs';

const SCRIPT = fileURLToPath(new URL('../../wasm/check_size.mjs', import.meta.url));
const ADOBE = 43389;

export function bytes() {
  const { stdout, stderr } = spawnSync(process.execPath, [SCRIPT, '--json'], { encoding: 'utf8' });
  // Too many bytes are a figure as well; that script fails the tests over them.
  check(stdout.trim() !== '', stderr);
  const files = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return files.flatMap(({ file, raw, gzip, brotli }) => [
    compare(`${file}, raw`, raw, null, null, 'bytes'),
    compare(`${file}, gzip`, gzip, null, null, 'bytes'),
    file === 'total'
      ? compare('total, brotli', brotli, ADOBE, "Adobe's client-side engine", 'bytes')
      : compare(`${file}, brotli`, brotli, null, null, 'bytes'),
  ]);
}
