// Several servers on one Redis 7.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client, counterGroup, intervention, pageView, Stream, useFolder, withStream } from './support.mjs';
import { everythingIn, everywhere, MISSING, startRedis, withServers } from './own_redis.mjs';
import { serve } from './serve.mjs';

const folder = useFolder();
const views = (client, id) => client.value('g_v1:views', 'domain_userid', id);
const arrived = (count) => ({ messages }) => messages.length >= count;

describe('scale-out on Redis', { skip: MISSING }, () => {
  let redis;
  before(async () => {
    redis = await startRedis(folder);
  });
  after(() => redis?.stop());

  test('what one server is told, all know; an event_id counts once whichever is told', () =>
    withServers(redis, 3, async (clients) => {
      const [a, b, c] = clients;
      await a.publish({ attribute_groups: [counterGroup()] });
      await everywhere(clients, async (client) => (await client.api('GET', 'registry/attribute_groups/')).body.length, 1);
      const event = pageView({ duid: 'ann' });
      await Promise.all([a.track(event), b.track(event), c.track(event, pageView({ duid: 'ann' }))]);
      await everywhere(clients, (client) => views(client, 'ann'), 2);
      const etags = new Set();
      for (const client of clients) etags.add((await client.ask('GET', '/definitions.json')).headers.get('etag'));
      assert.equal(etags.size, 1);
    }));

  test('a definition is created by one of several servers that are asked at once', () =>
    withServers(redis, 3, async (clients) => {
      const answers = await Promise.all([...clients, ...clients].map((client) => client.api('POST', 'registry/attribute_groups/', counterGroup())));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 400, 400, 400, 400, 400]);
    }));

  test('rule-based and direct interventions reach the subscribers of every server, once, with one id', () =>
    withServers(redis, 3, async (clients) => {
      const [a, b, c] = clients;
      const duid = randomUUID();
      await a.publish({ attribute_groups: [counterGroup()], interventions: [intervention()] });
      assert.deepEqual((await b.api('POST', `interventions?domain_userid=${duid}`, { name: 'n', version: 1 })).body, { status: 'undelivered' });
      await withStream(a, { domain_userid: duid }, (one) =>
        withStream(c, { domain_userid: duid }, async (two) => {
          await b.track(pageView({ duid }));
          await a.track(pageView({ duid }));
          await Promise.all([one.until(arrived(1)), two.until(arrived(1))]);
          assert.deepEqual((await b.api('POST', `interventions?domain_userid=${duid}`, { name: 'direct', version: 1 })).body, { status: 'success' });
          await Promise.all([one.until(arrived(2)), two.until(arrived(2))]);
          for (const stream of [one, two]) assert.deepEqual(stream.names(), ['x', 'direct']);
          assert.equal(one.messages[0].intervention_id, two.messages[0].intervention_id);
        }));
    }));

  test('what time makes true fires once', () =>
    withServers(redis, 3, async (clients) => {
      const attributes = [{ name: 'idle', type: 'double', aggregation: 'time_since_last', time_unit: 's', events: [{ name: 'page_view' }] }];
      const duid = randomUUID();
      await clients[0].publish({ attribute_groups: [counterGroup({ attributes })], interventions: [intervention({ criteria: { attribute: 'g:idle', operator: '>=', value: 0.5 } })] });
      const streams = await Promise.all(clients.map(({ url }) => Stream.open(url, { domain_userid: duid })));
      await clients[1].track(pageView({ duid }));
      await Promise.all(streams.map((stream) => stream.until(arrived(1))));
      await clients[2].api('POST', `interventions?domain_userid=${duid}`, { name: 'end', version: 1 });
      await Promise.all(streams.map((stream) => stream.until(({ messages }) => messages.at(-1).name === 'end')));
      for (const stream of streams) assert.deepEqual(stream.names(), ['x', 'end']);
      streams.forEach((stream) => stream.close());
    }));

  test('an id that is erased on one server is gone on all', () =>
    withServers(redis, 2, async (clients) => {
      await clients[0].publish({ attribute_groups: [counterGroup()], interventions: [intervention({ criteria: { attribute: 'g:views', operator: '>=', value: 1 } })] });
      await clients[0].track(pageView({ duid: 'erased-visitor' }), pageView({ duid: 'kept-visitor' }));
      await everywhere(clients, (client) => views(client, 'erased-visitor'), 1);
      const fired = async (client) => (await client.api('GET', 'console/fired')).body.flatMap(({ targets }) => targets.map(({ id }) => id)).sort();
      await everywhere(clients, fired, ['erased-visitor', 'kept-visitor']);
      assert.equal((await clients[1].api('DELETE', 'domain_userid/erased-visitor')).body.keys_found, true);
      await everywhere(clients, fired, ['kept-visitor']);
      await everywhere(clients, (client) => views(client, 'erased-visitor'), null);
      await everywhere(clients, (client) => views(client, 'kept-visitor'), 1);
      const all = await everythingIn(redis);
      assert.doesNotMatch(all, /erased-visitor/);
      assert.match(all, /kept-visitor/);
    }));

  test('events leave Redis after the days they are kept also where too little happens for a snapshot; their values stay', () =>
    withServers(redis, 2, async (clients) => {
      await clients[0].publish({ attribute_groups: [counterGroup()] });
      for (const count of [1, 2]) {
        await clients[count - 1].track(pageView({ duid: 'ann', url: 'https://shop.example/kept-for-a-while' }));
        assert.equal(await views(clients[0], 'ann'), count);
        while (/kept-for-a-while/.test(await everythingIn(redis)));
        assert.equal(await views(clients[1], 'ann'), count);
      }
    }, { retentionDays: 1e-9, expireEveryMs: 200 }));

  test('three servers, one killed under load: nothing acknowledged is lost, no client sees a duplicate', async () => {
    await redis.empty();
    const servers = await Promise.all([1, 2, 3].map(() => serve(['--redis', redis.url])));
    const clients = servers.map(({ url }) => new Client(url));
    await clients[0].publish({ attribute_groups: [counterGroup()], interventions: [intervention({ criteria: { attribute: 'g:views', operator: '>=', value: 10 } })] });
    const visitors = Array.from({ length: 20 }, () => ({ id: randomUUID(), sent: 0, at: 0 }));
    const streams = await Promise.all(visitors.map(({ id }, i) => Stream.open(clients[1 + (i % 2)].url, { domain_userid: id })));
    let killed;
    const visit = async (visitor, i) => {
      for (let n = 0; n < 30; n++) {
        const event = pageView({ duid: visitor.id });
        // A tracker tries again, elsewhere, until it is told that the event is kept.
        for (let to = i; ; to++) {
          const answer = await clients[to % 3].track(event).catch(() => undefined);
          if (answer?.status === 200) break;
        }
        visitor.sent++;
        if (i === 0 && n === 10) killed = servers[0].end('SIGKILL');
      }
    };
    await Promise.all(visitors.map(visit));
    assert.equal(await killed, 'SIGKILL');
    await Promise.all(streams.map((stream) => stream.until(arrived(1))));
    const left = clients.slice(1);
    for (const { id, sent } of visitors) await everywhere(left, (client) => views(client, id), sent);
    for (const [i, stream] of streams.entries()) {
      await left[0].api('POST', `interventions?domain_userid=${visitors[i].id}`, { name: 'end', version: 1 });
      await stream.until(({ messages }) => messages.at(-1).name === 'end');
      assert.deepEqual(stream.names(), ['x', 'end']);
      stream.close();
    }
    const fresh = await serve([], { ONCUE_REDIS: redis.url });
    for (const { id, sent } of visitors) assert.equal(await views(new Client(fresh.url), id), sent, 'a new server has it all');
    for (const server of [...servers.slice(1), fresh]) assert.equal(await server.end(), 0);
  });
});
