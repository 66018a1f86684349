// Builds dist/: each of ENTRIES and CHUNKS as ES module and CommonJS with the engine and the tracker left outside, and the types.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { CHUNKS, ENTRIES, STATELESS } from './entries.mjs';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
rmSync('dist', { recursive: true, force: true });

/** `./<entry>.js` as seen from another entry is that entry's file. */
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

const FILES = [...ENTRIES, ...CHUNKS];

const common = {
  bundle: true,
  minify: true,
  sourcemap: true,
  metafile: true,
  target: 'es2020',
  // The tracker is the page's own copy, the engine brings its wasm file along: bundlers of the page resolve both.
  external: ['@oncue/engine', '@snowplow/*'],
};
const FORMATS = { esm: '.module.js', cjs: '.cjs' };

async function buildEntry(name, format) {
  const suffix = FORMATS[format];
  const plugins = [otherEntries(suffix)];
  const { metafile } = await build({ ...common, plugins, format, entryPoints: [`src/${name}.ts`], outfile: `dist/${name}${suffix}` });
  return Object.keys(metafile.inputs).map((file) => path.basename(file, '.ts'));
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

await Promise.all(FILES.map((name) => buildEntry(name, 'cjs')));
refuseCopies(await Promise.all(FILES.map(async (name) => [name, await buildEntry(name, 'esm')])));

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', '.'], { stdio: 'inherit' });
// The same declarations for `require`: TypeScript wants .cts beside a CommonJS entry of an ES module package.
for (const name of readdirSync('dist/types', { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
  const text = readFileSync(`dist/types/${name}`, 'utf8').replace(/from '(\.\.?\/[^']+)\.js'/g, "from '$1.cjs'");
  writeFileSync(`dist/types/${name.replace(/\.d\.ts$/, '.d.cts')}`, text);
}
