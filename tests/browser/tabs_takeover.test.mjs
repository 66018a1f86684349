// The lead passes on at a bad moment: what a replay makes of the log has the ids that were written down.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingDefinitions, useTabs } from './tabs_support.mjs';

const withTabs = useTabs();
const RULES = countingDefinitions([1, 2, 3]);

/** In the page: makes the plugin's database; with a base, as a tab does that was faster than this one. */
function makeDatabase(base) {
  return new Promise((resolve) => {
    const request = indexedDB.open('oncue', 1);
    request.onupgradeneeded = () => {
      for (const store of ['state', 'log', 'corrupt']) request.result.createObjectStore(store, { autoIncrement: store !== 'state' });
    };
    request.onsuccess = () => {
      const tx = request.result.transaction('state', 'readwrite');
      if (base) {
        tx.objectStore('state').put(base.term, 'term');
        tx.objectStore('state').put(base, 'base');
      }
      tx.oncomplete = () => {
        request.result.close();
        resolve();
      };
    };
  });
}

const names = (shown) => shown.map(({ name }) => name);

test('a database whose maker died before it wrote a base: the next tab that leads shows nothing again', () =>
  withTabs('maker', RULES, async ({ open, shown, until }) => {
    const first = await open({}, { prepare: `(${makeDatabase})()` });
    await first.leads();
    await first.run('click(); click()');
    await until(() => shown.length === 2);
    await first.saved();
    const second = await open();
    await second.leads();
    await second.run('click()');
    await until(() => shown.length > 2);
    await second.saved();
    assert.deepEqual(names(shown), ['at_1', 'at_2', 'at_3']);
    assert.equal(await second.clicks(), 3);
  }));

test('of two tabs that make the database the slower one leaves nothing in it, and each intervention is shown once', () =>
  withTabs('makers', RULES, async ({ open, shown, until }) => {
    const tab = await open();
    await tab.leads();
    await tab.run(makeDatabase, { term: 1, seed: '7', waiting: [], savedAt: 1 });
    await tab.run('click(); click()');
    await until(() => shown.length >= 2);
    await tab.saved();
    await tab.run('click()');
    await until(() => shown.length > 2);
    await tab.saved();
    assert.deepEqual(names(shown), ['at_1', 'at_2', 'at_3']);
    assert.equal(await tab.clicks(), 3);
    const { stored } = await tab.run('oncue.exportLocalSignals()');
    assert.ok(stored.log.length > 0);
    assert.ok(stored.log.every(({ term }) => term !== 1), 'no record of the reign that was none');
  }));

/** In the page: WebAssembly arrives when the test says `release()`. */
const HOLD = `{
  const { fetch } = window;
  const released = new Promise((resolve) => (window.release = resolve));
  window.fetch = async (...request) => {
    if (/\\.wasm/.test(request[0])) await released;
    return fetch(...request);
  };
}`;

test('ask in a tab that leads, but has no engine yet, waits for it', () =>
  withTabs('asks', RULES, async ({ open }) => {
    const tab = await open({}, { prepare: HOLD });
    await tab.run('click()');
    await tab.until('oncue.getStats().role === "leading"');
    await tab.run('void (window.answer = oncue.ask("getAttributes", "domain_userid"))');
    await tab.run('release()');
    assert.deepEqual(await tab.run('window.answer'), { counts: { clicks: 1 } });
  }));
