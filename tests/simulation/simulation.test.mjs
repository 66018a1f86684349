// Sync under faults, from seeds. Many more schedules run in a stage of their own, and by npm run simulate.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { load } from '@oncue/engine';
import { bundles, LARGE_BUNDLES } from './definitions.mjs';
import { createSchedule, FAULTS, OF_FAULT } from './schedule.mjs';
import { CONTROLS, describeFailure, failureOf, failureOfSeed } from './simulate.mjs';
import { verify } from './verify.mjs';
import { World } from './world.mjs';

await load();

const MOST_UNTIL_NOTICED = 1_000;
const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`ONCUE_SEED=${seed}`);

test('a schedule is the same for the same seed, and has three replicas, forty operations and three faults at least', () => {
  const seen = new Set();
  for (let i = 0; i < 300; i++) {
    const schedule = createSchedule(seed + i);
    assert.deepEqual(createSchedule(seed + i), schedule);
    assert.ok(schedule.users.length >= 3);
    assert.ok(schedule.operations.length >= 40);
    assert.ok(schedule.faults.length >= 3);
    const kinds = new Set(schedule.operations.map(({ kind }) => kind));
    for (const fault of schedule.faults) {
      seen.add(fault);
      for (const kind of OF_FAULT[fault] ?? []) assert.ok(kinds.has(kind), `${kind} of ${fault}`);
    }
  }
  assert.deepEqual([...seen].sort(), [...FAULTS].sort());
});

// docs/aggregations.md
const AGGREGATIONS = [
  'counter', 'sum', 'min', 'max', 'mean', 'first', 'last', 'unique_list', 'most_frequent', 'least_frequent', 'category_count',
  'approx_count_distinct', 'time_since_last', 'time_since_first',
];

test('across a run each of the 14 aggregations is for ever, with a TTL and with a window, before and after definitions change', () => {
  const seen = [new Set(), new Set()];
  // Neighbours mostly share a bundle.
  for (let i = 0; i < 12 * bundles.length; i++) {
    const { bundle } = createSchedule(seed + i * 64);
    bundles[bundle].versions.forEach(({ attributes }, version) => {
      for (const { aggregation, ttl, period } of attributes) seen[version].add(`${aggregation} ${ttl ? 'ttl' : period ? 'window' : 'ever'}`);
    });
  }
  const all = AGGREGATIONS.flatMap((aggregation) => ['ever', 'ttl', 'window'].map((retention) => `${aggregation} ${retention}`)).sort();
  assert.equal(all.length, 14 * 3);
  for (const one of seen) assert.deepEqual([...one].sort(), all);
});

test('after the quiet everybody has what the facts make, and nothing is lost', () => {
  for (let i = 0; i < 100; i++) {
    const error = failureOfSeed(seed + i);
    assert.equal(error, undefined, error && describeFailure(seed + i, error));
  }
});

test('so it is with more events than windows, lists and exact sets of distinct values hold', () => {
  const seen = new Set();
  const most = { distinct: 0, listed: 0 };
  // A profile that is wiped or an id that is erased may leave too little.
  for (let i = 0; seen.size < LARGE_BUNDLES || most.distinct <= 1_000 || most.listed < 100; i++) {
    assert.ok(i < 500, `after 500 schedules: ${[...seen]}, ${JSON.stringify(most)} (seed ${seed})`);
    const schedule = createSchedule(seed + i * 64, true);
    seen.add(schedule.bundle);
    const world = new World(schedule);
    world.run();
    verify(world);
    const { approx_count_distinct_ever: distinct = 0, unique_list_ever: listed } = world.server.values(schedule.ids[0], world.timeline.now);
    most.distinct = Math.max(most.distinct, distinct);
    most.listed = Math.max(most.listed, listed?.length ?? 0);
  }
});

describe('a mistake is noticed', () => {
  for (const [name, control] of Object.entries(CONTROLS)) {
    if (name === 'none') continue;
    test(`${name} fails within ${MOST_UNTIL_NOTICED} schedules`, () => {
      let tried = 0;
      let error;
      while (tried < MOST_UNTIL_NOTICED && error?.name !== 'Violation') error = failureOfSeed(seed + tried++, control);
      assert.equal(error?.name, 'Violation', `${name}: ${error?.stack ?? 'nothing was noticed'}`);
    });
  }
});

describe('what has failed once', () => {
  const failed = JSON.parse(readFileSync(new URL('../fixtures/sync/schedules.json', import.meta.url), 'utf8'));
  for (const { what, schedule } of failed) test(what, () => assert.equal(failureOf(schedule)?.stack, undefined));
});
