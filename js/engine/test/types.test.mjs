import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const here = fileURLToPath(new URL('types', import.meta.url));

// Each way in which TypeScript finds declarations finds other ones.
for (const [name, args] of Object.entries({
  'a bundler': [],
  'Node, ESM': ['--module', 'NodeNext', '--moduleResolution', 'NodeNext'],
})) {
  test(`types of values follow from definitions: ${name}`, () => {
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', here, ...args], { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
}
