// Sync on several servers that share one Redis 7.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { startServer } from '@oncue/server';
import { Client, useFolder } from './support.mjs';
import { MISSING, startRedis } from './own_redis.mjs';
import { Device, KEY, publishUsers, SECRET, withSyncStream } from './sync_support.mjs';

const folder = useFolder();
const views = (client, id) => client.value('u_v1:views', KEY, id);
const claimOf = (device, more = {}) => ({ key: KEY, id: device.id, epoch: 0, name: 'x', version: 1, intervention_id: randomUUID(), final: true, ...more });

describe('several servers on one Redis', { skip: MISSING }, () => {
  let redis;
  before(async () => {
    redis = await startRedis(folder);
  });
  after(() => redis?.stop());

  async function withServers(count, body, options = {}) {
    await redis.empty();
    const servers = [];
    try {
      const sync = { secrets: [SECRET], requestsPerSecond: 0, ...options };
      for (let i = 0; i < count; i++) servers.push(await startServer({ redis: redis.url, port: 0, keepAliveMs: 300, sync }));
      const clients = servers.map(({ url }) => new Client(url));
      await publishUsers(clients[0]);
      for (const client of clients) while ((await client.ask('GET', '/definitions.json')).body.attribute_groups.length === 0);
      await body(clients, servers);
    } finally {
      await Promise.all(servers.map((server) => server.close()));
    }
  }

  test('what is uploaded to one server is in the streams, states and values of all', () =>
    withServers(3, async ([a, b, c]) => {
      const [phone, laptop] = [new Device(a, 'ann'), new Device(b, 'ann')];
      await withSyncStream(c, 'ann', {}, async (stream) => {
        await stream.next('hello');
        for (const device of [phone, laptop, phone]) {
          device.view();
          assert.equal((await device.upload()).status, 200);
        }
        await stream.next('facts', 3);
        assert.deepEqual(stream.of('facts').map(({ id }) => id.split('-')[1]), ['1', '2', '3']);
        for (const client of [a, b, c]) assert.equal(await views(client, 'ann'), 3);
        const state = await phone.fetch();
        await laptop.fetch();
        assert.deepEqual(phone.own(), laptop.own());
        await stream.until(({ messages }) => messages.at(-1).event === 'ping' && messages.at(-1).data.cursor === 3);
        assert.equal(stream.messages.at(-1).data.digest, state.digest);
      });
    }));

  test('the same upload to several servers at once counts once', () =>
    withServers(3, async (clients) => {
      const device = new Device(clients[0], 'ann');
      for (let round = 1; round <= 10; round++) {
        device.view();
        const body = device.pending();
        const answers = await Promise.all(clients.map((client) => Object.assign(Object.create(device), { client }).ask('POST', 'upload', body)));
        for (const { status, body: answer } of answers) assert.deepEqual([status, answer.n], [200, round], JSON.stringify(answer));
        device.sync({ do: 'ack', n: answers[0].body.n, chain: answers[0].body.chain });
      }
      for (const client of clients) assert.equal(await views(client, 'ann'), 10);
    }));

  test('two clones of a profile on two servers at once: one is told that it is a fork', () =>
    withServers(2, async (clients) => {
      const devices = clients.map((client) => new Device(client, 'ann', { seed: '4711' }));
      devices.forEach((device, i) => device.view(`https://shop.example/${i}`));
      const statuses = (await Promise.all(devices.map((device) => device.upload()))).map(({ status, body }) => `${status} ${body.code ?? ''}`);
      assert.deepEqual(statuses.sort(), ['200 ', '409 fork']);
    }));

  test('of many claims on all servers one is granted, and told to the streams of all', () =>
    withServers(2, async ([a, b]) => {
      const device = new Device(a, 'ann');
      await withSyncStream(b, 'ann', {}, async (stream) => {
        await stream.next('hello');
        const answers = await Promise.all([a, b, a, b].map((client) => Object.assign(Object.create(device), { client }).ask('POST', 'claim', claimOf(device))));
        assert.equal(answers.filter(({ body }) => body.granted).length, 1);
        assert.deepEqual(await stream.next('claim'), { name: 'x', version: 1 });
      });
    }));

  test('what is erased on one server is gone on all, and nothing of it is left in Redis', () =>
    withServers(2, async ([a, b]) => {
      const device = new Device(a, 'ann@shop.example');
      device.view('https://shop.example/traceable');
      await device.upload();
      assert.equal(await views(b, device.id), 1);
      await withSyncStream(b, device.id, {}, async (stream) => {
        await stream.next('hello');
        assert.equal((await a.api('DELETE', `${KEY}/${device.id}`)).body.keys_found, true);
        assert.deepEqual(await stream.next('forget'), { epoch: 1 });
      });
      for (const client of [a, b]) assert.equal(await views(client, device.id), null);
      assert.deepEqual((await Object.assign(Object.create(device), { client: b }).ask('POST', 'upload', { ...bodyOf(device), base: 1 })).body.epoch, 1);
      const keys = await redis.client.keys('oncue:sync:*');
      assert.equal(keys.some((key) => key.includes('ann')), false);
      assert.deepEqual(keys.filter((key) => key.includes('{')).map((key) => key.split('}:')[1]).sort(), ['log', 'meta']);
    }));

  test('a folded state, an older server behind it: values agree', () =>
    withServers(2, async ([a, b]) => {
      const [phone, laptop] = [new Device(a, 'ann'), new Device(b, 'ann')];
      for (let i = 0; i < 30; i++) {
        const device = i % 3 === 0 ? laptop : phone;
        device.view(`https://shop.example/${i}`);
        assert.equal((await device.upload()).status, 200);
      }
      for (const client of [a, b]) assert.equal(await views(client, 'ann'), 30);
      assert.equal((await phone.fetch()).state, (await laptop.fetch()).state);
      assert.deepEqual(phone.values(), laptop.values());
    }, { compactEvery: 4 }));

  test('Redis dies: 503 and nothing is lost; when it is back everything goes on', () =>
    withServers(1, async ([client]) => {
      const device = new Device(client, 'ann');
      device.view();
      await device.upload();
      await withSyncStream(client, 'ann', {}, async (stream) => {
        await stream.next('hello');
        await redis.kill();
        device.view();
        const { status, body, headers } = await device.upload();
        assert.deepEqual([status, body.code, headers.get('retry-after')], [503, 'store', '1']);
        await redis.start();
        let answer;
        do answer = await device.upload();
        while (answer.status === 503);
        assert.deepEqual([answer.status, answer.body.n], [200, 2]);
        assert.equal((await stream.next('facts')).base, 1);
      });
      let count;
      do count = await views(client, 'ann').catch(() => undefined);
      while (count === undefined);
      assert.equal(count, 2);
    }));
});

const bodyOf = (device) => {
  device.view();
  return device.pending();
};
