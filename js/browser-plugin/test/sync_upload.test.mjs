// The uploader between a real engine of a device and a real engine of a server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, load } from '@oncue/engine';
import { importSource } from './source.mjs';

await load();
const { createUploader } = await importSource('sync/upload');
const { createClock } = await importSource('sync/clock');

const WHO = { key: 'user_id', id: 'ann' };
const counter = { name: 'views', type: 'int64', aggregation: 'counter', events: [] };
const definitions = { attribute_groups: [{ name: 'person', version: 1, attribute_key: { name: 'user_id' }, attributes: [counter] }] };

function start(more) {
  const engine = createEngine({ definitions, syncKeys: ['user_id'], ...more });
  engine.sync({ do: 'status' }, { now: 0 });
  return engine;
}

function commandsOf(engine, given) {
  const run = (command) => {
    given.push(command.do);
    return engine.sync(command, { now: engine.now() });
  };
  const status = () => engine.sync({ do: 'status' }, { now: engine.now() });
  return { run, ask: run, status, find: () => status().ids[0], durable: async () => {} };
}

test('a late copy of a refused upload that is taken after all counts once, and the replica keeps its id', async () => {
  const now = Date.now();
  const device = start({ seed: 1 });
  const server = start({ seed: 2, syncSource: 'facts' });
  device.track({ e: 'pv', eid: '00000000-0000-4000-8000-000000000001', uid: 'ann', ttm: String(now) }, { now: now + 61_000 });

  /** What the server answers, when its clock lets it take what was received up to `newest`. */
  const answer = (body, newest) => {
    const { status, n, chain } = server.sync({ ...body, do: 'append', newest }, { now });
    return Response.json({ code: status, n, chain, now }, { status: status === 'ok' ? 200 : status === 'fork' ? 409 : 422 });
  };
  const sent = [];
  const call = async (path, body) => {
    sent.push(body);
    if (sent.length === 1) return answer(body, now);
    // The network had held up a copy of the first.
    if (sent.length === 2) answer(sent[0], now + 120_000);
    return answer(body, now + 120_000);
  };

  const clock = { ...createClock(), offset: () => (sent.length === 0 ? 0 : -61_000) };
  const given = [];
  const sendAll = createUploader(WHO, { clock, call }, commandsOf(device, given), () => true, () => assert.fail('refetched'), console);
  await sendAll();

  assert.notDeepEqual(sent[0].facts, sent[1].facts);
  assert.ok(given.includes('refused') && !given.includes('fork'), given.join());
  assert.equal(device.sync({ do: 'status' }, { now: device.now() }).ids[0].pending, 0);
  const state = (engine) => engine.sync({ do: 'state', ...WHO }, { now: engine.now() }).state;
  assert.equal(state(device), state(server));
  for (const engine of [device, server]) assert.equal(engine.attributes('user_id', 'ann', engine.now()).person.views, 1);
});

