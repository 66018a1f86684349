// A session between a real engine of a device and a server over HTTP that says what a test has it say, in that order.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { createEngine, load } from '@oncue/engine';
import { importSource } from './source.mjs';

await load();
const { createSession } = await importSource('sync/person_session');

// What a page has and Node has not.
const page = new EventTarget();
Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page), removeEventListener: page.removeEventListener.bind(page) });
if (!globalThis.navigator?.onLine) Object.defineProperty(globalThis, 'navigator', { value: { onLine: true }, configurable: true });

const WHO = { key: 'user_id', id: 'ann' };
const counter = { name: 'views', type: 'int64', aggregation: 'counter', events: [] };
const group = { name: 'person', version: 1, attribute_key: { name: 'user_id' }, attributes: [counter] };
const banner = { name: 'banner', version: 1, criteria: { attribute: 'person:views', operator: '>=', value: 1 }, target_attribute_keys: [{ name: 'user_id' }] };
const definitions = { attribute_groups: [group], interventions: [banner] };

function start(seed, more) {
  const engine = createEngine({ definitions, syncKeys: ['user_id'], seed, ...more });
  engine.sync({ do: 'status' }, { now: 0 });
  return engine;
}

const view = (engine, n) => engine.track({ e: 'pv', eid: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, uid: 'ann' }, { now: engine.now() + 1 });

/** The body of an upload of everything. */
function upload(engine) {
  const { fired, error, ...body } = engine.sync({ do: 'upload', ...WHO, offset: 0 }, { now: engine.now() });
  return body;
}

/** What a server's stream says of an upload that it took. */
function entryOf(server, body) {
  const { status, chain } = server.sync({ ...body, do: 'append' }, { now: server.now() });
  assert.equal(status, 'ok');
  return { replica: body.replica, base: body.base, chain, facts: body.facts };
}

function stateOf(server) {
  const { fired, ...state } = server.sync({ do: 'state', ...WHO }, { now: server.now() });
  return { ...state, claims: [], now: Date.now() };
}

/** A device whose session is connected, to a server that answers /state with `states` in turn. */
async function connect(t, { hello, states, device = start(1) }) {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  const asked = [];
  const server = http.createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname.replace('/sync/v1', '');
    asked.push(path);
    if (path === '/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      open((type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`));
    } else if (path === '/state') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(states.shift()));
    } else {
      response.writeHead(503).end('{}');
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  const done = [];
  const waiting = [];
  /** Resolves when the server was reached once more. */
  const reached = () => new Promise((resolve) => waiting.push(resolve));
  const run = (command) => {
    done.push(command.do);
    return device.sync(command, { now: device.now() });
  };
  const status = () => device.sync({ do: 'status' }, { now: device.now() });
  const forgotten = [];
  const claimed = [];
  const session = createSession(WHO, {
    configuration: { endpoint: `http://127.0.0.1:${server.address().port}`, token: async () => 'token' },
    commands: { run, ask: run, status, find: () => status().ids[0], durable: async () => {} },
    log: { warn: () => {} },
    isEnabled: () => true,
    onReached: () => waiting.shift()?.(),
    onClaims: (who, claims) => claimed.push(...claims),
    onForgotten: () => forgotten.push(status().ids[0].epoch),
  });
  t.after(() => {
    session.end();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const connected = reached();
  const say = await opened;
  say('hello', { now: Date.now(), ...hello });
  await connected;
  /** After everything that was said before. */
  const settle = async () => {
    const pinged = reached();
    say('ping', { now: Date.now() });
    await pinged;
  };
  return { device, say, settle, asked, done, forgotten, claimed, find: () => status().ids[0], replica: () => status().replica };
}

/** A device that is told of an erasure by /state while its stream has something of the erased epoch on its way. */
async function startErased(t) {
  const device = start(1);
  view(device, 1);
  const own = upload(device);
  const other = start(2);
  view(other, 2);
  const server = start(3, { syncSource: 'facts' });
  const ownEntry = entryOf(server, own);
  const otherEntry = entryOf(server, upload(other));
  const before = stateOf(start(4, { syncSource: 'facts' }));
  server.sync({ do: 'forget', ...WHO, epoch: 1 }, { now: server.now() });
  const after = stateOf(server);
  const hello = { epoch: 0, digest: before.digest, own: null, refetch: false };
  const one = await connect(t, { device, hello, states: [before, after] });
  // It learns of it on another connection.
  one.say('ping', { now: Date.now(), digest: after.digest });
  while (one.find().epoch === 0) await new Promise((resolve) => setImmediate(resolve));
  await one.settle();
  return { ...one, after, ownEntry, otherEntry };
}

test('a connection takes what comes of others, and what they show', async (t) => {
  const other = start(2);
  view(other, 1);
  const server = start(3, { syncSource: 'facts' });
  const empty = stateOf(server);
  const entry = entryOf(server, upload(other));
  const one = await connect(t, { hello: { epoch: 0, digest: empty.digest, own: null, refetch: false }, states: [empty] });
  one.say('claim', { name: 'banner', version: 1 });
  one.say('facts', entry);
  await one.settle();
  assert.equal(one.device.attributes('user_id', 'ann').person.views, 1);
  assert.equal(one.find().digest, stateOf(server).digest);
  assert.deepEqual(one.claimed, [{ name: 'banner', version: 1 }]);
  assert.deepEqual(one.asked, ['/stream', '/state']);
});

test('facts of an erased epoch that come late stay away from the new one', async (t) => {
  const { device, say, settle, otherEntry, after, find, forgotten } = await startErased(t);
  assert.deepEqual(forgotten, [1]);
  say('facts', otherEntry);
  await settle();
  assert.equal(device.attributes('user_id', 'ann')?.person.views ?? null, null);
  assert.equal(find().digest, after.digest);
});

test('a claim of an erased epoch that comes late keeps nothing from being shown in the new one', async (t) => {
  const { device, say, settle, claimed } = await startErased(t);
  say('claim', { name: 'banner', version: 1 });
  await settle();
  assert.deepEqual(claimed, []);
  assert.deepEqual(view(device, 3).map(({ name }) => name), ['banner']);
});

test('the server\'s word on this replica in an erased epoch is none on it in the new one: it stays the same replica', async (t) => {
  const { say, settle, ownEntry, replica, done } = await startErased(t);
  const before = replica();
  say('facts', ownEntry);
  await settle();
  assert.equal(replica(), before);
  assert.ok(!done.includes('ack') && !done.includes('fork'), done.join());
});

test('a state of an erased epoch that comes late brings nothing back', async (t) => {
  const server = start(3, { syncSource: 'facts' });
  const claims = [{ name: 'banner', version: 1 }];
  const one = await connect(t, { hello: { epoch: 1, digest: '', own: null, refetch: true }, states: [{ ...stateOf(server), claims }] });
  await one.settle();
  assert.equal(one.find().epoch, 1);
  assert.deepEqual(one.claimed, []);
  assert.equal(view(one.device, 1).length, 1);
});
