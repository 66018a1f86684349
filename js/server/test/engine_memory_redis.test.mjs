// An engine whose memory is full, or that fails, on one of several servers: nothing acknowledged is lost, and another server, or the
// next start, goes on.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { expectFailed, health, reading, SMALL } from './failed_engine.mjs';
import { metric, MISSING, startRedis } from './own_redis.mjs';
import { serve } from './serve.mjs';
import { Client, counterGroup, pageView, useFolder } from './support.mjs';

const folder = useFolder();
/** A partition for each of some thousand ids would be most of the memory. */
const PARTITIONS = 4;
const ALL = PARTITIONS + 1;
const MIB = '24';
const views = (client, id) => client.value('g_v1:views', 'domain_userid', id);

/** Sends page views of new ids, each request until it is refused. @returns ids that were acknowledged, in order, and the refusal */
async function fill(client) {
  for (const known = []; ; ) {
    const ids = Array.from({ length: 500 }, () => randomUUID());
    const answer = await client.track(...ids.map((duid) => pageView({ duid })));
    if (answer.status !== 200) return { known, answer };
    known.push(...ids);
  }
}

async function untilComputing(client, count) {
  while ((await metric(client, 'oncue_partitions')) !== count);
}

/** Every one of the ids, or some of them, has this value. */
async function expectViews(client, ids, value) {
  for (let start = 0; start < ids.length; start += 100) {
    const own = ids.slice(start, start + 100);
    const { status, body } = await client.api('POST', 'get-online-attributes', { attribute_keys: { domain_userid: own }, attributes: ['g_v1:views'] });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.views, own.map(() => value));
  }
}

describe('the engine of a server on Redis', { skip: MISSING }, () => {
  let redis;
  before(async () => {
    redis = await startRedis(folder);
  });
  after(() => redis?.stop());

  const start = async (args = [], flags = []) => {
    const server = await serve(['--redis', redis.url, ...args], {}, [], flags);
    return { server, client: new Client(server.url) };
  };
  const startFirst = async (...options) => {
    await redis.empty();
    await redis.client.hSet('{oncue:registry}:settings', 'partitions', String(PARTITIONS));
    const first = await start(...options);
    await first.client.publish({ attribute_groups: [counterGroup()] });
    return first;
  };

  const entries = async () => {
    let count = 0;
    for (let i = 0; i < ALL; i++) count += await redis.client.xLen(`{oncue:p${i}}:log`);
    return count;
  };

  test('memory that is full: events are 503 and so is /healthz, with what to do; values are read, ids erased, and a restart goes on', async () => {
    const { server, client } = await startFirst(['--max-engine-memory', MIB]);
    assert.equal(await metric(client, 'oncue_engine_ok'), 1);
    await client.track(pageView({ duid: 'ann' }));
    const { known, answer } = await fill(client);
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '60']);
    assert.match(answer.body.error, /memory is full and no event was taken: \/healthz says what to do/);
    const logged = await entries();
    assert.equal((await client.ask('GET', `/i?${new URLSearchParams(pageView({ duid: 'ann' }))}`)).status, 503);
    assert.equal(await entries(), logged, 'refused before the log');
    const { status, body } = await health(client);
    assert.deepEqual([status, body.dependencies], [503, { storage: 'ok', engine: 'full' }]);
    assert.match(body.error, /it has \d+ MiB and may have 24; no events are taken\. Use several servers on Redis/);
    assert.equal(await metric(client, 'oncue_engine_ok'), 0);
    assert.equal(server.complained().split('\n').filter((line) => line.includes('memory is full')).length, 1, 'one line of the log');
    await expectViews(client, ['ann', ...known], 1);
    assert.equal((await client.api('DELETE', 'domain_userid/ann')).body.keys_found, true);
    assert.equal(await server.end(), 0);

    const next = await start();
    assert.equal((await health(next.client)).status, 200);
    assert.equal((await next.client.track(pageView({ duid: known[0] }))).status, 200);
    assert.deepEqual([await views(next.client, 'ann'), await views(next.client, known[0])], [null, 2]);
    await expectViews(next.client, known.slice(1), 1);
    assert.equal(await next.server.end(), 0);
  });

  test('an engine that fails takes nothing more, ends cleanly, and the next start has all that was acknowledged', async () => {
    const { server, client } = await startFirst([], SMALL);
    const { known, answer } = await fill(client);
    await expectFailed(client, answer, known[0]);
    assert.equal(await server.end(), 0);
    assert.doesNotMatch(server.complained(), /Uncaught/);

    const roomy = await start();
    assert.equal((await health(roomy.client)).status, 200);
    await expectViews(roomy.client, known, 1);
    assert.equal((await roomy.client.track(pageView({ duid: known[0] }))).status, 200);
    assert.equal(await views(roomy.client, known[0]), 2);
    assert.equal(await roomy.server.end(), 0);
  });

  test('the partitions of an engine that fails are taken over by another server while the first still runs', async () => {
    const { server, client } = await startFirst([], SMALL);
    const { known } = await fill(client);
    const other = await start();
    await untilComputing(other.client, ALL);
    await expectViews(other.client, known, 1);
    assert.equal((await other.client.track(pageView({ duid: known[0] }))).status, 200);
    assert.equal(await views(other.client, known[0]), 2);
    assert.equal((await health(client)).status, 503);
    assert.equal(await metric(client, 'oncue_partitions'), 0);
    assert.equal(await server.end(), 0);
    assert.equal(await views(other.client, known[0]), 2);
    assert.equal(await other.server.end(), 0);
  });

  test('an engine that fails while another server shares the work: that one takes the rest, and nothing is lost', async () => {
    const { server, client } = await startFirst();
    const small = await start([], SMALL);
    while ((await metric(small.client, 'oncue_partitions')) < 2);
    const known = [];
    // Through the one that has room: it acknowledges what the other one cannot compute.
    while ((await health(small.client)).status === 200) {
      const ids = Array.from({ length: 500 }, () => randomUUID());
      assert.equal((await client.track(...ids.map((duid) => pageView({ duid })))).status, 200);
      known.push(...ids);
    }
    await untilComputing(client, ALL);
    await expectViews(client, known, 1);
    assert.equal((await small.client.track(pageView({ duid: known[0] }))).status, 503);
    assert.equal(await small.server.end(), 0);
    assert.equal(await server.end(), 0);
  });
});
