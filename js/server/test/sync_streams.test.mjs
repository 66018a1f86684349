// Streams of sync: what devices are told, and how they go on after a break.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { askSync, Device, KEY, publishUsers, SECRET, SyncStream, tokenOf, useSyncServers, withSyncStream } from './sync_support.mjs';

const withServer = useSyncServers();
const claimOf = (device, more = {}) => ({ key: KEY, id: device.id, epoch: 0, name: 'x', version: 1, intervention_id: randomUUID(), final: true, ...more });

test('hello tells where the id is, and what the server has of the device that asks', () =>
  withServer(async (client) => {
    await publishUsers(client);
    const device = new Device(client, 'ann');
    device.view();
    const { body: uploaded } = await device.upload();
    const state = await device.fetch();
    await withSyncStream(client, 'ann', { replica: device.replica }, async (stream) => {
      const hello = await stream.next('hello');
      assert.deepEqual(hello.own, { n: 1, chain: uploaded.chain });
      const { generation, epoch, cursor, digest } = state;
      assert.deepEqual({ generation: hello.generation, epoch: hello.epoch, cursor: hello.cursor, digest: hello.digest }, { generation, epoch, cursor, digest });
      assert.equal(hello.refetch, true, 'it did not say where it was');
      assert.ok(Math.abs(hello.now - Date.now()) < 60_000);
      assert.equal(stream.messages[0].id, `${generation}-${cursor}`);
      assert.match(stream.response.headers.get('content-type'), /^text\/event-stream/);
      assert.equal(stream.response.headers.get('cache-control'), 'no-store');
    });
    await withSyncStream(client, 'ann', {}, async (stream) => assert.equal((await stream.next('hello')).own, null));
    await withSyncStream(client, 'ann', { replica: 'f'.repeat(16) }, async (stream) => assert.equal((await stream.next('hello')).own, null));
  }));

test('what one device uploads the other applies from its stream, and its digest is that of the ping', () =>
  withServer({ keepAliveMs: 150 }, async (client) => {
    await publishUsers(client);
    const [phone, laptop] = [new Device(client, 'ann'), new Device(client, 'ann')];
    await withSyncStream(client, 'ann', {}, async (stream) => {
      await stream.next('hello');
      phone.view('https://shop.example/a');
      await phone.upload();
      phone.view('https://shop.example/b');
      await phone.upload();
      for (const count of [1, 2]) assert.equal(laptop.sync({ do: 'facts', epoch: 0, ...(await stream.next('facts', count)) }).status, 'ok');
      assert.deepEqual(laptop.values(), phone.values());
      assert.equal(laptop.values().views, 2);
      const { generation } = await stream.next('hello');
      assert.deepEqual(stream.of('facts').map(({ id }) => id), [`${generation}-1`, `${generation}-2`]);
      await stream.until(({ messages }) => messages.at(-1).event === 'ping' && messages.at(-1).data.cursor === 2);
      assert.equal(stream.messages.at(-1).data.digest, laptop.own().digest);
    });
  }));

test('a device goes on where it was: it misses nothing and gets nothing twice', () =>
  withServer(async (client) => {
    await publishUsers(client);
    const device = new Device(client, 'ann');
    const upload = async () => (device.view(), device.upload());
    await upload();
    const first = await SyncStream.open(client, 'ann');
    await first.next('hello');
    await upload();
    await first.next('facts');
    const lastEventId = first.messages.at(-1).id;
    first.close();
    await upload();
    await upload();
    await withSyncStream(client, 'ann', { lastEventId }, async (stream) => {
      const hello = await stream.next('hello');
      assert.equal(hello.refetch, false);
      assert.equal(stream.messages[0].id, lastEventId, 'hello moves no cursor');
      await upload();
      await stream.next('facts', 3);
      assert.deepEqual(stream.of('facts').map(({ data }) => data.base), [2, 3, 4]);
    });
  }));

test('one that comes back while others are told something gets all that it has missed, and is not sent away', () =>
  withServer({ sync: { secrets: [SECRET], requestsPerSecond: 0 } }, async (client) => {
    await publishUsers(client);
    const device = new Device(client, 'ann');
    device.view();
    await device.upload();
    await withSyncStream(client, 'ann', {}, async (stream) => {
      const { generation } = await stream.next('hello');
      for (let facts = 2; facts <= 20; facts++) {
        device.view();
        const again = [1, 2, 3].map(() => withSyncStream(client, 'ann', { lastEventId: `${generation}-0` }, async (back) => {
          await back.next('facts', facts);
          assert.deepEqual(back.of('facts').map(({ data }) => data.base), Array.from({ length: facts }, (_, i) => i));
        }));
        await Promise.all([device.upload(), ...again]);
      }
    });
  }));

