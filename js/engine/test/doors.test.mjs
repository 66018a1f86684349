// Two doors, one room: the objects of an event and its text give the same answer.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { createEngine, load } from '@oncue/engine';
import { createEvents } from './lib/generated_events.mjs';
import { seed } from './lib/random.mjs';
import { rawOf } from './lib/raw_json.mjs';
import { richDefinitions } from './lib/rich_definitions.mjs';

const FIXTURES = new URL('../../../tests/fixtures/events/', import.meta.url);
const fixtures = readdirSync(FIXTURES).filter((name) => name.endsWith('.json'));
const NOW = Date.UTC(2023, 10, 14, 22, 13, 20);

before(() => load());

/** An attribute for everything the fixture looks at; all under one key that every event has. */
function definitionsFor({ atomic = {}, values = [], identifiers = [] }) {
  const properties = [
    ...Object.keys(atomic).map((name) => ({ type: 'atomic', name })),
    ...values.map(({ property }) => property),
    ...identifiers.map(({ property }) => property),
    { type: 'atomic', name: 'event_version' },
  ];
  const attributes = properties.flatMap((property, i) => [
    { name: `text_${i}`, type: 'string', aggregation: 'last', property },
    { name: `number_${i}`, type: 'double', aggregation: 'sum', property },
    { name: `present_${i}`, type: 'int32', aggregation: 'counter', criteria: { all: [{ property, operator: 'is not null' }] } },
  ]);
  return { attribute_groups: [{ name: 'g', attribute_key: { name: 'network_userid' }, attributes }] };
}

function run(definitions, payload, now, raw) {
  const engine = createEngine({ definitions, seed: 1 });
  engine.track(raw ? payload : JSON.stringify(payload), { now, raw });
  const result = { rejection: engine.rejection(), attributes: engine.attributes('network_userid', 'n', now), snapshot: engine.snapshot() };
  engine.dispose();
  return result;
}

describe('events: every fixture through both doors', () => {
  for (const file of fixtures) {
    const cases = JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')).filter(({ payload }) => payload);
    if (cases.length === 0) continue;
    test(`${file}: ${cases.length} cases`, () => {
      let compared = 0;
      for (const fixture of cases) {
        const { row, now = NOW } = fixture;
        // The text door counts what the tracker would send; these two make every case visible under one id.
        const payload = { e: 'pv', ...fixture.payload, tnuid: 'n' };
        const raw = rawOf(payload);
        if (!raw) continue;
        compared++;
        const definitions = definitionsFor(fixture);
        assert.deepEqual(run(definitions, payload, now, raw), run(definitions, payload, now), `${row}: ${JSON.stringify(payload)}`);
      }
      assert.ok(compared > cases.length / 2, `only ${compared} could be compared`);
    });
  }
});

test(`100,000 generated events through both doors (ONCUE_SEED=${seed})`, () => {
  const objects = createEngine({ definitions: richDefinitions, seed: 7 });
  const text = createEngine({ definitions: richDefinitions, seed: 7 });
  const nextEvent = createEvents(seed);
  let fired = 0;
  for (let i = 0; i < 100_000; i++) {
    const { payload, raw, now } = nextEvent();
    const here = `seed ${seed}, event ${i}: ${JSON.stringify(payload)}`;
    const one = objects.track(payload, { now, raw });
    const other = text.track(JSON.stringify(payload), { now });
    fired += one.length;
    if (one.length > 0 || other.length > 0) assert.deepEqual(one, other, here);
    if (objects.rejection() !== text.rejection()) assert.equal(objects.rejection(), text.rejection(), here);
    if (i % 1000 === 999) assert.equal(Buffer.compare(objects.snapshot(), text.snapshot()), 0, `snapshots differ, ${here}`);
  }
  assert.ok(fired > 100, `only ${fired} interventions fired: the generator no longer reaches them`);
  assert.deepEqual({ ...objects.stats(), memoryBytes: 0 }, { ...text.stats(), memoryBytes: 0 });
});
