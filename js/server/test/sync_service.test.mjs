// The service of sync by itself: in memory nothing waits, the clock is the caller's, and a store may fail.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createEngine, load } from '@oncue/engine';
import { MemorySyncStore, SyncService } from '@oncue/server/sync';
import { pageView } from './support.mjs';
import { userGroup } from './sync_support.mjs';

await load();
const ANN = { key: 'user_id', id: 'ann' };
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const TEXT = JSON.stringify({ attribute_groups: [userGroup({ ttl: 'P10D' })] });
const options = { syncKeys: ['user_id'], definitions: JSON.parse(TEXT) };

function createSyncEngine(definitions) {
  const engine = createEngine({ ...options, definitions: JSON.parse(definitions), seed: 0, syncSource: 'facts', timeDriven: false });
  return { sync: (command, now) => engine.sync(command, { now }), dispose: () => engine.dispose(), engine };
}

/** A service on `store`, which the one before may have used: what a restarted process is. */
function start(store, clock, more = {}) {
  const service = new SyncService({ store, definitions: () => TEXT, createEngine: createSyncEngine, now: () => clock.now, ...more });
  const opened = service.open();
  return opened instanceof Promise ? opened.then(() => service) : service;
}

let seeds = 1000;
class Device {
  engine = createEngine({ ...options, seed: String(++seeds) });
  constructor(clock) {
    this.clock = clock;
    this.sync({ do: 'status' });
  }
  sync = (command) => this.engine.sync({ ...ANN, ...command }, { now: this.clock.now });
  view = () => this.engine.track(pageView({ uid: 'ann' }), { now: this.clock.now });
  pending = () => this.sync({ do: 'upload', offset: 0, limit: 100, bytes: 100_000 });
  upload(service) {
    const answer = service.upload(ANN, this.pending());
    if (answer.code === 'ok') this.sync({ do: 'ack', n: answer.n, chain: answer.chain });
    return answer;
  }
}
const views = (service) => service.read(ANN, ({ engine }) => engine.groupAttributes('u', 'ann', { now: START }))?.views ?? null;

describe('in memory', () => {
  test('every answer is there at once, and another service on the same store goes on', () => {
    const clock = { now: START };
    const store = new MemorySyncStore();
    const service = start(store, clock);
    const device = new Device(clock);
    device.view();
    const { code, n, now } = device.upload(service);
    assert.deepEqual([code, n, now], ['ok', 1, START]);
    const again = start(store, clock);
    assert.deepEqual(again.state(ANN), service.state(ANN));
    device.view();
    assert.equal(device.upload(again).n, 2);
    assert.equal(views(again), 2);
  });

  test('a lease runs out by the clock that was given', () => {
    const clock = { now: START };
    const service = start(new MemorySyncStore(), clock);
    const claim = (intervention_id, final = false) => service.claim(ANN, { epoch: 0, name: 'x', version: 1, intervention_id, final }).granted;
    assert.equal(claim('a'), true);
    clock.now += 29_999;
    assert.equal(claim('b'), false);
    clock.now += 1;
    assert.equal(claim('b'), true);
    assert.equal(claim('a', true), false);
    clock.now += 10_000;
    assert.equal(claim('b', true), true);
    clock.now += 1e9;
    assert.equal(claim('a'), false);
  });

  test('folding changes no value: with every upload, seldom, or never', () => {
    const states = [1, 3, 1_000].map((compactEvery) => {
      const clock = { now: START };
      seeds = 2_000;
      const store = new MemorySyncStore();
      let service = start(store, clock, { compactEvery, keptEntries: 2 });
      const devices = [new Device(clock), new Device(clock), new Device(clock)];
      for (let i = 0; i < 20; i++) {
        clock.now += 3 * DAY_MS;
        devices[i % 3].view();
        assert.equal(devices[i % 3].upload(service).code, 'ok');
        if (i % 7 === 0) service = start(store, clock, { compactEvery, keptEntries: 2 });
      }
      const { digest, vector } = service.state(ANN);
      return { digest, vector, views: service.read(ANN, ({ engine }) => engine.groupAttributes('u', 'ann', { now: clock.now })) };
    });
    assert.deepEqual(states[1], states[0]);
    assert.deepEqual(states[2], states[0]);
  });

  test('what lies behind the floor is refused; the floor is 90 days back', () => {
    const clock = { now: START };
    const service = start(new MemorySyncStore(), clock, { compactEvery: 1 });
    const [early, late] = [new Device(clock), new Device(clock)];
    late.view();
    clock.now += 91 * DAY_MS;
    early.view();
    assert.equal(early.upload(service).code, 'ok');
    const { code, floor } = late.upload(service);
    assert.deepEqual([code, floor], ['floor', clock.now - 90 * DAY_MS]);
    assert.equal(late.sync({ do: 'refused', reason: 'floor', floor }).pending, 0);
    late.view();
    assert.equal(late.upload(service).code, 'ok');
  });

  test('facts that wait too long are folded, and old ones dropped, with the next upload', () => {
    const clock = { now: START };
    const store = new MemorySyncStore();
    const service = start(store, clock);
    const device = new Device(clock);
    device.view();
    device.upload(service);
    clock.now += 8 * DAY_MS;
    device.view();
    device.upload(service);
    const entries = service.entries(ANN, 0, 10);
    assert.deepEqual(entries.filter(({ kind }) => kind === 'facts').map(({ at }) => at), [clock.now]);
    assert.equal(service.state(ANN).vector[device.sync({ do: 'status' }).replica].n, 2);
  });

  test('more ids than the engine may hold: the store has them all', () => {
    const clock = { now: START };
    const service = start(new MemorySyncStore(), clock, { mostIds: 3 });
    const device = new Device(clock);
    device.view();
    const { facts, ...rest } = device.pending();
    for (let i = 0; i < 20; i++) assert.equal(service.upload({ key: 'user_id', id: `user ${i}` }, { ...rest, facts }).code, 'ok');
    assert.ok(service.loadedIds <= 3);
    for (let i = 0; i < 20; i++) assert.equal(service.state({ key: 'user_id', id: `user ${i}` }).cursor, 1);
  });
});

