// Events that are only noted in localStorage so far: nothing of them is lost, counted twice, or left behind.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingDefinitions, useTabs } from './tabs_support.mjs';

const withTabs = useTabs();
const RULES = countingDefinitions([100]);

/** In the page: what is noted, by key. */
const notes = () => Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith('oncue:')));
const countNotes = (tab) => tab.run(`Object.keys((${notes})()).length`);
/** Events in the database's log. */
const logged = async (tab) => (await tab.run('oncue.exportLocalSignals()')).stored.log.flatMap(({ entries = [] }) => entries).length;

/** Opens a tab whose database is there, so that events are noted. */
async function openNoting(open, ...options) {
  const tab = await open(...options);
  await tab.ready();
  await tab.run('click()');
  await tab.until('(async () => (await oncue.exportLocalSignals()).stored?.log.some(({ entries }) => entries?.length))()');
  return tab;
}

/** One click a task, each noted before the next one begins. */
async function click(tab, count) {
  for (let n = 0; n < count; n++) await tab.run('click()');
  await tab.saved();
}

/** Goes where the plugin is not, does something there, and comes back. */
async function meanwhile(tab, action, prepare = '') {
  await tab.call('Page.navigate', { url: await tab.run('location.origin + "/elsewhere.json"') });
  await tab.until('location.pathname === "/elsewhere.json"');
  await action();
  await tab.call('Page.navigate', { url: await tab.run('location.origin + "/"') });
  await tab.until('location.pathname === "/" && window.handled?.length === 0');
  await tab.run(prepare);
  await tab.start();
  await tab.ready();
}

test('design storage: events alone are noted, and a tab that is killed then has lost none', () =>
  withTabs('noted', RULES, async ({ open }) => {
    const tab = await openNoting(open);
    const before = await logged(tab);
    await click(tab, 5);
    assert.equal(await countNotes(tab), 5);
    assert.equal(await logged(tab), before, 'no transaction has them');
    await tab.crash();
    const next = await open();
    await next.leads();
    assert.equal(await next.clicks(), 6);
    await next.until(`Object.keys((${notes})()).length === 0`);
    await click(next, 1);
    assert.equal(await next.clicks(), 7);
  }));

test('after 32 notes the next event takes all of them into the database, and none counts twice', () =>
  withTabs('full-notes', RULES, async ({ open }) => {
    const tab = await openNoting(open);
    await click(tab, 40);
    assert.ok((await logged(tab)) >= 33);
    assert.equal(await countNotes(tab), 32);
    await tab.call('Page.reload');
    await tab.until('window.handled?.length === 0');
    await tab.start();
    await tab.ready();
    assert.equal(await tab.clicks(), 41);
  }));

test('a tab that is hidden has the database take its notes over', () =>
  withTabs('hidden-notes', RULES, async ({ open, browser }) => {
    const tab = await openNoting(open);
    const before = await logged(tab);
    await click(tab, 3);
    const other = await browser.openTab('about:blank');
    await tab.until('document.visibilityState === "hidden"');
    await tab.until(`(async () => (await oncue.exportLocalSignals()).stored.log.flatMap(({ entries = [] }) => entries).length >= ${before + 3})()`);
    await other.close();
  }));

