// Builds dist/: each of ENTRIES and CHUNKS as ES module, for pages, and as CommonJS, which servers load too. The tracker is
// left outside of both. The engine is inside of the first entry's ES module, where what is alike in the two is loaded once, and
// outside of the CommonJS. The entries as UMD with both inside; variants of the first entry; the wasm files that a page looks
// for beside the script; and the types.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { shorten } from '../../scripts/lib/shorten.mjs';
import { CHUNKS, ENTRIES, STATELESS, mangleProps } from './entries.mjs';
import { engineFrom, pluginFromGlobal, umdWrapper } from './umd.mjs';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
rmSync('dist', { recursive: true, force: true });

/** What the engine's package calls the WebAssembly of its browser builds. */
const WASM_FILE = 'oncue.page.wasm';
const SYNC_FILE = 'oncue.sync.wasm';
const PLAIN_FILE = 'oncue.plain.wasm';
const FILES = [...ENTRIES, ...CHUNKS];
const SUFFIXES = { esm: '.module.js', cjs: '.cjs' };
const FORMATS = Object.keys(SUFFIXES);

const common = { bundle: true, minify: true, sourcemap: true, metafile: true, target: 'es2020', mangleProps };
// The tracker is the page's own copy: its bundler resolves it. The engine comes into the ES module later, and CommonJS wants
// that of the host.
const OUTSIDE = ['@oncue/engine', '@snowplow/*'];
/** Of the ES modules, of which one has the engine's browser build inside, which is written in this. */
const PAGE_TARGET = 'es2022';
const sourceOf = (name) => `src/${name}.ts`;

/** `./<name>.js` as seen from another entry is that entry's file. */
const otherEntries = (suffix) => ({
  name: 'other-entries',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/[\w-]+\.js$/ }, ({ path: file, importer }) => {
      const name = path.basename(file, '.js');
      const isOther = FILES.includes(name) && path.resolve(path.dirname(importer), file) === path.resolve('src', `${name}.js`);
      return isOther ? { path: `./${name}${suffix}`, external: true } : undefined;
    });
  },
});

/** Names that all files agree upon. */
let mangleCache = {};

/** @returns {Promise<{modules: string[], names: string[]}>} the modules that went into it, and what an ES module exports */
async function buildEntry(name, format) {
  const suffix = SUFFIXES[format];
  const files = { entryPoints: [sourceOf(name)], outfile: `dist/${name}${suffix}` };
  const target = format === 'esm' ? PAGE_TARGET : common.target;
  const { metafile, mangleCache: members } = await build({ ...common, ...files, target, external: OUTSIDE, plugins: [otherEntries(suffix)], format, mangleCache });
  if (name === FILES[0]) mangleCache = members;
  return { modules: Object.keys(metafile.inputs).map((file) => path.basename(file, '.ts')), names: metafile.outputs[files.outfile].exports };
}

/**
 * Puts the engine into the first entry's ES module. In a second step: in the same one the plugin's short names would have to be
 * others than the engine's, which costs a hundred bytes.
 */
function takeEngineIn() {
  const [file, ...others] = FILES.map((name) => `${name}${SUFFIXES.esm}`);
  const files = { entryPoints: [`dist/${file}`], outfile: `dist/${file}`, allowOverwrite: true };
  const external = ['@snowplow/*', ...others.map((other) => `./${other}`)];
  return build({ ...common, ...files, mangleProps: undefined, target: PAGE_TARGET, external, format: 'esm' });
}

const globalOf = (name) => (name === 'index' ? 'oncue' : `oncue${name[0].toUpperCase()}${name.slice(1)}`);

