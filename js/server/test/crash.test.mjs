// kill -9 at a random moment, again and again, under events, definitions that are made, changed, published, unpublished and
// deleted, ids that are erased, and direct interventions: what was acknowledged is there, and nothing is there twice.
// 200 times, which takes about a minute on a quiet machine; on a busy one as many as fit, but 40 at least. ONCUE_CRASHES
// chooses how often, however long that takes, ONCUE_SEED the moments.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Editor, Eraser, Pusher } from './crash_work.mjs';
import { Client, counterGroup, pageView, useFolder } from './support.mjs';
import { serve } from './serve.mjs';

const CRASHES = Number(process.env.ONCUE_CRASHES ?? 200);
const FEWEST_CRASHES = process.env.ONCUE_CRASHES ? CRASHES : 40;
const BUDGET_MS = 60_000;
const IN_FLIGHT = 50;
/** One of them has just been answered when the server is killed, and a few more may have been in the same turn. */
const VISITORS = 60;
/** As used without other options, and so small that a snapshot has several parts. */
const ASIDE_BYTES = ['262144', '0'];
const PART_BYTES = ['1048576', '4096'];
/** A server is killed at one of its first acknowledgements, or before any. */
const LATEST_KILL = 200;
/** A definition makes every later start read more. */
const DEFINITIONS_A_LIFE = 2;
const EDITS_A_LIFE = 3;
const ERASURES_A_LIFE = 2;
const RESENT = 500;
const STANDBY = fileURLToPath(new URL('standby_server.mjs', import.meta.url));

const folder = useFolder();
const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Ids of the acknowledged and of all events, by visitor; names of acknowledged definitions. */
const acknowledged = new Map();
const sent = new Map();
const definitions = new Set();
const editors = Array.from({ length: 6 }, (_none, i) => new Editor(i));
const erasers = Array.from({ length: 2 }, () => new Eraser());
const pushers = Array.from({ length: 3 }, () => new Pusher());
const add = (map, id, event) => map.set(id, (map.get(id) ?? new Map()).set(event.eid, event));

const running = new Set();
after(() => running.forEach((child) => child.kill('SIGKILL')));

class CountingClient extends Client {
  /** Requests that are not answered yet. */
  underWay = 0;

  async ask(...request) {
    this.underWay++;
    try {
      return await super.ask(...request);
    } finally {
      this.underWay--;
    }
  }
}

/** A server that waits for its turn: `begin()` resolves to its client, `kill()` when it is gone. */
function standBy(data, ...rest) {
  const child = spawn(process.execPath, [STANDBY, data, ...rest], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.add(child);
  const ended = once(child, 'exit').finally(() => running.delete(child));
  return {
    async begin() {
      child.stdin.write('!');
      const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended.then(([code]) => assert.fail(`it ended with ${code}`))]);
      return new CountingClient(line.trim());
    },
    async kill() {
      child.kill('SIGKILL');
      const [, signal] = await ended;
      assert.equal(signal, 'SIGKILL');
    },
  };
}

/** Sends events one after the other until the server is gone; unanswered ones are sent again to the next. */
async function visit(client, id, isOver, onAcknowledged) {
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
    onAcknowledged();
  }
}

async function publish(client, isOver) {
  for (let left = DEFINITIONS_A_LIFE; left > 0 && !isOver(); left--) {
    const name = `d${randomUUID().replaceAll('-', '')}`;
    try {
      const { status } = await client.api('POST', 'registry/attribute_groups/', counterGroup({ name }));
      if (status === 201) definitions.add(name);
    } catch {
      return;
    }
  }
}

/** How many of each visitor's events count. */
async function countOf(client, ids) {
  const { body } = await client.api('POST', 'get-online-attributes', { attribute_keys: { domain_userid: ids }, attributes: ['g_v1:views'] });
  return body.views.map((views) => views ?? 0);
}

