// Ids spread over several servers: who computes what, and that it comes to the same as on one.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { startServer } from '@oncue/server';
import { everythingIn, metric, MISSING, startRedis, withServers } from './own_redis.mjs';
import { serve } from './serve.mjs';
import { action, Client, counterGroup, intervention, pageView, startFresh, Stream, useFolder, withStream } from './support.mjs';

/** 64 and the joint one. */
const ALL = 65;
const folder = useFolder();
const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const views = (client, id, key = 'domain_userid', group = 'g') => client.value(`${group}_v1:views`, key, id);
const named = (name) => ({ messages }) => messages.at(-1)?.name === name;

/** Ends a stream's waiting: what was sent before has arrived by then. */
async function end(client, stream, query) {
  await client.api('POST', `interventions?${new URLSearchParams(query)}`, { name: 'end', version: 1 });
  await stream.until(named('end'));
  stream.close();
}

const partitionsOf = (clients) => Promise.all(clients.map((client) => metric(client, 'oncue_partitions')));
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

/** Resolves when all partitions are spread evenly. */
async function spreadOver(clients) {
  for (;;) {
    const counts = await partitionsOf(clients);
    if (sum(counts) === ALL && Math.max(...counts) <= Math.ceil(ALL / clients.length)) return counts;
  }
}

