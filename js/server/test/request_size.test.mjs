// One request, of anybody, must not be more than the server can hold.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { serve } from './serve.mjs';
import { Client, counterGroup, envelope, pageView, startFresh, TP2, useFolder, useServers } from './support.mjs';

const folder = useFolder();
const withServer = useServers();
const views = (client, id) => client.value('g_v1:views', 'domain_userid', id);
const empties = (count) => JSON.stringify(envelope([])).replace('[]', `[${Array(count).fill('{}').join()}]`);
const enriched = (id) => JSON.stringify({ event: 'page_view', event_name: 'page_view', event_vendor: 'com.snowplowanalytics.snowplow', domain_userid: id, collector_tstamp: '2026-01-05T08:00:01.000Z' });
const useragent = { name: 'agent', type: 'string', aggregation: 'last', property: { type: 'atomic', name: 'useragent' } };

test('a body full of empty events under a long user agent is refused by a server with a small heap, which goes on', async () => {
  const data = path.join(folder, 'small.db');
  const server = await serve(['--data', data], {}, [], ['--max-old-space-size=64']);
  const client = new Client(server.url);
  await client.publish({ attribute_groups: [counterGroup()] });
  const before = statSync(`${data}-wal`).size;
  for (const [count, agent] of [[340_000, 15_000], [20_000, 12_000]]) {
    const { status, body } = await client.ask('POST', TP2, empties(count), { 'user-agent': 'U'.repeat(agent) });
    assert.equal(status, 413);
    assert.match(body.error, new RegExp(`has ${count} events, and a request may have 1000; send fewer`));
  }
  assert.equal(statSync(`${data}-wal`).size, before, 'nothing of it reached the log');
  assert.equal((await client.ask('GET', '/healthz')).status, 200);
  assert.equal((await client.track(pageView({ duid: 'ann' }))).status, 200);
  assert.equal(await views(client, 'ann'), 1);
  assert.equal(await server.end(), 0);
});

test('tp2: 1,000 events at once count; of 1,001 none does, and the answer says how many there may be', () =>
  withServer(async (client) => {
    await client.publish({ attribute_groups: [counterGroup()] });
    const events = Array.from({ length: 1_000 }, () => pageView({ duid: 'ann', eid: undefined }));
    assert.equal((await client.track(...events)).status, 200);
    assert.equal(await views(client, 'ann'), 1_000);
    const { status, body } = await client.track(...events, pageView({ duid: 'ann' }));
    assert.deepEqual([status, body], [413, { error: 'the body has 1001 events, and a request may have 1000; send fewer. Nothing of it was taken' }]);
    assert.equal(await views(client, 'ann'), 1_000);
  }));

test('enriched: 10,000 lines at once count; of 10,001 none does; blank ones are none', async () => {
  const { client, close } = await startFresh(folder, { bodyLimit: 4 * 1024 * 1024 });
  await client.publish({ attribute_groups: [counterGroup()] });
  const lines = Array(10_000).fill(enriched('ann'));
  assert.equal((await client.ask('POST', '/enriched', [...lines, '', ''].join('\n'))).body.accepted, 10_000);
  assert.equal((await client.ask('POST', '/enriched', [...lines, enriched('ann')].join('\n'))).status, 413);
  assert.equal(await views(client, 'ann'), 10_000);
  await close();
});

test('tp2: what would take many times its body in the log is refused', async () => {
  const { client, close } = await startFresh(folder, { bodyLimit: 3 * 1024 * 1024 });
  await client.publish({ attribute_groups: [counterGroup()] });
  // Of each byte six in JSON.
  const cx = Buffer.alloc(2_200_000).toString('base64url');
  const { status, body } = await client.track(pageView({ duid: 'ann', cx }));
  assert.deepEqual([status, /would take more than 12582912 bytes; send fewer in a request/.test(body.error)], [413, true], body.error);
  assert.equal(await views(client, 'ann'), null);
  await close();
});

test('tp2: a payload without the type of its event is left out, like one that is no object', () =>
  withServer(async (client) => {
    await client.publish({ attribute_groups: [counterGroup()] });
    const applied = async () => Number(/^oncue_log_seq (\d+)$/m.exec((await client.ask('GET', '/metrics')).body)[1]);
    const before = await applied();
    assert.equal((await client.track({}, { duid: 'ann' }, { e: '' }, { e: null })).status, 200);
    assert.equal(await applied(), before);
    assert.equal((await client.track({}, pageView({ duid: 'ann' }))).status, 200);
    assert.equal(await applied(), before + 1);
    assert.equal(await views(client, 'ann'), 1);
  }));

test("of the request's user agent 1,000 characters are kept, as Enrich does", () =>
  withServer(async (client, { port }) => {
    await client.publish({ attribute_groups: [counterGroup({ attributes: [useragent] })] });
    const query = new URLSearchParams(pageView({ duid: 'ann' }));
    await new Promise((resolve) => request({ port, path: `/i?${query}`, headers: { 'user-agent': 'U'.repeat(15_000) } }, (answer) => answer.resume().on('end', resolve)).end());
    assert.equal(await client.value('g_v1:agent', 'domain_userid', 'ann'), 'U'.repeat(1_000));
  }));
