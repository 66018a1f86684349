// The page's two artefacts, oncue.plain.wasm and oncue.page.wasm: the same answers, or none.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import * as page from '../dist/browser.mjs?page';
import * as plain from '../dist/browser.mjs?plain';
import { createEvents } from './lib/generated_events.mjs';
import { plainDefinitions } from './lib/plain_definitions.mjs';
import { seed } from './lib/random.mjs';
import { shopDefinitions, shopEvent } from './lib/shop.mjs';

const bytesOf = (file) => new Uint8Array(readFileSync(new URL(`../dist/${file}`, import.meta.url)));
const abandonment = JSON.parse(readFileSync(new URL('../../../demo-eshop/src/definitions.json', import.meta.url), 'utf8'));
const unused = () => assert.fail('the larger artefact was asked for');

before(async () => {
  await page.load({ wasm: bytesOf('oncue.page.wasm') });
  await plain.load({ plainWasm: bytesOf('oncue.plain.wasm'), wasm: { then: unused }, engine: { definitions: plainDefinitions } });
});

const keys = { domain_userid: 'duid', domain_sessionid: 'sid', user_id: 'uid', visitor: 'duid', app_id: 'aid' };

function look(engine, now) {
  const ids = Object.fromEntries(Object.keys(keys).map((key) => [key, engine.ids(key)]));
  const valuesOf = (key, id) => [engine.attributes(key, id, now), engine.serviceAttributes('all', key, id, now)];
  const values = Object.keys(keys).map((key) => [...ids[key].slice(0, 5), 'nobody'].map((id) => valuesOf(key, id)));
  const groups = engine.catalog().groups.map(({ name, version, attribute_key: key }) => engine.groupAttributes(name, ids[key][0] ?? '', { version, now }));
  const unknown = [engine.attributes('sku', 'a', now), engine.serviceAttributes('none', 'user_id', 'a', now), engine.serviceAttributes('all', 'sku', 'a', now), engine.groupAttributes('user', 'a', { version: 9, now }), engine.ids('sku'), engine.latestId('sku')];
  return { ids, values, groups, unknown, stats: { ...engine.stats(), memoryBytes: 0 }, catalog: engine.catalog(), snapshot: engine.snapshot(), wake: engine.nextWake() };
}