describe('ids spread over several servers', { skip: MISSING }, () => {
  let redis;
  before(async () => {
    redis = await startRedis(folder);
  });
  after(() => redis?.stop());

  const startProcesses = async (count) => {
    await redis.empty();
    const servers = await Promise.all(Array.from({ length: count }, () => serve(['--redis', redis.url])));
    return { servers, clients: servers.map(({ url }) => new Client(url)) };
  };

  /** Two processes, and visitors who are told by the second at their first page view. */
  const watchedVisitors = async () => {
    const { servers, clients } = await startProcesses(2);
    await clients[0].publish({ attribute_groups: [counterGroup()], interventions: [intervention({ criteria: { attribute: 'g:views', operator: '>=', value: 1 } })] });
    await spreadOver(clients);
    const ids = Array.from({ length: 40 }, () => randomUUID());
    return { servers, clients, ids, streams: await Promise.all(ids.map((id) => Stream.open(clients[1].url, { domain_userid: id }))) };
  };

  test('each server computes its share, and every entry is applied by one of them', () =>
    withServers(redis, 3, async (clients) => {
      await clients[0].publish({ attribute_groups: [counterGroup()] });
      const counts = await spreadOver(clients);
      assert.deepEqual(counts.sort(), [21, 22, 22]);
      const sizes = async () => sum(await Promise.all(Array.from({ length: ALL }, (_none, i) => redis.client.xLen(`{oncue:p${i}}:log`))));
      const applied = async () => sum(await Promise.all(clients.map((client) => metric(client, 'oncue_log_seq'))));
      // All definitions are taken over, by whoever had the partition then.
      const ids = Array.from({ length: 200 }, () => randomUUID());
      await Promise.all(ids.map((id) => clients[0].value('g_v1:views', 'domain_userid', id)));
      const [logged, before] = [await sizes(), await applied()];
      await Promise.all(ids.map((duid, i) => clients[i % 3].track(pageView({ duid }))));
      await Promise.all(ids.map(async (id, i) => assert.equal(await views(clients[(i + 1) % 3], id), 1)));
      assert.equal((await sizes()) - logged, ids.length, 'one copy each');
      assert.equal((await applied()) - before, ids.length, 'applied once each');
      const shares = await Promise.all(clients.map((client) => metric(client, 'oncue_log_seq')));
      assert.ok(Math.min(...shares) > 0, `every server has applied some: ${shares}`);
      const suggested = (await clients[0].api('GET', 'console/ids/domain_userid')).body;
      assert.deepEqual(suggested, ids.sort().slice(0, 100), 'any server knows the ids of all');
    }));

  test('an event is copied to the partitions of its ids, and counted once for each of them', () =>
    withServers(redis, 2, async (clients) => {
      await clients[0].publish({ attribute_groups: [counterGroup(), counterGroup({ name: 'u', attribute_key: { name: 'user_id' } })] });
      const events = Array.from({ length: 60 }, (_none, i) => pageView({ duid: `d${i % 6}`, uid: `u${i % 4}` }));
      await Promise.all(events.map((event, i) => clients[i % 2].track(event)));
      for (let i = 0; i < 6; i++) assert.equal(await views(clients[0], `d${i}`), 10);
      for (let i = 0; i < 4; i++) assert.equal(await views(clients[1], `u${i}`, 'user_id', 'u'), 15);
      const { body } = await clients[1].api('POST', 'testing/attribute_groups/', { attribute_group: counterGroup({ name: 'p', is_published: false }) });
      assert.equal(sum(body.views), 60, 'previews see each event once');
    }));

  test('events of one id count in the order in which they were sent, through whichever server', () =>
    withServers(redis, 3, async (clients) => {
      const attributes = [{ name: 'seen', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] }, { name: 'title', type: 'string', aggregation: 'last', property: { type: 'atomic', name: 'page_title' }, events: [{ name: 'page_view' }] }];
      const rule = intervention({ criteria: { attribute: 'g:seen', operator: 'changed' }, payload_attribute_groups: [{ name: 'g', version: 1 }] });
      await clients[0].publish({ attribute_groups: [counterGroup({ attributes })], interventions: [rule] });
      const duid = randomUUID();
      await withStream(clients[2], { domain_userid: duid }, async (stream) => {
        for (let i = 1; i <= 60; i++) await clients[i % 3].track(pageView({ duid, page: `t${i}` }));
        await stream.until(({ messages }) => messages.length >= 60);
        const expected = Array.from({ length: 60 }, (_none, i) => [String(i + 1), `t${i + 1}`]);
        assert.deepEqual(stream.messages.map(({ attributes: a }) => [a['g:seen'], a['g:title']]), expected);
      });
    }));

  test('a definition counts from the moment it is acknowledged, on servers that have not heard of it', () =>
    withServers(redis, 3, async (clients) => {
      for (let i = 0; i < 12; i++) {
        const name = `g${i}`;
        await clients[i % 3].publish({ attribute_groups: [counterGroup({ name, attribute_key: { name: i % 2 ? 'domain_userid' : 'user_id' } })] });
        const id = randomUUID();
        await clients[(i + 1) % 3].track(pageView({ duid: id, uid: id }));
        while ((await clients[(i + 2) % 3].api('GET', `registry/attribute_groups/${name}`)).status !== 200);
        assert.equal(await views(clients[(i + 2) % 3], id, i % 2 ? 'domain_userid' : 'user_id', name), 1);
      }
    }));

  for (const way of ['without any snapshot', 'through snapshots, by other servers']) {
    test(`definitions 11: unpublishing keeps the values, deleting or redefining erases them (${way})`, () =>
      withServers(redis, 2, async (clients, servers) => {
        const duids = Array.from({ length: 8 }, () => randomUUID());
        const view = () => Promise.all(duids.map((duid, i) => clients[i % 2].track(pageView({ duid }))));
        const expect = async (count, name = 'g') => {
          for (const [i, duid] of duids.entries()) assert.equal(await views(clients[i % 2], duid, 'domain_userid', name), count);
        };
        const put = async (more) => assert.equal((await clients[0].api('PUT', 'registry/attribute_groups/g/versions/1', counterGroup(more))).status, 200);
        const changeHands = async () => {
          if (way === 'without any snapshot') return;
          servers.push(await startServer({ redis: redis.url, port: 0 }));
          clients.push(new Client(servers.at(-1).url));
          await spreadOver(clients);
          await servers.shift().close();
          clients.shift();
          await spreadOver(clients);
        };
        await clients[0].publish({ attribute_groups: [counterGroup()] });
        await view();
        await put({ is_published: false });
        await changeHands();
        await view();
        await clients[1].publish({ attribute_groups: [counterGroup({ name: 'other', ttl: 'P9D' })] });
        await view();
        await put({ is_published: true });
        await expect(1);
        await expect(1, 'other');
        await changeHands();
        await view();
        await expect(2);
        // Something else under the same name: those of a group that is not published stay.
        await clients[0].api('POST', 'engines/unpublish', { attribute_groups: [{ name: 'other', version: 1 }] });
        await put({ is_published: false });
        await put({ is_published: false, ttl: 'P5D' });
        await changeHands();
        await put({ is_published: false });
        await put({});
        await expect(null);
        await clients[0].api('POST', 'engines/publish', { attribute_groups: [{ name: 'other', version: 1 }] });
        await expect(2, 'other');
        await put({ is_published: false });
        assert.equal((await clients[1].api('DELETE', 'registry/attribute_groups/g/versions/1')).status, 200);
        await clients[0].publish({ attribute_groups: [counterGroup()] });
        await expect(null);
      }));
  }

  test('a target that two partitions fire for is told once, and the other targets too', () =>
    withServers(redis, 3, async (clients) => {
      const rule = intervention({ target_attribute_keys: [{ name: 'user_id' }, { name: 'domain_userid' }] });
      await clients[0].publish({ attribute_groups: [counterGroup()], interventions: [rule] });
      const uid = randomUUID();
      const visitors = Array.from({ length: 12 }, () => randomUUID());
      const query = { user_id: uid };
      const user = await Stream.open(clients[0].url, query);
      const streams = await Promise.all(visitors.map((id, i) => Stream.open(clients[i % 3].url, { domain_userid: id })));
      await Promise.all(visitors.map((duid, i) => clients[i % 3].track(pageView({ duid, uid }), pageView({ duid, uid }))));
      await Promise.all(streams.map((stream) => stream.until(named('x'))));
      await user.until(named('x'));
      await Promise.all(streams.map((stream, i) => end(clients[0], stream, { domain_userid: visitors[i] })));
      await end(clients[1], user, query);
      assert.deepEqual(user.names(), ['x', 'end']);
      for (const stream of streams) assert.deepEqual(stream.names(), ['x', 'end']);
    }));

  test('an intervention that reads two keys is computed in one place, with a warning, and told once', async () => {
    const { servers, clients } = await startProcesses(2);
    const rule = intervention({ criteria: { all: [{ attribute: 'g:views', operator: '>=', value: 2 }, { attribute: 's:views', operator: '>=', value: 1 }] } });
    await clients[0].publish({ attribute_groups: [counterGroup(), counterGroup({ name: 's', attribute_key: { name: 'domain_sessionid' } })], interventions: [rule] });
    const visitors = Array.from({ length: 10 }, () => ({ duid: randomUUID(), sid: randomUUID() }));
    const streams = await Promise.all(visitors.map(({ duid }, i) => Stream.open(clients[i % 2].url, { domain_userid: duid })));
    for (const [i, visitor] of visitors.entries()) for (let n = 0; n < 3; n++) await clients[(i + n) % 2].track(pageView(visitor));
    await Promise.all(streams.map((stream) => stream.until(named('x'))));
    await Promise.all(streams.map((stream, i) => end(clients[0], stream, { domain_userid: visitors[i].duid })));
    for (const stream of streams) assert.deepEqual(stream.names(), ['x', 'end']);
    for (const { duid, sid } of visitors) {
      assert.equal(await views(clients[0], duid), 3);
      assert.equal(await views(clients[1], sid, 'domain_sessionid', 's'), 3);
    }
    assert.match(servers[0].complained(), /intervention x\/1 is computed by one server for all ids: it reads domain_userid and domain_sessionid/);
    for (const server of servers) assert.equal(await server.end(), 0);
  });

  test('a server that dies is replaced, and a new one takes its share', async () => {
    const { servers, clients } = await startProcesses(3);
    await clients[0].publish({ attribute_groups: [counterGroup()] });
    await spreadOver(clients);
    const ids = Array.from({ length: 100 }, () => randomUUID());
    await Promise.all(ids.map((duid, i) => clients[i % 3].track(pageView({ duid }))));
    assert.equal(await servers[0].end('SIGKILL'), 'SIGKILL');
    const left = clients.slice(1);
    for (const id of ids) assert.equal(await views(left[0], id), 1, 'read while the partitions of the dead one are taken over');
    assert.deepEqual((await spreadOver(left)).sort(), [32, 33]);
    const fourth = await serve(['--redis', redis.url]);
    const all = [...left, new Client(fourth.url)];
    const traffic = ids.map((duid, i) => all[i % 3].track(pageView({ duid })));
    assert.deepEqual((await spreadOver(all)).sort(), [21, 22, 22]);
    await Promise.all(traffic);
    for (const [i, id] of ids.entries()) assert.equal(await views(all[i % 3], id), 2);
    for (const server of [...servers.slice(1), fourth]) assert.equal(await server.end(), 0);
  });

  test('an event of a server that hangs is told by the next owner, once, also when the first wakes up again', async () => {
    const { servers, clients, ids, streams } = await watchedVisitors();
    servers[0].child.kill('SIGSTOP');
    // Half of them belong to partitions of the one that hangs.
    const answers = await Promise.all(ids.map((duid) => clients[1].track(pageView({ duid }))));
    assert.ok(answers.every(({ status }) => status === 200));
    await Promise.all(streams.map((stream) => stream.until(named('x'))));
    servers[0].child.kill('SIGCONT');
    // It has read what it had missed when it has handed over what it lost, and taken its share again.
    await spreadOver(clients);
    for (const id of ids) assert.equal(await views(clients[0], id), 1);
    await Promise.all(streams.map((stream, i) => end(clients[1], stream, { domain_userid: ids[i] })));
    for (const stream of streams) assert.deepEqual(stream.names(), ['x', 'end']);
    for (const server of servers) assert.equal(await server.end(), 0);
  });

  test('a new owner that computes everything anew tells nothing again', async () => {
    const { servers, clients, ids, streams } = await watchedVisitors();
    await clients[1].track(...ids.map((duid) => pageView({ duid })));
    await Promise.all(streams.map((stream) => stream.until(named('x'))));
    const told = async () => sum(await Promise.all(Array.from({ length: ALL }, async (_none, i) => Number((await redis.client.hGet(`{oncue:p${i}}:meta`, 'told')) ?? 0))));
    while ((await told()) === 0);
    // As if it had died before it could note what it had told, and before any snapshot.
    await servers[0].end('SIGKILL');
    for (let i = 0; i < ALL; i++) {
      await redis.client.hDel(`{oncue:p${i}}:meta`, 'told');
      await redis.client.del(`{oncue:p${i}}:snapshot`);
    }
    await spreadOver(clients.slice(1));
    for (const id of ids) assert.equal(await views(clients[1], id), 1);
    // Noted again: it has tried to tell them.
    while ((await told()) === 0);
    await Promise.all(streams.map((stream, i) => end(clients[1], stream, { domain_userid: ids[i] })));
    for (const stream of streams) assert.deepEqual(stream.names(), ['x', 'end']);
    assert.equal(await servers[1].end(), 0);
  });

  test('when Redis dies and comes back, nothing acknowledged is lost, and all goes on', () =>
    withServers(redis, 2, async (clients) => {
      await clients[0].publish({ attribute_groups: [counterGroup()], interventions: [intervention({ criteria: { attribute: 'g:views', operator: '>=', value: 20 } })] });
      const ids = Array.from({ length: 10 }, () => randomUUID());
      const streams = await Promise.all(ids.map((id, i) => Stream.open(clients[i % 2].url, { domain_userid: id })));
      let restarted;
      await Promise.all(ids.map(async (duid, i) => {
        for (let n = 0; n < 20; n++) {
          const event = pageView({ duid });
          while ((await clients[(i + n) % 2].track(event)).status !== 200);
          if (i === 0 && n === 5) restarted = redis.restart();
        }
      }));
      await restarted;
      for (const id of ids) assert.equal(await views(clients[0], id), 20);
      await Promise.all(streams.map((stream) => stream.until(named('x'))));
      await Promise.all(streams.map((stream, i) => end(clients[1], stream, { domain_userid: ids[i] })));
      for (const stream of streams) assert.deepEqual(stream.names(), ['x', 'end']);
    }));

  test('who is erased is told anew, by whichever partition fires', () =>
    withServers(redis, 2, async (clients) => {
      const rule = intervention({ criteria: { attribute: 'g:views', operator: '>=', value: 1 }, target_attribute_keys: [{ name: 'user_id' }] });
      await clients[0].publish({ attribute_groups: [counterGroup()], interventions: [rule] });
      const uid = randomUUID();
      await withStream(clients[1], { user_id: uid }, async (stream) => {
        await clients[0].track(pageView({ duid: randomUUID(), uid }));
        await stream.until(({ messages }) => messages.length >= 1);
        await clients[0].track(pageView({ duid: randomUUID(), uid }));
        assert.equal((await clients[1].api('DELETE', `user_id/${uid}`)).body.keys_found, true);
        assert.doesNotMatch(await everythingIn(redis), new RegExp(uid));
        await clients[0].track(pageView({ duid: randomUUID(), uid }));
        await stream.until(({ messages }) => messages.length >= 2);
        await end(clients[0], stream, { user_id: uid });
        assert.deepEqual(stream.names(), ['x', 'x', 'end']);
      });
    }));

  test('servers that would come to other values do not start', () =>
    withServers(redis, 1, async () => {
      await assert.rejects(startServer({ redis: redis.url, port: 0, windowEventLimit: 500 }), /windowEventLimit default, this one with 500/);
    }));

  test('values and what is told after random traffic are those of one server on a file', async (t) => {
    t.diagnostic(`ONCUE_SEED=${seed}`);
    const price = { type: 'entity', vendor: 'com.snowplowanalytics.snowplow.ecommerce', name: 'product', major_version: 1, path: 'price' };
    const attributes = [
      { name: 'views', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] },
      { name: 'spent', type: 'double', aggregation: 'sum', property: price },
      { name: 'dearest', type: 'double', aggregation: 'max', property: price },
      { name: 'pages', type: 'string_list', aggregation: 'unique_list', period: 'P1D', property: { type: 'atomic', name: 'page_title' }, events: [{ name: 'page_view' }] },
    ];
    const keys = { a: 'domain_userid', b: 'user_id', c: 'domain_sessionid' };
    const bundle = {
      attribute_groups: Object.entries(keys).map(([name, key]) => counterGroup({ name, attribute_key: { name: key }, attributes })),
      interventions: [
        intervention({ name: 'one', criteria: { attribute: 'a:views', operator: '>=', value: 3 }, target_attribute_keys: [{ name: 'user_id' }, { name: 'domain_userid' }] }),
        intervention({ name: 'two', criteria: { attribute: 'b:spent', operator: '>', value: 20 } }),
        intervention({ name: 'both', criteria: { all: [{ attribute: 'a:views', operator: '>=', value: 2 }, { attribute: 'c:spent', operator: '>', value: 5 }] } }),
      ],
    };
    // A limit of what a user is told, over all visitors with that user id: computed in one place.
    const limited = intervention({ name: 'limited', criteria: { attribute: 'a:views', operator: '>=', value: 2 }, target_attribute_keys: [{ name: 'user_id' }] });
    const delivery = { refire: 'edge', cooldown: 'PT1H' };
    const ids = Object.fromEntries(Object.values(keys).map((key) => [key, Array.from({ length: 5 }, () => randomUUID())]));
    const maybe = (key) => fc.option(fc.constantFrom(...ids[key]), { nil: undefined, freq: 6 });
    const event = fc.record({ duid: maybe('domain_userid'), uid: maybe('user_id'), sid: maybe('domain_sessionid'), price: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }), page: fc.constantFrom('x', 'y', 'z'), again: fc.integer({ min: 0, max: 9 }), to: fc.nat(2) });
    const [traffic] = fc.sample(fc.array(event, { minLength: 250, maxLength: 250 }), { seed, numRuns: 1 });
    const payloads = traffic.map(({ price: amount, again, to, ...ownIds }) => ({ again, to, payload: amount === undefined ? pageView(ownIds) : action('add_to_cart', ownIds.duid, { ...ownIds, prices: [amount] }) }));

    const run = async (clients, expectedTold, halfWay = async () => {}) => {
      await clients[0].publish({ ...bundle, interventions: [...bundle.interventions, { ...limited, is_published: false }] });
      assert.equal((await clients[0].api('PUT', 'delivery/limited/1', delivery)).status, 200);
      assert.equal((await clients[0].api('PUT', 'registry/interventions/limited/versions/1', limited)).status, 200);
      const queries = Object.entries(ids).flatMap(([key, list]) => list.map((id) => ({ [key]: id })));
      const streams = await Promise.all(queries.map((query, i) => Stream.open(clients[i % clients.length].url, query)));
      for (const [i, { payload, again, to }] of payloads.entries()) {
        if (i === payloads.length / 2) await halfWay();
        assert.equal((await clients[to % clients.length].track(payload)).status, 200);
        if (again === 0) await clients[(to + 1) % clients.length].track(payload);
      }
      const values = {};
      for (const [group, key] of Object.entries(keys)) {
        const { body } = await clients.at(-1).api('POST', 'get-online-attributes', { attribute_keys: { [key]: ids[key] }, attributes: attributes.map(({ name }) => `${group}_v1:${name}`) });
        values[group] = body;
      }
      // Applied is not yet told.
      if (expectedTold) await Promise.all(streams.map((stream, i) => stream.until(({ messages }) => messages.length >= expectedTold[i][1].length - 1)));
      for (const [i, stream] of streams.entries()) await end(clients[0], stream, queries[i]);
      const told = streams.map((stream, i) => [queries[i], stream.names().toSorted()]);
      return { values, told };
    };
    const fresh = await startFresh(folder);
    const expected = await run([fresh.client]);
    await fresh.close();
    await withServers(redis, 2, async (clients, servers) => {
      const actual = await run(clients, expected.told, async () => {
        servers.push(await startServer({ redis: redis.url, port: 0, snapshotEvery: 3 }));
        clients.push(new Client(servers.at(-1).url));
      });
      assert.deepEqual(actual.values, expected.values);
      assert.deepEqual(actual.told, expected.told);
    }, { snapshotEvery: 3 });
  });
});
