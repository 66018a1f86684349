// Hosts that spread keys over several engines ask which ids an event carries.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, load, readIds } from '@oncue/engine';

await load();
const group = (name, key) => ({ name, attribute_key: { name: key }, attributes: [{ name: 'n', type: 'int32', aggregation: 'counter' }], is_published: true });
const CUSTOM = { name: 'plan', property: { type: 'event', vendor: 'com.acme', name: 'signup', major_version: 1, path: 'plan.id' }, is_published: true };
const engine = createEngine({ definitions: { attribute_keys: [CUSTOM], attribute_groups: [group('a', 'domain_userid'), group('b', 'user_id'), group('c', 'plan')] }, seed: 1 });
const signup = (data) => JSON.stringify({ schema: 'iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0', data: { schema: 'iglu:com.acme/signup/jsonschema/1-0-0', data } });

test('readIds: the ids of the keys in use, whatever they are read from', () => {
  const payload = { e: 'ue', eid: crypto.randomUUID(), p: 'web', duid: 'ann', uid: 'Ann "A" Ä', sid: 'unused', ue_pr: signup({ plan: { id: 'gold' } }) };
  assert.deepEqual(readIds(engine, JSON.stringify(payload)), { domain_userid: 'ann', user_id: 'Ann "A" Ä', plan: 'gold' });
  assert.deepEqual(readIds(engine, JSON.stringify({ event_id: crypto.randomUUID(), event: 'page_view', domain_userid: 'bob' }), 'enriched-json'), { domain_userid: 'bob' });
});

test('readIds: an event without any, and text that is none', () => {
  assert.deepEqual(readIds(engine, JSON.stringify({ e: 'pv', p: 'web' })), {});
  assert.deepEqual(readIds(engine, 'no json'), {});
});

test('readIds counts nothing, and what is tracked afterwards is read as if it had not been asked', () => {
  const event = (duid) => JSON.stringify({ e: 'pv', eid: crypto.randomUUID(), p: 'web', duid });
  engine.track(event('cleo'), { now: 1 });
  readIds(engine, event('dora'));
  engine.track(event('cleo'), { now: 2 });
  assert.equal(engine.attributes('domain_userid', 'cleo').a.n, 2);
  assert.deepEqual(engine.ids('domain_userid'), ['cleo']);
});
