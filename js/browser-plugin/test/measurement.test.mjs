import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importSource } from './source.mjs';

const { buildInterventionEntity, buildMeasurementData, describeFailure, truncate } = await importSource('measurement');

const INTERVENTION = {
  intervention_id: '6a1ae0c6-7e1d-4ae5-9c9d-0a2f53c1a3de',
  name: 'discount',
  version: 1,
  target_attribute_key: { name: 'domain_userid', id: 'd1' },
  attributes: {},
};

test('plugin 5: the entity has exactly the schema fields', () => {
  const { schema, data } = buildInterventionEntity({ ...INTERVENTION, at: 1, event_id: 'e' });
  assert.equal(schema, 'iglu:com.snowplowanalytics.signals/intervention_instance/jsonschema/1-0-0');
  assert.deepEqual(data, {
    intervention_id: INTERVENTION.intervention_id,
    name: 'discount',
    version: 1,
    attributeKey: { name: 'domain_userid', id: 'd1' },
  });
});

test('plugin 5: attribute values are strings, strings as they are and everything else as JSON', () => {
  const attributes = { 'g:a': 'x', 'g:b': 3, 'g:c': true, 'g:d': ['p', 'q'], 'g:e': { k: 1 }, 'g:f': '3' };
  const { data } = buildInterventionEntity({ ...INTERVENTION, attributes });
  assert.deepEqual(
    data.attributes.map(({ attribute, value }) => [attribute, value]),
    [['g:a', 'x'], ['g:b', '3'], ['g:c', 'true'], ['g:d', '["p","q"]'], ['g:e', '{"k":1}'], ['g:f', '3']]
  );
});

test('plugin 5: missing attributes, or a target without an id, are omitted', () => {
  const { data } = buildInterventionEntity({ ...INTERVENTION, attributes: undefined, target_attribute_key: { name: 'user_id' } });
  assert.deepEqual(Object.keys(data), ['intervention_id', 'name', 'version']);
});

test('plugin 5: attribute names outside 3 to 257 characters are skipped', () => {
  const names = ['ab', 'abc', 'x'.repeat(257), 'x'.repeat(258)];
  const attributes = Object.fromEntries(names.map((name) => [name, 1]));
  const { data } = buildInterventionEntity({ ...INTERVENTION, attributes });
  assert.deepEqual(data.attributes.map(({ attribute }) => attribute.length), [3, 257]);
});

test('plugin 5: handlers are cut at 255 characters, errors at 1024, absent errors are omitted', () => {
  const long = 'h'.repeat(300);
  assert.deepEqual(buildMeasurementData('delivery', ['a', long]), { handlers: ['a', 'h'.repeat(255)] });
  assert.deepEqual(buildMeasurementData('dispatch_accept', ['a']), { handler: 'a' });
  assert.deepEqual(buildMeasurementData('dispatch_error', ['a'], undefined), { handler: 'a' });
  const { error } = buildMeasurementData('dispatch_error', ['a'], new Error('e'.repeat(2000)));
  assert.equal(error.length, 1024);
  assert.ok(error.startsWith('Error: eee'));
});

test('truncation never leaves half of a surrogate pair', () => {
  assert.equal(truncate('ab\u{1F600}', 3), 'ab');
  assert.equal(truncate('ab\u{1F600}', 4), 'ab\u{1F600}');
});

test('a reason that cannot be printed is still a reason', () => {
  assert.equal(describeFailure(Object.create(null)), 'unprintable error');
  assert.equal(describeFailure(0), undefined);
});
