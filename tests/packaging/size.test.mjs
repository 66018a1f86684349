import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('what a page loads stays within its budget: 43,389 bytes brotli (wasm/budget.json)', () => {
  const script = fileURLToPath(new URL('../../wasm/check_size.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
});
