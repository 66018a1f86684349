// The packed packages in real pages: every bundler's output, script tags, a module worker; each works, and each says
// what is wrong when its wasm is missing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import resolve from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import { build as vite, createServer as createViteServer } from 'vite';
import webpack from 'webpack';
import { fencesOf, onlyFence } from '../fences.mjs';
import { launch } from '../browser/plugin_support.mjs';
import { DEFINITIONS } from './project/rules.mjs';
import { createProject, outcomeOf, pageOf, serveProject } from './project_support.mjs';

const MODULE = 'type="module"';
const WASM = 'oncue.page.wasm';
const PLAIN = 'oncue.plain.wasm';

let project;
let site;
let browser;
before(async () => {
  project = createProject(['js/engine', 'js/browser-plugin']);
  site = await serveProject(project);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  site?.close();
  project?.remove();
});

/** esbuild and Rollup leave the wasm's address as it stands, beside the bundle: docs/installing.md. */
const copyWasm = (folder) => {
  for (const file of [WASM, PLAIN]) copyFileSync(project.in('node_modules/@oncue/browser-plugin/dist', file), project.in(folder, file));
};

const bundlers = {
  async vite(source, folder) {
    project.write(`${folder}.html`, pageOf([`./${source}`], MODULE));
    await vite({
      root: project.in(),
      base: './',
      logLevel: 'error',
      worker: { format: 'es' },
      build: { outDir: folder, emptyOutDir: false, rollupOptions: { input: project.in(`${folder}.html`) } },
    });
    return `${folder}/${folder}.html`;
  },
  async webpack(source, folder) {
    const config = { mode: 'production', context: project.in(), entry: `./${source}`, output: { path: project.in(folder), filename: 'page.js' } };
    const stats = await promisify(webpack)(config);
    assert.deepEqual(stats.toJson({ all: false, errors: true, warnings: true }).errors, []);
    project.write(`${folder}/index.html`, pageOf(['page.js'], 'defer'));
    return `${folder}/`;
  },
  async esbuild(source, folder) {
    const options = { bundle: true, format: 'esm', logLevel: 'silent', absWorkingDir: project.in() };
    const { warnings } = await esbuild.build({ ...options, entryPoints: [project.in(source)], outfile: project.in(folder, 'page.js') });
    assert.deepEqual(warnings, []);
    copyWasm(folder);
    project.write(`${folder}/index.html`, pageOf(['page.js'], MODULE));
    return `${folder}/`;
  },
  rollup: (source, folder) => rollUp(source, folder, { dir: project.in(folder), entryFileNames: 'page.js' }),
  'rollup into one file': (source) => rollUp(source, 'out-rollup-one', { file: project.in('out-rollup-one', 'page.js'), inlineDynamicImports: true }),
};

async function rollUp(source, folder, output) {
  const bundle = await rollup({ input: project.in(source), plugins: [resolve({ browser: true })], onwarn: (warning) => assert.fail(warning.message) });
  await bundle.write({ format: 'es', ...output });
  copyWasm(folder);
  project.write(`${folder}/index.html`, pageOf(['page.js'], MODULE));
  return `${folder}/`;
}

const open = (kind, page) => outcomeOf(browser, `${site.origin}/${kind}/${page}`);

async function assertFires(page, kind = 'ok') {
  assert.deepEqual(await open(kind, page), { title: 'seen', failure: undefined });
}

