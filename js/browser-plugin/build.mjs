// Builds dist/ from ENTRIES, each as ES module and CommonJS with the engine and the tracker left outside, and the types.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ENTRIES, STATELESS } from './entries.mjs';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
rmSync('dist', { recursive: true, force: true });

const common = {
  bundle: true,
  minify: true,
  sourcemap: true,
  metafile: true,
  target: 'es2020',
  // The tracker is the page's own copy, the engine brings its wasm file along: bundlers of the page resolve both.
  external: ['@oncue/engine', '@oncue/browser-plugin', '@snowplow/*'],
};
const FORMATS = { esm: '.module.js', cjs: '.cjs' };

/** @returns {Promise<string[]>} the source files that went into it */
async function buildEntry(name, format) {
  const outfile = `dist/${name}${FORMATS[format]}`;
  const { metafile } = await build({ ...common, format, entryPoints: [ENTRIES[name]], outfile });
  return Object.keys(metafile.inputs);
}

/** Two copies of a module with state would be two plugins that do not know of each other. */
function refuseCopies(filesOfEntries) {
  const owners = new Map();
  for (const [entry, files] of filesOfEntries) {
    for (const file of files.filter((one) => !STATELESS.includes(one))) {
      const owner = owners.get(file);
      if (owner) throw new Error(`${file} is in ${owner} and in ${entry}: import what it offers from "@oncue/browser-plugin"`);
      owners.set(file, entry);
    }
  }
}

const names = Object.keys(ENTRIES);
await Promise.all(names.map((name) => buildEntry(name, 'cjs')));
refuseCopies(await Promise.all(names.map(async (name) => [name, await buildEntry(name, 'esm')])));

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', '.'], { stdio: 'inherit' });
// The same declarations for `require`: TypeScript wants .cts beside a CommonJS entry of an ES module package.
for (const name of readdirSync('dist/types', { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
  const text = readFileSync(`dist/types/${name}`, 'utf8').replace(/from '(\.\.?\/[^']+)\.js'/g, "from '$1.cjs'");
  writeFileSync(`dist/types/${name.replace(/\.d\.ts$/, '.d.cts')}`, text);
}