/** A real store on a disk that fails: before it has written, or after, so that the answer is lost. */
class FailingStore extends MemorySyncStore {
  fails = undefined;
  #failing(call) {
    if (this.fails === 'before') throw new Error('disk full');
    const answer = call();
    if (this.fails === 'after') throw new Error('power cut');
    return answer;
  }
  append = (...parameters) => this.#failing(() => super.append(...parameters));
  claim = (...parameters) => this.#failing(() => super.claim(...parameters));
  forget = (...parameters) => this.#failing(() => super.forget(...parameters));
}

test('a replica too many is refused before anything is taken in: other ids stay in memory', () => {
  const clock = { now: START };
  const service = start(new MemorySyncStore(), clock, { mostReplicas: 1 });
  const [first, second] = [new Device(clock), new Device(clock)];
  first.view();
  second.view();
  assert.equal(first.upload(service).code, 'ok');
  service.state({ key: 'user_id', id: 'bob' });
  assert.equal(second.upload(service).code, 'replicas');
  assert.equal(service.loadedIds, 2);
  assert.equal(views(service), 1);
  first.view();
  assert.equal(first.upload(service).code, 'ok');
});

describe('a store that fails', () => {
  for (const when of ['before', 'after']) {
    test(`${when} it has written: nobody is told what is not kept, and the same upload again is taken once`, () => {
      const clock = { now: START };
      const store = new FailingStore();
      const service = start(store, clock);
      const device = new Device(clock);
      device.view();
      device.upload(service);
      device.view();
      store.fails = when;
      assert.throws(() => device.upload(service), /disk full|power cut/);
      store.fails = undefined;
      const kept = when === 'before' ? 1 : 2;
      assert.equal(views(service), kept);
      assert.equal(service.state(ANN).cursor, kept);
      const { code, n } = device.upload(service);
      assert.deepEqual([code, n], ['ok', 2]);
      assert.equal(views(service), 2);
      assert.equal(service.state(ANN).cursor, 2);
    });
  }
});

describe('a store that fails after it has written', () => {
  const failing = (change) => {
    const clock = { now: START };
    const store = new FailingStore();
    const service = start(store, clock);
    const device = new Device(clock);
    device.view();
    device.upload(service);
    store.fails = 'after';
    assert.throws(() => change(service), /power cut/);
    store.fails = undefined;
    return { service, device };
  };

  test('a claim: the next cursor follows upon it', () => {
    const { service, device } = failing((service) => service.claim(ANN, { epoch: 0, name: 'x', version: 1, intervention_id: 'a', final: true }));
    assert.equal(service.state(ANN).cursor, 2);
    device.view();
    device.upload(service);
    assert.equal(service.hello(ANN).cursor, 3);
  });

  test('an erasure: nothing of what was erased is shown', () => {
    const { service } = failing((service) => service.forget(ANN));
    assert.equal(service.state(ANN).epoch, 1);
    assert.equal(views(service), null);
  });
});

describe('a store that waits', () => {
  /** The same store, with every answer a turn of the event loop later. */
  const waiting = (store) => new Proxy(store, { get: (target, name) => (typeof target[name] !== 'function' ? target[name] : async (...parameters) => (await new Promise(setImmediate), target[name](...parameters))) });

  test('what is asked at the same time about one id happens one after the other', async () => {
    const clock = { now: START };
    const service = await start(waiting(new MemorySyncStore()), clock);
    const devices = [new Device(clock), new Device(clock), new Device(clock)];
    for (const device of devices) device.view();
    const answers = await Promise.all([...devices, ...devices].map((device) => service.upload(ANN, device.pending())));
    assert.deepEqual(answers.map(({ code, n }) => `${code} ${n}`), Array(6).fill('ok 1'));
    assert.equal((await service.state(ANN)).cursor, 3);
    assert.equal((await service.read(ANN, ({ engine }) => engine.groupAttributes('u', 'ann', { now: START }))).views, 3);
  });
});