describe('plain: the same as the larger artefact', () => {
  test(`over generated events, as objects and as text (seed ${seed})`, () => {
    for (const options of [{}, { refire: 'edge' }, { maxIdsPerKey: 3 }, { windowEventLimit: 4, sessionIdsMs: 3_600_000, appIds: ['shop'] }]) {
      const next = createEvents(seed);
      const engines = [plain, page].map(({ createEngine }) => createEngine({ ...options, seed: 5, definitions: plainDefinitions }));
      assert.deepEqual(engines[0].warnings, engines[1].warnings);
      for (let i = 0; i < 3000; i++) {
        const { payload, raw, now } = next();
        if (i % 3 === 0) payload.aid = 'shop';
        const event = i % 5 === 0 ? JSON.stringify(payload) : payload;
        const [fired, expected] = engines.map((engine) => [engine.track(event, { now, raw: i % 5 === 0 ? undefined : raw }), engine.rejection()]);
        assert.deepEqual(fired, expected, `event ${i}: ${JSON.stringify(payload)}`);
        if (i % 500 === 0) assert.deepEqual(look(engines[0], now), look(engines[1], now), `after event ${i}`);
        if (i === 1500) for (const engine of engines) engine.restore(engine.snapshot());
      }
    }
  });

  for (const [name, definitions] of Object.entries({ shopDefinitions, abandonment, none: '[]' })) {
    test(`${name}: served, and with the same warnings`, () => {
      const [small, large] = [plain, page].map(({ createEngine }) => createEngine({ seed: 1, definitions }));
      assert.deepEqual(small.warnings, large.warnings);
      assert.deepEqual(small.snapshot(), large.snapshot());
    });
  }

  test('fields that nothing reads are not looked at: ids of other keys, and the app where all count', () => {
    const definitions = { attribute_groups: [{ name: 'g', attribute_key: { name: 'domain_userid' }, attributes: [{ name: 'n', type: 'int32', aggregation: 'counter' }] }] };
    for (const [{ createEngine }, names] of [[plain, ['uid', 'sid', 'tnuid', 'nuid', 'url', 'aid']], [page, ['uid', 'sid', 'tnuid', 'nuid', 'url']]]) {
      const engine = createEngine({ seed: 1, definitions });
      const read = new Set();
      const payload = new Proxy({ e: 'pv', duid: 'u' }, { get: (target, name) => (read.add(name), target[name]) });
      engine.track(payload, { now: 1000, raw: [] });
      assert.ok(read.has('duid'));
      assert.deepEqual(names.filter((name) => read.has(name)), []);
      assert.equal(engine.attributes('domain_userid', 'u', 1000).g.n, 1);
      const asked = createEngine({ seed: 1, definitions, appIds: ['shop'] });
      asked.track({ e: 'pv', duid: 'u', aid: 'another' }, { now: 1000, raw: [] });
      assert.equal(asked.rejection(), 'app_id');
    }
  });

  test('what a server sent: delivered, held back and refused alike', () => {
    const sent = { intervention_id: 'a', name: 'offer', version: 1, attributes: { 'g:b': [1, 'ä', null] }, target_attribute_key: { name: 'domain_userid', id: 'u' }, more: 1 };
    const cases = [sent, sent, { ...sent, intervention_id: 'b', attributes: null, target_attribute_key: null }, { ...sent, intervention_id: 'c', name: 'discount' }, { ...sent, intervention_id: 'd', name: 'discount' }, { ...sent, version: 1.5 }, { ...sent, name: '' }, { ...sent, attributes: [] }, [], '{', 'null'];
    const [answers, expected] = [plain, page].map(({ createEngine }) => {
      const engine = createEngine({ seed: 1, definitions: plainDefinitions });
      engine.track({ e: 'pv', duid: 'u' }, { now: 1000 });
      const got = cases.map((one, i) => [engine.receive(one, { now: 2000 + i }), engine.rejection()]);
      return [...got, engine.snapshot(), { ...engine.stats(), memoryBytes: 0 }];
    });
    assert.deepEqual(answers, expected);
    assert.equal(answers[0][0].length, 1);
    assert.equal(answers[3][0].length, 1);
    assert.deepEqual(answers[4][1], 'latched');
  });

  test('what fires says its version and moment alike, before 1970 too', () => {
    const attribute = { name: 'n', type: 'int32', aggregation: 'counter' };
    const rule = (version) => ({ name: `any_${version}`, version, target_attribute_keys: [{ name: 'domain_userid' }], criteria: { attribute: 'g:n', operator: '>', value: 0 } });
    const interventions = [1, 9, 10, 1_000_000].map(rule);
    const definitions = { attribute_groups: [{ name: 'g', attribute_key: { name: 'domain_userid' }, attributes: [attribute] }], interventions };
    for (const now of [-8_640_000_000_000_000, -62_135_596_800_000, -1, 0, 7, 1_767_225_600_000, 8_640_000_000_000_000]) {
      const [small, large] = [plain, page].map(({ createEngine }) => createEngine({ seed: 1, definitions }).track({ e: 'pv', duid: 'u' }, { now }));
      assert.deepEqual(small, large);
      assert.deepEqual(small.map(({ at, version }) => [at, version]), interventions.map(({ version }) => [now, version]));
    }
  });

  test('a snapshot of either goes on in the other', () => {
    const [small, large] = [plain, page].map(({ createEngine }) => createEngine({ seed: 1, definitions: plainDefinitions }));
    const next = createEvents(seed);
    for (let i = 0; i < 200; i++) {
      const [from, to] = i % 2 ? [small, large] : [large, small];
      const { payload, raw, now } = next();
      from.track(payload, { raw, now });
      to.restore(from.snapshot());
    }
    assert.deepEqual(small.snapshot(), large.snapshot());
  });
});

