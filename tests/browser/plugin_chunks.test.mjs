// Parts of the plugin that are loaded on demand, where they cannot be loaded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingDefinitions, useTabs } from './tabs_support.mjs';

const withTabs = useTabs();
const path = '/bare/';

/** In the page: adds records to a store of the database while no tab uses it, and reads what is in another. */
function addAndRead(to, records, from) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('oncue');
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const tx = request.result.transaction([to, from], 'readwrite');
      for (const record of records) tx.objectStore(to).add(record);
      const read = tx.objectStore(from).getAll();
      tx.oncomplete = () => {
        request.result.close();
        resolve(read.result);
      };
    };
  });
}

async function goTo(tab, pathname, condition) {
  await tab.call('Page.navigate', { url: await tab.run(`location.origin + "${pathname}"`) });
  await tab.until(`location.pathname === "${pathname}" && ${condition}`);
}

test('corrupt records are set aside, the latest five, where no part of the plugin can be loaded any more', () =>
  withTabs('bare', countingDefinitions([3]), async ({ open, shown, until }) => {
    const tab = await open({}, { path });
    await tab.run('click(); click()');
    await tab.saved();
    await goTo(tab, '/elsewhere.json', 'true');
    const corrupt = [1, 2, 3, 4, 5, 6].map((n) => ({ term: 1e6, entries: [{ at: 'never', text: { n } }] }));
    await tab.run(addAndRead, 'log', corrupt, 'corrupt');
    await goTo(tab, path, 'window.handled?.length === 0');
    await tab.start();
    await tab.ready();
    assert.equal(await tab.clicks(), 2);
    await tab.run('click()');
    await until(() => shown.length === 1);
    await tab.saved();
    await goTo(tab, '/elsewhere.json', 'true');
    const kept = await tab.run(addAndRead, 'log', [], 'corrupt');
    assert.deepEqual(kept, corrupt.slice(1), 'nothing of them is lost with the log');
  }));
