// npm run bench:server: real `oncue serve` processes over real sockets, on a file and then on Redis. After --:
//   --only file | redis     --redis is short for the latter
//   --servers 3             as many on Redis; they share its log
//   --seconds 5             each load lasts so long
//   --clients 10000         idle streams
//   --visitors 5000         ids that events are of
//   --batch 10              events in a request
//   --rate 2500             events a second that go on while messages are awaited
//   --short                 a second of each, few streams: to see that it works
//   --profile FOLDER        where the time goes, for Chromium's tools
// What a busy machine cannot distort is processor time for each event.
import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { Children, quantile } from './lib/children.mjs';
import { action, ServerLoad } from './lib/server_load.mjs';

const text = (given) => ({ type: 'string', default: given });
const { values } = parseArgs({
  options: {
    only: { type: 'string' }, redis: { type: 'boolean' }, servers: text('1'), seconds: { type: 'string' }, clients: { type: 'string' }, visitors: text('5000'), batch: text('10'), rate: text('2500'),
    short: { type: 'boolean' }, profile: { type: 'string' },
  },
});
const SECONDS = Number(values.seconds ?? (values.short ? 1 : 5));
const CLIENTS = Number(values.clients ?? (values.short ? 2_000 : 10_000));
const VISITORS = Number(values.visitors);
const RATE = Number(values.rate);
/** Subscribers of one id, and how many causes are measured with each. */
const FAN_OUTS = values.short ? [[1, 50], [100, 3], [1_000, 2]] : [[1, 500], [100, 50], [1_000, 20]];
/** A stream listens for as many ids as fit into an address. */
const IDS_A_STREAM = 50;
/** Shares of the full load among which the greatest is sought whose p99 is within this. */
const MOST_MS = 50;
const SHARES = values.short ? [0.9, 0.5] : [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3];
const GIB = 1024 ** 3;
const ECOM = JSON.parse(readFileSync(new URL('../fixtures/definitions/ecom.json', import.meta.url), 'utf8'));

const number = (value) => (value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString('en') : value.toPrecision(3));
const print = (what, value, unit) => console.log(`${what.padEnd(66)} ${number(value).padStart(9)} ${unit}`);
const machine = () => `Node ${process.versions.node}, ${os.cpus().length} x ${os.cpus()[0]?.model}, load ${os.loadavg()[0].toFixed(1)}`;

async function accepted(load) {
  await load.meet();
  const cpuBefore = await load.gauge('process_cpu_seconds_total');
  const full = await load.run(SECONDS);
  const cpu = (await load.gauge('process_cpu_seconds_total')) - cpuBefore;
  print('events accepted', full.rate, '/s');
  for (const q of [0.5, 0.99]) print(`  request to answer, p${q * 100}`, quantile(full.times, q), 'ms');
  print('  processor time of the server, all its threads', (cpu / full.sent) * 1e6, 'us/event');
  print('  events for each second of it', full.sent / cpu, '/s');
  for (const share of SHARES) {
    const { rate, times } = await load.run(SECONDS, full.rate * share);
    const p99 = quantile(times, 0.99);
    if (p99 > MOST_MS && share !== SHARES.at(-1)) continue;
    print(`events accepted with a p99 ${p99 <= MOST_MS ? 'within' : 'beyond'} ${MOST_MS} ms: ${number(p99)} ms`, rate, '/s');
    break;
  }
}

/** ms from POST of a causing event to its message at each of the subscribers, and at the last of them. */
async function fanOut(load, subscribers, causes) {
  const each = [];
  const last = [];
  for (let done = 0; done < causes; done += IDS_A_STREAM) {
    const ids = Array.from({ length: Math.min(IDS_A_STREAM, causes - done) }, () => randomUUID());
    let start = 0;
    let missing = 0;
    let isComplete = () => {};
    const told = (count) => {
      for (let i = 0; i < count; i++) each.push(performance.now() - start);
      missing -= count;
      if (missing === 0) isComplete();
    };
    const sockets = [];
    for (let i = 0; i < subscribers; i += 100) sockets.push(...(await Promise.all(Array.from({ length: Math.min(100, subscribers - i) }, () => load.subscribe(ids, told)))));
    for (const id of ids) {
      missing = subscribers;
      const complete = new Promise((resolve) => (isComplete = resolve));
      start = performance.now();
      void load.track(action('add_to_cart', id));
      await complete;
      last.push(performance.now() - start);
    }
    for (const socket of sockets) socket.destroy();
  }
  return { each, last };
}

