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
