// The object door's page side. That it agrees with the text door, through the engine, is doors.test.mjs.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { payloadBuilder, payloadJsonProcessor } from '@snowplow/tracker-core';
import { build } from 'esbuild';
import { createRandom, seed } from './lib/random.mjs';
import { MAGIC, createMemory, decode } from './lib/records.mjs';

const folder = mkdtempSync(join(tmpdir(), 'oncue-extractor-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'extractor.mjs');
await build({ entryPoints: [fileURLToPath(new URL('../src/extractor.ts', import.meta.url))], bundle: true, format: 'esm', outfile });
const { Extractor } = await import(pathToFileURL(outfile).href);

const SPECIFICATION = 'iglu:com.snowplowanalytics.snowplow/event_specification/jsonschema/1-0-2';
const THING = 'iglu:com.acme/thing/jsonschema/1-0-0';
const PRODUCT = 'iglu:com.acme/product/jsonschema/1-0-0';
const plan = {
  magic: MAGIC,
  keys: ['e', 'eid', 'vid', 'aid'],
  schema: 4,
  event: { 'com.acme/thing/1': [[10, 'type'], [11, 'a', 'b'], [12, 'l', 1, 'x'], [13]] },
  entities: {
    'com.acme/product/1': [[0, [20, 'price'], [21, 'deep', 0]], [2, [22, 'price']]],
    'com.acme/product/2': [[0, [23, 'price']]],
  },
  specification: 30,
};

const memory = createMemory();
const thing = (data, schema = THING) => ({ keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json: { schema: 'x', data: { schema, data } } });
const contexts = (...data) => ({ keyIfEncoded: 'cx', keyIfNotEncoded: 'co', json: { schema: 'x', data } });
const product = (data, schema = PRODUCT) => ({ schema, data });

/** {slot: value}, or -1 where the extractor asks for the text. */
function extract(payload, raw, extractor = new Extractor(JSON.stringify(plan))) {
  const length = extractor.write(memory, payload, raw);
  if (!held.has(extractor)) held.set(extractor, {});
  return length < 0 ? length : decode(memory.record(length), held.get(extractor));
}
const held = new WeakMap();
const event = (data) => extract({ e: 'ue' }, [thing(data)]);
const entities = (...list) => extract({ e: 'pv' }, [contexts(...list)]);

test('protocol values as String(v); null, undefined, "" and what JSON has no number for are absent', () => {
  assert.deepEqual(extract({ e: 'pv', eid: 'é', vid: 3, aid: true, other: 'x' }), { 0: 'pv', 1: 'é', 2: '3', 3: 'true' });
  assert.deepEqual(extract({ e: 'pv', eid: '', vid: null, aid: undefined }), { 0: 'pv' });
  assert.deepEqual(extract({ e: 'pv', eid: NaN, vid: -0, aid: 1e21 }), { 0: 'pv', 2: '0', 3: '1e+21' });
  assert.deepEqual(extract({ e: 'pv', eid: () => 1, vid: Symbol('x') }), { 0: 'pv' });
});

test('events 6.2, 6.5: the event by its paths', () => {
  const found = event({ type: 'x', a: { b: 2 }, l: [0, { x: true }] });
  assert.deepEqual(found, { 0: 'ue', 4: THING, 10: 'x', 11: 2, 12: true, 13: {} });
  assert.deepEqual(event({ type: null, a: [1], l: { 1: { x: 1 } } }), { 0: 'ue', 4: THING, 13: {} });
  assert.deepEqual(event({ a: 'text', l: 'text' }), { 0: 'ue', 4: THING, 13: {} });
  assert.deepEqual(extract({ e: 'ue' }, [thing({ type: 1 }, 'iglu:com.acme/thing/jsonschema/2-0-0')]), { 0: 'ue', 4: 'iglu:com.acme/thing/jsonschema/2-0-0' });
});

test('events 6.2: non-ue events have no data', () => {
  assert.deepEqual(extract({ e: 'pv' }, [thing({ type: 'x' })]), { 0: 'pv' });
});

test('events 1: an event that is not self-describing JSON leaves no schema', () => {
  const noSchema = { 0: 'ue' };
  for (const json of [{}, { data: 5 }, { data: {} }, { data: { schema: 'iglu:x', data: {} } }, { data: { schema: THING } }, { data: { schema: THING, data: [] } }, { data: { schema: 5, data: {} } }]) {
    assert.deepEqual(extract({ e: 'ue' }, [{ keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json }]), noSchema, JSON.stringify(json));
  }
  assert.deepEqual(extract({ e: 'ue' }), noSchema);
});

test('events 6.1, 6.4: the n-th entity of a vendor, name and major version', () => {
  const found = entities(
    product({ price: 1, deep: [[1]] }),
    product({ price: 9 }, 'iglu:com.acme/product/jsonschema/2-1-0'),
    product({ price: 2 }, 'iglu:com.acme/product/jsonschema/1-4-2'),
    product({ price: 3 }),
    product({ price: 4 }),
  );
  assert.deepEqual(found, { 0: 'pv', 20: 1, 21: [1], 22: 3, 23: 9 });
});

test('counts start anew with each event', () => {
  const extractor = new Extractor(JSON.stringify(plan));
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(extract({ e: 'pv' }, [contexts(product({ price: i }))], extractor), { 0: 'pv', 20: i });
  }
});

test('events 1: an invalid entity is skipped and not counted', () => {
  const invalid = [null, undefined, 5, 'x', [], {}, { schema: PRODUCT }, { schema: PRODUCT, data: null }, { schema: PRODUCT, data: [1] }, { schema: 'iglu:a/b', data: {} }, { schema: 7, data: {} }, { schema: PRODUCT, data: undefined }];
  assert.deepEqual(entities(...invalid, product({ price: 7 })), { 0: 'pv', 20: 7 });
});

test('events 6.8: the first event specification, whatever its version', () => {
  const specification = (id, version) => product({ id }, SPECIFICATION.replace('1-0-2', version));
  assert.deepEqual(entities(specification('a', '2-0-0'), specification('b', '1-0-2')), { 0: 'pv', 30: 'a' });
});

test('events 6.6: arrays with their scalars, objects without members', () => {
  const found = event({ type: [1, 'a', null, undefined, true, [1], { x: 1 }, NaN, () => 1], a: { b: {} } });
  assert.deepEqual(found[10], [1, 'a', null, null, true, 'array', {}, null, null]);
  assert.deepEqual(found[11], {});
});

test('text longer than the buffer, not ASCII, with lone surrogates', () => {
  for (const text of ['', 'a'.repeat(127), 'a'.repeat(128), 'a'.repeat(129), 'é'.repeat(5000), '👋', 'aé', '\u0000\n']) {
    assert.equal(event({ type: text })[10], text);
  }
  assert.equal(event({ type: 'a\ud800b' })[10], 'a\ufffdb');
  assert.deepEqual(event({ type: Array(2000).fill('xyz') })[10], Array(2000).fill('xyz'));
});

test('what only JSON.stringify() can tell goes through the text door', () => {
  class Price { constructor() { this.b = 1; } }
  const odd = [Object.create(Object.create(null)), new Date(0), new Price(), new Number(1), new String('x'), new Boolean(true), new Map(), { toJSON: () => 1 }, 5n, Object.assign(() => 1, { toJSON: () => 1 }), runInNewContext('({ b: 1 })'), Object.assign([], { toJSON: () => 1 })];
  for (const value of odd) {
    assert.equal(event({ type: value }), -1);
    assert.equal(event({ a: value }), -1);
    assert.equal(event({ type: [value] }), -1);
    assert.equal(entities(product({ price: value })), -1);
    assert.equal(extract({ e: 'pv', aid: value }), -1);
    if (typeof value === 'object') assert.equal(entities(value), -1);
  }
  class List extends Array {}
  const asObject = (list) => Object.setPrototypeOf(list, Object.prototype);
  const toJSON = () => ({ schema: 'x', data: [] });
  for (const list of [Object.assign([product({ price: 1 })], { toJSON }), List.of(product({ price: 1 })), asObject([product({ price: 1 })])]) {
    assert.equal(entities(...[list]), -1);
    assert.equal(extract({ e: 'pv' }, [{ ...contexts(), json: { schema: 'x', data: list } }]), -1);
  }
  assert.equal(entities(asObject(Object.assign([], product({ price: 1 })))), -1);
  assert.equal(extract({ e: 'pv' }, [{ ...contexts(), json: { ...contexts(product({ price: 1 })).json, toJSON } }]), -1);
  assert.equal(extract({ e: 'pv', co: '{"data":[]}' }, [{ ...contexts(), json: '' }]), -1);
  assert.equal(event({ get type() { throw new Error('no'); } }), -1);
  assert.equal(extract(new Price()), -1);
});

test('values that have not changed are not written again', () => {
  const extractor = new Extractor(JSON.stringify(plan));
  const write = (payload, raw) => extractor.write(memory, payload, raw);
  const payload = { e: 'ue', eid: 'x'.repeat(36), vid: 3, aid: 'shop' };
  const raw = [thing({ type: 'x' })];
  const expected = { 0: 'ue', 1: payload.eid, 2: '3', 3: 'shop', 4: THING, 10: 'x', 13: {} };
  const full = write(payload, raw);
  const known = {};
  assert.deepEqual(decode(memory.record(full), known), expected);
  const again = write(payload, raw);
  assert.ok(again < full / 2, `${again} of ${full} bytes`);
  assert.deepEqual(decode(memory.record(again), known), expected);
  assert.deepEqual(decode(memory.record(write({ ...payload, vid: '4', aid: '' }, raw)), known), { 0: 'ue', 1: payload.eid, 2: '4', 4: THING, 10: 'x', 13: {} }, 'a change is written');
  // What was begun and given up never reached core.
  assert.equal(write({ ...payload, aid: 'other' }, [thing({ type: new Date(0) })]), -1);
  assert.deepEqual(decode(memory.record(write({ ...payload, aid: 'other' }, raw))), { ...expected, 3: 'other' });
});

test('odd values that nobody wants do not matter', () => {
  assert.deepEqual(event({ type: 1, when: new Date(0) })[10], 1);
  assert.deepEqual(entities({ schema: 'iglu:com.acme/unwanted/jsonschema/1-0-0', data: new Date(0) }), { 0: 'pv' });
});

test('only own enumerable members exist', () => {
  assert.deepEqual(event({ type: Object.create({ b: 1 }), a: Object.create({ b: 1 }) }), { 0: 'ue', 4: THING, 10: {}, 13: {} });
  assert.deepEqual(entities(Object.create(product({ price: 1 })), Object.defineProperty(product({ price: 1 }), 'schema', { enumerable: false }), product({ price: 2 })), { 0: 'pv', 20: 2 });
  assert.equal(event(Object.defineProperty({}, 'type', { value: 1 }))[10], undefined);
  const envelope = { schema: THING, data: { type: 1 } };
  for (const data of [Object.create(envelope), Object.defineProperty({ ...envelope }, 'data', { enumerable: false })]) {
    assert.deepEqual(extract({ e: 'ue' }, [{ keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json: { schema: 'x', data } }]), { 0: 'ue' });
  }
  const extractor = new Extractor(JSON.stringify({ ...plan, event: { 'com.acme/thing/1': [[10, 'toString'], [11, '__proto__'], [12, 'l', 'length']] } }));
  assert.deepEqual(extract({ e: 'ue' }, [thing({ l: [1] })], extractor), { 0: 'ue', 4: THING });
});

test('without the objects of its texts an event goes through the text door', () => {
  assert.equal(extract({ e: 'ue', ue_pr: '{}' }), -1);
  assert.equal(extract({ e: 'ue', ue_px: 'e30' }, []), -1);
  assert.equal(extract({ e: 'pv', co: '{}' }), -1);
  assert.equal(extract({ e: 'pv', cx: 'e30' }, [thing({})]), -1);
  assert.equal(extract({ e: 'pv' }, [contexts(), contexts()]), -1);
  assert.deepEqual(extract({ e: 'pv', ue_pr: '{}' }), { 0: 'pv' });
  const noEntities = new Extractor(JSON.stringify({ ...plan, entities: {}, specification: undefined }));
  assert.deepEqual(extract({ e: 'pv', co: '{}' }, undefined, noEntities), { 0: 'pv' });
});

test('the real payload builder', () => {
  for (const base64 of [false, true]) {
    const pb = payloadBuilder();
    pb.withJsonProcessor(payloadJsonProcessor(base64));
    pb.add('e', 'ue');
    pb.add('vid', 3);
    pb.addJson('ue_px', 'ue_pr', { schema: 'x', data: { schema: THING, data: { type: 't', a: { b: undefined } } } });
    pb.addJson('cx', 'co', { schema: 'x', data: [product({ price: 1.5 })] });
    pb.addContextEntity(product({ price: 2 }));
    pb.addContextEntity(product({ price: 3 }));
    assert.deepEqual(extract(pb.build(), pb.getJson()), { 0: 'ue', 2: '3', 4: THING, 10: 't', 13: {}, 20: 1.5, 22: 3 });
  }
});

test('entities that change places, and more of them than places are remembered', () => {
  const extractor = new Extractor(JSON.stringify(plan));
  const other = product({ price: 9 }, 'iglu:com.acme/product/jsonschema/2-0-0');
  const unwanted = Array.from({ length: 40 }, (_, i) => product({}, `iglu:com.acme/unwanted${i}/jsonschema/1-0-0`));
  const one = product({ price: 1 });
  for (const [list, expected] of [
    [[one, other], { 20: 1, 23: 9 }],
    [[other, one], { 20: 1, 23: 9 }],
    [[one], { 20: 1 }],
    [[...unwanted, other, one], { 20: 1, 23: 9 }],
    [[other], { 23: 9 }],
    [[], {}],
  ]) {
    assert.deepEqual(extract({ e: 'pv' }, [contexts(...list)], extractor), { 0: 'pv', ...expected });
  }
});

test('an unwanted entity is passed over at a look in the place of one like it, unless its text is another', () => {
  const extractor = new Extractor(JSON.stringify(plan));
  const unwanted = product({ price: 1 }, 'iglu:com.acme/unwanted/jsonschema/1-0-0');
  const one = product({ price: 2 });
  const read = (...list) => extract({ e: 'pv' }, [contexts(...list)], extractor);
  for (let i = 0; i < 2; i++) assert.deepEqual(read(unwanted, one), { 0: 'pv', 20: 2 });
  for (const toJSON of [() => one, null, 'x']) {
    assert.deepEqual(read({ ...unwanted, toJSON }, one), typeof toJSON === 'function' ? -1 : { 0: 'pv', 20: 2 });
  }
  for (const nothing of [null, undefined, 5, 'x', true, [unwanted], {}]) assert.deepEqual(read(nothing, one), { 0: 'pv', 20: 2 });
  assert.deepEqual(read(one, unwanted), { 0: 'pv', 20: 2 });
  assert.deepEqual(read(unwanted, unwanted), { 0: 'pv' });
});

test('a schema that is no text is asked for each time, in the place of one that is', () => {
  const extractor = new Extractor(JSON.stringify(plan));
  const boxed = product({ price: 2 }, new String(PRODUCT));
  assert.deepEqual(extract({ e: 'pv' }, [contexts(product({ price: 1 }))], extractor), { 0: 'pv', 20: 1 });
  for (let i = 0; i < 2; i++) assert.equal(extract({ e: 'pv' }, [contexts(boxed)], extractor), -1);
  assert.deepEqual(extract({ e: 'pv' }, [contexts(product({ price: 3 }))], extractor), { 0: 'pv', 20: 3 });
});

test('a protocol value that another one stands in for', () => {
  const fields = [[3, undefined, 'tnuid', 'nuid'], [4, undefined, 'se_ca', 'ev_ca']];
  const extractor = new Extractor({ fields, event: {}, entities: {} });
  for (const [payload, network, category] of [
    [{ nuid: 'n', ev_ca: 'e' }, 'n', 'e'],
    [{ tnuid: 't', nuid: 'n', se_ca: 's', ev_ca: 'e' }, 't', 's'],
    [{ tnuid: '', nuid: 'm', se_ca: null, ev_ca: 'f' }, 'm', 'f'],
    [{ tnuid: 0, nuid: 'm', se_ca: false, ev_ca: 'f' }, '0', 'false'],
    [{}, undefined, undefined],
  ]) {
    const found = extract({ e: 'pv', ...payload }, undefined, extractor);
    assert.deepEqual([found[3], found[4]], [network, category], JSON.stringify(payload));
  }
});

test('more schemas than are remembered', () => {
  const extractor = new Extractor(JSON.stringify(plan));
  for (let i = 0; i < 2500; i++) {
    const list = [product({}, `iglu:com.acme/unwanted/jsonschema/1-0-${i}`), product({ price: i }, `iglu:com.acme/product/jsonschema/1-${i % 1700}-0`)];
    assert.equal(extract({ e: 'pv' }, [contexts(...list)], extractor)[20], i);
  }
});

test(`objects give what their JSON text gives, or ask for it (ONCUE_SEED=${seed})`, () => {
  const random = createRandom(seed);
  const scalars = [1, -0, NaN, Infinity, 'x', '', '\ud800', true, false, null, undefined, () => 1, Symbol('s'), new Date(0), new Number(3), new Map([[1, 2]]), 1e300];
  const names = ['type', 'a', 'b', 'l', 'x', 'price', 'deep', 'toJSON', 'id', 'schema', 'data'];
  const any = (depth) => {
    if (depth === 0 || random.chance(0.4)) return random.pick(scalars);
    if (random.chance(0.4)) {
      const list = Array.from({ length: random.below(4) }, () => any(depth - 1));
      if (random.chance(0.1)) list.length += 2;
      return list;
    }
    return Object.fromEntries(Array.from({ length: random.below(5) }, () => [random.pick(names), any(depth - 1)]));
  };
  const data = () => Object.assign({}, any(3), { type: any(2), a: any(2), l: any(2), price: any(1), deep: any(2) });
  let byObjects = 0;
  const goingOn = new Extractor(JSON.stringify(plan));
  for (let i = 0; i < 20_000; i++) {
    const raw = [
      random.chance(0.9) ? thing(data()) : { ...thing(), json: { data: any(2) } },
      random.chance(0.9) ? contexts(...Array.from({ length: random.below(4) }, () => (random.chance(0.8) ? product(data()) : any(2)))) : { ...contexts(), json: { data: any(2) } },
    ];
    const payload = { e: random.chance(0.9) ? 'ue' : 'pv', eid: random.pick(scalars), vid: random.pick(scalars), aid: random.pick(['shop', 'other', '']) };
    const found = extract(payload, raw);
    assert.deepEqual(extract(payload, raw, goingOn), found, `seed ${seed}, event ${i} after others: ${JSON.stringify(raw)}`);
    if (found === -1) continue;
    byObjects++;
    // Lone surrogates do not survive the comparison below as such: the record holds UTF-8.
    const text = raw.map((part) => ({ ...part, json: JSON.parse(JSON.stringify(part.json)) }));
    assert.deepEqual(found, extract(payload, text), `seed ${seed}, event ${i}: ${JSON.stringify(raw)}`);
  }
  assert.ok(byObjects > 2000, `only ${byObjects} events were written from their objects`);
});
