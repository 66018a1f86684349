// What is kept of who was told of what, so that nobody is told twice.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startServer } from '@oncue/server';
import { metric, MISSING, startRedis } from './own_redis.mjs';
import { serve } from './serve.mjs';
import { Client, counterGroup, intervention, pageView, Stream, useFolder } from './support.mjs';

const folder = useFolder();
const told = (client) => metric(client, 'oncue_told_targets');
const criteria = { attribute: 'g:views', operator: '>=', value: 1 };
const ONE = intervention({ name: 'one', criteria });
/** Becomes true again and again. */
const BOTH = intervention({ name: 'both', criteria: { attribute: 'g:title', operator: '=', value: 'sale' }, target_attribute_keys: [{ name: 'user_id' }, { name: 'domain_userid' }] });
const AGAIN = intervention({ name: 'again', criteria: { attribute: 'g:views', operator: 'changed' }, target_attribute_keys: BOTH.target_attribute_keys });

const views = { name: 'views', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] };
const title = { name: 'title', type: 'string', aggregation: 'last', property: { type: 'atomic', name: 'page_title' }, events: [{ name: 'page_view' }] };

/** @param start a server on what was there; the one before has ended */
async function check(start) {
  const visitors = Array.from({ length: 5 }, () => ({ duid: randomUUID() }));
  const signedIn = visitors.map((visitor) => ({ ...visitor, uid: randomUUID() }));
  const first = await start();
  const client = new Client(first.url);
  await client.publish({ attribute_groups: [counterGroup({ attributes: [views, title] })], interventions: [ONE] });
  for (const visitor of visitors) await client.track(pageView(visitor));
  for (const { duid } of visitors) assert.equal(await client.value('g_v1:views', 'domain_userid', duid), 1);
  assert.equal(await told(client), 0, 'nothing is kept of an intervention with one target key');
  await client.publish({ interventions: [BOTH, AGAIN] });
  const newcomers = Array.from({ length: 5 }, () => ({ duid: randomUUID() }));
  for (const visitor of newcomers) await client.track(pageView({ ...visitor, page: 'sale' }));
  for (const { duid } of newcomers) assert.equal(await client.value('g_v1:views', 'domain_userid', duid), 1);
  assert.equal(await told(client), 5, 'nor of one that fires at every change');
  assert.equal(await first.end(), 0);

  // They were told as visitors; as users they are told, and as visitors not again. What is held of it is in the snapshot.
  const second = await start();
  const next = new Client(second.url);
  // On Redis it has read its partitions then.
  while ((await told(next)) !== 5);
  const streams = [];
  for (const [i, { duid }] of newcomers.entries()) {
    const { uid } = signedIn[i];
    const pair = [await Stream.open(next.url, { domain_userid: duid }), await Stream.open(next.url, { user_id: uid })];
    streams.push({ duid, uid, pair });
    for (const page of ['tea', 'sale', 'tea', 'sale']) await next.track(pageView({ duid, uid, page }));
  }
  for (const { duid, uid, pair } of streams) {
    await Promise.all(pair.map((stream) => stream.until(({ messages }) => messages.filter(({ name }) => name === 'again').length === 4)));
    for (const query of [{ domain_userid: duid }, { user_id: uid }]) await next.api('POST', `interventions?${new URLSearchParams(query)}`, { name: 'end', version: 1 });
    await Promise.all(pair.map((stream) => stream.until(({ messages }) => messages.at(-1).name === 'end')));
    for (const stream of pair) stream.close();
    const four = Array(4).fill('again');
    assert.deepEqual(pair.map((stream) => stream.names().toSorted()), [[...four, 'end'], [...four, 'both', 'end']]);
  }
  const before = await told(next);
  assert.equal((await next.api('DELETE', `domain_userid/${newcomers[0].duid}`)).body.keys_found, true);
  assert.equal(await told(next), before - 1, 'it goes with the id');
  assert.equal(await second.end(), 0);
}

test('who was told is kept where an intervention has several target keys, over a restart, until the id is erased: on a file', () =>
  check(() => serve(['--data', path.join(folder, 'told.db')])));

/** Its data file in another process, which lets go of the file when it ends. @returns what the last statement gives */
function inFile(data, script) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', `const file = new (require('libsql'))(process.argv[1]); ${script}`, data], { encoding: 'utf8', cwd: new URL('.', import.meta.url) });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
const ROOM = "const room = (name) => file.prepare('SELECT hex(bytes) AS hex FROM snapshot_part WHERE room = ? ORDER BY part').all(name).map(({ hex }) => Buffer.from(hex, 'hex').toString());";

/** Visitors who were told, in the snapshot of a server that has ended. */
async function endWith(count, options) {
  const first = await startServer(options);
  const client = new Client(first.url);
  await client.publish({ attribute_groups: [counterGroup({ attributes: [views, title] })], interventions: [BOTH] });
  await client.track(...Array.from({ length: count }, (_none, i) => pageView({ duid: `visitor "${i}" \u00e9\n`, page: 'sale' })));
  assert.equal(await told(client), count);
  await first.close();
}

const toldBy = async (options) => {
  const server = await startServer(options);
  const count = await told(new Client(server.url));
  await server.close();
  return count;
};

test('who was told is written in parts of their own, as it may be much', async () => {
  const data = path.join(folder, 'parts.db');
  await endWith(200, { data, port: 0, snapshotPartBytes: 1_000 });
  const { parts, host } = inFile(data, `${ROOM} console.log(JSON.stringify({ parts: room('told'), host: room('host').join('') }));`);
  assert.ok(parts.length >= 8, String(parts.length));
  assert.match(parts.join(''), /visitor/);
  assert.doesNotMatch(host, /visitor/);
  assert.equal(await toldBy({ data, port: 0 }), 200);
});

test('who was told is read from a snapshot of before it had parts of its own', async () => {
  const data = path.join(folder, 'older.db');
  await endWith(3, { data, port: 0 });
  const lines = inFile(data, `${ROOM}
    const told = room('told').join('').split('\\n').filter(Boolean);
    const host = JSON.stringify({ ...JSON.parse(room('host').join('')), told });
    file.exec("UPDATE snapshot_part SET bytes = x'" + Buffer.from(host).toString('hex') + "' WHERE room = 'host'; DELETE FROM snapshot_part WHERE room = 'told'");
    console.log(JSON.stringify(told));`);
  assert.equal(lines.length, 3);
  assert.equal(await toldBy({ data, port: 0 }), 3);
});

describe('on Redis', { skip: MISSING }, () => {
  let redis;
  before(async () => {
    redis = await startRedis(folder);
  });
  after(() => redis?.stop());

  test('who was told is kept where an intervention has several target keys, over a restart, until the id is erased', () => check(() => serve(['--redis', redis.url])));
});
