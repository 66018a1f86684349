import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { ENTRIES } from '../entries.mjs';

const EXPORTS = [
  'OnCuePlugin',
  'addInterventionHandlers',
  'ask',
  'clearLocalSignals',
  'explain',
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
    constructOnServer(await import(`@oncue/browser-plugin/${variant}`));
    constructOnServer(createRequire(import.meta.url)(`@oncue/browser-plugin/${variant}`));
  });
}

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

test('plugin 3: calls through sp.js pass the first argument and the tracker ids', async () => {
  const plugin = await import('@oncue/browser-plugin');
  // sp.js passes an empty object in front of the ids to functions of exactly two parameters.
  assert.equal(plugin.addInterventionHandlers.length, 2);
  assert.equal(plugin.removeInterventionHandlers.length, 2);
  assert.equal(plugin.subscribeToInterventions.length, 2);
});

test('the plugin stays small', () => {
  const bytes = brotliCompressSync(readFileSync(new URL('../dist/index.module.js', import.meta.url))).length;
  assert.ok(bytes <= 9100, `${bytes} bytes brotli, expected at most 9100`);
});
