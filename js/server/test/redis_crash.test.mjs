// kill -9 under load, again and again: of one of three servers, and of Redis itself. What was acknowledged is there, nothing
// is there twice, and no stream is told anything twice. As often as fits into a budget, but a few times at least;
// ONCUE_CRASHES chooses how often, however long that takes, ONCUE_SEED when and whom.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { metric, MISSING, startRedis } from './own_redis.mjs';
import { serve } from './serve.mjs';
import { Client, counterGroup, intervention, pageView, Stream, useFolder } from './support.mjs';

const CRASHES = Number(process.env.ONCUE_CRASHES ?? 200);
const BUDGET_MS = { servers: 40_000, redis: 15_000 };
const FEWEST_CRASHES = process.env.ONCUE_CRASHES ? CRASHES : 10;
const SERVERS = 3;
const VISITORS = 30;
/** Page views at which a visitor is told something, so that there is always something on its way. */
const THRESHOLDS = Array.from({ length: 20 }, (_none, i) => 1 + i * 5);
const GROUP = counterGroup({
  attributes: [
    { name: 'views', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] },
    { name: 'pings', type: 'int32', aggregation: 'counter', events: [{ name: 'page_ping' }] },
  ],
});
/** Fires for everybody at the end. */
const LAST = intervention({ name: 'last', criteria: { attribute: 'g:pings', operator: '>=', value: 1 } });
/** A kill comes after this many acknowledgements at most. */
const LATEST_KILL = 150;
const ALL_PARTITIONS = 65;

const folder = useFolder();
const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const ruleAt = (views) => intervention({ name: `at${views}`, criteria: { attribute: 'g:views', operator: '>=', value: views } });

/** Servers of one Redis, each in a place that is filled again when it is killed. */
class Fleet {
  places = [];
  clients = [];

  static async start(url) {
    const fleet = new Fleet();
    fleet.url = url;
    await Promise.all(Array.from({ length: SERVERS }, (_none, i) => fleet.fill(i)));
    return fleet;
  }

  async fill(place) {
    this.places[place] = await serve(['--redis', this.url, '--log', 'silent']);
    this.clients[place] = new Client(this.places[place].url);
  }

  async replace(place) {
    assert.equal(await this.places[place].end('SIGKILL'), 'SIGKILL');
    await this.fill(place);
  }

  async end() {
    for (const place of this.places) assert.equal(await place.end(), 0);
  }
}

/** A visitor with a stream to every server, and all that each of these connections was told. */
class Visitor {
  id = randomUUID();
  acknowledged = 0;
  turn = 0;
  told = [];
  current = [];

  async listen(client, place) {
    const stream = await Stream.open(client.url, { domain_userid: this.id });
    assert.equal(stream.status, 200);
    this.current[place] = stream;
    this.told.push(stream.messages);
  }

  /** Sends until it is over; each event until somebody has acknowledged it, as a tracker does. */
  async browse(fleet, isOver, onAcknowledged) {
    while (!isOver()) {
      await this.send(fleet, pageView({ duid: this.id }));
      this.acknowledged++;
      onAcknowledged();
    }
  }

  async send(fleet, event) {
    for (let status; status !== 200; ) ({ status } = await fleet.clients[this.turn++ % SERVERS].track(event).catch(() => ({})));
  }
}

async function check(fleet, visitors) {
  // Whoever listens by now is told this one.
  await Promise.all(visitors.map((visitor) => visitor.send(fleet, pageView({ e: 'pp', duid: visitor.id }))));
  for (const visitor of visitors) {
    for (const client of fleet.clients) {
      assert.equal(await client.value('g_v1:views', 'domain_userid', visitor.id), visitor.acknowledged, `${visitor.id}: each event exactly once`);
    }
    const due = THRESHOLDS.filter((views) => views <= visitor.acknowledged).map((views) => `at${views}`).concat('last');
    await Promise.all(visitor.current.map((stream) => stream.until(({ messages }) => messages.some(({ name }) => name === 'last'))));
    await fleet.clients[0].api('POST', `interventions?domain_userid=${visitor.id}`, { name: 'end', version: 1 });
    await Promise.all(visitor.current.map((stream) => stream.until(({ messages }) => messages.at(-1).name === 'end')));
    for (const messages of visitor.told) {
      const names = messages.map(({ name }) => name);
      assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), [], 'no stream is told anything twice');
    }
    const all = visitor.told.flat();
    const ids = due.map((name) => new Set(all.filter((message) => message.name === name).map(({ intervention_id }) => intervention_id)).size);
    assert.deepEqual(ids, due.map(() => 1), 'each is told, under one id');
    visitor.current.forEach((stream) => stream.close());
  }
}

/** @param crash resolves when all is there again */
async function crashes(t, redis, budgetMs, crash) {
  t.diagnostic(`ONCUE_SEED=${seed}`);
  const moments = fc.sample(fc.record({ after: fc.integer({ min: 1, max: LATEST_KILL }), place: fc.nat(SERVERS - 1) }), { seed, numRuns: CRASHES });
  const fleet = await Fleet.start(redis.url);
  await fleet.clients[0].publish({ attribute_groups: [GROUP], interventions: [...THRESHOLDS.map(ruleAt), LAST] });
  const visitors = Array.from({ length: VISITORS }, () => new Visitor());
  for (const visitor of visitors) await Promise.all(fleet.clients.map((client, place) => visitor.listen(client, place)));
  let isOver = false;
  let [left, reached] = [0, () => {}];
  const browsing = visitors.map((visitor) => visitor.browse(fleet, () => isOver, () => --left === 0 && reached()));
  const end = performance.now() + budgetMs;
  let count = 0;
  for (const moment of moments) {
    if (count >= FEWEST_CRASHES && performance.now() > end) break;
    await new Promise((resolve) => ([left, reached] = [moment.after, resolve]));
    await crash(fleet, visitors, moment);
    count++;
  }
  isOver = true;
  await Promise.all(browsing);
  await check(fleet, visitors);
  // Every partition is computed, whatever happened while it changed hands.
  while (sum(await Promise.all(fleet.clients.map((client) => metric(client, 'oncue_partitions')))) !== ALL_PARTITIONS);
  t.diagnostic(`${count} kills, ${sum(visitors.map(({ acknowledged }) => acknowledged))} events, ${sum(visitors.map(({ told }) => told.length))} streams, ${sum(visitors.flatMap(({ told }) => told.map((messages) => messages.length)))} messages`);
  await fleet.end();
}

describe('kill -9 under load', { skip: MISSING }, () => {
  const withRedis = async (body) => {
    const redis = await startRedis(mkdtempSync(path.join(folder, 'redis-')));
    try {
      await body(redis);
    } finally {
      await redis.stop();
    }
  };

  test('one of three servers, at random moments: nothing acknowledged is lost, no stream sees a duplicate', (t) =>
    withRedis((redis) => crashes(t, redis, BUDGET_MS.servers, async (fleet, visitors, { place }) => {
      await fleet.replace(place);
      await Promise.all(visitors.map((visitor) => visitor.listen(fleet.clients[place], place)));
    })));

  test('Redis itself, at random moments: what was acknowledged is there, no stream sees a duplicate', (t) =>
    withRedis((redis) => crashes(t, redis, BUDGET_MS.redis, () => redis.restart())));
});
