// The service of sync without HTTP, over a store in memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, load } from '@oncue/engine';
import { MemorySyncStore, SyncService } from '@oncue/server/sync';

await load();

const NOW = 1_767_603_600_000;
const ANN = { key: 'user_id', id: 'ann' };

function start() {
  const store = new MemorySyncStore();
  const createSyncEngine = () => {
    const engine = createEngine({ definitions: '[]', syncKeys: ['user_id'], syncSource: 'facts', seed: 0, timeDriven: false });
    return { sync: (command, now) => engine.sync(command, { now }), dispose: () => engine.dispose() };
  };
  const service = new SyncService({ store, definitions: () => '[]', createEngine: createSyncEngine, now: () => NOW });
  service.open();
  return service;
}

test('a claim moves the position that pings and states tell of', () => {
  const service = start();
  service.hello(ANN);
  service.claim(ANN, { epoch: 0, name: 'offer', version: 1, intervention_id: 'one', final: true });
  const { length } = service.entries(ANN, 0, 10);
  assert.equal(length, 1);
  assert.equal(service.position(ANN).cursor, length);
  assert.equal(service.state(ANN).cursor, length);
  const { generation } = service.hello(ANN);
  assert.equal(service.hello(ANN, undefined, `${generation}-${length}`).refetch, false);
});