/** A device with `count` views, and an uploader whose requests `answer(body, n)` answers. */
function startUploads(count, answer, now = Date.now()) {
  const device = start({ seed: 1 });
  for (let i = 0; i < count; i++) {
    device.track({ e: 'pv', eid: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`, uid: 'ann', ttm: String(now + i) }, { now: now + i });
  }
  const sent = [];
  const given = [];
  const warned = [];
  let refetched = 0;
  const call = async (path, body) => {
    sent.push(body);
    return answer(body, sent.length);
  };
  const clock = { ...createClock(), offset: () => 0 };
  const sendAll = createUploader(WHO, { clock, call }, commandsOf(device, given), () => true, () => refetched++, { warn: (text) => warned.push(text) });
  const known = () => device.sync({ do: 'status' }, { now: device.now() });
  return { device, sendAll, sent, given, warned, pending: () => known().ids[0].pending, replica: () => known().replica, refetched: () => refetched };
}

/** A real engine's answer to an upload. */
function append(server, body, more) {
  const { status, n, chain, floor } = server.sync({ ...body, do: 'append', ...more }, { now: Date.now() });
  const codes = { ok: 200, gap: 409, fork: 409, epoch: 409, future: 422, floor: 422 };
  return Response.json({ code: status, n, chain, floor, now: Date.now() }, { status: codes[status] });
}

for (const [form, header] of Object.entries({ seconds: () => '30', 'a date': (now) => new Date(now + 30_000).toUTCString() })) {
  test(`Retry-After in ${form}: the server is left alone for that long, and what is pending is kept`, async (t) => {
    const now = Math.ceil(Date.now() / 1000) * 1000;
    t.mock.timers.enable({ apis: ['Date'], now });
    const server = start({ seed: 2, syncSource: 'facts' });
    const refusal = () => Response.json({ code: 'rate' }, { status: 429, headers: { 'retry-after': header(now) } });
    const one = startUploads(2, (body, n) => (n === 1 ? refusal() : append(server, body)), now);
    await one.sendAll();
    t.mock.timers.setTime(now + 29_999);
    await one.sendAll();
    assert.deepEqual([one.sent.length, one.pending(), one.warned.length], [1, 2, 1]);
    t.mock.timers.setTime(now + 30_000);
    await one.sendAll();
    assert.deepEqual([one.sent.length, one.pending()], [2, 0]);
  });
}

test('413: half as many facts at a time, until they fit; each arrives once', async () => {
  const server = start({ seed: 2, syncSource: 'facts' });
  const one = startUploads(7, (body) => (body.facts.length > 2 ? Response.json({ code: 'facts' }, { status: 413 }) : append(server, body)));
  await one.sendAll();
  assert.equal(one.pending(), 0);
  assert.equal(server.attributes('user_id', 'ann').person.views, 7);
  assert.deepEqual(one.warned, []);
});

test('gap: what the server lacks is sent again from there, and its state is fetched', async () => {
  const server = start({ seed: 2, syncSource: 'facts' });
  const one = startUploads(3, (body, n) => (n === 1 ? append(start({ seed: 3, syncSource: 'facts' }), { ...body, base: 1, facts: body.facts.slice(1) }) : append(server, body)));
  await one.sendAll();
  assert.equal(one.refetched(), 1);
  assert.equal(one.pending(), 0);
  assert.equal(server.attributes('user_id', 'ann').person.views, 3);
});

test('fork: a clone of the profile has sent under this replica: under a new one, all that was not acknowledged counts once', async () => {
  const server = start({ seed: 2, syncSource: 'facts' });
  const one = startUploads(2, (body) => append(server, body));
  const before = one.replica();
  // A clone of its profile, with a later history of its own.
  const other = startUploads(3, (body) => append(server, body), Date.now() + 1000);
  await other.sendAll();
  assert.equal(other.replica(), before);
  await one.sendAll();
  assert.notEqual(one.replica(), before);
  assert.equal(one.pending(), 0);
  assert.equal(server.attributes('user_id', 'ann').person.views, 5);
});

test('epoch: the id was erased: nothing is sent again before the state was fetched', async () => {
  const one = startUploads(2, () => Response.json({ code: 'epoch', epoch: 1 }, { status: 409 }));
  await one.sendAll();
  assert.deepEqual([one.sent.length, one.refetched(), one.pending()], [1, 1, 2]);
});

test('an answer that comes when the id has been erased meanwhile is not about what was counted since', async () => {
  const server = start({ seed: 2, syncSource: 'facts' });
  const forget = (engine, now) => engine.sync({ do: 'forget', ...WHO, epoch: 1 }, { now });
  const one = startUploads(2, (body, n) => {
    const answer = append(server, body);
    if (n > 1) return answer;
    const now = Date.now() + 10;
    forget(server, now);
    forget(one.device, now);
    one.device.track({ e: 'pv', eid: '00000000-0000-4000-8000-00000000000a', uid: 'ann' }, { now });
    return answer;
  });
  const before = one.replica();
  await one.sendAll();
  assert.equal(one.replica(), before);
  assert.deepEqual(one.sent.map(({ epoch, base, facts }) => [epoch, base, facts.length]), [[0, 0, 2], [1, 0, 1]]);
  assert.equal(one.pending(), 0);
  assert.equal(server.attributes('user_id', 'ann').person.views, 1);
});

test('floor: what the server has is acknowledged, what is older than it takes is dropped, and the rest arrives', async () => {
  const server = start({ seed: 2, syncSource: 'facts' });
  const now = Date.now();
  const one = startUploads(2, (body) => append(server, body), now);
  server.sync({ do: 'floor', ...WHO, floor: now + 1 }, { now });
  await one.sendAll();
  assert.equal(one.given.indexOf('ack') < one.given.indexOf('refused'), true, one.given.join());
  assert.equal(one.pending(), 0);
  assert.equal(server.attributes('user_id', 'ann').person.views, 1);
});

test('a refusal that comes back is told once; facts that cannot be read end the uploads of this page', async () => {
  const one = startUploads(1, (body, n) => Response.json({ code: n < 3 ? 'store' : 'bad' }, { status: n < 3 ? 503 : 400 }));
  for (let i = 0; i < 5; i++) await one.sendAll();
  assert.equal(one.sent.length, 3);
  assert.deepEqual(one.warned.map((text) => /\((.*?)\)/.exec(text)[1]), ['store', 'bad']);
  assert.equal(one.pending(), 1);
});