test('what fires in the only tab is noted before it is shown: a tab that is killed then has it neither lost nor shown again', () =>
  withTabs('shown-notes', countingDefinitions([4, 5, 6]), async ({ open, shown, until }) => {
    const tab = await openNoting(open);
    // A second later it would be in the database, which may be before a busy machine has read what is noted.
    await tab.run(`{
      const { setTimeout } = window;
      window.setTimeout = (action, ms, ...given) => ms >= 1000 ? 0 : setTimeout(action, ms, ...given);
      const { transaction } = IDBDatabase.prototype;
      window.transactions = 0;
      IDBDatabase.prototype.transaction = function (...given) { window.transactions++; return transaction.apply(this, given); };
    }`);
    await click(tab, 3);
    await until(() => shown.length === 1);
    await click(tab, 1);
    await until(() => shown.length === 2);
    const noted = Object.values(await tab.run(notes)).map((note) => note.split('\n'));
    assert.deepEqual(noted.flatMap(([, , , shown]) => (shown ? JSON.parse(shown).done : [])).sort(), shown.map(({ id }) => id).sort());
    assert.deepEqual(noted.map(([, , event]) => JSON.parse(event).e), ['se', 'se', 'se', 'se'], 'each with the event that fired it');
    assert.equal(await tab.run('transactions'), 0);
    await tab.crash();
    const next = await open();
    await next.leads();
    await click(next, 1);
    await until(() => shown.length === 3);
    assert.equal(await next.clicks(), 6);
    assert.deepEqual(shown.map(({ name }) => name), ['at_4', 'at_5', 'at_6']);
  }));

test('what is shown of an event is noted when track() returns: a tab that is killed before its handlers run does not have it shown twice', () =>
  withTabs('killed-between', countingDefinitions([2, 3]), async ({ open, shown, until }) => {
    const tab = await openNoting(open);
    const note = await tab.run(`(() => {
      // No task follows in which it could be shown, or written to the database.
      window.setTimeout = () => 0;
      click();
      const note = Object.values((${notes})())[0];
      for (const name of ['put', 'add']) IDBObjectStore.prototype[name] = () => { throw new Error(); };
      return [note, window.handled.length];
    })()`);
    assert.equal(JSON.parse(note[0].split('\n')[3]).done.length, 1);
    assert.equal(note[1], 0, 'nothing is shown inside track()');
    await tab.crash();
    const before = shown.length;
    const next = await open();
    await next.leads();
    await click(next, 1);
    assert.equal(await next.clicks(), 3);
    await until(() => shown.length === before + 1);
    assert.equal(shown.at(-1).name, 'at_3');
  }));

test('what was shown is in the database a second later, with the notes before it', () =>
  withTabs('fired-notes', countingDefinitions([4]), async ({ open, shown, until }) => {
    const tab = await openNoting(open);
    await click(tab, 3);
    await until(() => shown.length === 1);
    await tab.until('(async () => (await oncue.exportLocalSignals()).stored.log.some(({ done }) => done?.length))()');
    const { stored } = await tab.run('oncue.exportLocalSignals()');
    assert.equal(stored.log.flatMap(({ entries = [] }) => entries).length, 4);
    assert.deepEqual(stored.log.flatMap(({ done = [] }) => done), [shown[0].id]);
    await tab.crash();
    const next = await open();
    await next.leads();
    await click(next, 1);
    assert.equal(await next.clicks(), 5);
    assert.equal(shown.length, 1);
  }));

test('beside another tab what fires is in the database before it is shown', () =>
  withTabs('fired-beside', countingDefinitions([4]), async ({ open, shown, until }) => {
    const tab = await openNoting(open);
    await (await open()).ready();
    // The window system may give the browser's window no focus.
    await tab.run('document.hasFocus = () => true; void 0');
    await tab.call('Page.bringToFront');
    await tab.until('oncue.getStats().role === "leading" && document.visibilityState === "visible"');
    const text = `(async () => (await oncue.exportLocalSignals()).stored.log.flatMap(({ done = [] }) => done))()`;
    await click(tab, 3);
    await until(() => shown.length === 1);
    assert.deepEqual(await tab.run(text), [shown[0].id]);
  }));

for (const [how, prepare] of [
  ['blocked', `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked', 'SecurityError'); } }); void 0`],
  ['full', `for (let size = 2 ** 20; size >= 1; size /= 2) try { for (;;) localStorage.setItem('shop' + localStorage.length, 'x'.repeat(size)); } catch {}`],
]) {
  test(`localStorage that is ${how}: every event goes to the database`, () =>
    withTabs(`ls-${how}`, RULES, async ({ open }) => {
      const tab = await openNoting(open, {}, { prepare });
      const before = await logged(tab);
      await click(tab, 5);
      assert.equal(await logged(tab), before + 5);
      assert.equal((await tab.stats()).storage.trouble, undefined);
      await tab.crash();
      const next = await open({}, { prepare });
      await next.leads();
      assert.equal(await next.clicks(), 6);
    }));
}

