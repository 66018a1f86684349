// Every tarball has the licence in it: each package folder has a copy of the repository's.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { pagesIn, read, root } from '../fences.mjs';

const filesOf = (folder) => {
  const output = execFileSync('npm', ['pack', `./${folder}`, '--dry-run', '--json', '--ignore-scripts'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  const [{ files }] = JSON.parse(output);
  return files.map(({ path }) => path);
};

for (const folder of pagesIn('js', () => true)) {
  test(`${folder} is packed with the repository's licence`, () => {
    assert.ok(existsSync(`${root}${folder}/LICENSE`), `${folder}/LICENSE is missing`);
    assert.equal(read(`${folder}/LICENSE`), read('LICENSE'));
    assert.ok(filesOf(folder).includes('LICENSE'));
  });
}
