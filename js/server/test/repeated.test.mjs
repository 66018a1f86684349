// An event that comes again after definitions have changed: it counts for what was published when it first came, and for
// nothing else; on a file and on Redis alike.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { MISSING, startRedis, withServers } from './own_redis.mjs';
import { counterGroup, intervention, pageView, startFresh, useFolder } from './support.mjs';

const folder = useFolder();
/** As few that ids share some. */
const PARTITIONS = 4;
const KEYS = { d: 'domain_userid', u: 'user_id', s: 'domain_sessionid' };
const groupOf = (name) => counterGroup({ name, attribute_key: { name: KEYS[name] } });
const publish = (client, ...names) => client.publish({ attribute_groups: names.map(groupOf) });
const visit = (more) => pageView({ duid: randomUUID(), uid: randomUUID(), sid: randomUUID(), ...more });
const IDS = { d: 'duid', u: 'uid', s: 'sid' };
const views = (client, group, event) => client.value(`${group}_v1:views`, KEYS[group], event[IDS[group]]);
const allViews = (client, group, events) => Promise.all(events.map((event) => views(client, group, event)));
const all = (events, value) => events.map(() => value);

/** The enriched event, as a pipeline sends it. */
const enriched = ({ eid, duid, uid, sid }) => JSON.stringify({
  app_id: 'shop', platform: 'web', collector_tstamp: new Date().toISOString(), event: 'page_view', event_id: eid, event_name: 'page_view',
  event_vendor: 'com.snowplowanalytics.snowplow', event_format: 'jsonschema', event_version: '1-0-0', domain_userid: duid, user_id: uid, domain_sessionid: sid,
});
async function sendEnriched(client, events) {
  const { status, body } = await client.ask('POST', '/enriched', events.map(enriched).join('\n'), { 'content-type': 'text/plain' });
  assert.equal(status, 200, JSON.stringify(body));
  return [body.accepted, body.duplicates];
}
const send = async (client, events) => {
  const counts = await Promise.all(events.map((event) => sendEnriched(client, [event])));
  return counts.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
};

/** @param clients of one server or of several */
const SEQUENCES = {
  'a group of another key is published': async (clients) => {
    const events = Array.from({ length: 8 }, () => visit());
    await publish(clients[0], 'd');
    assert.deepEqual(await send(clients[0], events), [8, 0]);
    await publish(clients.at(-1), 'u');
    for (const client of clients) assert.deepEqual(await send(client, events), [0, 8]);
    assert.deepEqual(await allViews(clients[0], 'd', events), all(events, 1));
    assert.deepEqual(await allViews(clients[0], 'u', events), all(events, null));
    const next = events.map((event) => ({ ...event, eid: randomUUID() }));
    assert.deepEqual(await send(clients.at(-1), next), [8, 0]);
    assert.deepEqual(await allViews(clients[0], 'u', events), all(events, 1), 'what comes later counts');
  },
  'the first group is published': async (clients) => {
    const events = Array.from({ length: 8 }, () => visit());
    assert.deepEqual(await send(clients[0], events), [8, 0]);
    await publish(clients[0], 'd', 'u');
    assert.deepEqual(await send(clients.at(-1), events), [0, 8]);
    for (const group of ['d', 'u']) assert.deepEqual(await allViews(clients[0], group, events), all(events, null));
    const { body } = await clients[0].api('POST', 'testing/attribute_groups/', { attribute_group: counterGroup({ name: 'p', is_published: false }) });
    assert.equal(body.views.reduce((a, b) => a + b, 0), 8, 'previews see each event once');
  },
  'one key takes the place of another': async (clients) => {
    const events = Array.from({ length: 8 }, () => visit());
    await publish(clients[0], 'd');
    assert.deepEqual(await send(clients[0], events), [8, 0]);
    await clients[0].api('POST', 'engines/unpublish', { attribute_groups: [{ name: 'd', version: 1 }] });
    await publish(clients[0], 'u');
    assert.deepEqual(await send(clients.at(-1), events), [0, 8]);
    assert.deepEqual(await allViews(clients[0], 'u', events), all(events, null));
  },
  'an intervention comes to need two keys': async (clients) => {
    const events = Array.from({ length: 4 }, () => visit());
    await publish(clients[0], 'd', 'u');
    assert.deepEqual(await send(clients[0], events), [4, 0]);
    const criteria = { all: ['d:views', 'u:views'].map((attribute) => ({ attribute, operator: '>=', value: 1 })) };
    await clients[0].publish({ interventions: [intervention({ criteria })] });
    assert.deepEqual(await send(clients.at(-1), events), [0, 4]);
    await publish(clients[0], 's');
    await clients[0].publish({ interventions: [intervention({ name: 'end', criteria: { attribute: 's:views', operator: '>=', value: 1 } })] });
    assert.deepEqual(await send(clients.at(-1), [...events, pageView({ sid: randomUUID() })]), [1, 4]);
    assert.deepEqual(await allViews(clients[0], 's', events), all(events, null));
    const fired = async () => (await clients[0].api('GET', 'console/fired')).body.map(({ name }) => name);
    while (!(await fired()).includes('end'));
    assert.deepEqual(await fired(), ['end']);
  },
  'a tracker sent it before, without all its ids': async (clients) => {
    const events = Array.from({ length: 8 }, () => visit());
    await publish(clients[0], 'd', 'u');
    for (const { uid, ...anonymous } of events) assert.equal((await clients[0].track(anonymous)).status, 200);
    assert.deepEqual(await send(clients.at(-1), events), [0, 8]);
    assert.deepEqual(await allViews(clients[0], 'd', events), all(events, 1));
    assert.deepEqual(await allViews(clients[0], 'u', events), all(events, null));
  },
};

