// What an older shop, or a curious visitor, left in localStorage must not keep the shop from opening.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'oncue-saved-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const outfile = join(folder, 'shop.mjs');
await build({
  stdin: {
    contents: "export * from './cart'; export * from './visitor';",
    resolveDir: fileURLToPath(new URL('../src', import.meta.url)),
  },
  bundle: true,
  format: 'esm',
  outfile,
  logLevel: 'error',
});

let opened = 0;

/** The shop's stores as they open on what was saved. */
async function open(saved) {
  globalThis.localStorage = { getItem: (key) => saved[key] ?? null, setItem() {} };
  const { cart, codes, visitorName, sumUp } = await import(`${pathToFileURL(outfile)}?${opened++}`);
  const { itemCount } = sumUp(cart.get(), codes.get());
  return { cart: cart.get(), codes: codes.get(), name: visitorName.get(), itemCount };
}

const EMPTY = { cart: [], codes: [], name: null, itemCount: 0 };

test('a reload finds the cart, the codes and the name', async () => {
  const cart = [{ id: 'tide-mug', quantity: 2 }];
  const saved = { 'kiln.cart': JSON.stringify(cart), 'kiln.codes': '["SAVE10","FREE"]', 'kiln.name': '"Ada"' };
  assert.deepEqual(await open(saved), { cart, codes: ['SAVE10', 'FREE'], name: 'Ada', itemCount: 2 });
});

test('what is no longer sold or valid is left out', async () => {
  const lines = [{ id: 'retired', quantity: 1 }, { id: 'tide-mug', quantity: 1 }, { id: 'tide-mug', quantity: 'x' }, { id: 'moon-bowl', quantity: 0 }, null];
  const { cart, codes, itemCount } = await open({ 'kiln.cart': JSON.stringify(lines), 'kiln.codes': '["GONE","toString","FREE"]' });
  assert.deepEqual([cart, codes, itemCount], [[{ id: 'tide-mug', quantity: 1 }], ['FREE'], 1]);
});

for (const text of ['null', '{"a":1}', '5', '[null]', '{', '']) {
  test(`storage that holds ${JSON.stringify(text)} is an empty shop`, async () => {
    assert.deepEqual(await open({ 'kiln.cart': text, 'kiln.codes': text, 'kiln.name': text }), EMPTY);
  });
}