/** The documented error: docs/installing.md, docs/troubleshooting.md. */
async function assertSaysWhatIsMissing(page) {
  const { title, failure } = await open('missing', page);
  assert.equal(title, 'page');
  assert.match(failure, /The engine's WebAssembly could not be loaded from http:\S+\.wasm: \S+ answered 404\./);
  assert.match(failure, /URL or the bytes of oncue\.page\.wasm/);
}

for (const [name, bundle] of Object.entries(bundlers)) {
  test(`${name}: the rule fires; without the wasm file the tracker goes on and the message names it`, async () => {
    const page = await bundle('page.mjs', `out-${name}`);
    await assertFires(page);
    await assertSaysWhatIsMissing(page);
  });
}

test('esbuild without --format=esm: a classic script has no address to look beside, and the message says what to give', async () => {
  const bundle = async (source, folder) => {
    const options = { bundle: true, logLevel: 'silent', absWorkingDir: project.in() };
    await esbuild.build({ ...options, entryPoints: [project.in(source)], outfile: project.in(folder, 'page.js') });
    copyWasm(folder);
    project.write(`${folder}/index.html`, pageOf(['page.js'], 'defer'));
    return `${folder}/`;
  };
  const { title, failure } = await open('ok', await bundle('page.mjs', 'out-classic'));
  assert.equal(title, 'page');
  assert.match(failure, /^The engine's WebAssembly could not be loaded: .*Invalid URL\. Pass load\(\{wasm\}\), or the plugin's engine\.wasm, a URL or the bytes of oncue\.page\.wasm;/);
  const page = readFileSync(project.in('page.mjs'), 'utf8');
  project.write('addressed.mjs', page.replace('handlers })', "handlers, engine: { wasm: 'oncue.page.wasm' } })"));
  await assertFires(await bundle('addressed.mjs', 'out-addressed'));
});

test('a module worker, bundled by vite', async () => {
  const page = await bundlers.vite('worker_page.mjs', 'out-worker');
  await assertFires(page);
  await assertSaysWhatIsMissing(page);
});

test('/slim takes the wasm file from where the bundler put it', async () => {
  const page = await bundlers.vite('slim.mjs', 'out-slim');
  await assertFires(page);
  await assertSaysWhatIsMissing(page);
});

describe('the single-file variant', () => {
  const PLUGIN = 'node_modules/@oncue/browser-plugin/dist/inline.umd.min.js';

  test('bundled: needs no other file, but a policy that allows WebAssembly', async () => {
    const page = await bundlers.esbuild('inline.mjs', 'out-inline');
    await assertFires(page, 'missing');
    const { failure } = await open('strict', page);
    assert.equal(failure, `the page's Content-Security-Policy blocks WebAssembly: add 'wasm-unsafe-eval' to its script-src`);
  });

  test('as a script tag', async () => {
    await writeTagPage('tag-inline.html', [TRACKER, PLUGIN, 'tag.js']);
    await assertFires('tag-inline.html', 'missing');
  });
});

const TRACKER = 'node_modules/@snowplow/browser-tracker/dist/index.umd.min.js';
const PLUGIN = 'node_modules/@oncue/browser-plugin/dist/index.umd.min.js';

async function writeTagPage(name, scripts) {
  const handlers = '{ title: function (intervention) { document.title = intervention.name; } }';
  project.write('globals.js', `window.RULES = ${JSON.stringify(DEFINITIONS)}; window.HANDLERS = ${handlers};`);
  project.write(name, pageOf(['globals.js', ...scripts]));
}

test("script tags: the tracker's UMD build and ours, the wasm beside the script", async () => {
  await writeTagPage('tag.html', [TRACKER, PLUGIN, 'tag.js']);
  await assertFires('tag.html');
  await assertSaysWhatIsMissing('tag.html');
});

test('the documented script tags, with the globals of all that is there as one', async () => {
  const { code } = onlyFence('script tags');
  const functions = ['oncueActions.customEventHandler', 'oncueSources.dataLayerSource', 'oncueInspector.openInspector'];
  const here = functions.map((one) => `typeof ${one} === 'function'`).join(' && ');
  project.write('listen.js', `document.addEventListener('oncue:intervention', function (event) { if (${here}) document.title = event.detail.name; });`);
  project.write('definitions.json', JSON.stringify(DEFINITIONS));
  project.write('tags.js', `window.getStats = oncue.getStats;\n${code.replace("'/definitions.json'", "'/ok/definitions.json'")}`);
  project.write('tags.html', pageOf(['listen.js', TRACKER, PLUGIN, ...['actions', 'sources', 'inspector'].map((name) => PLUGIN.replace('index', name)), 'tags.js']));
  await assertFires('tags.html');
});

test('the inspector as a script tag opens over the plugin of the page', async () => {
  await writeTagPage('inspect.html', [PLUGIN, PLUGIN.replace('index', 'inspector'), 'inspect.js']);
  const { title } = await outcomeOf(browser, `${site.origin}/ok/inspect.html`);
  assert.equal(title, 'seen');
});

/** The documentation's commands for sp.js in a page whose queue `scripts` work off; its addresses are ours. */
function writeQueuePage(name, scripts, kind) {
  const { code: commands } = onlyFence('sp.js');
  const queue = 'window.getStats = function () { return window.oncue ? oncue.getStats() : { state: "idle" }; }; window.GlobalSnowplowNamespace = ["snowplow"]; window.snowplow = function () { (snowplow.q = snowplow.q || []).push(arguments); };';
  mkdirSync(project.in('js/oncue'), { recursive: true });
  for (const file of ['index.umd.min.js', WASM, PLAIN]) copyFileSync(project.in('node_modules/@oncue/browser-plugin/dist', file), project.in('js/oncue', file));
  project.write('definitions.json', JSON.stringify(DEFINITIONS));
  project.write('queue.js', `${queue}\n${commands.replaceAll("'/", `'/${kind}/`)}`);
  project.write(name, pageOf(['queue.js', ...scripts]));
}

async function assertQueueWorks(name, scripts) {
  writeQueuePage(name, scripts, 'ok');
  await assertFires(name);
  writeQueuePage(name, scripts, 'missing');
  await assertSaysWhatIsMissing(name);
}

test('plugin 3: the documented commands for sp.js, by the rules of its queue', () => assertQueueWorks('contract.html', [TRACKER, 'contract.js']));

// No package registry has sp.js: ONCUE_SP_JS names a copy of it.
const skip = !process.env.ONCUE_SP_JS && 'ONCUE_SP_JS names no sp.js';
test('the documented commands for sp.js, by sp.js itself', { skip }, async () => {
  copyFileSync(process.env.ONCUE_SP_JS, project.in('sp.js'));
  await assertQueueWorks('sp.html', ['sp.js']);
});

test("vite's server, which bundles packages in its own way", async () => {
  project.write('index.html', pageOf(['./page.mjs'], MODULE));
  const server = await createViteServer({ root: project.in(), logLevel: 'error', server: { port: 0, host: '127.0.0.1', fs: { strict: false } } });
  try {
    await server.listen();
    assert.deepEqual(await outcomeOf(browser, server.resolvedUrls.local[0]), { title: 'seen', failure: undefined });
  } finally {
    await server.close();
  }
});

describe('on a server', () => {
  const node = (file) => spawnSync(process.execPath, [project.in(file)], { encoding: 'utf8' });
  const RENDER = `
    const plugin = OnCuePlugin({ definitionsUrl: '/rules.json' });
    const tracker = newTracker('sp', 'collector.example.com', { plugins: [plugin] });
    trackPageView();
    console.log(typeof window, typeof plugin.afterTrack, getStats().state);
  `;
  for (const variant of ['', '/slim', '/inline']) {
    const from = `@oncue/browser-plugin${variant}`;

    test(`import ${from}: nothing is loaded, nothing throws`, () => {
      project.write('render.mjs', `import { newTracker, trackPageView } from '@snowplow/browser-tracker';\nimport { OnCuePlugin, getStats } from '${from}';${RENDER}`);
      const { stdout, stderr } = node('render.mjs');
      assert.equal(stdout, 'undefined function idle\n', stderr);
    });

    test(`require ${from}`, () => {
      project.write('render.cjs', `const { newTracker, trackPageView } = require('@snowplow/browser-tracker');\nconst { OnCuePlugin, getStats } = require('${from}');${RENDER}`);
      const { stdout, stderr } = node('render.cjs');
      assert.equal(stdout, 'undefined function idle\n', stderr);
    });
  }

  describe('where no wasm file was deployed', () => {
    const FOLDER = 'bare/node_modules/@oncue';
    before(() => {
      cpSync(project.in('node_modules/@oncue'), project.in(FOLDER), { recursive: true });
      symlinkSync(project.in('node_modules/@snowplow'), project.in('bare/node_modules/@snowplow'), 'dir');
      for (const file of readdirSync(project.in(FOLDER), { recursive: true }).filter((name) => name.endsWith('.wasm'))) rmSync(path.join(project.in(FOLDER), file));
    });

    /** A module or script there, which has the plugin of `variant` as `oncue`, after `first`. */
    function runThere(kind, variant, first, rest) {
      const isModule = kind === 'import';
      const take = (name) => (isModule ? `await import('${name}')` : `require('${name}')`);
      const file = isModule ? 'bare/run.mjs' : 'bare/run.cjs';
      const builtin = isModule ? `(${take('node:module')}).createRequire(import.meta.url)` : 'require';
      const code = `const builtin = ${builtin};\n${first}\nconst tracker = ${take('@snowplow/browser-tracker')};\nconst oncue = ${take(`@oncue/browser-plugin${variant}`)};\n${rest}`;
      project.write(file, isModule ? code : `(async () => {${code}})();`);
      const { status, stdout, stderr } = node(file);
      assert.equal(status, 0, stderr);
      return stdout.trim().split('\n').map((line) => JSON.parse(line));
    }

    // Everything that could want a wasm file, or get one from elsewhere, tells of it.
    const WATCH = `
      const wanted = [];
      const watch = (object, name) => {
        const note = (how) => (target, ...rest) => {
          const args = rest.at(how === 'apply' ? 1 : 0);
          if (object === WebAssembly || object === globalThis || String(args[0]).endsWith('.wasm')) wanted.push(name);
          return Reflect[how](target, ...rest);
        };
        object[name] = new Proxy(object[name], { apply: note('apply'), construct: note('construct') });
      };
      const fs = builtin('node:fs');
      for (const name of ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream', 'stat', 'statSync']) watch(fs, name);
      for (const name of ['open', 'readFile', 'stat']) watch(fs.promises, name);
      for (const name of ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming', 'Module']) watch(WebAssembly, name);
      watch(globalThis, 'fetch');
      builtin('node:module').syncBuiltinESMExports();
    `;
    const SERVE = `
      const plugin = oncue.OnCuePlugin({ definitionsUrl: '/rules.json' });
      tracker.newTracker('sp', 'collector.example.com', { plugins: [plugin] });
      tracker.trackPageView();
      oncue.addInterventionHandlers({ banner() {} });
      await new Promise((resolve) => setTimeout(resolve));
      console.log(JSON.stringify([oncue.getStats().state, oncue.getStats().failure ?? null, wanted]));
    `;
    for (const kind of ['import', 'require']) {
      for (const variant of ['', '/slim', '/inline']) {
        test(`${kind} @oncue/browser-plugin${variant}: a server misses nothing, since it loads nothing`, () => {
          assert.deepEqual(runThere(kind, variant, WATCH, SERVE), [['idle', null, []]]);
        });
      }
    }

    // As much of a page as makes the plugin ask for an engine: docs/installing.md.
    const SIMULATED = `
      const silent = { addEventListener() {}, removeEventListener() {} };
      Object.assign(globalThis, { window: silent, document: { ...silent, visibilityState: 'visible', hasFocus: () => true } });
      Object.defineProperty(globalThis, 'navigator', { value: { locks: { request: async (name, options, callback) => callback() } }, configurable: true });
    `;
    const ASK = `
      const plugin = oncue.OnCuePlugin({ definitions: [] });
      const errors = [];
      plugin.logger({ error: (...all) => errors.push(all.join(' ')), warn() {}, info() {}, debug() {} });
      plugin.activateBrowserPlugin({ id: 'sp', namespace: 'sp', core: {} });
      while (oncue.getStats().state === 'loading') await new Promise((resolve) => setTimeout(resolve));
      console.log(JSON.stringify([oncue.getStats().state, oncue.getStats().failure, errors.length, wanted.length > 0]));
      process.exit();
    `;
    const MISSING = {
      'import ': /^The engine's WebAssembly could not be loaded from file:\S+\.wasm: .*Pass load\(\{wasm\}\), or the plugin's engine\.wasm, a URL or the bytes of oncue\.page\.wasm/,
      'require ': /^The engine's WebAssembly could not be loaded from \S+oncue\.wasm: ENOENT/,
      'import /slim': /^This build looks for no file/,
      'require /slim': /^This build looks for no file/,
    };
    for (const [what, failure] of Object.entries(MISSING)) {
      const [kind, variant] = what.split(' ');
      test(`${kind} @oncue/browser-plugin${variant} in a simulated page, which asks for an engine: the plugin says what is missing, once`, () => {
        const [[state, text, errors, wanted]] = runThere(kind, variant, WATCH + SIMULATED, ASK);
        assert.deepEqual([state, errors, wanted], ['failed', 1, variant === ''], text);
        assert.match(text, failure);
      });
    }
  });

  test('the engine without its wasm file says what is missing', () => {
    project.write('broken.mjs', `import { load } from '@oncue/engine/slim'; load().catch(({ code }) => console.log(code)); load({ wasm: '/nowhere/oncue.page.wasm' }).catch(({ code }) => console.log(code));`);
    assert.match(node('broken.mjs').stdout, /^wasm_not_given\n/);
  });
});

test('types: every entry, as ES module and as CommonJS', () => {
  const code = ['', '/slim', '/inline'].map((variant, i) => `import { OnCuePlugin as Plugin${i} } from '@oncue/browser-plugin${variant}';\nexport const plugin${i} = Plugin${i}({ definitions: [], handlers: { a: ({ name }) => name.length } });`);
  code.push(`import { openInspector } from '@oncue/browser-plugin/inspector';\nexport const open: () => { close(): void } = () => openInspector();`);
  code.push(`import { load } from '@oncue/engine/slim';\nimport { wasmBytes } from '@oncue/engine/inline';\nexport const ready: Promise<void> = load({ wasm: wasmBytes() });`);
  const types = (n) => `Bundle as Bundle${n}, AttributeExplanation as Attribute${n}, InterventionExplanation as Intervention${n}, Explanation as Explanation${n}`;
  for (const [n, variant] of ['', '/slim', '/inline'].entries()) {
    code.push(`import type { ${types(n)} } from '@oncue/browser-plugin${variant}';\nexport const bundle${n} = { interventions: [] } satisfies Bundle${n};`);
    code.push(`export const of${n} = (one: Attribute${n} | Intervention${n} | Explanation${n}) => one.version;`);
  }
  code.push(`// @ts-expect-error handlers are functions\nPlugin0({ handlers: { a: 5 } });`);
  project.write('types.mts', code.join('\n'));
  project.write('types.cts', code.join('\n'));
  const shown = fencesOf('docs/troubleshooting.md').filter(({ language }) => language === 'js');
  for (const [n, fence] of [onlyFence('types'), ...shown].entries()) project.write(`types_shown${n}.mts`, fence.code);
  const compilerOptions = { noEmit: true, strict: true, module: 'NodeNext', target: 'ES2022', lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: [], skipLibCheck: true };
  project.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['types*'] }));
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', project.in()], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
