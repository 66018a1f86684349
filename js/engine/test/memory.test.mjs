// WebAssembly memory of a page: small, and bounded however long the visitor stays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, load } from '@oncue/engine';
import { shopDefinitions, shopEvent } from './lib/shop.mjs';

const MIB = 1024 * 1024;
const T = Date.UTC(2026, 0, 5);
const TYPES = ['product_view', 'add_to_cart', 'remove_from_cart', 'list_view'];

/** The event id of event number `i`: none repeats, which is what fills the memory of seen ids. */
const eventId = (i) => `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`;

test('at most 2 MiB after 1,000 events of the shop, and no growth over 1,000,000', async () => {
  await load();
  const engine = createEngine({ definitions: shopDefinitions, seed: 1 });
  const events = TYPES.map((type, i) => shopEvent(type, i + 0.5, { vid: 1 }));
  const run = (from, to) => {
    for (let i = from; i < to; i++) {
      const { payload, raw } = events[i % events.length];
      payload.eid = eventId(i);
      payload.sid = eventId(Math.floor(i / 50_000));
      engine.track(payload, { now: T + i * 1000, raw });
    }
    return engine.stats().memoryBytes;
  };
  const first = run(0, 1_000);
  assert.ok(first <= 2 * MIB, `${first} bytes`);
  const settled = run(1_000, 10_000);
  assert.ok(settled <= 2 * MIB, `${settled} bytes`);
  assert.equal(run(10_000, 1_000_000), settled);
  assert.equal(engine.stats().counted, 1_000_000);
});