test('a Last-Event-ID of another generation, from the future, too old or no id at all: the state has to be fetched', () =>
  withServer({ sync: { secrets: [SECRET], compactEvery: 1 } }, async (client) => {
    await publishUsers(client);
    const device = new Device(client, 'ann');
    device.view();
    await device.upload();
    const { generation, cursor: last } = await device.fetch();
    for (const lastEventId of ['', 'x', `${'0'.repeat(generation.length)}-1`, `${generation}-${last + 1}`, `${generation}--1`, `${generation}-1e0`, `${generation}-01`, generation]) {
      await withSyncStream(client, 'ann', { lastEventId }, async (stream) => {
        const { refetch, cursor } = await stream.next('hello');
        assert.equal(refetch, true, lastEventId);
        assert.equal(stream.messages[0].id, `${generation}-${cursor}`);
      });
    }
    await withSyncStream(client, 'ann', { lastEventId: `${generation}-0` }, async (stream) => {
      assert.equal((await stream.next('hello')).refetch, false, 'folded, but still kept');
      assert.equal((await stream.next('facts')).base, 0);
    });
  }));

test('a final claim is told to everybody, a lease is not', () =>
  withServer(async (client) => {
    await publishUsers(client);
    const device = new Device(client, 'ann');
    await withSyncStream(client, 'ann', {}, async (stream) => {
      await stream.next('hello');
      await device.ask('POST', 'claim', claimOf(device, { name: 'leased', final: false }));
      await device.ask('POST', 'claim', claimOf(device));
      assert.deepEqual(await stream.next('claim'), { name: 'x', version: 1 });
      assert.equal(stream.of('claim').length, 1);
    });
  }));

test('erasing is told, ends the stream, and gives another generation', () =>
  withServer(async (client) => {
    await publishUsers(client);
    const device = new Device(client, 'ann');
    device.view();
    await device.upload();
    await withSyncStream(client, 'ann', {}, async (stream) => {
      const before = await stream.next('hello');
      await client.api('DELETE', `${KEY}/ann`);
      assert.deepEqual(await stream.next('forget'), { epoch: 1 });
      await stream.until(({ isOpen }) => !isOpen);
      await withSyncStream(client, 'ann', { lastEventId: stream.messages.at(-1).id, replica: device.replica }, async (again) => {
        const hello = await again.next('hello');
        assert.notEqual(hello.generation, before.generation);
        assert.deepEqual([hello.epoch, hello.refetch, hello.own], [1, true, null]);
      });
    });
  }));

test('a stream carries one id only', () =>
  withServer(async (client) => {
    await publishUsers(client);
    const [ann, bob] = [new Device(client, 'ann'), new Device(client, 'bob')];
    await withSyncStream(client, 'ann', {}, async (stream) => {
      await stream.next('hello');
      bob.view();
      await bob.upload();
      ann.view();
      await ann.upload();
      assert.equal((await stream.next('facts')).replica, ann.replica);
      assert.equal(stream.of('facts').length, 1);
    });
  }));

test('the end of the token is the end of the stream', () =>
  withServer({ keepAliveMs: 150 }, async (client) => {
    await publishUsers(client);
    await withSyncStream(client, 'ann', { token: await tokenOf('ann', { ttlSeconds: 1 }) }, async (stream) => {
      assert.equal(stream.status, 200);
      await stream.until(({ isOpen }) => !isOpen);
    });
  }));

test('an id has at most as many streams as allowed; one that ends makes room', () =>
  withServer({ sync: { secrets: [SECRET], mostStreams: 2 } }, async (client) => {
    await publishUsers(client);
    const open = [await SyncStream.open(client, 'ann'), await SyncStream.open(client, 'ann')];
    const third = await SyncStream.open(client, 'ann');
    assert.deepEqual([third.status, third.body.code], [429, 'streams']);
    const other = await SyncStream.open(client, 'bob');
    assert.equal(other.status, 200);
    open[0].close();
    let fourth;
    do fourth = await SyncStream.open(client, 'ann');
    while (fourth.status === 429);
    for (const stream of [open[1], other, fourth]) stream.close();
  }));

test('a reader that does not read is dropped; the others are served', () =>
  withServer({ mostWaitingBytes: 10_000, sync: { secrets: [SECRET], requestsPerSecond: 0 } }, async (client, { port }) => {
    await publishUsers(client);
    const token = await tokenOf('ann');
    const lazy = connect(port, '127.0.0.1');
    lazy.write(`GET /sync/v1/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
    await once(lazy, 'readable');
    const closed = once(lazy.on('error', () => {}), 'close');
    const device = new Device(client, 'ann');
    const dropped = async () => Number(/^oncue_sync_dropped_total (\d+)$/m.exec((await client.ask('GET', '/metrics')).body)[1]);
    await withSyncStream(client, 'ann', {}, async (stream) => {
      await stream.next('hello');
      let uploads = 0;
      while ((await dropped()) === 0) {
        for (let i = 0; i < 100; i++) device.view(`https://shop.example/${'x'.repeat(400)}${i}`);
        await device.upload();
        uploads++;
      }
      await stream.next('facts', uploads);
    });
    lazy.destroy();
    await closed;
  }));

test('a stream of a token that cannot be used is an answer, not a stream', () =>
  withServer(async (client) => {
    const stream = await SyncStream.open(client, 'ann', { token: 'x.y.z' });
    assert.deepEqual([stream.status, stream.body.code], [401, 'token']);
    assert.equal((await askSync(client, 'ann', 'GET', 'stream?replica=x')).status, 400);
  }));
