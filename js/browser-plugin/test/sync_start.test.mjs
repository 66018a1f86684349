// Sync that has to give up, in a tab that shows interventions: the page goes on without it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importSource } from './source.mjs';

const { startSync } = await importSource('sync/start');
const { createShowing } = await importSource('tabs/showing');

const CLAIM = { key: 'user_id', id: 'ann', required: false };
const fired = (id, claim) => ({ intervention: { intervention_id: id, name: id, version: 1, ...(claim && { claim }) } });

/** A tab in front that leads, and whose sync has failed at its first look. */
async function start(t, mode) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const listeners = [];
  const errors = [];
  const shown = [];
  const journal = { addDone() {}, addFired() {}, whenDurable: (action) => action(), compact() {} };
  const leader = { journal, get showing() { return showing; } };
  const profile = { leader, onEvent: (listener) => (listeners.push(listener), () => {}), onRoleChange: () => () => {} };
  const engine = { catalog: () => ({ groups: [] }), sync: () => ({ error: { code: 'bad_argument', message: 'syncs nothing' } }), now: () => 0 };
  const log = { error: (text) => errors.push(text), warn() {} };
  const configuration = { endpoint: 'http://sync.example', token: async () => 'token', mode };
  const gate = startSync(configuration, {}, profile, log, () => true)(engine, leader);
  const host = { me: 'leader', focus: () => Infinity, isAlone: () => true, offer() {}, post() {}, settle: (one, action) => action(), show: (to, { intervention }) => shown.push(intervention.name) };
  const showing = createShowing({ ...host, gate }, new Map());
  const pass = async (ms) => {
    t.mock.timers.tick(ms);
    for (let n = 0; n < 20; n++) {
      await new Promise((resolve) => setImmediate(resolve));
      t.mock.timers.tick(1);
    }
  };
  for (const listener of listeners) listener({ text: '{"uid":"ann"}' });
  await pass(10);
  assert.deepEqual(errors, ['OnCue: sync is off until the page is loaded anew']);
  return { showing, shown, profile, pass };
}

test('sync that is off keeps nothing from being shown that other devices may show too', async (t) => {
  const { showing, shown, pass } = await start(t, 'local_first');
  showing.add(fired('shared', CLAIM));
  showing.add(fired('plain'));
  await pass(300);
  assert.deepEqual(shown, ['shared', 'plain']);
});

test('where the server has the first word, what waits for it keeps nothing else waiting', async (t) => {
  const { showing, shown, pass } = await start(t, 'claim_first');
  showing.add(fired('shared', CLAIM));
  showing.add(fired('plain'));
  await pass(300);
  assert.deepEqual([shown, [...showing.waiting.keys()]], [['plain'], ['shared']]);
});

test('a tab that leads no more decides nothing', async (t) => {
  const { showing, shown, profile, pass } = await start(t, 'local_first');
  showing.add(fired('shared', CLAIM));
  profile.leader = undefined;
  await pass(300);
  assert.deepEqual(shown, []);
});
