import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';

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
  'removeInterventionHandlers',
  'subscribeToActivity',
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

test('both formats come with types', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  for (const { types, default: file } of Object.values(manifest.exports['.'])) {
    assert.ok(existsSync(new URL(`../${types}`, import.meta.url)), types);
    assert.ok(existsSync(new URL(`../${file}`, import.meta.url)), file);
  }
});

test('plugin 3: calls through sp.js pass the first argument and the tracker ids', async () => {
  const plugin = await import('@oncue/browser-plugin');
  // sp.js passes an empty object in front of the ids to functions of exactly two parameters.
  assert.equal(plugin.addInterventionHandlers.length, 2);
  assert.equal(plugin.removeInterventionHandlers.length, 2);
});

test('the plugin stays small', () => {
  const bytes = brotliCompressSync(readFileSync(new URL('../dist/index.module.js', import.meta.url))).length;
  assert.ok(bytes <= 8850, `${bytes} bytes brotli, expected at most 8850`);
});