/** The shop's definitions after a change to the bundle, its first group, its first attribute and its first intervention. */
const changed = (change) => {
  const bundle = structuredClone(abandonment);
  const [group] = bundle.attribute_groups;
  const [intervention] = bundle.interventions;
  return change({ bundle, group, attribute: group.attributes[0], sum: group.attributes[2], idle: bundle.attribute_groups[1].attributes[1], intervention }) ?? bundle;
};
const LEFT_TO_THE_LARGER = {
  'text that is no JSON': () => '{',
  NDJSON: ({ bundle }) => bundle.attribute_groups.map((one) => JSON.stringify(one)).join('\n'),
  'an unknown object': () => [{ a: 1 }],
  'nesting beyond 200 levels': ({ bundle }) => JSON.stringify(bundle).replace('{', `{"x":${'['.repeat(201)}${']'.repeat(201)},`),
  'a bad name': ({ group }) => void (group.name = 'a b'),
  'a number as text': ({ group }) => void (group.version = '1'),
  'a group twice': ({ bundle, group }) => void bundle.attribute_groups.push(group),
  'an attribute twice': ({ group, attribute }) => void group.attributes.push(attribute),
  'no attributes': ({ group }) => void (group.attributes = []),
  'an unpublished group': ({ group }) => void (group.is_published = false),
  'a group of the warehouse': ({ group }) => void (group.offline = true),
  'a group that is not online': ({ group }) => void (group.online = false),
  'a key with a property': ({ group }) => void (group.attribute_key = { name: 'sku', property: { name: 'user_id' } }),
  'a key of another field': ({ group }) => void (group.attribute_key = { name: 'user_ipaddress' }),
  'an unknown aggregation': ({ attribute }) => void (attribute.aggregation = 'median'),
  'most_frequent': ({ attribute, sum }) => void Object.assign(attribute, { aggregation: 'most_frequent', type: 'string', property: sum.property }),
  'unique_list': ({ attribute, sum }) => void Object.assign(attribute, { aggregation: 'unique_list', type: 'string_list', property: sum.property }),
  'category_count': ({ attribute, sum }) => void Object.assign(attribute, { aggregation: 'category_count', type: 'dict', property: sum.property }),
  'approx_count_distinct': ({ attribute, sum }) => void Object.assign(attribute, { aggregation: 'approx_count_distinct', property: sum.property }),
  'a counter of text': ({ attribute }) => void (attribute.type = 'string'),
  'unix_timestamp': ({ attribute }) => void Object.assign(attribute, { aggregation: 'last', type: 'unix_timestamp', property: { name: 'derived_tstamp' } }),
  'a sum without a property': ({ sum }) => void delete sum.property,
  'a default of another type': ({ attribute }) => void (attribute.default_value = '0'),
  'a time unit of a counter': ({ attribute }) => void (attribute.time_unit = 's'),
  'no time unit': ({ idle }) => void delete idle.time_unit,
  'date_part': ({ attribute }) => void Object.assign(attribute, { aggregation: 'last', type: 'int32', property: { name: 'derived_tstamp', date_part: 'hour_of_day' } }),
  'another atomic field': ({ sum }) => void (sum.property = { type: 'atomic', name: 'tr_total' }),
  'a campaign': ({ attribute }) => void (attribute.criteria = { all: [{ property: { name: 'mkt_source' }, operator: '=', value: 'x' }] }),
  'an unknown kind of property': ({ sum }) => void (sum.property.type = 'thing'),
  'a bad path': ({ sum }) => void (sum.property.path = 'a..b'),
  'an entity of a pipeline': ({ sum }) => void (sum.property.name = 'weather'),
  'a specification': ({ attribute }) => void (attribute.events = [{ event_specification_id: 'x' }]),
  'all and any': ({ attribute }) => void (attribute.criteria.any = attribute.criteria.all),
  'an empty list of criteria': ({ attribute }) => void (attribute.criteria.all = []),
  '==': ({ attribute }) => void (attribute.criteria.all[0].operator = '=='),
  'text in an order': ({ attribute }) => void (attribute.criteria.all[0].operator = '<'),
  'a fraction of a day': ({ attribute }) => void (attribute.period = 'P1.5D'),
  'no time at all': ({ attribute }) => void (attribute.ttl = 0),
  'period and ttl': ({ attribute }) => void Object.assign(attribute, { ttl: 5, period: 5 }),
  rlike: ({ intervention }) => void (intervention.criteria = { attribute: 'ecom_attributes:count_add_to_cart', operator: 'rlike', value: '1' }),
  'a list of everything': ({ intervention }) => void (intervention.criteria = { attribute: 'ecom_attributes:count_add_to_cart', operator: 'in', value: [1, 'a'] }),
  'an unknown attribute': ({ intervention }) => void (intervention.criteria.attribute = 'a:b'),
  changed: ({ intervention }) => void (intervention.criteria = { ...intervention.criteria, operator: 'changed', value: undefined }),
  'changed under any': ({ intervention }) => void (intervention.criteria = { any: [{ ...intervention.criteria, operator: 'changed' }] }),
  'all and none': ({ intervention }) => void (intervention.criteria = { all: [intervention.criteria], none: [intervention.criteria] }),
  delivery: ({ intervention }) => void (intervention.delivery = { max_per_day: 1 }),
  'an unknown target': ({ intervention }) => void (intervention.target_attribute_keys = ['nobody']),
  'a link to nothing': ({ bundle }) => void bundle.services[0].attribute_groups.push({ name: 'nothing' }),
};

