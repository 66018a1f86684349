// What a server says while its Redis is away, or is set up so that acknowledged data could be lost.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { metric, MISSING, startRedis, withServers } from './own_redis.mjs';
import { serve } from './serve.mjs';
import { Client, counterGroup, intervention, pageView, useFolder, withStream } from './support.mjs';

const folder = useFolder();
const COMMAND = fileURLToPath(new URL('../../cli/bin/oncue.mjs', import.meta.url));
const BYTES = (of) => `oncue_store_bytes\\{of="${of}"\\}`;
const own = () => mkdtempSync(path.join(folder, 'redis-'));

async function withRedis(body, settings) {
  const redis = await startRedis(own(), settings);
  try {
    await body(redis);
  } finally {
    await redis.stop();
  }
}

/** Repeats a request until it is answered with something else than 503. */
async function until(ask) {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503) return answer;
  }
}

describe('a server whose Redis is away', { skip: MISSING }, () => {
  test('answers 503 to all that needs the store, and goes on when Redis is back', () =>
    withRedis((redis) =>
      withServers(redis, 2, async (clients) => {
        const [a, b] = clients;
        const duid = randomUUID();
        await a.publish({ attribute_groups: [counterGroup()], interventions: [intervention()] });
        assert.equal((await b.track(pageView({ duid }))).status, 200);
        const attribute_keys = { domain_userid: [duid] };
        const push = (client, name) => client.api('POST', `interventions?domain_userid=${duid}`, { name, version: 1 });
        await withStream(b, { domain_userid: duid }, async (stream) => {
          assert.deepEqual((await push(a, 'before')).body, { status: 'success' });
          await redis.kill();
          // In what was under way when it died: what is asked from now on finds no connection.
          for (const client of clients) while ((await client.ask('GET', '/healthz')).status === 200);
          const event = pageView({ duid });
          const requests = {
            'an event': () => a.track(event),
            'an event by GET': () => a.ask('GET', `/i?${new URLSearchParams(pageView({ duid }))}`),
            'enriched events': () => a.ask('POST', '/enriched', JSON.stringify({ event_id: randomUUID(), app_id: 'x' })),
            'a direct intervention': () => push(a, 'lost'),
            'a definition': () => a.api('POST', 'registry/attribute_groups/', counterGroup({ name: 'other' })),
            delivery: () => a.api('PUT', 'delivery/x/1', { priority: 2 }),
            publishing: () => a.api('POST', 'engines/unpublish', { interventions: [{ name: 'x', version: 1 }] }),
            values: () => a.api('POST', 'get-online-attributes', { attribute_keys, attributes: ['g_v1:views'] }),
            'a preview': () => a.api('POST', 'testing/attribute_groups/', { attribute_group: counterGroup({ name: 'p' }) }),
            'erasing an id': () => a.api('DELETE', `domain_userid/${duid}`),
          };
          await Promise.all(Object.entries(requests).map(async ([name, ask]) => {
            const { status, body, headers } = await ask();
            assert.deepEqual([name, status, headers.get('retry-after')], [name, 503, '1']);
            assert.match(body.error, /nothing was acknowledged: send it again/, name);
          }));
          assert.equal(await metric(a, 'oncue_pushes_waiting'), 0);
          for (const path of ['/healthz', '/health-all']) {
            const { status, body } = await b.ask('GET', path);
            assert.deepEqual([status, body.status, body.dependencies.storage], [503, 'error', 'error']);
          }
          // What is in memory is told all the same.
          assert.equal((await a.ask('GET', '/definitions.json')).status, 200);
          assert.ok(stream.isOpen);
          await redis.start();
          assert.equal((await until(() => a.track(event))).status, 200);
          assert.equal((await until(() => b.track(event))).status, 200, 'repeated');
          await stream.until(({ messages }) => messages.some(({ name }) => name === 'x'));
          let status;
          while (status !== 'success') ({ status } = (await until(() => push(a, 'after'))).body);
          await stream.until(({ messages }) => messages.at(-1).name === 'after');
          assert.ok(!stream.names().includes('lost'));
          assert.equal((await until(() => b.api('POST', 'get-online-attributes', { attribute_keys, attributes: ['g_v1:views'] }))).body.views[0], 2);
          assert.equal((await until(() => a.ask('GET', '/healthz'))).status, 200);
        });
      })));

  test('pushes that were under way when Redis died are answered with 503, and none stays behind', () =>
    withRedis((redis) =>
      withServers(redis, 2, async ([a]) => {
        const query = `interventions?domain_userid=${randomUUID()}`;
        const pushes = Array.from({ length: 200 }, () => a.api('POST', query, { name: 'n', version: 1 }));
        await Promise.race(pushes);
        await redis.kill();
        const statuses = new Set((await Promise.all(pushes)).map(({ status }) => status));
        assert.deepEqual([...statuses].filter((status) => ![200, 503].includes(status)), []);
        assert.equal(await metric(a, 'oncue_pushes_waiting'), 0);
        await redis.start();
        assert.deepEqual((await until(() => a.api('POST', query, { name: 'n', version: 1 }))).body, { status: 'undelivered' });
      })));

  test('a definition that was made although its request failed has reached every partition when it is answered the second time', () =>
    withRedis((redis) =>
      withServers(redis, 1, async ([client]) => {
        const allow = (...keys) => redis.client.aclSetUser('default', ['resetkeys', ...keys.map((key) => `~${key}`)]);
        const revisions = () => Promise.all(Array.from({ length: 65 }, (_none, i) => redis.client.hGet(`{oncue:p${i}}:meta`, 'revision')));
        await client.publish({ attribute_groups: [counterGroup()] });
        const other = counterGroup({ name: 'other' });
        // Redis takes the change, and refuses to write to any partition.
        await allow('{oncue:registry}:*', '{oncue:servers}:*', '{oncue:fires}:*');
        assert.equal((await client.api('POST', 'registry/attribute_groups/', other)).status, 503);
        await allow('*');
        assert.equal((await client.api('POST', 'registry/attribute_groups/', other)).status, 400, 'it is there');
        assert.equal((await client.api('PUT', 'registry/attribute_groups/other/versions/1', other)).status, 200);
        assert.deepEqual([...new Set(await revisions())], [await redis.client.get('{oncue:registry}:revision')]);
      })));

  test('a Redis that is full, which still reads: 503 from events and /healthz until it has room', () =>
    withRedis((redis) =>
      withServers(redis, 1, async ([client]) => {
        await client.publish({ attribute_groups: [counterGroup()] });
        assert.equal((await client.track(pageView({ duid: 'ann' }))).status, 200);
        await redis.client.configSet({ maxmemory: '1' });
        const event = pageView({ duid: 'ann' });
        assert.equal((await client.track(event)).status, 503);
        assert.equal((await client.ask('GET', '/healthz')).status, 503);
        assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), 1);
        await redis.client.configSet({ maxmemory: '0' });
        assert.equal((await client.ask('GET', '/healthz')).status, 200);
        assert.equal((await client.track(event)).status, 200);
        assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), 2);
      })));

  test('/metrics has what Redis takes in memory and on the disk', () =>
    withRedis((redis) =>
      withServers(redis, 1, async ([client]) => {
        const before = [await metric(client, BYTES('redis_memory')), await metric(client, BYTES('redis_append_only_file'))];
        assert.ok(before.every((bytes) => bytes > 0), String(before));
        // Of what Redis took when it started, some is free again.
        for (let i = 0; i < 4; i++) await client.track(...Array.from({ length: 100 }, () => pageView({ page: 'x'.repeat(5_000) })));
        assert.ok((await metric(client, BYTES('redis_memory'))) > before[0] + 400_000);
        assert.ok((await metric(client, BYTES('redis_append_only_file'))) > before[1] + 400_000);
      })));

  test('a Redis that hangs: /healthz answers 503 all the same, and /metrics what it knows', () =>
    withRedis((redis) =>
      withServers(redis, 1, async ([client]) => {
        redis.signal('SIGSTOP');
        assert.equal((await client.ask('GET', '/healthz')).status, 503);
        assert.equal(await metric(client, 'oncue_pushes_waiting'), 0);
        assert.equal(Number.isNaN(await metric(client, BYTES('redis_memory'))), true);
        redis.signal('SIGCONT');
        assert.equal((await until(() => client.ask('GET', '/healthz'))).status, 200);
      })));

  test('partitions that cannot take over the definitions are let go of: nothing of them goes on when the server has ended', () =>
    withRedis(async (redis) => {
      // Of every id something waits for time to pass.
      const since = { name: 'since', type: 'double', aggregation: 'time_since_last', time_unit: 'd', events: [{ name: 'page_view' }] };
      const group = counterGroup({ attributes: [since] });
      const before = await serve(['--redis', redis.url]);
      const client = new Client(before.url);
      await client.publish({ attribute_groups: [group], interventions: [intervention({ criteria: { attribute: 'g:since', operator: '>=', value: 1 } })] });
      await client.track(...Array.from({ length: 100 }, () => pageView({ duid: randomUUID() })));
      assert.equal(await before.end(), 0);
      const allow = (...keys) => redis.client.aclSetUser('default', ['resetkeys', ...keys]);
      await allow('%R~*', '~{oncue:registry}:*', '~{oncue:servers}:*', '~{oncue:fires}:*');
      const server = await serve(['--redis', redis.url]);
      while (!server.complained().includes('computing partition')) await new Client(server.url).ask('GET', '/healthz');
      await allow('~*');
      assert.equal(await server.end(), 0, server.complained());
    }));

  test('ends with 0 when it is asked to while Redis is away', () =>
    withRedis(async (redis) => {
      const server = await serve(['--redis', redis.url]);
      await redis.kill();
      assert.equal(await server.end(), 0, server.complained());
    }));
});

