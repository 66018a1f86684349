// Who leads, when the browser's words about its locks come in an order that no test of a browser can ask for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importSource } from './source.mjs';

const { createLockLeadership, loadLeadership } = await importSource('tabs/leadership');

/** The page's side of Web Locks: requests are granted and broken when, and in the order in which, the test says. */
function scriptLocks(t) {
  const requests = [];
  const locks = {
    request(name, { steal, signal }, callback) {
      return new Promise((resolve, reject) => {
        const one = { steal, isReleased: false, isAborted: false };
        one.grant = () => callback({ name }).then(() => (one.isReleased = true)).then(resolve, reject);
        one.lose = () => reject(new DOMException('stolen', 'AbortError'));
        signal?.addEventListener('abort', () => {
          one.isAborted = true;
          one.lose();
        });
        requests.push(one);
      });
    },
  };
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
  t.after(() => (before ? Object.defineProperty(globalThis, 'navigator', before) : delete globalThis.navigator));
  return requests;
}

/** A leadership, and what its tab was told. */
function campaigner(t) {
  const requests = scriptLocks(t);
  const told = [];
  const leadership = createLockLeadership('shop', () => told.push('won'), () => told.push('lost'));
  return { requests, told, leadership };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a lock that is stolen: the tab is told, and lines up again', async (t) => {
  const { requests, told, leadership } = campaigner(t);
  leadership.campaign();
  leadership.campaign();
  assert.equal(requests.length, 1, 'one place in the line');
  requests[0].grant();
  requests[0].lose();
  await settle();
  assert.deepEqual(told, ['won', 'lost']);
  assert.deepEqual(requests.map(({ steal }) => !!steal), [false, false]);
});

for (const order of ['its grant, its loss, the other grant', 'its grant, the other grant, its loss', 'the other grant, its grant, its loss']) {
  test(`a place in the line granted while the tab seizes the lead, heard of as: ${order}`, async (t) => {
    const { requests, told, leadership } = campaigner(t);
    leadership.campaign();
    leadership.seize();
    const [line, seized] = requests;
    const steps = { 'its grant': line.grant, 'its loss': line.lose, 'the other grant': seized.grant };
    for (const step of order.split(', ')) {
      steps[step]();
      await settle();
    }
    assert.notEqual(told.at(-1), 'lost', 'who holds the lock leads');
    leadership.resign();
    await settle();
    assert.ok(seized.isReleased, 'and can give it up');
  });
}

test('resigning gives up the lock, or the place in the line, and another campaign begins anew', async (t) => {
  const { requests, told, leadership } = campaigner(t);
  leadership.campaign();
  leadership.resign();
  await settle();
  assert.ok(requests[0].isAborted);
  leadership.campaign();
  requests[1].grant();
  leadership.resign();
  await settle();
  assert.ok(requests[1].isReleased);
  assert.deepEqual(told, ['won'], 'who resigns knows');
  leadership.campaign();
  assert.equal(requests.length, 3);
});

test('a lead that was seized and is seized by another tab: told once, and in line again, behind it', async (t) => {
  const { requests, told, leadership } = campaigner(t);
  leadership.campaign();
  leadership.seize();
  requests[1].grant();
  await settle();
  requests[1].lose();
  await settle();
  assert.deepEqual(told, ['won', 'lost']);
  leadership.campaign();
  assert.equal(requests.length, 2, 'the place in the line is still there');
  requests[0].grant();
  await settle();
  assert.deepEqual(told, ['won', 'lost', 'won']);
});

test('who holds the lock does not seize it from itself', async (t) => {
  const { requests, told, leadership } = campaigner(t);
  leadership.campaign();
  leadership.seize();
  requests[1].grant();
  await settle();
  leadership.seize();
  assert.deepEqual([requests.length, told], [2, ['won']]);
});

test('who is told twice to lead before the lead is granted seizes it once', async (t) => {
  const { requests, told, leadership } = campaigner(t);
  leadership.campaign();
  leadership.seize();
  leadership.seize();
  assert.equal(requests.length, 2);
  requests[1].grant();
  await settle();
  requests[1].lose();
  await settle();
  leadership.seize();
  assert.deepEqual([requests.length, told], [3, ['won', 'lost']], 'and again when it has lost it');
});

test('a lead that is to be seized after the tab resigned and came back is seized once more', async (t) => {
  const { requests, leadership } = campaigner(t);
  leadership.seize();
  leadership.resign();
  leadership.campaign();
  leadership.seize();
  assert.deepEqual(requests.map(({ steal }) => !!steal), [true, false, true]);
});

test('a lead that the browser does not let the tab seize can be seized later', async (t) => {
  const { requests, told, leadership } = campaigner(t);
  leadership.campaign();
  leadership.seize();
  requests[1].lose();
  await settle();
  leadership.seize();
  assert.deepEqual([requests.length, told], [3, []]);
});

test('a lead that was being seized when the tab resigned is given up as soon as it is granted', async (t) => {
  const { requests, told, leadership } = campaigner(t);
  leadership.campaign();
  leadership.seize();
  leadership.resign();
  leadership.campaign();
  requests[1].grant();
  await settle();
  assert.deepEqual([requests[1].isReleased, told], [true, []]);
  requests[2].grant();
  await settle();
  assert.deepEqual([requests[2].isReleased, told], [false, ['won']]);
});

test('a place in the line that is given up is no loss', async (t) => {
  const { requests, told, leadership } = campaigner(t);
  leadership.campaign();
  leadership.resign();
  leadership.resign();
  await settle();
  assert.deepEqual([requests.length, told], [1, []]);
});

test('where locks are forbidden there is nobody to share with', async (t) => {
  const { requests, told, leadership } = campaigner(t);
  navigator.locks.request = () => Promise.reject(new DOMException('sandboxed', 'SecurityError'));
  leadership.campaign();
  await settle();
  assert.deepEqual([requests.length, told], [0, ['won']]);
});

test('a leadership that is loaded when it is needed: once, its calls in order, and a failure is told', async () => {
  const calls = [];
  let loads = 0;
  const real = Object.fromEntries(['campaign', 'seize', 'resign'].map((name) => [name, () => calls.push(name)]));
  const stand = loadLeadership(() => Promise.resolve((loads++, real)), assert.fail);
  assert.equal(loads, 0);
  for (const name of ['campaign', 'seize', 'resign', 'campaign']) stand[name]();
  await settle();
  assert.deepEqual([loads, calls], [1, ['campaign', 'seize', 'resign', 'campaign']]);
  const failures = [];
  loadLeadership(() => Promise.reject(new Error('offline')), (error) => failures.push(error.message)).campaign();
  await settle();
  assert.deepEqual(failures, ['offline']);
});
