// What the packages hold: nothing of the machine that built them, and source maps that are of use.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const PACKAGES = ['engine', 'browser-plugin', 'react', 'server', 'cli'];

/** By name: the bytes of every file that npm would publish. */
function packedFiles(folder) {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'], { cwd: folder, encoding: 'utf8' });
  return new Map(JSON.parse(output)[0].files.map((file) => [file.path, readFileSync(path.join(folder, file.path))]));
}

const isAbsolute = (source) => path.isAbsolute(source.replace(/^[\w-]+:/, '')) || /^[a-z]:[\\/]/i.test(source);

for (const name of PACKAGES) {
  describe(`js/${name}`, () => {
    const files = packedFiles(path.join(root, 'js', name));
    const maps = [...files].filter(([file]) => file.endsWith('.map')).map(([file, bytes]) => [file, JSON.parse(bytes)]);

    test('no file has the path of the repository in it', () => {
      assert.ok(files.size > 2);
      assert.deepEqual([...files].filter(([, bytes]) => bytes.includes(root)).map(([file]) => file), []);
    });

    test('every source map names sources, and none by an absolute path', () => {
      assert.deepEqual(maps.filter(([, { sources }]) => !sources.length).map(([file]) => file), []);
      const named = maps.flatMap(([file, { sourceRoot = '', sources }]) => [sourceRoot, ...sources].filter(isAbsolute).map((source) => `${file}: ${source}`));
      assert.deepEqual(named, []);
    });

    test('a script that names a source map has it beside it', () => {
      const scripts = [...files].filter(([file]) => /\.(js|mjs|cjs)$/.test(file));
      for (const [file, bytes] of scripts) {
        const [, map] = /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(bytes.toString()) ?? [];
        if (map) assert.ok(files.has(path.posix.join(path.posix.dirname(file), map)), `${file}: ${map}`);
      }
    });
  });
}
