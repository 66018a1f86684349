// kill -9 of the server under uploads, again and again: what was acknowledged is there, and nothing is there twice.
// ONCUE_CRASHES chooses how often, ONCUE_SEED the moments.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { Client, useFolder } from './support.mjs';
import { MISSING, startRedis } from './own_redis.mjs';
import { serve } from './serve.mjs';
import { Device, KEY, publishUsers, SECRET } from './sync_support.mjs';

const CRASHES = Number(process.env.ONCUE_CRASHES ?? 8);
const USERS = 6;
const DEVICES_OF_EACH = 3;
const LONGEST_LIFE_MS = 300;
const folder = useFolder();
const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Views and uploads until the server is gone. */
async function use(device, isOver) {
  while (!isOver()) {
    device.view(`https://shop.example/${device.views}`);
    device.views++;
    const answer = await device.upload(3).catch(() => undefined);
    if (!answer) return;
    assert.ok([200, 429, 503].includes(answer.status), JSON.stringify(answer.body));
  }
}

/** What the server holds of each device against what it acknowledged. */
async function check(devices, when) {
  for (const device of devices) {
    const { body } = await device.ask('GET', 'state');
    const { n = 0 } = body.vector[device.replica] ?? {};
    const { ids } = device.sync({ do: 'status' });
    const acknowledged = ids[0]?.n ?? 0;
    assert.ok(n >= acknowledged && n <= device.views, `${when}: ${device.id} has ${n}, acknowledged ${acknowledged}, seen ${device.views}`);
  }
}

async function crashes(t, start, crash = (server) => server.end('SIGKILL')) {
  t.diagnostic(`ONCUE_SEED=${seed}`);
  const devices = Array.from({ length: USERS * DEVICES_OF_EACH }, (_, i) => Object.assign(new Device(undefined, `user ${i % USERS}`), { views: 0 }));
  for (const [i, life] of fc.sample(fc.integer({ min: 5, max: LONGEST_LIFE_MS }), { seed, numRuns: CRASHES }).entries()) {
    const server = await start();
    const client = new Client(server.url);
    for (const device of devices) device.client = client;
    if (i === 0) await publishUsers(client);
    await check(devices, `after crash ${i}`);
    let over = false;
    const work = devices.map((device) => use(device, () => over));
    await new Promise((done) => setTimeout(done, life));
    over = true;
    await crash(server);
    await Promise.all(work);
  }
  const server = await start();
  const client = new Client(server.url);
  for (const device of devices) {
    device.client = client;
    let answer;
    do answer = await device.upload();
    while (answer && answer.status === 429);
    assert.ok(!answer || answer.status === 200, JSON.stringify(answer?.body));
  }
  for (const device of devices) {
    const own = devices.filter(({ id }) => id === device.id);
    const total = own.reduce((sum, { views }) => sum + views, 0);
    assert.equal((await client.value('u_v1:views', KEY, device.id)) ?? 0, total, `${device.id}: each fact exactly once`);
    const { state } = await device.fetch();
    assert.equal(device.own().state, state);
    assert.equal(device.values().views ?? 0, total);
  }
  t.diagnostic(`${devices.reduce((sum, { views }) => sum + views, 0)} facts`);
  assert.equal(await server.end(), 0);
}

test(`the data file: kill -9 ${CRASHES} times`, (t) => crashes(t, () => serve(['--data', path.join(folder, 'crash.db'), '--sync-secret', SECRET])));

describe('Redis', { skip: MISSING }, () => {
  let redis;
  after(() => redis?.stop());

  test(`kill -9 of the server and of Redis, in turn, ${CRASHES} times`, async (t) => {
    redis = await startRedis(folder);
    let turn = 0;
    await crashes(
      t,
      () => serve(['--redis', redis.url, '--sync-secret', SECRET]),
      async (server) => {
        if (turn++ % 2 === 1) await redis.restart();
        await server.end('SIGKILL');
      },
    );
  });
});
