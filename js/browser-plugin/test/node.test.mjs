// For teams that run a page's code in Node with as much of a page as it needs: docs/installing.md.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';

const wasm = readFileSync(new URL('../dist/oncue.page.wasm', import.meta.url));
const core = {};

before(() => {
  const silent = { addEventListener() {}, removeEventListener() {} };
  const locks = { request: async (name, options, callback) => callback() };
  Object.assign(globalThis, { window: silent, document: { ...silent, visibilityState: 'visible', hasFocus: () => true } });
  Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
});

/** getStats(), once the plugin has an engine or has given up. */
async function settle({ OnCuePlugin, getStats }, engine) {
  const plugin = OnCuePlugin({ definitions: [], engine });
  plugin.logger({ error() {}, warn() {}, info() {}, debug() {} });
  plugin.activateBrowserPlugin({ id: 'sp', namespace: 'sp', core });
  while (getStats().state === 'loading') await pass(10);
  const stats = getStats();
  plugin.deactivatePlugin(core);
  return stats;
}

test('CommonJS finds the engine of Node', { timeout: 30_000 }, async () => {
  const { state, failure } = await settle(createRequire(import.meta.url)('@oncue/browser-plugin'));
  assert.deepEqual({ state, failure }, { state: 'ready', failure: undefined });
});

test("the ES module, which is a page's, takes the bytes of a wasm file; without them it says what to pass", { timeout: 30_000 }, async () => {
  const plugin = await import('@oncue/browser-plugin');
  const { state, failure } = await settle(plugin);
  assert.equal(state, 'failed');
  assert.match(failure, /could not be loaded from file:.*Pass load\(\{wasm\}\), or the plugin's engine\.wasm, a URL or the bytes of oncue\.page\.wasm/);
  assert.equal((await settle(plugin, { wasm })).state, 'ready');
});
