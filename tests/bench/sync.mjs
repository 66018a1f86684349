// Sync of one person's devices: what goes over the wire, what merging costs, and how long a value takes from one device to
// another, by engines alone and by whole pages.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { createEngine } from '@oncue/engine';

import { Client, pageView } from '../../js/server/test/support.mjs';
import { Device, KEY, publishUsers, SECRET, SyncStream, userGroup } from '../../js/server/test/sync_support.mjs';
import { Children, quantile } from './lib/children.mjs';
import { check, compare } from './lib/measure.mjs';
import { pageToPage } from './lib/sync_pages.mjs';

const SERVER = fileURLToPath(new URL('lib/sync_server.mjs', import.meta.url));
const FACTS = 10_000;
const UPLOAD = 500;
const REPLICAS = 5;
const MERGES = 7;
const ARRIVALS = 500;
/** ms from an event to its value on another device. */
const AIM_MS = 100;

const DEFINITIONS = { attribute_groups: [userGroup()] };
const viewOf = (n) => pageView({ url: `https://shop.example/products/${n % 40}` }).url;
const newEngine = () => createEngine({ definitions: DEFINITIONS, syncKeys: [KEY], seed: String(BigInt.asUintN(64, BigInt(`0x${randomUUID().replaceAll('-', '').slice(0, 16)}`))) });
const bytesOf = (body) => Buffer.byteLength(JSON.stringify(body));
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Bytes of an upload's body for each fact, with `count` facts in it. */
function onTheWire(client, count) {
  const device = new Device(client, 'wire', { seed: '1' });
  for (let n = 0; n < count; n++) device.view(viewOf(n));
  const body = device.pending(count);
  check(body.facts.length === count, `${body.facts.length} facts of ${count} in one upload`);
  return bytesOf(body) / count;
}

/** One person's facts, from `REPLICAS` devices: the uploads that brought them, and the state that the server then has. */
async function fill(client, id, count) {
  const uploads = [];
  const devices = Array.from({ length: REPLICAS }, (_, n) => new Device(client, id, { seed: String(100 + n) }));
  for (let n = 0; n < count; n++) devices[n % REPLICAS].view(viewOf(n));
  for (const device of devices) {
    for (let body = device.pending(UPLOAD); body; body = device.pending(UPLOAD)) {
      const { status, body: answer } = await device.ask('POST', 'upload', body);
      check(status === 200, `an upload was answered ${status}`);
      uploads.push({ ...body, chain: answer.chain });
      device.sync({ do: 'ack', n: answer.n, chain: answer.chain });
    }
  }
  const { body } = await devices[0].ask('GET', 'state');
  return { uploads, state: body.state };
}

/** ms, the median of several engines that know nothing yet. */
function timeOn(id, count, apply) {
  const times = [];
  for (let n = 0; n < MERGES; n++) {
    const engine = newEngine();
    engine.sync({ do: 'status' }, { now: Date.now() });
    const begin = performance.now();
    apply((command) => {
      const answer = engine.sync({ key: KEY, id, ...command }, { now: Date.now() });
      check(!answer.error, JSON.stringify(answer));
    });
    times.push(performance.now() - begin);
    check(engine.groupAttributes('u', id, { now: Date.now() }).views === count, `not ${count} were counted`);
    engine.dispose();
  }
  return median(times);
}

/** ms from an event on one device to its value on another, each an engine that does what a page does. */
async function engineToEngine(client) {
  const id = 'arrivals';
  const [sender, receiver] = [new Device(client, id, { seed: '201' }), new Device(client, id, { seed: '202' })];
  const stream = await SyncStream.open(client, id, { replica: receiver.replica });
  await stream.next('hello');
  const times = [];
  for (let n = 1; n <= ARRIVALS; n++) {
    const begin = performance.now();
    sender.view(viewOf(n));
    const sent = sender.upload().then(({ status }) => check(status === 200, `an upload was answered ${status}`));
    // An upload that is refused brings nothing to wait for.
    const { replica, base, chain, facts } = await Promise.race([stream.next('facts', n), sent.then(() => stream.next('facts', n))]);
    receiver.sync({ do: 'facts', epoch: 0, replica, base, chain, facts });
    check(receiver.values().views === n, `${receiver.values().views} views instead of ${n}`);
    times.push(performance.now() - begin);
    await sent;
  }
  stream.close();
  return times;
}

export async function sync() {
  const children = new Children();
  try {
    const { match } = await children.start(process.execPath, [SERVER, path.join(children.folder, 'sync.db'), SECRET], /OnCue server: (\S+)\//);
    const [, url] = match;
    const client = new Client(url);
    await publishUsers(client);
    const [single, batch] = [onTheWire(client, 1), onTheWire(client, 100)];
    const few = await fill(client, 'few', 10);
    const many = await fill(client, 'many', FACTS);
    const stateBytes = ({ state }) => Buffer.from(state, 'base64url').length;
    const merging = timeOn('many', FACTS, (run) => run({ do: 'merge', state: many.state }));
    const applying = timeOn('many', FACTS, (run) => many.uploads.forEach(({ epoch, replica, base, chain, facts }) => run({ do: 'facts', epoch, replica, base, chain, facts })));
    const engines = await engineToEngine(client);
    const pages = await pageToPage(url, { definitions: DEFINITIONS, secret: SECRET });
    const row = (name, value, unit) => compare(name, value, null, null, unit);
    const aimed = (name, value) => compare(name, value, AIM_MS, 'the aim', 'ms');
    return [
      row('a fact on the wire, alone in its upload', single, 'bytes'),
      row('a fact on the wire, 100 in an upload', batch, 'bytes'),
      row("a person's state, 10 facts", stateBytes(few), 'bytes'),
      row(`a person's state, ${FACTS} facts`, stateBytes(many), 'bytes'),
      row(`merging ${FACTS} facts, as a state`, merging, 'ms'),
      row(`merging ${FACTS} facts, ${UPLOAD} at a time`, applying, 'ms'),
      aimed('event to value elsewhere, engines, p50', quantile(engines, 0.5)),
      aimed('event to value elsewhere, engines, p99', quantile(engines, 0.99)),
      aimed('event to value elsewhere, pages, p50', quantile(pages, 0.5)),
      aimed('event to value elsewhere, pages, p99', quantile(pages, 0.99)),
    ];
  } finally {
    await children.close();
  }
}
