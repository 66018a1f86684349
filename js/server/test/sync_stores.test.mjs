// What every store of sync promises: in memory, in the data file, in Redis.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { MemorySyncStore, openSqliteSyncStore, placeOf, RedisSyncStore } from '@oncue/server/sync';
import { useFolder } from './support.mjs';
import { MISSING, startRedis } from './own_redis.mjs';

const folder = useFolder();
const NONE = { n: 0, chain: '0000000000000000' };
const [ONE, TWO] = [{ n: 1, chain: 'aaaaaaaaaaaaaaaa' }, { n: 3, chain: 'bbbbbbbbbbbbbbbb' }];
const R1 = '0000000000000001';
const R2 = '0000000000000002';
const append = (more) => ({ key: 'user_id', epoch: 0, floor: 0, replica: R1, base: NONE, next: ONE, at: 1_000, body: '{"b":1}', mostReplicas: 3, ...more });
const claim = (more) => ({ epoch: 0, name: 'x', version: 1, interventionId: 'i1', isFinal: false, now: Date.now(), leaseMs: 60_000, ...more });
let ids = 0;
const freshPlace = () => placeOf({ key: 'user_id', id: `id ${++ids}` });

function promises(open) {
  let store;
  before(async () => {
    store = await open();
    await store.open();
  });
  after(() => store?.close());

  test('an id that nobody has written to: nothing is kept', async () => {
    const place = freshPlace();
    assert.deepEqual(await store.load(place), { epoch: 0, floor: 0, cursor: 0, dropped: 0, tail: [] });
    assert.deepEqual([...(await store.read(place, 0, 10))], []);
    assert.deepEqual([...(await store.claims(place))], []);
  });

  test('entries are numbered from 1 without gaps, and read after a cursor', async () => {
    const place = freshPlace();
    assert.deepEqual(await store.append(place, append()), { outcome: 'ok', cursor: 1 });
    assert.deepEqual(await store.append(place, append({ base: ONE, next: TWO, body: '{"b":2}', at: 2_000 })), { outcome: 'ok', cursor: 2 });
    assert.deepEqual(await store.append(place, append({ replica: R2 })), { outcome: 'ok', cursor: 3 });
    assert.deepEqual([...(await store.read(place, 1, 1))], [{ cursor: 2, kind: 'facts', at: 2_000, body: '{"b":2}' }]);
    assert.deepEqual((await store.read(place, 0, 10)).map(({ cursor }) => cursor), [1, 2, 3]);
    assert.deepEqual((await store.load(place)).tail.map(({ cursor }) => cursor), [1, 2, 3]);
  });

  test('what does not follow upon the kept number and chain is a conflict and changes nothing', async () => {
    const place = freshPlace();
    await store.append(place, append());
    for (const more of [{ base: TWO, next: { ...TWO, n: 4 } }, { base: { ...ONE, chain: TWO.chain }, next: TWO }, { base: { ...ONE, n: 2 }, next: TWO }, { base: NONE, next: TWO }, { base: ONE, next: TWO, epoch: 1 }]) {
      assert.deepEqual(await store.append(place, append(more)), { outcome: 'conflict' }, JSON.stringify(more));
    }
    assert.equal((await store.load(place)).cursor, 1);
  });

  test('the same again is known', async () => {
    const place = freshPlace();
    await store.append(place, append());
    assert.deepEqual(await store.append(place, append()), { outcome: 'known' });
    assert.equal((await store.load(place)).cursor, 1);
  });

  test('more replicas than allowed are refused; the known ones go on', async () => {
    const place = freshPlace();
    for (const replica of ['1', '2', '3']) assert.equal((await store.append(place, append({ replica: replica.padStart(16, '0') }))).outcome, 'ok');
    assert.deepEqual(await store.append(place, append({ replica: 'f'.repeat(16) })), { outcome: 'replicas' });
    assert.equal((await store.append(place, append({ base: ONE, next: TWO }))).outcome, 'ok');
  });

  test('of many that append the same at once, one does', async () => {
    const place = freshPlace();
    const outcomes = await Promise.all(Array.from({ length: 20 }, async (_, i) => (await store.append(place, append({ next: { n: 1, chain: String(i % 2).repeat(16) } }))).outcome));
    assert.equal(outcomes.filter((outcome) => outcome === 'ok').length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === 'known').length, 9);
    assert.equal(outcomes.filter((outcome) => outcome === 'conflict').length, 10);
  });

  test('a claim is granted to one; the same intervention id gets the same answer', async () => {
    const place = freshPlace();
    assert.deepEqual(await store.claim(place, 'user_id', claim()), { outcome: 'granted', published: false });
    assert.deepEqual(await store.claim(place, 'user_id', claim({ interventionId: 'i2' })), { outcome: 'taken' });
    assert.deepEqual(await store.claim(place, 'user_id', claim()), { outcome: 'granted', published: false });
    assert.deepEqual(await store.claim(place, 'user_id', claim({ version: 2, interventionId: 'i2' })), { outcome: 'granted', published: false });
    assert.deepEqual([...(await store.claims(place))], [], 'a lease is not final');
    assert.equal((await store.load(place)).cursor, 0);
  });

  test('a final claim is published once and stays', async () => {
    const place = freshPlace();
    await store.claim(place, 'user_id', claim());
    assert.deepEqual(await store.claim(place, 'user_id', claim({ isFinal: true, now: 5_000 })), { outcome: 'granted', published: true });
    assert.deepEqual(await store.claim(place, 'user_id', claim({ isFinal: true })), { outcome: 'granted', published: false });
    assert.deepEqual(await store.claim(place, 'user_id', claim({ now: Date.now() + 1e9 })), { outcome: 'granted', published: false });
    assert.deepEqual(await store.claim(place, 'user_id', claim({ interventionId: 'i2', isFinal: true, now: Date.now() + 1e9 })), { outcome: 'taken' });
    assert.deepEqual([...(await store.claims(place))], [{ name: 'x', version: 1 }]);
    assert.deepEqual([...(await store.read(place, 0, 10))], [{ cursor: 1, kind: 'claim', at: 5_000, body: '{"name":"x","version":1}' }]);
  });

  test('a lease that was not confirmed runs out', async () => {
    const place = freshPlace();
    await store.claim(place, 'user_id', claim({ leaseMs: 1 }));
    // Redis counts by its own clock.
    for (let outcome = 'taken'; outcome === 'taken'; ) ({ outcome } = await store.claim(place, 'user_id', claim({ interventionId: 'i2', now: Date.now() + 1_000, isFinal: true })));
    assert.deepEqual(await store.claim(place, 'user_id', claim({ isFinal: true })), { outcome: 'taken' });
  });

  test('of many that claim at once, one is granted', async () => {
    const place = freshPlace();
    const outcomes = await Promise.all(Array.from({ length: 20 }, async (_, i) => (await store.claim(place, 'user_id', claim({ interventionId: `i${i}`, isFinal: i % 2 === 0 }))).outcome));
    assert.equal(outcomes.filter((outcome) => outcome === 'granted').length, 1);
  });

  test('forgetting raises the epoch and leaves nothing else', async () => {
    const place = freshPlace();
    await store.append(place, append());
    await store.claim(place, 'user_id', claim({ isFinal: true }));
    await store.claim(place, 'user_id', claim({ name: 'y' }));
    await store.raiseFloor(place, 0, 500, 1);
    await store.compact(place, { epoch: 0, cursor: 1, text: 'state', drop: 0 });
    assert.deepEqual(await store.forget(place, 'user_id', 9_000), { epoch: 1, known: true });
    const left = { cursor: 4, kind: 'forget', at: 9_000, body: '{"epoch":1}' };
    assert.deepEqual(await store.load(place), { epoch: 1, floor: 0, cursor: 4, dropped: 3, tail: [left] });
    assert.deepEqual([...(await store.claims(place))], []);
    assert.deepEqual(await store.append(place, append({ base: ONE, next: TWO })), { outcome: 'conflict' });
    assert.deepEqual(await store.claim(place, 'user_id', claim()), { outcome: 'epoch', epoch: 1 });
    assert.deepEqual(await store.claim(place, 'user_id', claim({ epoch: 1, name: 'y', interventionId: 'i2' })), { outcome: 'granted', published: false });
    assert.equal((await store.append(place, append({ epoch: 1 }))).outcome, 'ok');
    assert.deepEqual(await store.forget(place, 'user_id', 9_000), { epoch: 2, known: true });
    assert.deepEqual(await store.forget(place, 'user_id', 9_000), { epoch: 3, known: false });
  });

  test('the floor only rises, within its epoch', async () => {
    const place = freshPlace();
    await store.append(place, append());
    assert.equal(await store.raiseFloor(place, 0, 500, 1), 2);
    assert.equal(await store.raiseFloor(place, 0, 500, 1), 0);
    assert.equal(await store.raiseFloor(place, 0, 400, 1), 0);
    assert.equal(await store.raiseFloor(place, 1, 600, 1), 0);
    assert.equal((await store.load(place)).floor, 500);
    assert.deepEqual(await store.append(place, append({ base: ONE, next: TWO })), { outcome: 'conflict' }, 'decided with another floor');
    assert.equal((await store.append(place, append({ base: ONE, next: TWO, floor: 500 }))).outcome, 'ok');
    assert.equal((await store.read(place, 1, 10))[0].body, '{"floor":500}');
  });

  test('a compacted state stands for the entries that it contains; older ones are dropped', async () => {
    const place = freshPlace();
    await store.append(place, append());
    await store.append(place, append({ base: ONE, next: TWO }));
    await store.append(place, append({ replica: R2 }));
    await store.compact(place, { epoch: 0, cursor: 2, text: 'two', drop: 1 });
    await store.compact(place, { epoch: 0, cursor: 1, text: 'one', drop: 0 });
    await store.compact(place, { epoch: 1, cursor: 3, text: 'other', drop: 0 });
    await store.compact(place, { epoch: 0, cursor: 4, text: 'of what was lost', drop: 4 });
    const kept = await store.load(place);
    assert.deepEqual(kept.state, { cursor: 2, text: 'two' });
    assert.deepEqual(kept.tail.map(({ cursor }) => cursor), [3]);
    assert.equal(kept.dropped, 1);
    assert.deepEqual((await store.read(place, 0, 10)).map(({ cursor }) => cursor), [2, 3]);
  });

  test('whoever watches is woken by facts, final claims, floors and forgetting', async () => {
    const place = freshPlace();
    let woken = 0;
    let told;
    const unwatch = await store.watch(place, () => (woken++, told?.()));
    const next = async (change) => {
      const before = woken;
      const heard = new Promise((done) => (told = done));
      await change();
      if (woken === before) await heard;
    };
    await next(() => store.append(place, append()));
    await next(() => store.claim(place, 'user_id', claim({ isFinal: true })));
    await next(() => store.raiseFloor(place, 0, 5, 1));
    await next(() => store.forget(place, 'user_id', 1));
    unwatch();
    await store.append(place, append({ epoch: 1 }));
    await store.append(freshPlace(), append());
    assert.equal(woken, 4);
  });
}

