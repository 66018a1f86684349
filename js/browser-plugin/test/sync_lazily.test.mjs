// What a page does while what syncs cannot be loaded: what it tries, keeps, and holds back.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { importSource } from './source.mjs';

const { createSyncing } = await importSource('sync/lazily');

/** A page whose larger engines can be loaded when the test says so. */
function open(t, { mode = 'local_first', stitch, isFileNamed = false } = {}) {
  mock.timers.enable({ apis: ['Date'], now: 1e12 });
  t.after(() => mock.timers.reset());
  const page = { canSync: false, hasLarger: true, loads: [], warned: [], options: {} };
  const loadEngine = async (syncs) => {
    page.loads.push(syncs ? 'sync' : 'page');
    if (syncs ? !page.canSync : !page.hasLarger) throw new Error('404');
  };
  const log = { warn: (text) => page.warned.push(text) };
  page.syncing = createSyncing({ endpoint: 'x', mode, stitch }, page.options, loadEngine, isFileNamed, {}, log, () => true);
  return page;
}
const event = (uid) => ({ key: 'k', text: JSON.stringify({ e: 'se', ...(uid && { uid }) }) });
const stored = (entries, version = 2) => ({ base: { bytes: new Uint8Array([0, 0, 0, 0, version]) }, log: [{ term: 1, entries }] });

test('nothing is loaded for who is not signed in, everything at once with stitch, other keys, or a file that is named', async (t) => {
  for (const [given, loads] of [[{}, []], [{ stitch: true }, ['sync']], [{ isFileNamed: true }, ['sync']]]) {
    const page = open(t, given);
    page.canSync = true;
    await page.syncing.prepare();
    await page.syncing.begin(stored([event()]), [event()]);
    assert.deepEqual(page.loads, loads);
    assert.equal(page.syncing.isBeyond(event()), false);
    mock.timers.reset();
  }
});

test('what is stored tells whether to load it: an event of somebody signed in, or a snapshot with something to sync', async (t) => {
  for (const [given, early] of [[stored([event('ann')]), []], [stored([], 3), []], [stored([]), [event('ann')]]]) {
    const page = open(t);
    page.canSync = true;
    await page.syncing.begin(given, early);
    assert.deepEqual([page.loads, page.syncing.isLone, page.syncing.keepsLog], [['sync'], false, false]);
    mock.timers.reset();
  }
});

test('a load that fails: said once, tried again a minute later at the earliest, then for good', async (t) => {
  const page = open(t);
  const { syncing } = page;
  assert.equal(syncing.isBeyond(event('ann')), true);
  await syncing.extend();
  assert.deepEqual([syncing.isLone, syncing.keepsLog, page.loads], [true, true, ['sync', 'page']]);
  assert.deepEqual(page.options.syncKeys, ['user_id'], 'the larger engine knows which targets are synced');
  mock.timers.setTime(1e12 + 59_999);
  assert.equal(syncing.isBeyond(event('ann')), false);
  mock.timers.setTime(1e12 + 60_000);
  assert.equal(syncing.isBeyond(event()), false, 'nobody is signed in');
  assert.equal(syncing.isBeyond(event('ann')), true);
  await syncing.extend();
  assert.equal(page.warned.length, 1);
  assert.match(page.warned[0], /oncue\.sync\.wasm.*404/s);
  page.canSync = true;
  mock.timers.setTime(1e12 + 120_000);
  assert.equal(syncing.isBeyond(event('ann')), true);
  await syncing.extend();
  assert.deepEqual([syncing.isLone, syncing.keepsLog, syncing.isBeyond(event('ann'))], [false, false, false]);
});

test('without any larger engine the smallest one goes on', async (t) => {
  const page = open(t);
  page.hasLarger = false;
  await page.syncing.extend();
  assert.deepEqual([page.syncing.isLone, page.options], [true, {}]);
});

test('an engine that does not sync is given no command of sync, and numbers what it fires in its own way', async (t) => {
  const { syncing } = open(t);
  const given = stored([event('ann'), 5, { ...event(), door: 'sync' }]);
  assert.equal(syncing.seedOf('18446744073709551615'), '18446744073709551615');
  await syncing.begin(given, []);
  assert.deepEqual(given.log[0].entries, [event('ann'), 5]);
  assert.notEqual(syncing.seedOf('18446744073709551615'), '18446744073709551615');
  assert.match(syncing.seedOf('7'), /^\d+$/);
});

test('what waits is bounded, and counted anew with what is stored', async (t) => {
  const { syncing } = open(t);
  await syncing.begin(stored([event('ann')]), []);
  for (let n = 2; n < 2000; n++) syncing.isBeyond(event('ann'));
  assert.equal(syncing.keepsLog, true);
  syncing.isBeyond(event('ann'));
  assert.equal(syncing.keepsLog, false);
  await syncing.begin(stored([event('ann')]), []);
  assert.equal(syncing.keepsLog, true);
});

/** What becomes of an intervention for `key` while the page does without. */
async function decide(t, mode, key, claim) {
  const { syncing } = open(t, { mode });
  await syncing.extend();
  const written = [];
  const waiting = new Map();
  const journal = { fired: (one) => written.push(one), whenDurable: (action) => action() };
  const gate = syncing.attach({}, { journal, showing: { waiting } });
  const fired = { intervention: { intervention_id: 'i', target_attribute_key: { name: key, id: 'ann' }, claim } };
  syncing.mark(fired);
  let outcome;
  gate(fired, () => (outcome = 'shown'), () => (outcome = 'held'));
  mock.timers.reset();
  return [outcome, !!fired.isHeld, written.map(({ isShown, isHeld, intervention }) => [isShown, isHeld, intervention.claim.key])];
}

test('local_first: shown, and the server is to hear of it; not what only fired because of other devices', async (t) => {
  assert.deepEqual(await decide(t, 'local_first', 'user_id'), ['shown', false, [[true, true, 'user_id']]]);
  assert.deepEqual(await decide(t, 'local_first', 'user_id', { key: 'user_id', id: 'ann', required: true }), ['held', true, []]);
  assert.deepEqual(await decide(t, 'local_first', 'domain_userid'), ['shown', false, []]);
});

test('claim_first: what is for a person waits for the server, what is for this browser does not', async (t) => {
  assert.deepEqual(await decide(t, 'claim_first', 'user_id'), ['held', true, []]);
  assert.deepEqual(await decide(t, 'claim_first', 'domain_userid'), ['shown', false, []]);
});