test('plain: its own allocator stays below 2 MiB and does not grow over 200,000 events, snapshots and reloads', async () => {
  const { createEngine, load } = await import('../dist/browser.mjs?memory');
  await load({ plainWasm: bytesOf('oncue.plain.wasm'), wasm: { then: unused }, engine: { definitions: abandonment } });
  const engine = createEngine({ definitions: abandonment, sessionIdsMs: 86_400_000, maxIdsPerKey: 50, seed: 1 });
  const id = (i) => `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`;
  const run = (from, to) => {
    for (let i = from; i < to; i++) {
      const { payload, raw } = shopEvent('add_to_cart', i % 90, { eid: id(i), duid: `visitor ${i % 100}`, sid: id(Math.floor(i / 5000)) });
      engine.track(payload, { now: 1.7e12 + i * 1000, raw });
      if (i % 5000 === 0) engine.restore(engine.snapshot());
      if (i % 5000 === 1) engine.load(abandonment);
    }
    return engine.stats().memoryBytes;
  };
  const settled = run(0, 20_000);
  assert.ok(settled <= 2 ** 21, `${settled} bytes`);
  assert.equal(run(20_000, 200_000), settled);
});

test('plain: events, snapshots and long texts get through while memory grows and the shared buffer moves', async () => {
  const { createEngine, load } = await import('../dist/browser.mjs?growth');
  await load({ plainWasm: bytesOf('oncue.plain.wasm'), wasm: { then: unused }, engine: { definitions: shopDefinitions } });
  const engine = createEngine({ definitions: shopDefinitions, seed: 1 });
  const before = engine.stats().memoryBytes;
  const others = [];
  for (let i = 1; i <= 400; i++) {
    const { payload, raw } = shopEvent('add_to_cart', i, { duid: 'visitor', uid: 'u'.repeat(i % 7 === 0 ? 40 * i : 5) });
    engine.track(payload, { now: 1.7e12 + i, raw });
    if (i % 20 === 0) {
      others.push(createEngine({ definitions: shopDefinitions, seed: i }));
      others.at(-1).restore(engine.snapshot());
    }
    assert.equal(engine.groupAttributes('ecom_attributes', 'visitor').count_add_to_cart, i);
  }
  assert.ok(engine.stats().memoryBytes > before, 'memory did not grow');
  assert.equal(others.at(-1).groupAttributes('ecom_attributes', 'visitor').count_add_to_cart, 400);
});

