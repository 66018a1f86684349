// What the service of sync says when it refuses an upload because of its times.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, load } from '@oncue/engine';
import { MemorySyncStore, SyncService } from '@oncue/server/sync';

await load();

const NOW = 1_767_603_600_000;
const ANN = { key: 'user_id', id: 'ann' };

const GROUP = { name: 'person', version: 1, attribute_key: { name: 'user_id' }, attributes: [{ name: 'views', type: 'int64', aggregation: 'counter', events: [] }] };
const DEFINITIONS = JSON.stringify({ attribute_groups: [GROUP] });

function start() {
  const store = new MemorySyncStore();
  const createSyncEngine = () => {
    const engine = createEngine({ definitions: DEFINITIONS, syncKeys: ['user_id'], syncSource: 'facts', seed: 0, timeDriven: false });
    return { sync: (command, now) => engine.sync(command, { now }), dispose: () => engine.dispose() };
  };
  const service = new SyncService({ store, definitions: () => DEFINITIONS, createEngine: createSyncEngine, now: () => NOW });
  service.open();
  return service;
}

test('what is refused because of its time comes with what is known of the replica', () => {
  const service = start();
  const device = createEngine({ definitions: DEFINITIONS, syncKeys: ['user_id'], seed: 1 });
  device.sync({ do: 'status' }, { now: NOW });
  const view = (eid, now) => device.track({ e: 'pv', eid, uid: 'ann' }, { now });
  view('00000000-0000-4000-8000-000000000001', NOW);
  const { n, chain, code } = service.upload(ANN, device.sync({ do: 'upload', ...ANN }, { now: NOW }));
  assert.deepEqual([code, n], ['ok', 1]);
  view('00000000-0000-4000-8000-000000000002', NOW + 86_400_000);
  const both = device.sync({ do: 'upload', ...ANN }, { now: NOW + 86_400_000 });
  assert.equal(both.facts.length, 2);
  assert.deepEqual(service.upload(ANN, both), { code: 'future', n, chain, now: NOW });
});
