// An engine whose memory is full, or that fails: nothing acknowledged is lost, and the server says what to do.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { test } from 'node:test';
import { expectFailed, health, SMALL } from './failed_engine.mjs';
import { metric } from './own_redis.mjs';
import { serve } from './serve.mjs';
import { Client, counterGroup, pageView, useFolder } from './support.mjs';
import { Device, SECRET, userGroup } from './sync_support.mjs';

const folder = useFolder();
const views = (client, id) => client.value('g_v1:views', 'domain_userid', id);

/** Of as many new ids. @returns the last of them, and the answer */
async function sendMany(client) {
  const ids = Array.from({ length: 500 }, () => randomUUID());
  return { last: ids.at(-1), answer: await client.track(...ids.map((duid) => pageView({ duid }))) };
}

/** Sends until it is refused. @returns the latest id that was acknowledged, the refusal, and how often it was taken */
async function fill(client) {
  for (let known, count = 0; ; count++) {
    const { last, answer } = await sendMany(client);
    if (answer.status !== 200) return { known, answer, count };
    known = last;
  }
}

/** How often it was sent until the memory was full. */
let filled;

test('memory that is full: events are 503 and so is /healthz, with what to do; values are read, ids erased, and a restart goes on', async () => {
  const data = path.join(folder, 'full.db');
  const server = await serve(['--data', data, '--max-engine-memory', '16']);
  const client = new Client(server.url);
  await client.publish({ attribute_groups: [counterGroup()] });
  assert.equal(await metric(client, 'oncue_engine_ok'), 1);
  await client.track(pageView({ duid: 'ann' }));
  const { known, answer, count } = await fill(client);
  filled = count;
  assert.equal(answer.status, 503);
  assert.match(answer.body.error, /memory is full and no event was taken: \/healthz says what to do/);
  const seq = await metric(client, 'oncue_log_seq');
  assert.equal((await client.ask('GET', `/i?${new URLSearchParams(pageView({ duid: 'ann' }))}`)).status, 503);
  assert.equal(await metric(client, 'oncue_log_seq'), seq, 'refused before the log');
  const { status, body } = await health(client);
  assert.deepEqual([status, body.status, body.dependencies], [503, 'error', { storage: 'ok', engine: 'full' }]);
  assert.match(body.error, /it has \d+ MiB and may have 16; no events are taken\. .*start it with --max-ids/);
  assert.deepEqual((await client.ask('GET', '/health-all')).body, { status: 'error', dependencies: { storage: 'ok', feature_server: 'error' } });
  assert.equal(await metric(client, 'oncue_engine_ok'), 0);
  assert.equal(server.complained().split('\n').filter((line) => line.includes('memory is full')).length, 1, 'one line of the log');
  assert.deepEqual([await views(client, 'ann'), await views(client, known)], [1, 1]);
  assert.equal((await client.api('DELETE', 'domain_userid/ann')).body.keys_found, true);
  assert.equal(await server.end(), 0);

  const again = await serve(['--data', data]);
  const next = new Client(again.url);
  assert.equal((await health(next)).status, 200);
  assert.equal((await next.track(pageView({ duid: known }))).status, 200);
  assert.deepEqual([await views(next, 'ann'), await views(next, known)], [null, 2]);
  assert.equal(await again.end(), 0);
});

test('memory that is full: uploads of sync are 503 and stay with the device, what is known is read, and a restart takes them', async () => {
  const data = path.join(folder, 'full_sync.db');
  const options = ['--data', data, '--sync-secret', SECRET];
  const server = await serve([...options, '--max-engine-memory', '16']);
  const client = new Client(server.url);
  await client.publish({ attribute_groups: [counterGroup(), userGroup()] });
  const device = new Device(client, 'ann');
  device.view();
  assert.equal((await device.upload()).status, 200);
  await fill(client);
  device.view();
  const { status, headers, body } = await device.upload();
  assert.deepEqual([status, headers.get('retry-after')], [503, '60']);
  assert.match(body.error, /memory is full and no event was taken/);
  assert.equal((await device.ask('GET', 'state')).body.vector[device.replica].n, 1);
  assert.equal(await server.end(), 0);

  const again = await serve(options);
  device.client = new Client(again.url);
  assert.equal((await device.upload()).status, 200);
  assert.equal((await device.ask('GET', 'state')).body.vector[device.replica].n, 2);
  assert.equal(await again.end(), 0);
});

test('memory that was full has room again: --max-ids with more memory for one run, then with what it had', async () => {
  const data = path.join(folder, 'reduced.db');
  const server = await serve(['--data', data, '--max-engine-memory', '16']);
  const client = new Client(server.url);
  await client.publish({ attribute_groups: [counterGroup()] });
  const { known } = await fill(client);
  assert.equal(await server.end(), 0);
  for (const mebibytes of ['64', '16']) {
    const next = await serve(['--data', data, '--max-engine-memory', mebibytes, '--max-ids', '100']);
    const after = new Client(next.url);
    assert.equal((await after.track(pageView({ duid: known }))).status, 200, `${mebibytes} MiB`);
    assert.equal((await health(after)).status, 200);
    assert.equal(await views(after, known), mebibytes === '64' ? 2 : 3);
    assert.equal(await next.end(), 0);
  }
});

test('an engine that fails says so, takes nothing more, ends cleanly, and starts again with all that was acknowledged', async () => {
  const data = path.join(folder, 'failed.db');
  const server = await serve(['--data', data], {}, [], SMALL);
  const client = new Client(server.url);
  await client.publish({ attribute_groups: [counterGroup()] });
  const { known, answer } = await fill(client);
  await expectFailed(client, answer, known);
  assert.match(server.complained(), /applying entry \d+ of the log; the engine failed/);
  assert.equal(await server.end(), 0);
  assert.doesNotMatch(server.complained(), /Uncaught/);

  const same = await serve(['--data', data], {}, [], SMALL);
  assert.equal((await health(new Client(same.url))).status, 503, 'it starts, and says what is wrong');
  assert.equal(await same.end(), 0);

  const roomy = await serve(['--data', data]);
  const next = new Client(roomy.url);
  assert.equal((await health(next)).status, 200);
  assert.equal((await next.track(pageView({ duid: known }))).status, 200);
  assert.equal(await views(next, known), 2);
  assert.equal(await roomy.end(), 0);
});

test('with --max-ids the memory does not fill: the ids seen last are kept', async () => {
  const server = await serve(['--data', path.join(folder, 'few.db'), '--max-engine-memory', '16', '--max-ids', '100']);
  const client = new Client(server.url);
  await client.publish({ attribute_groups: [counterGroup()] });
  await client.track(pageView({ duid: 'ann' }));
  let last;
  for (let i = 0; i < 2 * filled; i++) {
    const sent = await sendMany(client);
    assert.equal(sent.answer.status, 200);
    last = sent.last;
  }
  assert.equal((await health(client)).status, 200);
  assert.deepEqual([await views(client, 'ann'), await views(client, last)], [null, 1]);
  assert.equal(await server.end(), 0);
});
