// npm run bench:server [-- --redis] [-- --servers 3] [-- --clients 10000] [-- --seconds 5] [-- --profile FOLDER]: real
// `oncue serve` processes, over real sockets. What a busy machine cannot distort is processor time for each event.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { Children, quantile } from './lib/children.mjs';

const { values } = parseArgs({
  options: { redis: { type: 'boolean' }, clients: { type: 'string', default: '10000' }, seconds: { type: 'string', default: '5' }, batch: { type: 'string', default: '10' }, profile: { type: 'string' }, servers: { type: 'string', default: '1' } },
});
const CLIENTS = Number(values.clients);
const SECONDS = Number(values.seconds);
const BATCH = Number(values.batch);
const CONNECTIONS = 64;
const CAUSES = 500;
const ECOM = JSON.parse(readFileSync(new URL('../fixtures/definitions/ecom.json', import.meta.url), 'utf8'));

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const children = new Children();
const servers = [];

async function startServer(store) {
  const node = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(values.profile)}`] : [];
  const { child, url } = await children.serve(['--log', 'error', ...store], node);
  servers.push(child);
  return new URL(url);
}

const store = values.redis ? ['--redis', await children.startRedis('--appendfsync', 'always')] : ['--data', path.join(children.folder, 'bench.db')];
const addresses = [];
for (let i = 0; i < Number(values.servers); i++) addresses.push(await startServer(store));
let turn = 0;
/** The servers in turn. */
const next = () => addresses[turn++ % addresses.length];

function ask(method, route, body, { hostname, port } = addresses[0]) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { authorization: 'Bearer bench', 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, agent, method, path: route, headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (part) => (answer += part));
      response.on('end', () => (response.statusCode < 300 ? resolve(answer) : reject(new Error(`${route}: ${response.statusCode} ${answer}`))));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

const SNOWPLOW = 'com.snowplowanalytics.snowplow';
function action(type, duid) {
  const event = { schema: `iglu:${SNOWPLOW}.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type } };
  const product = { schema: `iglu:${SNOWPLOW}.ecommerce/product/jsonschema/1-0-0`, data: { id: 'p', category: 'tea', price: 5, currency: 'EUR' } };
  return {
    e: 'ue', eid: randomUUID(), p: 'web', aid: 'shop', duid, sid: duid, url: 'https://shop.example/product/p', tv: 'js-4.10.1', tna: 'sp', dtm: String(Date.now()), stm: String(Date.now()),
    ue_pr: JSON.stringify({ schema: `iglu:${SNOWPLOW}/unstruct_event/jsonschema/1-0-0`, data: event }),
    co: JSON.stringify({ schema: `iglu:${SNOWPLOW}/contexts/jsonschema/1-0-0`, data: [product] }),
  };
}
const track = (...data) => ask('POST', `/${SNOWPLOW}/tp2`, { schema: `iglu:${SNOWPLOW}/payload_data/jsonschema/1-0-4`, data }, next());

const print = (what, value, unit) => console.log(`${what.padEnd(58)} ${(value >= 100 ? value.toFixed(0) : value.toPrecision(3)).padStart(8)} ${unit}`);

/** Sends events for some seconds, `perSecond` at most. @returns events a second, and ms from request to answer */
async function load(seconds, perSecond = Infinity) {
  const times = [];
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let sent = 0;
  const visitors = Array.from({ length: 1000 }, () => randomUUID());
  const worker = async () => {
    while (performance.now() < end) {
      const due = begin + (sent / perSecond) * 1000;
      if (due > performance.now()) await sleep(due - performance.now());
      sent += BATCH;
      const start = performance.now();
      await track(...Array.from({ length: BATCH }, () => action('list_view', visitors[Math.floor(Math.random() * visitors.length)])));
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return { sent, rate: sent / ((performance.now() - begin) / 1000), times };
}

/** Opens a stream; `told` is called at every message. */
function subscribe(id, told = () => {}) {
  const { hostname, port } = next();
  const socket = connect(Number(port), hostname);
  socket.write(`GET /api/v1/interventions?domain_userid=${id} HTTP/1.1\r\nhost: bench\r\n\r\n`);
  socket.setEncoding('utf8').on('data', (text) => text.includes('data: ') && told());
  socket.on('error', () => {});
  return once(socket, 'data').then(() => socket);
}

/** A number of /metrics, of all servers together. */
async function gauge(name) {
  const texts = await Promise.all(addresses.map((address) => ask('GET', '/metrics', undefined, address)));
  return texts.reduce((sum, text) => sum + Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)[1]), 0);
}

/** ms from POST of the causing event to the message at the client. */
async function fanOut() {
  const times = [];
  for (let i = 0; i < CAUSES; i++) {
    const id = randomUUID();
    let told;
    const arrived = new Promise((done) => (told = done));
    const socket = await subscribe(id, told);
    const start = performance.now();
    void track(action('add_to_cart', id));
    await arrived;
    times.push(performance.now() - start);
    socket.destroy();
  }
  return times;
}

const memory = async () => {
  const samples = [];
  for (let i = 0; i < 5; i++) {
    samples.push(await gauge('process_resident_memory_bytes'));
    await sleep(200);
  }
  return Math.min(...samples);
};

try {
  console.log(`Node ${process.versions.node}, ${os.cpus().length} x ${os.cpus()[0]?.model}, load ${os.loadavg()[0].toFixed(1)}, ${addresses.length} on ${values.redis ? 'Redis' : 'a file'}; ${BATCH} events a request\n`);
  for (const kind of ['attribute_groups', 'services', 'interventions']) for (const object of ECOM[kind]) await ask('POST', `/api/v1/registry/${kind}/`, object);
  await load(1);
  const cpuBefore = await gauge('process_cpu_seconds_total');
  const full = await load(SECONDS);
  const cpu = (await gauge('process_cpu_seconds_total')) - cpuBefore;
  print('events accepted', full.rate, '/s');
  print('  request to answer, p50', quantile(full.times, 0.5), 'ms');
  print('  request to answer, p99', quantile(full.times, 0.99), 'ms');
  print('  processor time of the server, all its threads', (cpu / full.sent) * 1e6, 'us/event');
  print('  events for each second of it', full.sent / cpu, '/s');
  const quiet = await fanOut();
  print('causing event to SSE message, nothing else going on, p50', quantile(quiet, 0.5), 'ms');
  print('causing event to SSE message, nothing else going on, p99', quantile(quiet, 0.99), 'ms');
  let isOver = false;
  const background = (async () => {
    while (!isOver) await load(1, full.rate / 2);
  })();
  const busy = await fanOut();
  isOver = true;
  await background;
  print('causing event to SSE message, at half the load, p50', quantile(busy, 0.5), 'ms');
  print('causing event to SSE message, at half the load, p99', quantile(busy, 0.99), 'ms');
  const before = await memory();
  const sockets = [];
  for (let i = 0; i < CLIENTS; i += 200) sockets.push(...(await Promise.all(Array.from({ length: Math.min(200, CLIENTS - i) }, () => subscribe(randomUUID())))));
  const after = await memory();
  print(`memory of an idle SSE client, ${CLIENTS} of them`, (after - before) / CLIENTS / 1024, 'KiB');
  for (const socket of sockets) socket.destroy();
} finally {
  // A profile is written at the end.
  for (const child of values.profile ? servers : []) await children.stop(child);
  await children.close();
  agent.destroy();
}
