// The service of sync on stores that answer later: what one id's work waits for, another's may have changed meanwhile.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { MemorySyncStore, openSqliteSyncStore } from '@oncue/server/sync';
import { useFolder } from './support.mjs';
import { definitionsOf, Profile, START, startService, waiting } from './sync_profiles.mjs';

const folder = useFolder();

/** Every fact that was acknowledged is there and counts. */
async function assertNothingLost(service, profiles) {
  for (const { who, replica, acknowledged, clock } of profiles) {
    const { vector } = await service.state({ ...who });
    assert.equal(vector[replica]?.n ?? 0, acknowledged, `${who.id}: what the server has`);
    assert.equal((await service.read({ ...who }, (engine) => engine.values(who.id, clock.now)))?.events ?? 0, acknowledged, `${who.id}: what counts`);
  }
}

describe('folding while the engine is started anew for another id loses nothing that was acknowledged', () => {
  test('as it holds fewer ids than are used', async () => {
    const clock = { now: START };
    const service = await startService(waiting(new MemorySyncStore()), { text: definitionsOf() }, clock, { mostIds: 1, compactEvery: 4 });
    const profiles = ['ann', 'bob'].map((id) => new Profile(id, definitionsOf(), clock));
    for (let i = 0; i < 8; i++) {
      for (const profile of profiles) profile.act();
      for (const { code } of await Promise.all(profiles.map((profile) => profile.upload(service)))) assert.equal(code, 'ok');
    }
    await assertNothingLost(service, profiles);
    assert.equal(profiles[0].acknowledged, 8);
  });

  test('as other definitions are published, in the data file', async (t) => {
    const clock = { now: START };
    const published = { text: definitionsOf() };
    const store = openSqliteSyncStore(path.join(folder, 'publish.db'));
    const service = await startService(store, published, clock, { compactEvery: 4 });
    t.after(() => service.close());
    const profiles = Array.from({ length: 10 }, (_, i) => new Profile(`user ${i}`, definitionsOf(), clock));
    for (let i = 0; i < 12; i++) {
      await Promise.all(profiles.map((profile, j) => {
        profile.act();
        // All are due to be folded in every fourth round, and the last of them comes with new definitions.
        if (j === 9) published.text = definitionsOf(`x${i}`);
        return profile.upload(service);
      }));
    }
    await assertNothingLost(service, profiles);
  });
});