/** Everything inside: the engine, and what the plugin needs of the tracker's core. */
function buildUmd(name, { file = name, engine = './src/variants/beside_script.ts', sourcemap = true } = {}) {
  const isFirst = name === 'index';
  const wrapper = umdWrapper(globalOf(name), isFirst ? '@oncue/browser-plugin' : `@oncue/browser-plugin/${name}`);
  const plugins = [engineFrom(path.resolve(engine)), ...(isFirst ? [] : [pluginFromGlobal])];
  const define = { WASM_FILE: JSON.stringify(WASM_FILE), SYNC_FILE: JSON.stringify(SYNC_FILE), PLAIN_FILE: JSON.stringify(PLAIN_FILE) };
  const umd = { ...common, ...wrapper, mangleCache, sourcemap, plugins, define, format: 'iife', entryPoints: [sourceOf(name)] };
  return Promise.all([
    build({ ...umd, outfile: `dist/${file}.umd.min.js` }),
    build({ ...umd, outfile: `dist/${file}.umd.js`, minify: false, sourcemap: false }),
  ]);
}

const slimEngine = {
  name: 'slim',
  setup: ({ onResolve }) => onResolve({ filter: /^@oncue\/engine$/ }, () => ({ path: '@oncue/engine/slim', external: true })),
};

/** The plugin with the engine that is told where its wasm is. */
function buildSlim(format) {
  const suffix = SUFFIXES[format];
  const plugins = [slimEngine, otherEntries(suffix)];
  return build({ ...common, mangleCache, external: OUTSIDE, plugins, format, entryPoints: [sourceOf('index')], outfile: `dist/slim${suffix}` });
}

const INLINED = './src/variants/inlined.ts';

/** Everything in one file, the wasm too. */
function buildInline(format) {
  const plugins = [engineFrom(path.resolve(INLINED))];
  const outfile = `dist/inline${SUFFIXES[format]}`;
  return build({ ...common, mangleCache, sourcemap: false, external: ['@snowplow/*'], plugins, format, entryPoints: [sourceOf('index')], outfile });
}

/** Node reads from a CommonJS module's text what `import` finds in it, and the minifiers leave nothing of that. */
function tellNames(file, names) {
  const text = readFileSync(file, 'utf8');
  const end = text.lastIndexOf('\n//# sourceMappingURL=');
  const at = end < 0 ? text.length : end;
  writeFileSync(file, `${text.slice(0, at)};0&&(module.exports={${names}});${text.slice(at)}`);
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

// First the one that has most of them, so that they are short there.
await buildEntry('index', 'esm');
await Promise.all([
  ...FILES.map((name) => buildEntry(name, 'cjs')),
  ...ENTRIES.map((name) => buildUmd(name)),
  ...FORMATS.flatMap((format) => [buildSlim(format), buildInline(format)]),
  buildUmd('index', { file: 'inline', engine: INLINED, sourcemap: false }),
]);
for (const file of [WASM_FILE, SYNC_FILE, PLAIN_FILE]) copyFileSync(fileURLToPath(import.meta.resolve(`@oncue/engine/${file}`)), `dist/${file}`);
const built = await Promise.all(FILES.map(async (name) => [name, await buildEntry(name, 'esm')]));
refuseCopies(built.map(([name, { modules }]) => [name, modules]));
await takeEngineIn();

const isShort = (name) => /(\.module\.js|\.cjs|\.min\.js)$/.test(name);
await Promise.all(readdirSync('dist').filter(isShort).map((name) => shorten(`dist/${name}`)));
for (const [name, { names }] of built) tellNames(`dist/${name}.cjs`, names);
for (const variant of ['slim', 'inline']) tellNames(`dist/${variant}.cjs`, built[0][1].names);

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', '.'], { stdio: 'inherit' });
// The same declarations for `require`: TypeScript wants .cts beside a CommonJS entry of an ES module package.
for (const name of readdirSync('dist/types', { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
  const text = readFileSync(`dist/types/${name}`, 'utf8').replace(/from '(\.\.?\/[^']+)\.js'/g, "from '$1.cjs'");
  writeFileSync(`dist/types/${name.replace(/\.d\.ts$/, '.d.cts')}`, text);
}
