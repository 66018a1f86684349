// Events that no engine can read: kept and answered like any other, and counted by reason for whoever runs the server.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startServer } from '@oncue/server';
import { MISSING, startRedis, withServers } from './own_redis.mjs';
import { action, Client, counterGroup, pageView, useFolder } from './support.mjs';

const folder = useFolder();
const BAD = { e: 'zz', ue_pr: '{bad', co: '{bad' };
const EXPECTED = { unknown_event_type: 3, bad_self_describing: 1 };

/** By reason, of all servers together. */
async function rejected(clients) {
  const counts = {};
  for (const client of clients) {
    const { body } = await client.ask('GET', '/metrics');
    assert.match(body, /^# TYPE oncue_events_rejected_total counter$/m);
    for (const [, reason, count] of body.matchAll(/^oncue_events_rejected_total\{reason="(\w+)"\} (\d+)$/gm)) counts[reason] = (counts[reason] ?? 0) + Number(count);
  }
  return counts;
}

/** What cannot be read, with ids and without, and what can. */
async function send(clients) {
  const known = { ...BAD, eid: randomUUID(), duid: 'ann', uid: 'bob' };
  const events = [BAD, BAD, known, known, { ...action('product_view', 'ann'), ue_pr: '{bad' }, pageView({ duid: 'ann', uid: 'bob', co: '{bad' }), pageView(), action('product_view', 'ann')];
  for (const [i, event] of events.entries()) assert.equal((await clients[i % clients.length].track(event)).status, 200);
}

const published = [counterGroup(), counterGroup({ name: 'u', attribute_key: { name: 'user_id' } })];

test('on a file: each counts once by its reason, and not again after a restart', async () => {
  const options = { data: path.join(folder, 'rejected.db'), port: 0 };
  const server = await startServer(options);
  const client = new Client(server.url);
  await client.publish({ attribute_groups: published });
  assert.deepEqual(await rejected([client]), {});
  await send([client]);
  assert.deepEqual(await rejected([client]), EXPECTED);
  // A counter never goes down, as the engine's own do when it begins anew.
  assert.equal((await client.api('DELETE', 'registry/attribute_groups/u/versions/1')).status, 400);
  await client.api('POST', 'engines/unpublish', { attribute_groups: [{ name: 'u', version: 1 }] });
  assert.equal((await client.api('DELETE', 'registry/attribute_groups/u/versions/1')).status, 200);
  assert.deepEqual(await rejected([client]), EXPECTED);
  assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), 1, 'an entity that cannot be read leaves the event');
  await server.close();
  const again = await startServer(options);
  assert.deepEqual(await rejected([new Client(again.url)]), {});
  await again.close();
});

describe('on Redis', { skip: MISSING }, () => {
  let redis;
  before(async () => {
    redis = await startRedis(folder);
  });
  after(() => redis?.stop());

  for (const groups of [published, []]) {
    test(`each counts once by its reason, with ${groups.length} attribute keys in use`, () =>
      withServers(redis, 2, async (clients) => {
        await clients[0].publish({ attribute_groups: groups });
        await send(clients);
        assert.deepEqual(await rejected(clients), EXPECTED);
      }));
  }
});
