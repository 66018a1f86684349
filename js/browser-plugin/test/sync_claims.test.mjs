// Who may show what, between what waits in a leading tab and a server that a test answers for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importSource } from './source.mjs';

const { createClaims } = await importSource('sync/claims');

const WHO = { key: 'user_id', id: 'ann' };
const OTHER = { key: 'user_id', id: 'ann","b' };

/** @param call undefined: nobody is signed in */
function start({ mode = 'local_first', call } = {}) {
  const waiting = new Map();
  const done = [];
  const journal = { addDone: (id) => done.push(id), addFired() {}, whenDurable() {} };
  const leader = { journal, showing: { waiting, retry() {} } };
  const session = call && { ...WHO, server: { call } };
  const claims = createClaims(mode, leader, { find: () => ({ epoch: 0 }) }, () => session, () => false);
  const said = [];
  /** Resolves when it is decided. */
  const decide = (who, intervention_id = 'one') =>
    new Promise((resolve) => {
      const fired = { intervention: { name: 'banner', version: 1, intervention_id, claim: { ...who, required: false } } };
      waiting.set(intervention_id, fired);
      const tell = (word) => () => resolve(said.push(word));
      claims.decide(fired, tell('show'), tell('go on'));
    });
  return { claims, decide, said, done, waiting };
}

test('what others have shown is not shown here without the server\'s word; after an erasure that is forgotten, of that person', async () => {
  const one = start();
  for (const who of [WHO, OTHER]) one.claims.learn(who, [{ name: 'banner', version: 1 }]);
  await one.decide(WHO, 'first');
  assert.deepEqual(one.said, ['go on']);
  one.claims.drop(WHO);
  await one.decide(WHO, 'second');
  await one.decide(OTHER, 'third');
  assert.deepEqual(one.said, ['go on', 'show', 'go on']);
});

for (const mode of ['local_first', 'claim_first']) {
  test(`${mode}: a grant that comes after the person was erased shows nothing, and what comes next is looked at`, async () => {
    let answer;
    const one = start({ mode, call: () => new Promise((resolve) => (answer = resolve)) });
    const decided = one.decide(WHO);
    while (!answer) await undefined;
    one.claims.drop(WHO);
    assert.deepEqual([one.waiting.size, one.done], [0, ['one']]);
    answer(Response.json({ granted: true, lease: null }));
    await decided;
    assert.deepEqual(one.said, ['go on']);
  });
}

test('what is shown without an answer is kept under an id of its own, which no tab and no handler is given; the server is told the intervention\'s', async () => {
  const told = [];
  const call = async (path, { intervention_id, final }) => {
    told.push([path, intervention_id, final]);
    return new Response(null, { status: 503 });
  };
  const one = start({ call });
  await one.decide(WHO);
  const { isHeld, isPosted, isShown } = one.waiting.get('one shown');
  assert.deepEqual([one.said, isHeld, isPosted, isShown], [['show'], true, true, true]);
  one.claims.retry(WHO);
  while (told.length < 2) await undefined;
  assert.deepEqual(told, [['/claim', 'one', false], ['/claim', 'one', true]]);
});
