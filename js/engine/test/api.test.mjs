import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, test } from 'node:test';
import * as esm from '@oncue/engine';
import { shopDefinitions, shopEvent } from './lib/shop.mjs';

const formats = { ESM: esm, CommonJS: createRequire(import.meta.url)('@oncue/engine') };
const T = Date.UTC(2026, 0, 5);
const hasCode = (code) => (error) => error.name === 'OnCueError' && error.code === code;

for (const [format, { createEngine, load, replay, OnCueError }] of Object.entries(formats)) {
  const create = (options = {}) => createEngine({ definitions: shopDefinitions, seed: 1, ...options });
  const track = (engine, type, price, now) => {
    const { payload, raw } = shopEvent(type, price);
    return engine.track(payload, { now, raw });
  };

  describe(`the API as ${format}`, () => {
    before(async () => {
      assert.throws(() => create(), hasCode('not_loaded'));
      await load();
    });

    test('load: every call returns the same promise', () => assert.equal(load(), load()));

    test('track: what fired, in the shape of the peer', () => {
      const engine = create();
      const [first, ...others] = track(engine, 'add_to_cart', 120, T);
      assert.match(first.intervention_id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.deepEqual({ ...first, intervention_id: '' }, {
        intervention_id: '',
        name: 'cart_abandonment',
        version: 1,
        target_attribute_key: { name: 'domain_userid', id: 'user-1' },
        attributes: {},
        at: T,
        event_id: null,
      });
      assert.deepEqual(others.map(({ name }) => name), ['free_shipping']);
    });

    test('track: the same frozen array whenever nothing fires', () => {
      const engine = create();
      const nothing = track(engine, 'product_view', 1, T);
      assert.equal(nothing.length, 0);
      assert.ok(Object.isFrozen(nothing));
      assert.equal(track(engine, 'list_view', 1, T), nothing);
      assert.equal(engine.tick(T + 1), nothing);
    });

    test('track: objects, objects without their raw JSON, and text', () => {
      const { payload, raw } = shopEvent('add_to_cart', 2.5);
      const engine = create();
      engine.track(payload, { now: T, raw });
      engine.track(payload, { now: T });
      engine.track(JSON.stringify(payload), { now: T });
      assert.equal(engine.groupAttributes('ecom_attributes', 'user-1', { now: T }).total_cart_value, 7.5);
    });

    test('track: takes the host clock, and refuses what is no time', () => {
      const engine = create();
      const before = Date.now();
      track(engine, 'product_view', 1);
      assert.ok(engine.now() >= before && engine.now() <= Date.now());
      for (const now of [NaN, Infinity, '5']) assert.throws(() => engine.tick(now), hasCode('bad_time'));
    });

    test('track: text far longer than the buffer, and characters of four bytes', () => {
      const engine = create();
      const { payload } = shopEvent('add_to_cart', 1, { duid: '🛒'.repeat(3) });
      engine.track(JSON.stringify({ ...payload, junk: 'ü'.repeat(300_000) }), { now: T });
      assert.equal(engine.rejection(), '');
      assert.deepEqual(engine.ids('domain_userid'), ['🛒🛒🛒']);
    });

    test('rejection: says why an event did not count', () => {
      const engine = create();
      engine.track('nonsense', { now: T });
      assert.equal(engine.rejection(), 'not_json');
      engine.track('{"e":"zz"}', { now: T });
      assert.equal(engine.rejection(), 'unknown_event_type');
      assert.deepEqual(engine.stats().rejected, { not_json: 1, unknown_event_type: 1 });
    });

    test('attributes by key, group and service', () => {
      const engine = create();
      track(engine, 'product_view', 1, T);
      const values = { count_product_views: 1, count_add_to_cart: null, total_cart_value: null };
      assert.deepEqual(engine.attributes('domain_userid', 'user-1', T), { ecom_attributes: values });
      assert.deepEqual(engine.groupAttributes('ecom_attributes', 'user-1', { now: T }), values);
      assert.deepEqual(engine.serviceAttributes('ecom_attributes', 'domain_userid', 'user-1', T), { domain_userid: 'user-1', ...values });
      assert.equal(engine.attributes('no_such_key', 'x'), undefined);
      assert.equal(engine.groupAttributes('ecom_attributes', 'user-1', { version: 9 }), undefined);
      assert.equal(engine.serviceAttributes('nope', 'domain_userid', 'x'), undefined);
    });

    test('a numeric id is the text it has in a payload', () => {
      const engine = create();
      engine.track({ e: 'pv', duid: 7, eid: 'a' }, { now: T });
      assert.deepEqual(engine.attributes('domain_userid', 7, T), engine.attributes('domain_userid', '7', T));
      assert.deepEqual(engine.groupAttributes('ecom_attributes', 7, { now: T }), engine.groupAttributes('ecom_attributes', '7', { now: T }));
      assert.equal(engine.serviceAttributes('ecom_attributes', 'domain_userid', 7, T).domain_userid, '7');
      assert.equal(engine.explain('ecom_attributes:count_product_views', { domain_userid: 7 }, T).id, '7');
      assert.doesNotThrow(() => engine.forget('domain_userid', 7));
    });

    const CYCLE = {};
    CYCLE.self = CYCLE;
    const MISUSE = {
      'an id that is missing': [(engine) => engine.attributes('domain_userid'), 'bad_argument', '"id" must be text'],
      'an id that is no number': [(engine) => engine.attributes('domain_userid', NaN), 'bad_argument', '"id"'],
      'a group that is no text': [(engine) => engine.groupAttributes({}, 'u'), 'bad_argument', '"group"'],
      'a service that is no text': [(engine) => engine.serviceAttributes(null, 'domain_userid', 'u'), 'bad_argument', '"service"'],
      'a key that is missing': [(engine) => engine.ids(), 'bad_argument', '"key"'],
      'forget() without an id': [(engine) => engine.forget('domain_userid'), 'bad_argument', '"id"'],
      'explain() of nothing': [(engine) => engine.explain(), 'bad_argument', '"name"'],
      'ids that are no object': [(engine) => engine.explain('discount', 'ann'), 'bad_argument', '"ids" must be an object'],
      'an id that is null': [(engine) => engine.explain('discount', { domain_userid: null }), 'bad_argument', '"domain_userid"'],
      'createEngine()': [() => createEngine(), 'bad_argument', '"options"'],
      'createEngine({})': [() => createEngine({}), 'bad_argument', '"definitions"'],
      'definitions that are a number': [(engine) => engine.load(5), 'bad_argument', '"definitions"'],
      'definitions that are a function': [(engine) => engine.load(() => {}), 'invalid_definitions', ''],
      'definitions with a cycle': [(engine) => engine.load(CYCLE), 'invalid_definitions', ''],
      'no event': [(engine) => engine.track(), 'bad_argument', '"event"'],
      'null as event': [(engine) => engine.track(null), 'bad_argument', '"event"'],
      'a number as event': [(engine) => engine.replay(5), 'bad_argument', '"event"'],
      'an unknown format': [(engine) => engine.track('{}', { format: 'tsv' }), 'bad_argument', 'one of payload,enriched-json,enriched-tsv'],
      'an unknown format to replay': [(engine) => engine.replay('{}', 'toString'), 'bad_argument', '"format"'],
      'nothing received': [(engine) => engine.receive(), 'bad_argument', '"intervention" must be an object'],
      'restore() of text': [(engine) => engine.restore('abc'), 'bad_argument', '"bytes" must be a Uint8Array or ArrayBuffer'],
      'restore() of nothing': [(engine) => engine.restore(), 'bad_argument', '"bytes"'],
    };
    for (const [name, [body, code, words]] of Object.entries(MISUSE)) {
      test(`misuse: ${name} is ${code}, and the engine goes on`, () => {
        const engine = create();
        track(engine, 'product_view', 1, T);
        assert.throws(() => body(engine), (error) => hasCode(code)(error) && error.message.includes(words));
        track(engine, 'product_view', 1, T);
        assert.equal(engine.groupAttributes('ecom_attributes', 'user-1', { now: T }).count_product_views, 2);
      });
    }

    test('an event with a cycle is a bad event, not an error', () => {
      const engine = create();
      engine.replay(CYCLE);
      assert.equal(engine.rejection(), 'not_json');
    });

    test('restore takes an ArrayBuffer too', () => {
      const [one, other] = [create(), create()];
      track(one, 'product_view', 1, T);
      other.restore(one.snapshot().buffer);
      assert.deepEqual(other.snapshot(), one.snapshot());
    });

    test('explain: the tree of an intervention, and an attribute', () => {
      const engine = create();
      track(engine, 'product_view', 1, T);
      const { criteria, state } = engine.explain('discount', undefined, T);
      assert.equal(state, 'waiting');
      assert.deepEqual(criteria, {
        attribute: 'ecom_attributes:count_product_views',
        operator: '>',
        operand: 3,
        value: 1,
        holds: false,
        held: criteria.held,
      });
      assert.equal(engine.explain('ecom_attributes:count_product_views', { domain_userid: 'user-1' }, T).value, 1);
      assert.equal(engine.explain('ecom_attributes:count_product_views', { domain_userid: 'somebody' }, T).populated, false);
      assert.equal(engine.explain('nope'), undefined);
      assert.equal(engine.explain('nope:nope'), undefined);
    });

    test('nextWake: Infinity when time can change nothing', () => assert.equal(create().nextWake(), Infinity));

    test('snapshot and restore: the same bytes, and the latch with them', () => {
      const one = create();
      track(one, 'add_to_cart', 5, T);
      const bytes = one.snapshot();
      const other = create();
      other.restore(bytes);
      assert.deepEqual(other.snapshot(), bytes);
      assert.equal(track(other, 'add_to_cart', 5, T + 1).length, 0);
    });

    test('restore: foreign bytes are refused with a code and change nothing', () => {
      const engine = create();
      track(engine, 'add_to_cart', 5, T);
      const bytes = engine.snapshot();
      for (const wrong of [new Uint8Array(0), new Uint8Array(64), bytes.subarray(0, bytes.length - 1)]) {
        assert.throws(() => engine.restore(wrong), (error) => error instanceof OnCueError && /^[a-z_]+$/.test(error.code) && error.message !== '');
      }
      assert.deepEqual(engine.snapshot(), bytes);
    });

    test('bad definitions: every problem, and what was loaded stays', () => {
      const bad = { attribute_groups: [{ name: 'a b', attribute_key: { name: 'user_id' }, attributes: [{ name: 'x', type: 'int', aggregation: 'sum' }] }] };
      assert.throws(() => create({ definitions: bad }), (error) => {
        assert.equal(error.code, 'invalid_definitions');
        assert.deepEqual(error.problems.map(({ pointer, code }) => `${pointer} ${code}`), [
          '/attribute_groups/0/name invalid_name',
          '/attribute_groups/0/attributes/0/type unknown_value',
          '/attribute_groups/0/attributes/0 missing_property',
        ]);
        assert.match(error.message, /attribute_groups\/0\/name: .*"a b"/);
        return true;
      });
      const engine = create();
      track(engine, 'product_view', 1, T);
      assert.throws(() => engine.load(bad), hasCode('invalid_definitions'));
      track(engine, 'product_view', 1, T);
      assert.equal(engine.groupAttributes('ecom_attributes', 'user-1', { now: T }).count_product_views, 2);
    });

    test('load: unchanged attributes keep their values', () => {
      const engine = create();
      track(engine, 'product_view', 1, T);
      engine.load({ ...shopDefinitions, interventions: [] });
      assert.equal(engine.groupAttributes('ecom_attributes', 'user-1', { now: T }).count_product_views, 1);
    });

    test('options: unknown and impossible ones are named', () => {
      assert.throws(() => create({ windowEventLimit: 0 }), (error) => error.code === 'invalid_options' && error.problems[0].pointer === '/windowEventLimit');
      assert.throws(() => create({ nonsense: 1 }), (error) => error.problems[0].code === 'unknown_option');
    });

    test('seed: the same seed gives the same ids; none gives others', () => {
      const id = (seed) => track(create({ seed }), 'add_to_cart', 5, T)[0].intervention_id;
      assert.equal(id(5), id('5'));
      assert.equal(id(5n), id('5'));
      assert.notEqual(id(undefined), id(undefined));
    });

    test('forget: erases an id', () => {
      const engine = create();
      track(engine, 'product_view', 1, T);
      assert.equal(engine.forget('domain_userid', 'user-1'), true);
      assert.equal(engine.forget('domain_userid', 'user-1'), false);
      assert.deepEqual(engine.ids('domain_userid'), []);
    });

    test('dispose: later calls say so, and a second one does nothing', () => {
      const engine = create();
      engine.dispose();
      engine.dispose();
      assert.throws(() => engine.tick(T), hasCode('disposed'));
    });

    test('replay: a whole history in one call', () => {
      const events = Array.from({ length: 5 }, (_, i) => shopEvent('product_view', 1, { dtm: String(T + i) }).payload);
      const { fired, engine } = replay(shopDefinitions, events);
      assert.deepEqual(fired.map(({ name, at }) => [name, at]), [['discount', T + 3]]);
      assert.equal(engine.now(), T + 4);
      engine.dispose();
    });
  });
}
