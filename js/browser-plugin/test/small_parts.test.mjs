import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { importSource } from './source.mjs';

const { appendToPayload, replaceContexts } = await importSource('entities');
const { CONTEXTS_FIELD, readJson } = await importSource('encoded');
const { createAlarm } = await importSource('alarm');
const { nameEvent } = await importSource('inspector/event_name');

const entity = (n) => ({ schema: 'iglu:com.example/thing/jsonschema/1-0-0', data: { n } });
const wrap = (...numbers) => ({ schema: 'iglu:c', data: numbers.map(entity) });
const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const numbers = (payload) => JSON.parse(payload.co).data.map(({ data }) => data.n);

test('derived entities come last, whatever the encoding, and never change the payload itself', () => {
  const plain = { e: 'pv', co: JSON.stringify(wrap('é', 2)) };
  assert.deepEqual(numbers(appendToPayload(plain, [entity(3)])), ['é', 2, 3]);
  assert.deepEqual(JSON.parse(plain.co), wrap('é', 2));
  const encoded = appendToPayload({ e: 'pv', cx: base64url(wrap('é', '\u{1F600}', '?>')) }, [entity(3)]);
  assert.deepEqual(numbers(encoded), ['é', '\u{1F600}', '?>', 3]);
  assert.equal('cx' in encoded, false);
  assert.deepEqual(numbers(appendToPayload({ e: 'pv' }, [entity(3)])), [3]);
});

test('derived entities join the raw objects in a copy', () => {
  const event = { keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json: {} };
  const contexts = { keyIfEncoded: 'cx', keyIfNotEncoded: 'co', json: wrap(1) };
  const extended = (raw, payload) => replaceContexts(raw, appendToPayload({ e: 'ue', ...payload }, [entity(2)]));
  for (const payload of [{ co: JSON.stringify(wrap(1)) }, { cx: base64url(wrap(1)) }]) {
    const [first, second, ...more] = extended([contexts, event], payload);
    assert.equal(first, event);
    assert.deepEqual([second.keyIfEncoded, second.json.data, more], ['cx', [entity(1), entity(2)], []]);
    assert.deepEqual(contexts.json, wrap(1));
  }
  assert.deepEqual(extended([], {})[0].json.data, [entity(2)]);
  assert.deepEqual(extended([contexts, { ...contexts, json: wrap(3) }], { co: JSON.stringify(wrap(1, 3)) }).map(({ json }) => json.data), [[entity(1), entity(3), entity(2)]], 'two lists are one in the text');
});

test('what raw objects have not, or twice, is read from the text', () => {
  const list = (...numbers) => ({ keyIfEncoded: 'cx', keyIfNotEncoded: 'co', json: wrap(...numbers) });
  const payload = { co: JSON.stringify(wrap(1, 2)) };
  const read = (raw) => readJson(payload, CONTEXTS_FIELD, raw).data.map(({ data }) => data.n);
  assert.deepEqual(read([list(5)]), [5]);
  assert.deepEqual([undefined, [], [{ keyIfEncoded: 'ue_px', json: wrap(7) }], [list(1), list(2)]].map(read), Array(4).fill([1, 2]));
  assert.equal(readJson({}, CONTEXTS_FIELD, []), undefined);
});

test('the alarm rings once at the earliest moment asked for', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  try {
    const rung = [];
    const alarm = createAlarm(() => rung.push(Date.now()));
    alarm.arm(1_000_500);
    alarm.arm(1_000_900);
    alarm.arm(1_000_200);
    alarm.arm(Infinity);
    mock.timers.tick(199);
    assert.deepEqual(rung, []);
    mock.timers.tick(1);
    assert.deepEqual(rung, [1_000_200]);
    mock.timers.tick(1000);
    alarm.arm(1_001_300);
    alarm.disarm();
    mock.timers.tick(1000);
    assert.deepEqual(rung, [1_000_200]);
    alarm.arm(0);
    mock.timers.tick(1);
    assert.equal(rung.length, 2);
  } finally {
    mock.timers.reset();
  }
});

test('the alarm survives moments further away than setTimeout can count', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  try {
    const rung = [];
    const alarm = createAlarm(() => rung.push(Date.now()));
    alarm.arm(90 * 86_400_000);
    mock.timers.tick(2 ** 31 - 2);
    assert.deepEqual(rung, []);
    mock.timers.tick(1);
    assert.deepEqual(rung, [2 ** 31 - 1]);
  } finally {
    mock.timers.reset();
  }
});

test('events have a name in every form', () => {
  const ue = { schema: 'iglu:u', data: { schema: 'iglu:com.example/bought/jsonschema/1-0-0', data: {} } };
  assert.equal(nameEvent({ e: 'pv' }), 'page_view');
  assert.equal(nameEvent({ e: 'ue', ue_pr: JSON.stringify(ue) }), 'bought');
  assert.equal(nameEvent({ e: 'ue', ue_px: base64url(ue) }), 'bought');
  assert.equal(nameEvent({ e: 'ue' }, [{ keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json: ue }]), 'bought');
  assert.equal(nameEvent({ e: 'ue', ue_pr: 'broken' }), 'ue');
  assert.equal(nameEvent({ e: 'zz' }), 'zz');
});