for (const [what, run] of Object.entries(SEQUENCES)) {
  test(`a repeated event counts for nothing new, on a file: ${what}`, async () => {
    const { client, close } = await startFresh(folder);
    await run([client]).finally(close);
  });
}

describe('on Redis', { skip: MISSING }, () => {
  let redis;
  before(async () => {
    redis = await startRedis(folder);
  });
  after(() => redis?.stop());

  for (const [what, run] of Object.entries(SEQUENCES)) {
    for (const count of [1, 2]) {
      test(`a repeated event counts for nothing new, ${count} of them: ${what}`, () => withServers(redis, count, run, { partitions: PARTITIONS }));
    }
  }

  test('copies that were not written are made good by a repeat, and only these', () =>
    withServers(redis, 2, async ([a, b]) => {
      await publish(a, 'd', 'u');
      const [answered, lost] = [[], []];
      for (let partition = 0; partition < PARTITIONS; partition++) {
        // It refuses what is written to it, as if the connection ended between two partitions.
        const meta = `{oncue:p${partition}}:meta`;
        await redis.client.rename(meta, `${meta}:away`);
        await redis.client.set(meta, 'no hash');
        for (const event of Array.from({ length: 12 }, () => visit())) ((await a.track(event)).status === 200 ? answered : lost).push(event);
        await redis.client.rename(`${meta}:away`, meta);
      }
      assert.ok(answered.length > 0 && lost.length > 0, `${answered.length} and ${lost.length}`);
      await publish(b, 's');
      await send(b, [...answered, ...lost]);
      const events = [...answered, ...lost];
      for (const group of ['d', 'u']) assert.deepEqual(await allViews(a, group, events), all(events, 1));
      assert.deepEqual(await allViews(a, 's', answered), all(answered, null));
      const sessions = await allViews(a, 's', lost);
      assert.ok(sessions.includes(null), 'some had been placed before');
      assert.deepEqual(await send(a, events), [0, events.length]);
      for (const group of ['d', 'u']) assert.deepEqual(await allViews(b, group, events), all(events, 1));
      assert.deepEqual(await allViews(b, 's', lost), sessions);
      const { body } = await a.api('POST', 'testing/attribute_groups/', { attribute_group: counterGroup({ name: 'p', is_published: false }) });
      assert.deepEqual(body.views, all(body.views, 1), 'previews see each event once');
    }, { partitions: PARTITIONS }));

  test('of an event that is sent to all servers at once one is told that it is new', () =>
    withServers(redis, 3, async (clients) => {
      await publish(clients[0], 'd', 'u');
      for (let i = 0; i < 10; i++) {
        const event = visit();
        const counts = await Promise.all(clients.map((client) => sendEnriched(client, [event])));
        assert.deepEqual(counts.map(([accepted]) => accepted).sort(), [0, 0, 1]);
        assert.equal(await views(clients[0], 'u', event), 1);
      }
    }));
});
