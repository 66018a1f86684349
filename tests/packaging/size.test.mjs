import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('what a page loads does not outgrow the ratchet on the way to its goal (wasm/budget.json)', () => {
  const script = fileURLToPath(new URL('../../wasm/check_size.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--ratchet'], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
});
