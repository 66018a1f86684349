// An event's own times (dtm, stm, ttm) cost a page as much as its id. The object door looks at them only where some value
// depends on them. The text door of oncue.wasm always does: with and without its times an event tells whether that is so.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import * as node from '@oncue/engine';
import * as page from '../dist/browser.mjs?page';
import * as plain from '../dist/browser.mjs?plain';
import * as syncing from '../dist/browser.mjs?sync';
import { createRandom, seed } from './lib/random.mjs';

const bytesOf = (file) => new Uint8Array(readFileSync(new URL(`../dist/${file}`, import.meta.url)));
const NOW = Date.UTC(2026, 0, 5, 9);
const TIMES = ['dtm', 'stm', 'ttm'];
const LABEL = { type: 'atomic', name: 'se_label' };
const VALUE = { type: 'atomic', name: 'se_value' };

const AGGREGATIONS = {
  counter: { type: 'int32' },
  sum: { type: 'double', property: VALUE },
  min: { type: 'double', property: VALUE },
  max: { type: 'double', property: VALUE },
  mean: { type: 'double', property: VALUE },
  first: { type: 'string', property: LABEL },
  last: { type: 'string', property: LABEL },
  most_frequent: { type: 'string', property: LABEL },
  least_frequent: { type: 'string', property: LABEL },
  category_count: { type: 'dict', property: LABEL },
  approx_count_distinct: { type: 'int32', property: LABEL },
  unique_list: { type: 'string_list', property: LABEL },
  time_since_last: { type: 'double', time_unit: 's' },
  time_since_first: { type: 'double', time_unit: 's' },
};
const TIMELESS = ['counter', 'sum', 'min', 'max', 'mean', 'approx_count_distinct'];

/** A rule over each attribute as well, so that what fires is told apart too. */
const definitionsOf = (...attributes) => ({
  attribute_groups: [{ name: 'g', attribute_key: { name: 'domain_userid' }, attributes: attributes.map((one, i) => ({ name: `a${i}`, events: [], ...one })) }],
  interventions: attributes.map((_, i) => ({ name: `i${i}`, criteria: { attribute: `g:a${i}`, operator: 'is not null' }, target_attribute_keys: [{ name: 'domain_userid' }] })),
});
const attributeOf = (aggregation, more) => ({ aggregation, ...AGGREGATIONS[aggregation], ...more });

/** Attributes, and whether the event's own times make a difference to them. */
const CASES = [
  ...Object.keys(AGGREGATIONS).flatMap((name) => [
    [name, [attributeOf(name)], !TIMELESS.includes(name)],
    [`${name} with a ttl`, [attributeOf(name, { ttl: 'PT10M' })], !TIMELESS.includes(name)],
    [`${name} in a window`, [attributeOf(name, { period: 'PT10M' })], true],
    [`${name} after one that needs them`, [attributeOf('last'), attributeOf(name)], true],
  ]),
  ['a counter filtered by a time', [attributeOf('counter', { criteria: { all: [{ property: { type: 'atomic', name: 'dvce_created_tstamp' }, operator: 'like', value: '%:0_:%' }] } })], true],
  ['a counter filtered by a part of a time', [attributeOf('counter', { criteria: { all: [{ property: { type: 'atomic', name: 'derived_tstamp', date_part: 'hour_of_day' }, operator: '=', value: 9 }] } })], true],
];

/** The names of a payload's members that track() looked at. */
function readsOf(engine, now = NOW) {
  const read = new Set();
  const payload = { e: 'se', eid: '00000000-0000-4000-8000-ffffffffffff', duid: 'u', se_la: 'x', se_va: '1', dtm: String(now) };
  engine.track(new Proxy(payload, { get: (target, name) => (read.add(name), target[name]) }), { now, raw: [] });
  return TIMES.filter((key) => read.has(key));
}

/** Events whose own times are in another order than their arrivals, and that lie minutes before them. */
function createEvents() {
  const random = createRandom(seed);
  let now = NOW;
  return () => {
    now += random.below(60_000);
    const payload = { e: 'se', eid: random.uuid(), duid: 'u', se_la: random.pick(['a', 'b', 'c']), se_va: String(random.below(9)) };
    const ago = () => String(now - random.below(1_200_000));
    if (random.chance(0.9)) payload.dtm = ago();
    if (random.chance(0.2)) payload.stm = ago();
    if (random.chance(0.2)) payload.ttm = ago();
    return { payload, now };
  };
}

before(async () => {
  await node.load();
  await page.load({ wasm: bytesOf('oncue.page.wasm') });
  await plain.load({ plainWasm: bytesOf('oncue.plain.wasm'), wasm: bytesOf('oncue.page.wasm'), engine: { definitions: definitionsOf(attributeOf('counter')) } });
  await syncing.load({ wasm: bytesOf('oncue.sync.wasm') });
});

/** An engine in oncue.plain.wasm; undefined where that does not serve these definitions. */
function plainEngine(definitions) {
  try {
    const engine = plain.createEngine({ seed: 1, refire: 'edge', definitions });
    assert.ok(!engine.canExplain);
    return engine;
  } catch (error) {
    assert.equal(error.code, 'needs_full');
    return undefined;
  }
}