describe('plain: left to the larger artefact, which says what is wrong or serves it', () => {
  for (const [what, change] of Object.entries(LEFT_TO_THE_LARGER)) {
    test(what, () => {
      const definitions = changed(change);
      const engine = plain.createEngine({ definitions: plainDefinitions });
      const before = engine.snapshot();
      assert.throws(() => engine.load(definitions), { code: 'needs_full' });
      assert.deepEqual(engine.snapshot(), before);
      assert.throws(() => plain.createEngine({ definitions }), { code: 'needs_full' });
    });
  }

  test('snapshots that are damaged, of another version, or hold what other definitions had: nothing changes', () => {
    const all = (delivery) => changed(({ bundle }) => bundle.interventions.forEach((one) => (one.delivery = delivery)));
    const delayed = all({ delay: 3600 });
    const limited = all({ max_per_day: 1 });
    const snapshotOf = (definitions) => {
      const engine = page.createEngine({ definitions, seed: 2 });
      for (let i = 0; i < 4; i++) {
        const { payload, raw } = shopEvent('product_view', i, { eid: `00000000-0000-4000-8000-00000000000${i}`, duid: 'u' });
        engine.track(payload, { raw, now: 1.7e12 + i });
      }
      return { engine, bytes: engine.snapshot() };
    };
    const { engine: expected, bytes } = snapshotOf(abandonment);
    assert.equal(snapshotOf(limited).engine.stats().fired, 1);
    assert.equal(snapshotOf(delayed).engine.stats().fired, 0);
    const small = plain.createEngine({ definitions: abandonment, seed: 2 });
    small.restore(bytes);
    const at = (place, byte) => bytes.map((one, i) => (i === place ? byte : one));
    const odd = { newer: at(4, 9), 'version 1': at(4, 1), 'version 3': at(4, 3), limits: snapshotOf(limited).bytes, pending: snapshotOf(delayed).bytes };
    for (const [what, snapshot] of Object.entries(odd)) assert.throws(() => small.restore(snapshot), { code: 'needs_full' }, what);
    const damaged = { foreign: at(0, 65), short: bytes.slice(0, -1), long: new Uint8Array([...bytes, 0]), 'another byte': at(40, bytes[40] ^ 1), 'another checksum': at(bytes.length - 1, bytes.at(-1) ^ 1), empty: new Uint8Array() };
    for (const [what, snapshot] of Object.entries(damaged)) {
      assert.throws(() => small.restore(snapshot), { code: 'snapshot_corrupt', message: 'This snapshot is damaged.' }, what);
    }
    assert.deepEqual(look(small, 1.7e12 + 5), { ...look(expected, 1.7e12 + 5), stats: look(small, 1.7e12 + 5).stats });
  });

  for (const options of [{ explainFires: true }, { campaigns: {} }, { referrers: {} }, { windowEventLimit: 0 }, { seed: -1 }, { wake: 'never' }, { wake: 'all' }, { timeDriven: false }, { rememberIds: true }, { syncKeys: ['user_id'] }, { odd: 1 }, { appIds: 'a' }]) {
    test(`options ${JSON.stringify(options)}`, () => {
      assert.throws(() => plain.createEngine({ ...options, definitions: '[]' }), { code: 'needs_full' });
    });
  }

  test('explain() until upgrade(), after which the engine goes on as it was', async () => {
    const small = await import('../dist/browser.mjs?upgrade');
    const asked = [];
    const lazily = (file) => ({ then: (resolve) => resolve((asked.push(file), bytesOf(file))) });
    const sources = { plainWasm: lazily('oncue.plain.wasm'), wasm: lazily('oncue.page.wasm') };
    await small.load({ ...sources, engine: { definitions: abandonment } });
    const [engine, other] = [small, page].map(({ createEngine }) => createEngine({ definitions: abandonment, seed: 3 }));
    const next = createEvents(seed);
    const track = () => {
      const { payload, raw, now } = next();
      assert.deepEqual(engine.track(payload, { raw, now }), other.track(payload, { raw, now }));
    };
    for (let i = 0; i < 100; i++) track();
    assert.equal(engine.canExplain, false);
    assert.throws(() => engine.explain('discount'), { code: 'needs_full' });
    assert.throws(() => engine.replay({ e: 'pv', duid: 'u' }), { code: 'needs_full' });
    await Promise.all([engine.upgrade(), engine.upgrade()]);
    assert.equal(engine.canExplain, true);
    assert.deepEqual(engine.explain('discount', undefined, engine.now()).criteria, other.explain('discount', undefined, other.now()).criteria);
    for (let i = 0; i < 100; i++) track();
    assert.deepEqual(engine.snapshot(), other.snapshot());
    assert.deepEqual({ ...engine.stats(), memoryBytes: 0 }, { ...other.stats(), memoryBytes: 0 });
    engine.load(changed(LEFT_TO_THE_LARGER.rlike));
    await small.load({ ...sources, engine: { definitions: abandonment } });
    assert.deepEqual(asked, ['oncue.plain.wasm', 'oncue.page.wasm']);
  });

  test('load({engine}) of definitions that are not plain loads the larger alone; a smaller that cannot be had, too', async () => {
    const loads = { rlike: changed(LEFT_TO_THE_LARGER.rlike), missing: abandonment };
    for (const [name, definitions] of Object.entries(loads)) {
      const { createEngine, load } = await import(`../dist/browser.mjs?${name}`);
      const plainWasm = name === 'missing' ? Promise.reject(new Error('404')) : { then: () => assert.fail('the smaller was asked for') };
      await load({ wasm: bytesOf('oncue.page.wasm'), plainWasm, engine: { definitions } });
      assert.equal(createEngine({ definitions }).canExplain, true);
    }
  });
});

test('plain: the artefact asks JavaScript for numbers and their texts, and for nothing that the linker did not find', async () => {
  const module = await WebAssembly.compile(readFileSync(new URL(import.meta.resolve('@oncue/engine/oncue.plain.wasm'))));
  const asked = WebAssembly.Module.imports(module).filter(({ module: from }) => from === 'env').map(({ name }) => name);
  assert.deepEqual(asked.filter((name) => !name.startsWith('emscripten_')).sort(), ['number_text', 'parse_number']);
});
