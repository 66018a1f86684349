// The histories of tests/fixtures/traces, each of which names the spec row it shows, through both doors and wasm.
// The same files drive the core's own tests.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { createEngine, load } from '@oncue/engine';
import { rawOf } from './lib/raw_json.mjs';

const FOLDER = new URL('../../../tests/fixtures/traces/', import.meta.url);
const DOORS = {
  'object door': (engine, payload, now) => engine.track(payload, { now, raw: rawOf(payload) }),
  'text door': (engine, payload, now) => engine.track(JSON.stringify(payload), { now }),
};

before(() => load());

/** A fixture names only the members that its row is about. */
function expectFired(fired, expected, where) {
  const seen = expected.map((members, i) =>
    Object.fromEntries(Object.keys(members).map((name) => [name, fired[i]?.[name]])),
  );
  assert.deepEqual(seen, expected, where);
  assert.equal(fired.length, expected.length, `${where}: ${JSON.stringify(fired)}`);
}

function run({ row, definitions, options, steps }, track) {
  const engine = createEngine({ definitions, seed: 1, ...options });
  steps.forEach((step, i) => {
    const where = `${row}, step ${i}`;
    if (step.track) expectFired(track(engine, step.track, step.at), step.fires, where);
    else if (step.tick) expectFired(engine.tick(step.at), step.fires, where);
    else if (step.receive) {
      expectFired(engine.receive(step.receive, { now: step.at }), step.fires, where);
      assert.equal(engine.rejection(), step.rejection ?? '', where);
    } else if (step.read) assert.deepEqual(engine.attributes(step.read.key, step.read.id, step.at), step.expect, where);
    else if (step.explain) {
      const tree = engine.explain(step.explain, undefined, step.at);
      for (const name of Object.keys(step.expect)) assert.deepEqual(tree[name], step.expect[name], where);
    } else if ('nextWake' in step) assert.equal(engine.nextWake(), step.nextWake ?? Infinity, where);
    else if (step.load) engine.load(step.load);
    else assert.fail(`${where}: a step of no known kind`);
  });
  const snapshot = engine.snapshot();
  engine.dispose();
  return snapshot;
}

for (const file of readdirSync(FOLDER)) {
  const histories = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
  describe(`traces ${file}`, () => {
    for (const history of histories) {
      test(history.row, () => {
        const [objects, texts] = Object.values(DOORS).map((track) => run(history, track));
        assert.deepEqual(objects, texts, 'both doors leave the same state');
      });
    }
  });
}
