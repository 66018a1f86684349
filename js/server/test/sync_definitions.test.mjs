// Attributes that come, go and come back while devices sync: what was counted for them is never folded away.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemorySyncStore } from '@oncue/server/sync';
import { definitionsOf, KEY, Profile, sharedBy, START, startService } from './sync_profiles.mjs';

const ann = () => ({ key: KEY, id: 'ann' });
const [WITHOUT, WITH] = [definitionsOf(), definitionsOf('x')];
const valuesOf = async (service, clock) => service.read(ann(), (engine) => engine.values('ann', clock.now));

/** A tab that loads again with other definitions, from what it had saved. */
function reload(profile, definitions) {
  const { replica } = profile;
  const again = new Profile('ann', definitions, profile.clock);
  again.engine.restore(profile.engine.snapshot());
  again.replica = again.sync({ do: 'status' }).replica;
  assert.equal(again.replica, replica);
  return again;
}

describe('an attribute that is taken back and published again', () => {
  for (const compactEvery of [1, 1_000]) {
    test(`has what was counted before and in between, on the server and on every device, folded after ${compactEvery}`, async () => {
      const clock = { now: START };
      const published = { text: WITH };
      const service = await startService(new MemorySyncStore(), published, clock, { compactEvery });
      const staying = new Profile('ann', WITH, clock);
      let reloading = new Profile('ann', WITH, clock);
      let cursor = 0;
      const stream = async () => {
        for (const { cursor: next, kind, body } of await service.entries(ann(), cursor, 1_000)) {
          cursor = next;
          const facts = JSON.parse(body);
          for (const profile of [staying, reloading]) if (kind === 'facts' && profile.replica !== facts.replica) profile.sync({ do: 'facts', epoch: 0, ...facts });
        }
      };
      // As a ping makes a device do.
      const fetch = async (profile) => {
        const { state, digest } = await service.state(ann());
        const [own] = profile.sync({ do: 'status' }).ids;
        if (own.incomplete || own.digest !== digest) profile.sync({ do: 'merge', state });
      };
      const act = async (profile, value) => {
        clock.now += 10;
        profile.act('x', value);
        assert.equal((await profile.upload(service)).code, 'ok');
        await stream();
      };
      await act(reloading, 100);
      published.text = WITHOUT;
      service.notice();
      reloading = reload(reloading, WITHOUT);
      await act(reloading, 300);
      await act(staying, 50);
      assert.equal((await valuesOf(service, clock)).x, undefined);
      published.text = WITH;
      service.notice();
      reloading = reload(reloading, WITH);
      await act(reloading, 7);
      const { state, digest } = await service.state(ann());
      for (const profile of [staying, reloading]) {
        await fetch(profile);
        assert.deepEqual([profile.values().events, profile.values().x], [4, 100], 'what a device counted without it is not made up for');
        assert.equal(profile.sync({ do: 'state' }).digest, digest);
        assert.equal(profile.sync({ do: 'state' }).state, state);
      }
      assert.equal((await valuesOf(service, clock)).x, 100);
    });
  }

  test('meanwhile a device is told only of what is published', async () => {
    const clock = { now: START };
    const published = { text: WITH };
    const service = await startService(new MemorySyncStore(), published, clock);
    const old = new Profile('ann', WITH, clock);
    old.act('x', 100);
    await old.upload(service);
    published.text = WITHOUT;
    const young = new Profile('ann', WITHOUT, clock);
    for (let round = 0; round < 3; round++) {
      const { state } = await service.state(ann());
      young.sync({ do: 'merge', state });
      assert.equal(young.sync({ do: 'state' }).state, state);
      assert.equal(young.values().events, round + 1);
      young.act();
      await young.upload(service);
    }
  });
});

describe('a process that has not heard of new definitions', () => {
  const startTwo = async (more) => {
    const clock = { now: START };
    const store = new MemorySyncStore();
    const [first, second] = [{ text: WITHOUT }, { text: WITHOUT }];
    const ahead = await startService(sharedBy(store), first, clock);
    const behind = await startService(sharedBy(store), second, clock, more);
    first.text = WITH;
    await ahead.notice();
    return { clock, ahead, behind, second };
  };

  test('folds nothing of theirs away', async () => {
    const { clock, ahead, behind, second } = await startTwo({ compactEvery: 1 });
    const [young, old] = [new Profile('ann', WITH, clock), new Profile('ann', WITHOUT, clock)];
    young.act('x', 42);
    assert.equal((await young.upload(ahead)).code, 'ok');
    for (let i = 0; i < 3; i++) {
      old.act();
      assert.equal((await old.upload(behind)).code, 'ok');
    }
    second.text = WITH;
    for (const service of [ahead, behind]) assert.deepEqual({ ...(await valuesOf(service, clock)) }, { events: 4, x: 42 });
    assert.equal((await ahead.state(ann())).state, (await behind.state(ann())).state);
  });

  test('takes facts with them all the same', async () => {
    const { clock, ahead, behind } = await startTwo();
    const young = new Profile('ann', WITH, clock);
    young.act('x', 42);
    assert.equal((await young.upload(behind)).code, 'ok');
    assert.equal((await valuesOf(ahead, clock)).x, 42);
  });
});

test('definitions that the store did not take are remembered with the next upload, before its facts are kept', async () => {
  const clock = { now: START };
  const published = { text: WITHOUT };
  const calls = [];
  class Store extends MemorySyncStore {
    isFull = false;
    remember(definitions) {
      if (this.isFull) throw new Error('disk full');
      calls.push('remember');
      super.remember(definitions);
    }
    append(...parameters) {
      calls.push('append');
      return super.append(...parameters);
    }
  }
  const store = new Store();
  const service = await startService(store, published, clock);
  published.text = WITH;
  store.isFull = true;
  const profile = new Profile('ann', WITH, clock);
  profile.act('x', 1);
  await assert.rejects(profile.upload(service), /disk full/);
  store.isFull = false;
  assert.equal((await profile.upload(service)).code, 'ok');
  assert.deepEqual(calls, ['remember', 'remember', 'append']);
  published.text = WITHOUT;
  const restarted = await startService(store, published, clock);
  profile.act('x', 2);
  assert.equal((await profile.upload(restarted)).code, 'ok');
});