test('a note that cannot be read is set aside and reported, the others count, and none of them stays', () =>
  withTabs('bad-note', RULES, async ({ open }) => {
    const tab = await openNoting(open);
    await click(tab, 2);
    // Without a word, as when it crashes; the pages it goes to have no plugin.
    const others = { 'oncue:shop': 'not ours', 'oncue:2024': 'not ours', 'oncue:3d-viewer': 'not ours', 'oncue:1:3:0': 'of a storageName oncue:1' };
    const bad = { 'oncue:1:7': 'cut o', 'oncue:1:8': 'never\nsp\n{"e":"se"}', 'oncue:1:9': '5\nsp\nnull', ...others };
    const log = `window.errors = []; console.error = (...words) => errors.push(words.join(' '));`;
    await meanwhile(tab, () => tab.run((bad) => Object.assign(localStorage, bad), bad), log);
    assert.equal(await tab.clicks(), 3);
    assert.equal((await tab.run('errors')).filter((text) => text.includes('set aside')).length, 3);
    await tab.until(`Object.keys((${notes})()).length === 4`);
    await tab.until('(async () => (await oncue.exportLocalSignals()).stored.corrupt.length === 3)()');
    assert.deepEqual(await tab.run(notes), others);
    await click(tab, 1);
    assert.equal(await tab.clicks(), 4);
  }));

test('a note that reaches the process of the next leader late counts, once', () =>
  withTabs('late', RULES, async ({ open }) => {
    const other = await openNoting(open);
    await click(other, 1);
    const [text] = await other.run(`Object.values((${notes})())`);
    const leader = await open();
    await leader.leads();
    assert.equal(await leader.clicks(), 2);
    const late = text.replace(/"eid":"[^"]*"/, '"eid":"55555555-5555-4555-8555-555555555555"');
    await other.run((late) => localStorage.setItem('oncue:1:20', late), late);
    await leader.until('clicks().then((count) => count === 3)');
    await other.run((late) => localStorage.setItem('oncue:1:21', late), late);
    await other.run('click()');
    await leader.until('clicks().then((count) => count === 4)');
    assert.equal(await leader.clicks(), 4);
  }));

test('clearLocalSignals in another tab leaves no note', () =>
  withTabs('forget-notes', RULES, async ({ open }) => {
    const first = await open();
    const leader = await openNoting(open);
    await leader.leads();
    await click(leader, 3);
    assert.equal(await countNotes(leader), 3);
    await first.run('oncue.clearLocalSignals()');
    await leader.until('clicks().then((count) => count === 0)');
    for (const tab of [first, leader]) await tab.until(`Object.keys((${notes})()).length === 0`);
    assert.deepEqual((await leader.run('oncue.exportLocalSignals()')).stored, undefined);
  }));

test('exportLocalSignals has the notes; their keys are those that the consent list names', () =>
  withTabs('export-notes', RULES, async ({ open }) => {
    const tab = await openNoting(open);
    await click(tab, 2);
    const { stored } = await tab.run('oncue.exportLocalSignals()');
    assert.deepEqual(stored.notes.map(({ event }) => event.text.e), ['se', 'se']);
    for (const note of stored.notes) assert.deepEqual(Object.keys(note).sort(), ['event', 'key', 'slot', 'term']);
    const keys = Object.keys(await tab.run(notes));
    assert.deepEqual(keys.filter((key) => !/^oncue:\d+:\d+$/.test(key)), []);
    assert.equal(keys.length, 2);
  }));