describe(`own times (ONCUE_SEED=${seed})`, () => {
  for (const [name, attributes, matters] of CASES) {
    test(`${name}: they are ${matters ? '' : 'not '}looked at, and both doors come to the same`, () => {
      const definitions = definitionsOf(...attributes);
      const [expected, timeless] = [1, 2].map(() => node.createEngine({ seed: 1, refire: 'edge', definitions }));
      const engines = { node: node.createEngine({ seed: 1, refire: 'edge', definitions }), page: page.createEngine({ seed: 1, refire: 'edge', definitions }), plain: plainEngine(definitions) };
      const next = createEvents();
      let differs = false;
      for (let i = 0; i < 300; i++) {
        const { payload, now } = next();
        const fired = expected.track(JSON.stringify(payload), { now });
        const state = expected.snapshot();
        for (const [which, engine] of Object.entries(engines)) {
          if (!engine) continue;
          assert.deepEqual(engine.track(payload, { now, raw: [] }), fired, `${which}, event ${i}`);
          assert.deepEqual(engine.snapshot(), state, `${which}, event ${i}`);
        }
        const { dtm, stm, ttm, ...rest } = payload;
        const without = timeless.track(JSON.stringify(rest), { now });
        differs ||= !isDeepStrictEqual([without, timeless.snapshot()], [fired, state]);
      }
      assert.equal(differs, matters, 'with and without its times');
      for (const [which, engine] of Object.entries(engines)) if (engine) assert.deepEqual(readsOf(engine, expected.now() + 1), matters ? TIMES : [], which);
      if (!matters && attributes[0].aggregation !== 'approx_count_distinct') assert.ok(engines.plain, 'not served by the smaller artefact');
    });
  }

  test('replay() goes by them, also after events of which they did not matter', () => {
    const definitions = definitionsOf(attributeOf('counter'));
    const [ours, expected] = [page, node].map(({ createEngine }) => createEngine({ seed: 1, definitions }));
    const event = (n, dtm) => ({ e: 'pv', eid: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, duid: 'u', dtm: String(dtm) });
    for (const engine of [ours, expected]) {
      engine.track(event(1, NOW - 5000), { now: NOW, raw: [] });
      assert.equal(engine.now(), NOW);
      engine.replay(event(2, NOW + 60_000));
      assert.equal(engine.now(), NOW + 60_000);
      engine.track(event(3, NOW), { now: NOW + 60_001, raw: [] });
      engine.replay({ ...event(4, NOW), ttm: String(NOW + 90_000) });
      assert.equal(engine.now(), NOW + 90_000);
      engine.load(definitions);
      engine.replay(event(5, NOW + 120_000));
      assert.equal(engine.now(), NOW + 120_000);
    }
    assert.deepEqual(ours.snapshot(), expected.snapshot());
  });

  test('the app is looked at where appIds are given', () => {
    for (const { createEngine } of [node, page, plain]) {
      for (const appIds of [[], ['shop']]) {
        const read = new Set();
        const engine = createEngine({ seed: 1, appIds, definitions: definitionsOf(attributeOf('counter')) });
        engine.track(new Proxy({ e: 'pv', duid: 'u', aid: 'shop' }, { get: (target, name) => (read.add(name), target[name]) }), { now: NOW, raw: [] });
        assert.equal(read.has('aid'), appIds.length > 0);
        assert.equal(engine.rejection(), '');
      }
    }
  });

  test('what syncs has them from the first command on, also after other definitions', () => {
    const group = (name) => ({ attribute_groups: [{ ...definitionsOf(attributeOf('counter')).attribute_groups[0], name, attribute_key: { name: 'user_id' } }] });
    const uploads = [syncing, node].map(({ createEngine }, door) => {
      const engine = createEngine({ seed: 1, syncKeys: ['user_id'], definitions: group('g') });
      const track = (payload, now) => engine.track(door ? JSON.stringify(payload) : payload, { now, ...(!door && { raw: [] }) });
      const event = (n) => ({ e: 'pv', eid: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, uid: 'ann', dtm: String(NOW - n * 1000) });
      engine.sync({ do: 'status' }, { now: NOW });
      for (let n = 1; n < 4; n++) track(event(n), NOW + n);
      if (!door) assert.deepEqual(readsOf(engine, NOW + 10), TIMES);
      else track({ e: 'se', eid: '00000000-0000-4000-8000-ffffffffffff', duid: 'u', se_la: 'x', se_va: '1', dtm: String(NOW + 10) }, NOW + 10);
      engine.load(group('h'));
      for (let n = 4; n < 7; n++) track(event(n), NOW + 10 + n);
      return [engine.sync({ do: 'upload', key: 'user_id', id: 'ann' }, { now: NOW + 20 }), engine.snapshot()];
    });
    assert.deepEqual(uploads[0], uploads[1]);
    assert.ok(JSON.stringify(uploads[0][0]).length > 50, 'no facts were uploaded');
  });

  test('replay() that asked for the larger artefact goes by them once it is there', async () => {
    const engine = plain.createEngine({ seed: 1, definitions: definitionsOf(attributeOf('counter')) });
    const event = { e: 'pv', eid: '00000000-0000-4000-8000-000000000001', duid: 'u', dtm: String(NOW) };
    assert.throws(() => engine.replay(event), { code: 'needs_full' });
    await engine.upgrade();
    engine.replay(event);
    assert.equal(engine.now(), NOW);
  });
});
