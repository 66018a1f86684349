// Builds dist/ from ENTRIES: each as ES module and CommonJS with the engine and the tracker left outside, and as UMD with
// them inside; variants of the first entry; the wasm file that the UMD build looks for beside itself; and the types.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ENTRIES, STATELESS } from './entries.mjs';
import { engineFrom, pluginFromGlobal, umdWrapper } from './umd.mjs';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
rmSync('dist', { recursive: true, force: true });

/** What the engine's package calls the WebAssembly of its browser builds. */
const WASM_FILE = 'oncue.wasm';

const common = { bundle: true, minify: true, sourcemap: true, metafile: true, target: 'es2020' };
// The tracker is the page's own copy, the engine brings its wasm file along: bundlers of the page resolve both.
const OUTSIDE = ['@oncue/engine', '@oncue/browser-plugin', '@snowplow/*'];
const SUFFIXES = { esm: '.module.js', cjs: '.cjs' };
const FORMATS = Object.keys(SUFFIXES);

/** @returns {Promise<string[]>} the source files that went into it */
async function buildEntry(name, format) {
  const outfile = `dist/${name}${SUFFIXES[format]}`;
  const { metafile } = await build({ ...common, external: OUTSIDE, format, entryPoints: [ENTRIES[name]], outfile });
  return Object.keys(metafile.inputs);
}

const globalOf = (name) => (name === 'index' ? 'oncue' : `oncue${name[0].toUpperCase()}${name.slice(1)}`);

/** Everything inside: the engine, and what the plugin needs of the tracker's core. */
function buildUmd(name, { file = name, engine = './src/variants/beside_script.ts', sourcemap = true } = {}) {
  const wrapper = umdWrapper(globalOf(name), name === 'index' ? '@oncue/browser-plugin' : `@oncue/browser-plugin/${name}`);
  const plugins = [engineFrom(path.resolve(engine)), ...(name === 'index' ? [] : [pluginFromGlobal])];
  const define = { WASM_FILE: JSON.stringify(WASM_FILE) };
  const umd = { ...common, ...wrapper, sourcemap, plugins, define, format: 'iife', entryPoints: [ENTRIES[name]] };
  return Promise.all([
    build({ ...umd, outfile: `dist/${file}.umd.min.js` }),
    build({ ...umd, outfile: `dist/${file}.umd.js`, minify: false }),
  ]);
}

/** The plugin with the engine that is told where its wasm is. */
function buildSlim(format) {
  const engine = { name: 'slim', setup: ({ onResolve }) => onResolve({ filter: /^@oncue\/engine$/ }, () => ({ path: '@oncue/engine/slim', external: true })) };
  return build({ ...common, external: OUTSIDE, plugins: [engine], format, entryPoints: [ENTRIES.index], outfile: `dist/slim${SUFFIXES[format]}` });
}

const INLINED = './src/variants/inlined.ts';
const buildInline = (format) =>
  build({ ...common, sourcemap: false, external: ['@snowplow/*'], plugins: [engineFrom(path.resolve(INLINED))], format, entryPoints: [ENTRIES.index], outfile: `dist/inline${SUFFIXES[format]}` });

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
await Promise.all([
  ...names.map((name) => buildEntry(name, 'cjs')),
  ...names.map((name) => buildUmd(name)),
  ...FORMATS.flatMap((format) => [buildSlim(format), buildInline(format)]),
  buildUmd('index', { file: 'inline', engine: INLINED, sourcemap: false }),
]);
copyFileSync(fileURLToPath(import.meta.resolve(`@oncue/engine/${WASM_FILE}`)), `dist/${WASM_FILE}`);
refuseCopies(await Promise.all(names.map(async (name) => [name, await buildEntry(name, 'esm')])));

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', '.'], { stdio: 'inherit' });
// The same declarations for `require`: TypeScript wants .cts beside a CommonJS entry of an ES module package.
for (const name of readdirSync('dist/types', { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
  const text = readFileSync(`dist/types/${name}`, 'utf8').replace(/from '(\.\.?\/[^']+)\.js'/g, "from '$1.cjs'");
  writeFileSync(`dist/types/${name.replace(/\.d\.ts$/, '.d.cts')}`, text);
}
