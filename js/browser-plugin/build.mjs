// Builds dist/: each of ENTRIES and CHUNKS as ES module and CommonJS with the engine and the tracker left outside, and
// ENTRIES as UMD with them inside; variants of the first entry; the wasm file that UMD looks for beside itself; the types.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { CHUNKS, ENTRIES, STATELESS } from './entries.mjs';
import { engineFrom, pluginFromGlobal, umdWrapper } from './umd.mjs';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
rmSync('dist', { recursive: true, force: true });

/** What the engine's package calls the WebAssembly of its browser builds. */
const WASM_FILE = 'oncue.wasm';
const SUFFIXES = { esm: '.module.js', cjs: '.cjs' };
const FORMATS = Object.keys(SUFFIXES);
const FILES = [...ENTRIES, ...CHUNKS];

/** `./<entry>.js` as seen from another entry is that entry's file. */
const otherEntries = (suffix) => ({
  name: 'other-entries',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/[\w-]+\.js$/ }, ({ path: file, importer }) => {
      const name = path.basename(file, '.js');
      const isOther = importer !== '' && FILES.includes(name) && path.dirname(importer) === path.resolve('src');
      return isOther ? { path: `./${name}${suffix}`, external: true } : undefined;
    });
  },
});

const common = { bundle: true, minify: true, sourcemap: true, metafile: true, target: 'es2020' };
// The tracker is the page's own copy, the engine brings its wasm file along: bundlers of the page resolve both.
const OUTSIDE = ['@oncue/engine', '@snowplow/*'];

async function buildEntry(name, format) {
  const suffix = SUFFIXES[format];
  const options = { ...common, external: OUTSIDE, plugins: [otherEntries(suffix)], format };
  const { metafile } = await build({ ...options, entryPoints: [`src/${name}.ts`], outfile: `dist/${name}${suffix}` });
  return Object.keys(metafile.inputs).map((file) => path.basename(file, '.ts'));
}

/** The plugin with the engine that is told where its wasm is. */
async function buildSlim(format) {
  const suffix = SUFFIXES[format];
  const options = { ...common, alias: { '@oncue/engine': '@oncue/engine/slim' }, external: ['@oncue/engine/slim', '@snowplow/*'] };
  await build({ ...options, plugins: [otherEntries(suffix)], format, entryPoints: ['src/index.ts'], outfile: `dist/slim${suffix}` });
}

const INLINED = './src/variants/inlined.ts';

/** The plugin with the engine and its wasm in one file. */
async function buildInline(format) {
  const options = { ...common, sourcemap: false, external: ['@snowplow/*'], plugins: [engineFrom(path.resolve(INLINED))], format };
  await build({ ...options, entryPoints: ['src/index.ts'], outfile: `dist/inline${SUFFIXES[format]}` });
}

const globalOf = (name) => (name === 'index' ? 'oncue' : `oncue${name[0].toUpperCase()}${name.slice(1)}`);
const moduleOf = (name) => (name === 'index' ? '@oncue/browser-plugin' : `@oncue/browser-plugin/${name}`);

/** Everything inside: the engine, the chunks, and what the plugin needs of the tracker's core. */
async function buildUmd(name, { file = name, engine = './src/variants/beside_script.ts', sourcemap = true } = {}) {
  const plugins = [engineFrom(path.resolve(engine)), ...(name === 'index' ? [] : [pluginFromGlobal])];
  const define = { WASM_FILE: JSON.stringify(WASM_FILE) };
  const umd = { ...common, ...umdWrapper(globalOf(name), moduleOf(name)), sourcemap, plugins, define, format: 'iife' };
  const entry = { ...umd, entryPoints: [`src/${name}.ts`] };
  await build({ ...entry, outfile: `dist/${file}.umd.min.js` });
  await build({ ...entry, outfile: `dist/${file}.umd.js`, minify: false });
}

/** Two copies of a module with state would be two plugins that do not know of each other. */
function refuseCopies(modules) {
  const owners = new Map();
  for (const [entry, names] of modules) {
    for (const name of names.filter((one) => !STATELESS.includes(one))) {
      const owner = owners.get(name);
      if (owner) throw new Error(`src/${name}.ts is in ${owner} and in ${entry}: import it from the entry "./${owner}.js"`);
      owners.set(name, entry);
    }
  }
}

await Promise.all([
  ...FILES.map((name) => buildEntry(name, 'cjs')),
  ...FORMATS.flatMap((format) => [buildSlim(format), buildInline(format)]),
  ...ENTRIES.map((name) => buildUmd(name)),
  buildUmd('index', { file: 'inline', engine: INLINED, sourcemap: false }),
]);
refuseCopies(await Promise.all(FILES.map(async (name) => [name, await buildEntry(name, 'esm')])));
copyFileSync(fileURLToPath(import.meta.resolve(`@oncue/engine/${WASM_FILE}`)), `dist/${WASM_FILE}`);

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', '.'], { stdio: 'inherit' });
// The same declarations for `require`: TypeScript wants .cts beside a CommonJS entry of an ES module package.
for (const name of readdirSync('dist/types', { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
  const text = readFileSync(`dist/types/${name}`, 'utf8').replace(/from '(\.\.?\/[^']+)\.js'/g, "from '$1.cjs'");
  writeFileSync(`dist/types/${name.replace(/\.d\.ts$/, '.d.cts')}`, text);
}
