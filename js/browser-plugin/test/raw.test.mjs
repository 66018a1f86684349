import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payloadBuilder, payloadJsonProcessor } from '@snowplow/tracker-core';
import { importSource } from './source.mjs';

const { rememberBuilder, takeRaw } = await importSource('raw');
const { CONTEXTS_FIELD, EVENT_FIELD, readJson } = await importSource('encoded');
const CONTEXTS = 'iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0';
const entity = (n) => ({ schema: 'iglu:com.example/thing/jsonschema/1-0-0', data: { n } });

/** A builder as core.track() leaves it before beforeTrack. */
function startEvent({ base64 = false, contexts = [entity(1)] } = {}) {
  const pb = payloadBuilder();
  pb.withJsonProcessor(payloadJsonProcessor(base64));
  pb.add('e', 'ue');
  pb.addJson('ue_px', 'ue_pr', { schema: 'iglu:x', data: { schema: 's', data: { a: 1 } } });
  if (contexts.length) pb.addJson('cx', 'co', { schema: CONTEXTS, data: contexts });
  return pb;
}

const entitiesOf = (raw) => raw.find(({ keyIfEncoded }) => keyIfEncoded === 'cx')?.json.data.map(({ data }) => data.n) ?? [];
const entitiesOfText = (payload) => (payload.co ? JSON.parse(payload.co).data.map(({ data }) => data.n) : []);

test('design two doors: raw objects are handed over, entities added in beforeTrack included', () => {
  for (const base64 of [false, true]) {
    const pb = startEvent({ base64 });
    rememberBuilder(pb);
    pb.addContextEntity(entity(2));
    const raw = takeRaw(pb.build());
    assert.deepEqual(entitiesOf(raw), [1, 2]);
  }
});

test('design two doors: a builder built before the plugin saw it goes through the text door', () => {
  const pb = startEvent();
  pb.build();
  rememberBuilder(pb);
  pb.addContextEntity(entity(2));
  const payload = pb.build();
  assert.equal(takeRaw(payload), undefined);
  assert.deepEqual(entitiesOfText(payload), [1, 2]);
});

test('design two doors: an entity added after a later plugin built early exists in the text only', () => {
  for (const add of [(pb) => pb.addContextEntity(entity(2)), (pb) => pb.addJson('cx', 'co', { schema: CONTEXTS, data: [entity(2)] })]) {
    const pb = startEvent();
    rememberBuilder(pb);
    pb.build();
    add(pb);
    const payload = pb.build();
    assert.equal(takeRaw(payload), undefined);
    assert.deepEqual(entitiesOfText(payload), [1, 2]);
  }
});

test('an early build that adds nothing afterwards keeps the object door', () => {
  const pb = startEvent();
  rememberBuilder(pb);
  pb.build();
  assert.deepEqual(entitiesOf(takeRaw(pb.build())), [1]);
});

test('entities without a context list to join are not in getJson(), two lists are two there: whoever wants these reads the text', () => {
  const pb = startEvent({ contexts: [] });
  rememberBuilder(pb);
  pb.addContextEntity(entity(1));
  const payload = pb.build();
  const raw = takeRaw(payload);
  assert.deepEqual(raw.map(({ keyIfEncoded }) => keyIfEncoded), ['ue_px']);
  assert.deepEqual(readJson(payload, CONTEXTS_FIELD, raw).data, [entity(1)]);
  for (const key of ['cx', 'ue_px']) {
    const pb = startEvent();
    rememberBuilder(pb);
    pb.addJson(key, key === 'cx' ? 'co' : 'ue_pr', { schema: CONTEXTS, data: [entity(2)] });
    const payload = pb.build();
    const field = key === 'cx' ? CONTEXTS_FIELD : EVENT_FIELD;
    assert.deepEqual(readJson(payload, field, takeRaw(payload)), JSON.parse(payload[field[0]]));
  }
});

test('nested events are told apart, unknown payloads have no raw objects', () => {
  const outer = startEvent({ contexts: [entity(1)] });
  rememberBuilder(outer);
  const inner = startEvent({ contexts: [entity(2)] });
  rememberBuilder(inner);
  assert.deepEqual(entitiesOf(takeRaw(inner.build())), [2]);
  assert.deepEqual(entitiesOf(takeRaw(outer.build())), [1]);
  assert.equal(takeRaw({ e: 'pv' }), undefined);
});

test('design two doors: what was added between two early builds stays in the text, however often it is built after', () => {
  const pb = startEvent();
  rememberBuilder(pb);
  pb.build();
  pb.addContextEntity(entity(2));
  pb.build();
  const payload = pb.build();
  assert.equal(takeRaw(payload), undefined);
  assert.deepEqual(entitiesOfText(payload), [1, 2]);
});

test('an early build of another event, or of a builder nobody remembered, changes nothing', () => {
  const pb = startEvent();
  rememberBuilder(pb);
  const other = startEvent({ contexts: [entity(2)] });
  rememberBuilder(other);
  pb.build();
  other.build();
  startEvent().build();
  assert.deepEqual(entitiesOf(takeRaw(pb.build())), [1]);
});

test('a payload that was built before another one goes through the text door', () => {
  const pb = startEvent();
  rememberBuilder(pb);
  const payload = pb.build();
  const other = startEvent({ contexts: [entity(2)] });
  rememberBuilder(other);
  other.build();
  assert.equal(takeRaw(payload), undefined);
});
