// The store over a database that fails now and then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDatabases } from './fake_database.mjs';
import { importInto } from './source.mjs';

const RECORD = { entries: ['event'], fired: [], done: [] };
const base = () => ({ seed: '1', waiting: [], savedAt: 0 });

async function start() {
  const indexedDB = createDatabases();
  const { createStore, Deposed } = await importInto({ indexedDB, localStorage: {} }, 'storage/store');
  const store = createStore('shop');
  await store.begin(base);
  const stored = () => Object.fromEntries([...indexedDB.databases.get('shop').stores].map(([name, rows]) => [name, [...rows.values()]]));
  return { indexedDB, store, stored, Deposed };
}

/** What a browser says that has trouble with its disk: once, when the database is opened, or when it is first written to. */
const failures = {
  'cannot be opened'(indexedDB) {
    const { open } = indexedDB;
    indexedDB.open = () => {
      indexedDB.open = open;
      const request = { error: new DOMException('disk', 'UnknownError') };
      setImmediate(() => request.onerror());
      return request;
    };
  },
  'cannot be written to'(indexedDB) {
    const { open } = indexedDB;
    indexedDB.open = (...given) => {
      indexedDB.open = open;
      const request = open(...given);
      let result;
      Object.defineProperty(request, 'result', {
        get: () => result,
        set(opened) {
          result = { ...opened, transaction: () => { throw new DOMException('disk', 'QuotaExceededError'); }, close: opened.close };
        },
      });
      return request;
    };
  },
};

for (const [what, fail] of Object.entries(failures)) {
  for (const then of ['append', 'save']) {
    test(`a database that ${what} when it is made is made later, by ${then}`, async () => {
      const { indexedDB, store, stored } = await start();
      fail(indexedDB);
      await assert.rejects(store.append(RECORD), DOMException);
      if (then === 'save') await store.save({ ...base(), seed: '2' });
      await store.append(RECORD);
      const { state, log } = stored();
      assert.deepEqual([state[0], state[1].seed, log], [1, then === 'save' ? '2' : '1', [{ term: 1, ...RECORD }]]);
    });
  }
}

test('a connection over which nothing could be written keeps nobody from deleting the database', async () => {
  const { indexedDB, store } = await start();
  failures['cannot be written to'](indexedDB);
  await assert.rejects(store.append(RECORD), DOMException);
  await store.append(RECORD);
  let isErased = false;
  void store.erase().then(() => (isErased = true));
  for (let n = 0; n < 100; n++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isErased, true);
});

test('a connection that the browser has closed ends the reign, whatever is to be written', async () => {
  const { indexedDB, store, Deposed } = await start();
  await store.append(RECORD);
  indexedDB.closeAll('shop');
  assert.equal(store.note({ text: 'event' }), false);
  await assert.rejects(store.append(RECORD), Deposed);
  await assert.rejects(store.save(base()), Deposed);
});