describe('settings of Redis with which acknowledged data could be lost', { skip: MISSING }, () => {
  const always = ['--appendonly', 'yes', '--appendfsync', 'always'];
  const CASES = [
    ['none', always, 'synced', 1, undefined],
    ['no append-only file', ['--appendonly', 'no'], 'unsynced', 0, /"appendonly" is "no": set it to "yes", or a crash of Redis loses/],
    ['a sync every second', ['--appendonly', 'yes', '--appendfsync', 'everysec'], 'unsynced', 0, /"appendfsync" is "everysec": set it to "always", or a power cut loses/],
    ['no sync during a rewrite', [...always, '--no-appendfsync-on-rewrite', 'yes'], 'unsynced', 0, /"no-appendfsync-on-rewrite" is "yes": set it to "no"/],
    ['keys are dropped when memory is full', [...always, '--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'], 'unsynced', 0, /"maxmemory-policy" is "allkeys-lru": set it to "noeviction"/],
    ['it does not tell', [...always, '--rename-command', 'CONFIG', ''], 'unknown', -1, /does not tell its settings/],
  ];
  for (const [name, settings, durability, synced, warning] of CASES) {
    test(`${name}: ${durability}`, () =>
      withRedis(async (redis) => {
        const server = await serve(['--redis', redis.url]);
        const client = new Client(server.url);
        const { status, body } = await client.ask('GET', '/healthz');
        assert.deepEqual([status, body.durability], [200, durability]);
        assert.equal(await metric(client, 'oncue_store_synced'), synced);
        const warned = server.complained().split('\n').filter((line) => line.includes('acknowledged data could be lost'));
        assert.equal(warned.length, warning ? 1 : 0);
        if (warning) assert.match(JSON.parse(warned[0]).err.message, warning);
        assert.equal(await server.end(), 0);
      }, settings));
  }

  test('settings that are mended, or a Redis that comes back with others, are noticed', () =>
    withRedis(async (redis) => {
      const server = await serve(['--redis', redis.url]);
      const client = new Client(server.url);
      const durability = async () => (await client.ask('GET', '/healthz')).body.durability;
      assert.equal(await durability(), 'unsynced');
      await redis.client.configSet({ appendonly: 'yes', appendfsync: 'always' });
      await redis.client.clientKill({ filter: 'TYPE', type: 'NORMAL' });
      while ((await durability()) !== 'synced');
      assert.equal(await server.end(), 0);
    }, ['--appendonly', 'no']));
});