describe('in memory', () => promises(() => new MemorySyncStore()));

describe('in the data file', () => {
  promises(() => openSqliteSyncStore(path.join(folder, 'stores.db')));

  test('everything outlives a restart; what was forgotten is nowhere in the file', async () => {
    const data = path.join(folder, 'restart.db');
    const [kept, gone] = [freshPlace(), freshPlace()];
    const first = openSqliteSyncStore(data);
    const { generation } = await first.open();
    await first.remember({ digest: 'd1', text: '{}' });
    await first.append(kept, append());
    await first.claim(kept, 'user_id', claim({ isFinal: true }));
    await first.append(gone, append({ body: '"a secret of somebody"' }));
    await first.forget(gone, 'user_id', 1);
    await first.close();
    assert.doesNotMatch(readFileSync(data, 'latin1'), /a secret of somebody/);
    const second = openSqliteSyncStore(data);
    assert.deepEqual(await second.open(), { generation, definitions: [{ digest: 'd1', text: '{}' }] });
    assert.equal((await second.load(kept)).cursor, 2);
    assert.deepEqual([...(await second.claims(kept))], [{ name: 'x', version: 1 }]);
    assert.equal((await second.load(gone)).epoch, 1);
    await second.close();
  });
});

describe('in Redis', { skip: MISSING }, () => {
  let redis;
  const connect = () => new RedisSyncStore({ url: redis.url, onTrouble() {} });
  before(async () => {
    redis = await startRedis(folder);
  });
  after(() => redis?.stop());

  promises(() => connect());

  test('two processes: what one writes wakes the other; killed with -9, everything is still there', async () => {
    const [a, b] = [connect(), connect()];
    const opened = await a.open();
    assert.deepEqual(await b.open(), opened);
    const place = freshPlace();
    const woken = new Promise((done) => void b.watch(place, done).then(() => a.append(place, append())));
    await woken;
    assert.deepEqual((await b.read(place, 0, 10)).map(({ cursor }) => cursor), [1]);
    await a.claim(place, 'user_id', claim({ isFinal: true }));
    await a.remember({ digest: 'd1', text: '{}' });
    await redis.kill();
    await assert.rejects(Promise.resolve(a.append(place, append({ replica: R2 }))), { name: 'StoreError' });
    await redis.start();
    const again = connect();
    assert.deepEqual(await again.open(), { generation: opened.generation, definitions: [{ digest: 'd1', text: '{}' }] });
    assert.equal((await again.load(place)).cursor, 2);
    assert.deepEqual(await again.claims(place), [{ name: 'x', version: 1 }]);
    for (const store of [a, b, again]) await store.close();
  });

  test('all keys of an id have one hash tag', async () => {
    const store = connect();
    await store.open();
    const place = freshPlace();
    await store.append(place, append());
    await store.claim(place, 'user_id', claim());
    await store.compact(place, { epoch: 0, cursor: 1, text: 'state', drop: 0 });
    const keys = await redis.client.keys(`*${place}*`);
    assert.equal(keys.length, 5);
    for (const key of keys) assert.ok(key.startsWith(`oncue:sync:{${place}}:`), key);
    await store.close();
  });
});
