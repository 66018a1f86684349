// Several services on one store, as several servers on one Redis are: each may be behind the others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemorySyncStore } from '@oncue/server/sync';
import { definitionsWith, KEY, Profile, sharedBy, START, startService } from './sync_profiles.mjs';

const DAY_MS = 86_400_000;
const ANN = { key: KEY, id: 'ann' };
/** As nobody else knows it: places are remembered for each object. */
const ann = () => ({ ...ANN });

describe('a floor that one process raises', () => {
  test('counts after what another has taken just before: both have the same bytes', async () => {
    const clock = { now: START };
    const store = new MemorySyncStore();
    const published = { text: definitionsWith({ ttl: 'P1D' }) };
    const before = {};
    const raising = await startService(sharedBy(store, before), published, clock, { compactEvery: 1 });
    const other = await startService(sharedBy(store), published, clock, { compactEvery: 1e9, compactAfterMs: 1e15 });
    const [early, late, present] = [1, 2, 3].map(() => new Profile(ANN.id, published.text, clock));
    early.act();
    await early.upload(other);
    clock.now = START + 0.9 * DAY_MS;
    late.act();
    // Less than a day behind `early`, whose facts it keeps alive, and not behind the old floor.
    const upload = late.pending();
    clock.now = START + 91.5 * DAY_MS;
    present.act();
    let answer;
    before.raiseFloor = () => (answer = other.upload(ann(), upload));
    assert.equal((await present.upload(raising)).code, 'ok');
    assert.equal(late.take(await answer).code, 'ok');
    const [one, two] = [await raising.state(ann()), await other.state(ann())];
    assert.equal(one.floor, clock.now - 90 * DAY_MS);
    assert.equal(one.digest, two.digest);
    assert.equal(one.state, two.state);
    const third = await startService(sharedBy(store), published, clock);
    assert.equal((await third.state(ann())).state, one.state, 'a process that starts later');
  });
});

test('a stream does not go on from entries that another process has dropped: the device fetches the state', async () => {
  const clock = { now: START };
  const store = new MemorySyncStore();
  const published = { text: definitionsWith({}) };
  const keeping = await startService(sharedBy(store), published, clock);
  const dropping = await startService(sharedBy(store), published, clock, { compactEvery: 1, keptEntries: 3 });
  const profile = new Profile(ANN.id, published.text, clock);
  const act = async (service) => {
    profile.act();
    assert.equal((await profile.upload(service)).code, 'ok');
  };
  for (let i = 0; i < 6; i++) await act(keeping);
  const { generation, cursor } = await keeping.hello(ann());
  const goingOn = async (from) => (await keeping.hello(ann(), undefined, `${generation}-${from}`)).from;
  assert.equal(await goingOn(2), 2);
  await act(dropping);
  const [{ cursor: first }] = await keeping.entries(ann(), 0, 1);
  assert.ok(first > 3 && first <= cursor, `the first that is left is ${first}`);
  const { from, refetch, cursor: present } = await keeping.hello(ann(), undefined, `${generation}-2`);
  assert.deepEqual([from, refetch], [present, true]);
  for (let position = first - 1; position <= present; position++) assert.equal(await goingOn(position), position);
});