test('a server that starts while Redis is away tries again and again, and says so every ten seconds, without a stack', async () => {
  let tries = 0;
  let onTry = () => {};
  const away = createServer((socket) => {
    tries++;
    socket.on('error', () => {}).destroy();
    onTry();
  }).listen(0, '127.0.0.1');
  await once(away, 'listening');
  const start = performance.now();
  const child = spawn(process.execPath, [COMMAND, 'serve', '--port', '0', '--redis', `redis://127.0.0.1:${away.address().port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  try {
    await new Promise((done) => (onTry = () => tries >= 100 && said.includes('talking to Redis') && done()));
    const lines = said.trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(lines.length <= 1 + (performance.now() - start) / 10_000, said);
    for (const { error, msg, ...more } of lines) {
      assert.match(error, /^Redis: \S/);
      assert.equal(msg, 'talking to Redis; it is tried again until it answers');
      assert.equal(more.err, undefined);
    }
  } finally {
    child.kill('SIGKILL');
    away.close();
  }
});

test('the data file: what is acknowledged is synced, and /healthz says so', async () => {
  const server = await serve(['--data', path.join(folder, 'synced.db')]);
  const client = new Client(server.url);
  assert.deepEqual((await client.ask('GET', '/healthz')).body, { status: 'ok', dependencies: { storage: 'ok' }, durability: 'synced' });
  assert.equal(await metric(client, 'oncue_store_synced'), 1);
  assert.equal(await server.end(), 0);
});
