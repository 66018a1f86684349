// Bundles src/ and the glue of the wasm build into dist/: one entry per kind of host, and the types.
// ONCUE_WASM_DIR names the folder of the wasm files and oncue.mjs (default: the wasm preset's).
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { shorten } from '../../../scripts/lib/shorten.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
process.chdir(here);
const wasmDir = path.resolve(process.env.ONCUE_WASM_DIR ?? '../../build/wasm/wasm');
const glue = path.join(wasmDir, 'oncue.mjs');
if (!existsSync(glue)) {
  console.error(`${glue} is missing: run "npm run build" in the repository's root, which builds the WebAssembly first.`);
  process.exit(1);
}

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/cjs', { recursive: true });
for (const file of ['oncue.wasm', 'oncue.page.wasm', 'oncue.sync.wasm', 'oncue.plain.wasm']) copyFileSync(path.join(wasmDir, file), `dist/${file}`);

// The glue has its own idea of where the wasm lies, which bundlers of the page would follow; ours is in src/entries.
const glueWithoutAddress = {
  name: 'glue',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^oncue-glue$/ }, () => ({ path: path.basename(glue), namespace: 'oncue-glue' }));
    onLoad({ filter: /.*/, namespace: 'oncue-glue' }, async () => {
      // How the glue would fetch files itself, which it never does: src/loader.ts hands it the module.
      const hosted = readFileSync(glue, 'utf8').replace('if(ENVIRONMENT_IS_WEB||ENVIRONMENT_IS_WORKER)', 'if(false)');
      const { outputFiles } = await build({
        stdin: { contents: hosted, sourcefile: 'oncue-glue.mjs' },
        define: { 'import.meta.url': '"file:///"' },
        format: 'esm',
        minifySyntax: true,
        write: false,
      });
      return { contents: outputFiles[0].text, loader: 'js' };
    });
  },
};

const wasmAsText = {
  name: 'wasm-as-text',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^oncue-wasm-base64$/ }, () => ({ path: 'dist/oncue.page.wasm', namespace: 'wasm-as-text' }));
    onLoad({ filter: /.*/, namespace: 'wasm-as-text' }, ({ path: file }) => ({ contents: readFileSync(file, 'base64'), loader: 'text' }));
  },
};

const common = { bundle: true, minify: true, sourcemap: true, target: 'es2022', plugins: [glueWithoutAddress, wasmAsText] };
const esm = (name, more = {}) =>
  build({ ...common, ...more, entryPoints: [`src/entries/${name}.ts`], outfile: `dist/${name}.mjs`, format: 'esm' });
const cjs = (name, file, more = {}) =>
  build({ ...common, ...more, entryPoints: [`src/entries/${name}.ts`], outfile: `dist/cjs/${file}.js`, format: 'cjs' });

// What no caller, JSON or other bundle knows the name of: a page loads every letter.
const PRIVATE =
  /^(inEvent|isSpecification|wantsEntities|targets|schemas|goesOn|startAnew|calledBy|writeNames|readField|dataOf|walkAll|makeTarget|writeReason|isEnough|_oncue_\w+|HEAPU8|capacity|encoding|isPlain|live|rule|made|compiled|beforeUpgrade|reading|failure|loadRest|slot|steps|held|names|fields|members|room|tag|u32|extractor|handle|glue|standard|syncing|plain|subject|plan|bytes|view|begin|start|end|text|number|array|count|given|more|found|usual|readNew|places|look|isEntity|target|asksForApp|hold|change|asksForTimes|askForTimes|prepareExtractor|writeValue|readEntities|readFields|forgetRest|eventNumber|schemaItself|specificationId|out|other)$/;
const page = { mangleProps: PRIVATE };

await Promise.all([
  esm('browser', page),
  esm('edge'),
  esm('slim', page),
  esm('inline', { sourcemap: false }),
  esm('workerd', { external: ['./oncue.wasm'] }),
  esm('node', { platform: 'node' }),
  build({ ...common, entryPoints: ['src/text.ts'], outfile: 'dist/text.mjs', format: 'esm' }),
  cjs('node_cjs', 'index', { platform: 'node' }),
  cjs('slim', 'slim', page),
  cjs('inline', 'inline', { sourcemap: false }),
]);

await Promise.all(['dist/browser.mjs', 'dist/slim.mjs', 'dist/cjs/slim.js'].map(shorten));

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', '.'], { stdio: 'inherit' });
// The same declarations for `require`: in a package.json scope of type commonjs they describe CommonJS.
cpSync('dist/types', 'dist/cjs/types', { recursive: true });
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
