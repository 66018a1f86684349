import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { CHUNKS, ENTRIES, mangleProps } from '../entries.mjs';

const EXPORTS = [
  'OnCuePlugin',
  'addInterventionHandlers',
  'ask',
  'clearLocalSignals',
  'explain',
  'exportLocalSignals',
  'getAttributes',
  'getServiceAttributes',
  'getStats',
  'ingestEvent',
  'inspect',
  'removeInterventionHandlers',
  'subscribeToActivity',
  'subscribeToInterventions',
];

/** A server renders the page: importing and constructing touch neither window nor document, nor load anything. */
async function constructOnServer(plugin) {
  assert.deepEqual(Object.keys(plugin).filter((name) => name !== 'default' && name !== 'module.exports').sort(), EXPORTS);
  assert.equal(typeof globalThis.window, 'undefined');
  const instance = plugin.OnCuePlugin({ definitionsUrl: 'https://localhost:1/never-fetched' });
  assert.equal(typeof instance.afterTrack, 'function');
  assert.equal(plugin.getStats().state, 'idle');
  assert.equal(plugin.getAttributes('domain_userid'), undefined);
  assert.equal(plugin.getServiceAttributes('any'), undefined);
  assert.equal(plugin.explain('any'), undefined);
  plugin.subscribeToInterventions({ endpoint: 'localhost:1' });
  plugin.addInterventionHandlers({ keep: () => {} });
  plugin.removeInterventionHandlers('keep');
  await plugin.clearLocalSignals();
  assert.equal(await plugin.ask('explain', 'any'), undefined);
}

test('the ES module can be imported on a server', async () => constructOnServer(await import('@oncue/browser-plugin')));

test('the CommonJS module can be required on a server', async () => {
  const require = createRequire(import.meta.url);
  await constructOnServer(require('@oncue/browser-plugin'));
});

for (const variant of ['slim', 'inline']) {
  test(`the variant ${variant} can be imported and required on a server`, async () => {
    await constructOnServer(await import(`@oncue/browser-plugin/${variant}`));
    await constructOnServer(createRequire(import.meta.url)(`@oncue/browser-plugin/${variant}`));
  });
}

test('import finds by name what a CommonJS module exports, also of what is loaded on demand', async () => {
  for (const name of [...ENTRIES, ...CHUNKS, 'slim', 'inline']) {
    const [common, module] = await Promise.all(['cjs', 'module.js'].map((suffix) => import(`../dist/${name}.${suffix}`)));
    assert.deepEqual(Object.keys(common).filter((key) => key !== 'default' && key !== 'module.exports').sort(), Object.keys(module).sort(), name);
  }
});

test('every entry is exported, in both formats and with types, and is there as UMD', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  for (const name of [...ENTRIES, 'slim', 'inline']) {
    const conditions = manifest.exports[name === 'index' ? '.' : `./${name}`];
    assert.ok(conditions, `package.json exports ${name}`);
    for (const format of ['import', 'require']) {
      for (const file of Object.values(conditions[format])) assert.ok(existsSync(new URL(`../${file}`, import.meta.url)), file);
    }
  }
  for (const name of [...ENTRIES, 'inline']) assert.ok(existsSync(new URL(`../dist/${name}.umd.min.js`, import.meta.url)), name);
  assert.ok(existsSync(new URL(`../${manifest.unpkg}`, import.meta.url)));
});

test('bundlers leave out what of it nobody uses', async () => {
  const bundle = async (contents) => {
    const options = { bundle: true, write: false, format: 'esm', target: 'es2022', logLevel: 'error' };
    const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) } });
    return outputFiles[0].text;
  };
  const names = ENTRIES.map((entry) => `@oncue/browser-plugin${entry === 'index' ? '' : `/${entry}`}`);
  assert.equal(await bundle(names.map((name, n) => `import * as entry${n} from '${name}';`).join('\n')), '');
  assert.notEqual(await bundle(`import { OnCuePlugin } from '${names[0]}'; OnCuePlugin();`), '');
});

test("the ES module has the engine in it, without a second copy of the tracker's core", () => {
  const script = readFileSync(new URL('../dist/index.module.js', import.meta.url), 'utf8');
  const imported = [...script.matchAll(/\bimport\b[^;"(]*"([^"]+)"/g)].map(([, name]) => name);
  assert.deepEqual(imported, ['@snowplow/tracker-core']);
  const looked = [...script.matchAll(/new URL\("\.\/([\w.]+)",import\.meta\.url\)/g)].map(([, name]) => name);
  assert.deepEqual(looked.sort(), ['oncue.page.wasm', 'oncue.plain.wasm', 'oncue.sync.wasm']);
  for (const name of looked) assert.ok(existsSync(new URL(`../dist/${name}`, import.meta.url)), name);
});

test("no member that is shortened in the plugin's code has the name of one of the engine's, which some builds have inside", () => {
  const engine = readFileSync(createRequire(import.meta.url).resolve('@oncue/engine/slim'), 'utf8');
  const members = new Set([...engine.matchAll(/(?<=[.,;{}]|\bget |\basync )[A-Za-z]\w+/g)].map(([name]) => name));
  for (const name of ['windowEventLimit', 'wake', 'track', 'canExplain', 'explain', 'toJSON']) assert.ok(members.has(name), `${name} is not found`);
  assert.deepEqual([...members].filter((name) => mangleProps.test(name)), []);
});

test('plugin 3: calls through sp.js pass the first argument and the tracker ids', async () => {
  const plugin = await import('@oncue/browser-plugin');
  // sp.js passes an empty object in front of the ids to functions of exactly two parameters.
  assert.equal(plugin.addInterventionHandlers.length, 2);
  assert.equal(plugin.removeInterventionHandlers.length, 2);
  assert.equal(plugin.subscribeToInterventions.length, 2);
});

describe('UMD', () => {
  const script = readFileSync(new URL('../dist/index.umd.min.js', import.meta.url), 'utf8');
  const run = (globals) => {
    const context = vm.createContext({ TextEncoder, TextDecoder, ...globals });
    context.self = context;
    vm.runInContext(script, context);
    return context;
  };

  test('in a page it is the global oncue', () => {
    assert.deepEqual(Object.keys(run({}).oncue).sort(), EXPORTS);
  });

  test('with AMD it is a named module, and the global all the same, which sp.js reads', () => {
    const defined = [];
    const define = Object.assign((...args) => defined.push(args), { amd: {} });
    const { oncue } = run({ define });
    const [[name, dependencies, factory], ...others] = defined;
    assert.deepEqual([name, dependencies.length, others.length], ['@oncue/browser-plugin', 0, 0]);
    assert.equal(factory(), oncue);
  });

  test('with CommonJS it is the module', () => {
    const module = { exports: {} };
    assert.equal(run({ module }).oncue, undefined);
    assert.deepEqual(Object.keys(module.exports).sort(), EXPORTS);
  });
});

test('the plugin stays within its share of the page', () => {
  const { parts } = JSON.parse(readFileSync(new URL('../../../wasm/budget.json', import.meta.url), 'utf8'));
  const { limit } = parts.find(({ file }) => file.startsWith('js/browser-plugin/'));
  const bytes = brotliCompressSync(readFileSync(new URL('../dist/index.module.js', import.meta.url))).length;
  assert.ok(bytes <= limit, `${bytes} bytes brotli, expected at most ${limit}`);
});