async function check(client, when) {
  const { body: groups } = await client.api('GET', 'registry/attribute_groups/');
  const names = new Set(groups.map(({ name }) => name));
  assert.deepEqual([...definitions].filter((name) => !names.has(name)), [], `${when}: acknowledged definitions`);
  await Promise.all([...editors, ...erasers].map((one) => one.check(client, when)));
  const ids = [...sent.keys()];
  const counts = ids.length > 0 ? await countOf(client, ids) : [];
  ids.forEach((id, i) => {
    const [counted, known, asked] = [counts[i], acknowledged.get(id)?.size ?? 0, sent.get(id).size];
    assert.ok(counted >= known && counted <= asked, `${when}: visitor ${id} has ${counted}, acknowledged ${known}, sent ${asked}`);
  });
}

test(`kill -9 up to ${CRASHES} times with ${IN_FLIGHT} requests in flight`, async (t) => {
  t.diagnostic(`ONCUE_SEED=${seed}`);
  // Most are short, as starting is where most can go wrong; in longer ones slow work gets done, too.
  const life = fc.oneof({ weight: 3, arbitrary: fc.nat(LATEST_KILL) }, { weight: 1, arbitrary: fc.integer({ min: LATEST_KILL, max: 5 * LATEST_KILL }) });
  const lives = fc.sample(life, { seed, numRuns: CRASHES });
  const data = path.join(folder, 'crash.db');
  const visitors = Array.from({ length: VISITORS }, () => randomUUID());
  const end = performance.now() + BUDGET_MS;
  let kills = 0;
  const inFlight = [];
  let next = standBy(data);
  for (const [i, life] of lives.entries()) {
    if (i >= FEWEST_CRASHES && performance.now() > end) break;
    const server = next;
    const client = await server.begin();
    // Every other one takes its snapshots on another thread, however small they are; every other two write them in parts.
    next = standBy(data, ASIDE_BYTES[i % 2], PART_BYTES[(i >> 1) % 2]);
    if (i === 0) await client.publish({ attribute_groups: [counterGroup()] });
    await check(client, `after crash ${i}`);
    let left = life;
    let ended;
    const kill = () => {
      if (ended) return;
      inFlight.push(client.underWay);
      ended = server.kill();
    };
    const isOver = () => ended !== undefined;
    const work = [...visitors.map((id) => visit(client, id, isOver, () => --left <= 0 && kill())), publish(client, isOver)];
    work.push(...editors.map((one) => one.work(client, isOver, EDITS_A_LIFE)), ...erasers.map((one) => one.work(client, isOver, ERASURES_A_LIFE)), ...pushers.map((one) => one.work(client, isOver)));
    if (life === 0) setImmediate(kill);
    await Promise.all(work);
    await ended;
    assert.ok(inFlight.at(-1) >= IN_FLIGHT, `${inFlight.at(-1)} requests in flight at kill ${kills}`);
    kills++;
  }
  await next.kill();
  const server = await serve(['--data', data]);
  const client = new Client(server.url);
  await check(client, 'at the end');
  for (const id of visitors) {
    const events = [...(sent.get(id)?.values() ?? [])];
    for (let n = 0; n < events.length; n += RESENT) await client.track(...events.slice(n, n + RESENT));
  }
  assert.deepEqual(await countOf(client, visitors), visitors.map((id) => sent.get(id)?.size ?? 0), 'each event exactly once');
  const total = [...sent.values()].reduce((sum, events) => sum + events.size, 0);
  const erased = erasers.flatMap((one) => one.erased);
  const sum = (list, count) => list.reduce((all, one) => all + count(one), 0);
  t.diagnostic(`${kills} kills with ${Math.min(...inFlight)} to ${Math.max(...inFlight)} requests in flight, ${total} events, ${definitions.size} definitions, ${sum(editors, ({ changes }) => changes)} changes of others, ${erased.length} erasures, ${sum(pushers, ({ delivered }) => delivered)} direct interventions`);
  assert.equal(await server.end(), 0);
  const left = readFileSync(data, 'latin1');
  assert.deepEqual(erased.filter((id) => left.includes(id)), [], 'what was erased is nowhere in the file');
});
