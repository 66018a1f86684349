// kill -9 at a random moment, again and again: what was acknowledged is there, and nothing is there twice.
// ONCUE_CRASHES chooses how often (200 is the full form), ONCUE_SEED the moments.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Client, counterGroup, pageView, useFolder } from './support.mjs';
import { serve } from './serve.mjs';

const CRASHES = Number(process.env.ONCUE_CRASHES ?? 12);
const IN_FLIGHT = 50;
const LONGEST_LIFE_MS = 250;

const folder = useFolder();
const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Ids of the acknowledged and of all events, by visitor; names of acknowledged definitions. */
const acknowledged = new Map();
const sent = new Map();
const definitions = new Set();
const add = (map, id, event) => map.set(id, (map.get(id) ?? new Map()).set(event.eid, event));

/** Sends events one after the other until the server is gone; unanswered ones are sent again to the next. */
async function visit(client, id, isOver) {
  const unanswered = [...(sent.get(id)?.values() ?? [])].filter(({ eid }) => !acknowledged.get(id)?.has(eid));
  while (!isOver()) {
    const event = unanswered.shift() ?? pageView({ duid: id });
    add(sent, id, event);
    try {
      if ((await client.track(event)).status !== 200) return;
    } catch {
      return;
    }
    add(acknowledged, id, event);
  }
}

async function publish(client, isOver) {
  while (!isOver()) {
    const name = `d${randomUUID().replaceAll('-', '')}`;
    try {
      const { status } = await client.api('POST', 'registry/attribute_groups/', counterGroup({ name }));
      if (status === 201) definitions.add(name);
    } catch {
      return;
    }
  }
}

async function check(client, when) {
  const { body: groups } = await client.api('GET', 'registry/attribute_groups/');
  const names = new Set(groups.map(({ name }) => name));
  assert.deepEqual([...definitions].filter((name) => !names.has(name)), [], `${when}: acknowledged definitions`);
  for (const [id, events] of sent) {
    const counted = (await client.value('g_v1:views', 'domain_userid', id)) ?? 0;
    const known = acknowledged.get(id)?.size ?? 0;
    assert.ok(counted >= known && counted <= events.size, `${when}: visitor ${id} has ${counted}, acknowledged ${known}, sent ${events.size}`);
  }
}

test(`kill -9 ${CRASHES} times with ${IN_FLIGHT} requests in flight`, async (t) => {
  t.diagnostic(`ONCUE_SEED=${seed}`);
  const lives = fc.sample(fc.integer({ min: 5, max: LONGEST_LIFE_MS }), { seed, numRuns: CRASHES });
  const data = path.join(folder, 'crash.db');
  const visitors = Array.from({ length: IN_FLIGHT }, () => randomUUID());
  for (const [i, life] of lives.entries()) {
    const server = await serve(['--data', data]);
    const client = new Client(server.url);
    if (i === 0) await client.publish({ attribute_groups: [counterGroup()] });
    await check(client, `after crash ${i}`);
    let over = false;
    const work = [...visitors.map((id) => visit(client, id, () => over)), publish(client, () => over)];
    await new Promise((done) => setTimeout(done, life));
    const ended = server.end('SIGKILL');
    over = true;
    assert.equal(await ended, 'SIGKILL');
    await Promise.all(work);
  }
  const server = await serve(['--data', data]);
  const client = new Client(server.url);
  await check(client, 'at the end');
  for (const id of visitors) for (const event of sent.get(id)?.values() ?? []) await client.track(event);
  for (const id of visitors) assert.equal((await client.value('g_v1:views', 'domain_userid', id)) ?? 0, sent.get(id)?.size ?? 0, 'each event exactly once');
  const total = [...sent.values()].reduce((sum, events) => sum + events.size, 0);
  t.diagnostic(`${total} events, ${definitions.size} definitions`);
  assert.equal(await server.end(), 0);
});