test('beside a tab with an older version nothing is only noted', () =>
  withTabs('older', RULES, async ({ open }) => {
    const older = await open();
    await older.leads();
    const newer = await open({}, { path: '/later/' });
    await newer.leads();
    await newer.run('click()');
    await older.saved();
    for (let n = 0; n < 3; n++) {
      await newer.run('click()');
      await older.run('click()');
    }
    for (const tab of [older, newer]) await tab.saved();
    assert.equal(await countNotes(newer), 0);
    assert.equal(await newer.clicks(), 7);
  }));

test('new definitions: the first event of a page counts that is only noted before they are there, and what waits is kept', () =>
  withTabs('noted-definitions', RULES, async ({ open, shown, until }) => {
    const waiting = countingDefinitions([2]);
    const tab = await open({ definitions: waiting, handlers: {} });
    await tab.ready();
    for (let n = 0; n < 2; n++) await tab.run('click()');
    await tab.saved();
    const start = async (options) => {
      await tab.call('Page.reload');
      await tab.until('window.handled?.length === 0');
      await tab.start(options);
    };
    // Its opening snapshot leaves no log.
    await start({ definitions: waiting, handlers: {} });
    await tab.ready();
    await tab.until('(async () => !(await oncue.exportLocalSignals()).stored.log.some(({ entries }) => entries?.length))()');
    await start({ definitions: countingDefinitions([2, 100]), handlers: {} });
    await tab.run('click()');
    await tab.ready();
    await tab.until(`(async () => (await oncue.exportLocalSignals()).stored.state[0].waiting.length === 1)()`);
    await start({ definitions: countingDefinitions([2, 100]) });
    await tab.ready();
    assert.equal(await tab.clicks(), 3);
    await until(() => shown.length === 1);
  }));

test('a note is replayed before what a later reign logged', () => {
  const latest = { name: 'latest', type: 'string', aggregation: 'last', property: { name: 'se_label' } };
  const rules = structuredClone(RULES);
  rules.attribute_groups[0].attributes.push({ ...latest, events: rules.attribute_groups[0].attributes[0].events });
  return withTabs('order', rules, async ({ open }) => {
    const tab = await openNoting(open);
    const [{ text }] = (await tab.run('oncue.exportLocalSignals()')).stored.log.flatMap(({ entries = [] }) => entries);
    const event = (n) => JSON.stringify({ ...text, se_la: `number ${n}`, eid: `55555555-5555-4555-8555-55555555555${n}` });
    const put = async ([first, second, at]) => {
      localStorage.setItem('oncue:1:0', `${at}\nsp\n${first}`);
      const db = await new Promise((resolve) => (indexedDB.open('oncue').onsuccess = ({ target }) => resolve(target.result)));
      const tx = db.transaction(['state', 'log'], 'readwrite');
      tx.objectStore('state').put(2, 'term');
      tx.objectStore('log').add({ term: 2 });
      tx.objectStore('log').add({ term: 2, entries: [{ key: JSON.parse(second).eid, tab: '', tracker: 'sp', at, text: second }], fired: [], done: [] });
      await new Promise((resolve) => (tx.oncomplete = resolve));
      db.close();
    };
    await meanwhile(tab, () => tab.run(put, [event(1), event(2), Date.now()]));
    assert.equal(await tab.clicks(), 3);
    assert.equal((await tab.run(`oncue.ask('getAttributes', 'domain_userid')`)).counts.latest, 'number 2');
  });
});

test('a database without room, localStorage with some: what fired is shown, and not again on the next page', () =>
  withTabs('full-database', countingDefinitions([3]), async ({ open, shown, until }) => {
    const full = `IDBObjectStore.prototype.add = function () { this.transaction.abort(); throw new DOMException('full', 'QuotaExceededError'); }; void 0`;
    const tab = await openNoting(open);
    await click(tab, 1);
    await tab.run(full);
    await tab.run('click()');
    await until(() => shown.length === 1);
    for (let page = 0; page < 2; page++) {
      await tab.call('Page.reload');
      await tab.until('window.handled?.length === 0');
      await tab.start();
      await tab.ready();
      assert.equal(await tab.clicks(), 1, 'what was known went with the page');
    }
    assert.equal(shown.length, 1);
  }));
