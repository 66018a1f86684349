// Sync under faults, from seeds. Many more schedules run in a stage of their own, and by npm run simulate.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { load } from '@oncue/engine';
import { bundles } from './definitions.mjs';
import { createSchedule, FAULTS } from './schedule.mjs';
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
    for (const fault of schedule.faults) seen.add(fault);
  }
  assert.deepEqual([...seen].sort(), [...FAULTS].sort());
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
  for (let i = 0; seen.size < bundles.length || most.distinct <= 1_000 || most.listed < 100; i++) {
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