async function fanOuts(load, when) {
  for (const [subscribers, causes] of FAN_OUTS) {
    const { each, last } = await fanOut(load, subscribers, causes);
    const who = `${number(subscribers)} subscriber${subscribers === 1 ? '' : 's'}`;
    for (const q of [0.5, 0.99]) print(`causing event to SSE message, ${who}, ${when}, p${q * 100}`, quantile(each, q), 'ms');
    if (subscribers > 1) print(`  until the last of them has it, p99 of ${causes}`, quantile(last, 0.99), 'ms');
  }
}

async function during(load, perSecond, body) {
  let isOver = false;
  const background = (async () => {
    while (!isOver) await load.run(1, perSecond);
  })();
  try {
    await body();
  } finally {
    isOver = true;
    await background;
  }
}

async function memory(load) {
  const samples = [];
  for (let i = 0; i < 5; i++) {
    samples.push(await load.gauge('process_resident_memory_bytes'));
    await sleep(200);
  }
  return Math.min(...samples);
}

/** @returns sockets of that many streams */
async function openStreams(load, count) {
  const sockets = [];
  for (let i = 0; i < count; i += 200) sockets.push(...(await Promise.all(Array.from({ length: Math.min(200, count - i) }, () => load.subscribe([randomUUID()])))));
  return sockets;
}

/** Measured before anything else: later there is memory left over that streams would take without a trace. */
async function idleStreams(load) {
  for (const socket of await openStreams(load, 200)) socket.destroy();
  const before = await memory(load);
  const sockets = await openStreams(load, CLIENTS);
  const bytes = ((await memory(load)) - before) / CLIENTS;
  print(`memory of an idle SSE client, ${number(CLIENTS)} of them`, bytes / 1024, 'KiB');
  print('  idle SSE clients for each GiB', GIB / bytes, '');
  for (const socket of sockets) socket.destroy();
}

async function measure(kind) {
  const children = new Children();
  const servers = [];
  try {
    const store = kind === 'redis' ? ['--redis', await children.startRedis('--appendfsync', 'always')] : ['--data', path.join(children.folder, 'bench.db')];
    const node = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(values.profile)}`] : [];
    // A file has one server.
    for (let i = 0; i < (kind === 'redis' ? Number(values.servers) : 1); i++) servers.push(await children.serve(['--log', 'error', ...store], node));
    const load = new ServerLoad(servers.map(({ url }) => new URL(url)), { visitors: VISITORS, batch: Number(values.batch) });
    console.log(`\n${servers.length} on ${kind === 'redis' ? 'Redis' : 'a file'}; ${number(VISITORS)} visitors, ${values.batch} events a request, load ${os.loadavg()[0].toFixed(1)}\n`);
    for (const objects of ['attribute_groups', 'services', 'interventions']) for (const object of ECOM[objects]) await load.ask('POST', `/api/v1/registry/${objects}/`, object);
    await idleStreams(load);
    await accepted(load);
    await fanOuts(load, 'alone');
    await during(load, RATE, () => fanOuts(load, `at ${number(RATE)} events/s`));
    load.close();
    // A profile is written at the end.
    for (const { child } of values.profile ? servers : []) await children.stop(child);
  } finally {
    await children.close();
  }
}

const kinds = values.redis ? ['redis'] : values.only ? [values.only] : ['file', 'redis'];
console.log(machine());
for (const kind of kinds) {
  if (!['file', 'redis'].includes(kind)) throw new Error(`--only ${kind}: file or redis`);
  if (kind === 'redis' && spawnSync('redis-server', ['--version']).error) console.log('\nnot measured on Redis, as there is no redis-server');
  else await measure(kind);
}
