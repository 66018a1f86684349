// The measurement events' schemas, as rules.
import assert from 'node:assert/strict';

const VENDOR = 'iglu:com.snowplowanalytics.signals';
const INSTANCE = `${VENDOR}/intervention_instance/jsonschema/1-0-0`;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const onlyKeys = (object, allowed) => {
  for (const key of Object.keys(object)) assert.ok(allowed.includes(key), `unexpected field ${key}`);
};
const isText = (value, min, max) => {
  assert.equal(typeof value, 'string');
  assert.ok(value.length >= min && value.length <= max, `length ${value.length}, expected ${min} to ${max}`);
};

const DATA_RULES = {
  intervention_receive(data) {
    onlyKeys(data, ['handlers']);
    assert.ok(Array.isArray(data.handlers) && data.handlers.length > 0);
    for (const id of data.handlers) isText(id, 0, 255);
  },
  intervention_handle(data) {
    onlyKeys(data, ['handler']);
    isText(data.handler, 0, 255);
  },
  intervention_handle_error(data) {
    onlyKeys(data, ['handler', 'error']);
    isText(data.handler, 0, 255);
    if ('error' in data && data.error !== null) isText(data.error, 0, 1024);
  },
};

function checkEntity(data) {
  onlyKeys(data, ['intervention_id', 'name', 'version', 'attributeKey', 'attributes']);
  assert.match(data.intervention_id, UUID);
  isText(data.name, 1, 128);
  assert.ok(Number.isInteger(data.version) && data.version >= 0);
  if (data.attributeKey) {
    assert.deepEqual(Object.keys(data.attributeKey).sort(), ['id', 'name']);
    isText(data.attributeKey.name, 1, 128);
    assert.equal(typeof data.attributeKey.id, 'string');
  }
  for (const entry of data.attributes ?? []) {
    assert.deepEqual(Object.keys(entry).sort(), ['attribute', 'value']);
    isText(entry.attribute, 3, 257);
    assert.equal(typeof entry.value, 'string');
  }
}

/** The measurement events among `events`, each checked: `{ event, data, intervention, extra }`. */
export function readMeasurements(events) {
  return events
    .filter(({ schema }) => schema?.startsWith(`${VENDOR}/`))
    .map(({ schema, data, entities }) => {
      const [, event, format, version] = schema.split('/');
      assert.deepEqual([format, version], ['jsonschema', '1-0-0']);
      DATA_RULES[event](data);
      const instances = entities.filter((entity) => entity.schema === INSTANCE);
      assert.equal(instances.length, 1);
      checkEntity(instances[0].data);
      return { event, data, intervention: instances[0].data, entities };
    });
}
