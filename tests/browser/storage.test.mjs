// What is stored, when, and what becomes of it: consent, forgetting, other definitions, corrupt records, full disks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingDefinitions, useTabs } from './tabs_support.mjs';

const withTabs = useTabs();
const RULES = countingDefinitions([2, 4]);

/** In the page: everything this origin stores, whoever put it there. */
async function listStorage() {
  const databases = (await indexedDB.databases()).map(({ name }) => name);
  return { databases, localStorage: Object.keys(localStorage), session: Object.keys(sessionStorage), caches: await caches.keys(), cookie: document.cookie };
}
/** In the page: changes a store of the database while no tab uses it. */
function editDatabase(store, key, value) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('oncue');
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      const tx = db.transaction(store, 'readwrite');
      if (key === null) tx.objectStore(store).add(value);
      else if (typeof value === 'string') {
        tx.objectStore(store).get(key).onsuccess = ({ target }) => {
          const record = target.result;
          record.bytes = record.bytes.slice(0, Number(value));
          tx.objectStore(store).put(record, key);
        };
      } else tx.objectStore(store).put(value, key);
      tx.oncomplete = () => {
        db.close();
        resolve();
      };
    };
  });
}
const nothing = { databases: [], localStorage: [], session: [], caches: [], cookie: '' };
const quiet = { tracker: { stateStorageStrategy: 'none' } };

/** Leaves the shop, does something to its database on a page without the plugin, and comes back. */
async function meanwhile(tab, action, options) {
  await tab.saved();
  await tab.call('Page.navigate', { url: await tab.run('location.origin + "/elsewhere.json"') });
  await tab.until('location.pathname === "/elsewhere.json"');
  await action();
  await tab.call('Page.navigate', { url: await tab.run('location.origin + "/"') });
  await tab.until('location.pathname === "/" && window.handled?.length === 0');
  await tab.start(options);
  await tab.ready();
}

test('a first visit with hundreds of events in one task keeps its lead while the database is made', () =>
  withTabs('burst', RULES, async ({ open }) => {
    const tab = await open();
    await tab.ready();
    await tab.run('for (let n = 0; n < 500; n++) click()');
    await tab.saved();
    const { stored } = await tab.run('oncue.exportLocalSignals()');
    assert.equal(stored.state.at(-1), 1, 'one reign');
  }));

test('plugin 6: nothing is stored before consent', () =>
  withTabs('consent', RULES, async ({ open }) => {
    const tab = await open({ ...quiet, enabled: false });
    await tab.until('oncue.getStats().state === "ready"');
    await tab.run('for (let n = 0; n < 3; n++) click()');
    await tab.until('oncue.getStats().skipped.disabled === 3');
    assert.deepEqual(await tab.run(listStorage), nothing);
    assert.deepEqual(await tab.run('navigator.locks.query()'), { held: [], pending: [] });
    assert.deepEqual(await tab.run('oncue.exportLocalSignals()'), {});
  }));

test('plugin 6 (2): events without domain_userid are counted in memory and never stored', () =>
  withTabs('anonymous', countingDefinitions([2]), async ({ open }) => {
    for (const anonymousTracking of [true, { withServerAnonymisation: true }, {}]) {
      const tab = await open({ tracker: { stateStorageStrategy: 'cookieAndLocalStorage', anonymousTracking } });
      await tab.ready();
      await tab.run('click(); click(); click()');
      await tab.saved();
      const { databases, cookie } = await tab.run(listStorage);
      assert.deepEqual([databases, cookie], [[], '']);
      assert.equal(await tab.run('oncue.getStats().engine.events'), 3);
      await tab.close();
    }
  }));

test('plugin 6 (3): while tracking is anonymous the stored state stays, unused', () =>
  withTabs('transition', RULES, async ({ open, shown }) => {
    const tab = await open();
    await tab.ready();
    await tab.run('click()');
    await tab.saved();
    await tab.run('tracker.enableAnonymousTracking(); click(); click(); click()');
    await tab.saved();
    assert.equal(shown.length, 0);
    assert.equal(await tab.clicks(), 0, 'no id, no value');
    await tab.run('tracker.disableAnonymousTracking(); click()');
    await tab.until('handled.length === 1');
    assert.equal(await tab.clicks(), 2);
  }));

test('plugin 6 (4): clearUserData begins a new visitor; the old one’s values stay under the old id', () =>
  withTabs('newuser', RULES, async ({ open }) => {
    const tab = await open();
    await tab.ready();
    await tab.run('click(); click()');
    await tab.run('tracker.clearUserData(); click()');
    await tab.saved();
    assert.equal(await tab.clicks(), 1);
    const { attributes } = await tab.run('oncue.exportLocalSignals()');
    const counts = Object.values(attributes.domain_userid).map(({ counts }) => counts.clicks);
    assert.deepEqual(counts.sort(), [1, 2]);
  }));

test('clearLocalSignals in one tab erases the database and makes every tab forget', () =>
  withTabs('forget', RULES, async ({ open, shown, until }) => {
    const first = await open();
    const second = await open();
    await second.leads();
    await second.run('click(); click(); click()');
    await until(() => shown.length === 1);
    await first.run('oncue.clearLocalSignals()');
    await until(async () => !(await first.run(listStorage)).databases.length);
    assert.equal((await second.clicks()), 0);
    await second.run('click(); click()');
    await until(() => shown.length === 2);
    assert.equal(await first.clicks(), 2);
    assert.notEqual(shown[0].id, shown[1].id);
  }));

test('exportLocalSignals: values, events since the snapshot, and what waits, as JSON', () =>
  withTabs('export', countingDefinitions([2]), async ({ open }) => {
    const tab = await open();
    await tab.ready();
    await tab.run('click()');
    await tab.saved();
    const { attributes, stored } = await tab.run('oncue.exportLocalSignals()');
    const [[duid, values]] = Object.entries(attributes.domain_userid);
    assert.deepEqual(values, { counts: { clicks: 1 } });
    const [entry] = stored.log.flatMap(({ entries = [] }) => entries);
    assert.equal(entry.text.duid, duid);
    assert.equal(entry.text.e, 'se');
    assert.deepEqual(stored.corrupt, []);
  }));

test('exportLocalSignals: an intervention that waits for somebody to show it', () =>
  withTabs('export-waiting', countingDefinitions([2]), async ({ open, shown, until }) => {
    const tab = await open();
    const waiting = async () => {
      const { state, log } = (await tab.run('oncue.exportLocalSignals()')).stored;
      const fired = [...state, ...log].flatMap(({ waiting = [], fired = [] }) => [...waiting, ...fired]);
      // The first snapshot and the record after it may both have it.
      return [...new Map(fired.map(({ intervention }) => [intervention.intervention_id, intervention])).values()];
    };
    await tab.ready();
    await tab.run(`oncue.removeInterventionHandlers('show'); click(); click()`);
    await tab.saved();
    const [one, ...others] = await waiting();
    assert.deepEqual([one.name, others], ['at_2', []]);
    await meanwhile(tab, async () => {}, { handlers: {} });
    assert.deepEqual(await waiting(), [one], 'for the next page');
    await tab.run('oncue.addInterventionHandlers({ show: ({ name, intervention_id }) => window.shown(JSON.stringify({ name, id: intervention_id })) }); void 0');
    await until(() => shown.length === 1);
    assert.equal(shown[0].id, one.intervention_id);
    await meanwhile(tab, async () => {});
    assert.deepEqual(await waiting(), []);
  }));

test('design: of each attribute key the 1,000 ids that were seen last are kept', () => {
  const visitors = countingDefinitions([]);
  visitors.attribute_groups[0].attribute_key = { name: 'user_id' };
  return withTabs('many', visitors, async ({ open }) => {
    const tab = await open();
    await tab.ready();
    await tab.run(() => {
      const come = (id) => {
        tracker.setUserId(id);
        click();
      };
      for (let n = 0; n < 1000; n++) come(`u${n}`);
      come('u0');
    });
    const look = () => tab.run(`[oncue.getStats().engine.ids, ...['u0', 'u1', 'u999', 'u1000'].map((id) => oncue.getAttributes('user_id', id)?.counts.clicks ?? null)]`);
    assert.deepEqual(await look(), [1000, 2, 1, 1, null]);
    await tab.run(`tracker.setUserId('u1000'); click()`);
    const [ids, ...clicks] = await look();
    assert.ok(ids <= 1000 && ids > 950, `${ids} ids`);
    assert.deepEqual(clicks, [2, null, 1, 1], 'the one that was seen least recently is gone');
    await meanwhile(tab, async () => {});
    assert.deepEqual(await look(), [ids, ...clicks]);
  });
});

/** In the page: what the database holds, in bytes of snapshot and definitions and in characters of what the log's entries say. */
function measureDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('oncue');
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      const tx = db.transaction(['state', 'log']);
      const base = tx.objectStore('state').get('base');
      const log = tx.objectStore('log').getAll();
      tx.oncomplete = () => {
        db.close();
        const { bytes = '', definitions = '' } = base.result;
        resolve(bytes.length + definitions.length + JSON.stringify(log.result.flatMap(({ entries = [] }) => entries)).length);
      };
    };
  });
}

test('getStats tells how much is stored, also on pages that write nothing', () =>
  withTabs('bytes', countingDefinitions([]), async ({ open, until }) => {
    const tab = await open();
    const bytes = async () => (await tab.stats()).storage.bytes;
    const compare = async (when) => {
      const [told, stored] = [await bytes(), await tab.run(measureDatabase)];
      assert.ok(told > stored / 2 && told < stored * 2, `${when}: ${told} of ${stored}`);
    };
    await tab.ready();
    assert.equal(await bytes(), 0);
    await tab.run('click()');
    await tab.saved();
    await compare('a database that was just made');
    for (let n = 0; n < 3; n++) {
      await meanwhile(tab, async () => {});
      await compare(`page ${n + 2}`);
    }
    const before = await bytes();
    const stored = await tab.run(measureDatabase);
    await tab.run('click(); click()');
    await until(async () => (await tab.run(listStorage)).localStorage.some((key) => key.startsWith('oncue:')));
    assert.equal(await bytes(), before, 'only noted');
    // As when the visitor turns to another tab.
    await tab.run(`Object.defineProperty(document, 'visibilityState', { value: 'hidden' }); document.dispatchEvent(new Event('visibilitychange'))`);
    await until(async () => (await tab.run(measureDatabase)) > stored);
    assert.ok((await bytes()) > before);
    await compare('with what was noted');
  }));

test('a corrupt snapshot and a corrupt record are set aside and reported, and the rest goes on', () =>
  withTabs('corrupt', RULES, async ({ open }) => {
    const tab = await open();
    await tab.ready();
    await tab.run('click()');
    await meanwhile(tab, () => tab.run(editDatabase, 'log', null, { term: 1e6, entries: [{ at: 'never', text: {} }] }));
    assert.equal(await tab.clicks(), 1);
    await meanwhile(tab, () => tab.run(editDatabase, 'state', 'base', '40'));
    assert.equal(await tab.clicks(), 0);
    await tab.run('click(); click()');
    await tab.saved();
    assert.equal(await tab.clicks(), 2);
    const { stored } = await tab.run('oncue.exportLocalSignals()');
    assert.equal(stored.corrupt.length, 2);
    await meanwhile(tab, async () => {});
    assert.equal(await tab.clicks(), 2);
  }));

/** As without a network, where a service worker keeps the smaller WebAssembly only. */
const blockLarger = (tab, urls = ['*/oncue.page.wasm']) => Promise.all([tab.call('Network.enable'), tab.call('Network.setBlockedURLs', { urls })]);

test('a corrupt snapshot is set aside although the larger WebAssembly cannot be had', () =>
  withTabs('corrupt-offline', RULES, async ({ open }) => {
    const tab = await open();
    await tab.ready();
    await tab.run('click(); click()');
    await meanwhile(tab, async () => {});
    await tab.saved();
    await blockLarger(tab);
    await meanwhile(tab, () => tab.run(editDatabase, 'state', 'base', '40'));
    assert.equal(await tab.clicks(), 0);
    await tab.run('click()');
    await tab.saved();
    assert.equal((await tab.run('oncue.exportLocalSignals()')).stored.corrupt.length, 1);
    await meanwhile(tab, async () => {});
    assert.equal(await tab.clicks(), 1);
  }));

test('what only the larger WebAssembly can read waits for it: nothing is counted, and nothing written over it', () =>
  withTabs('larger-offline', RULES, async ({ open }) => {
    const delayed = structuredClone(RULES);
    for (const rule of delayed.interventions) rule.delivery = { delay: 'PT1H' };
    const tab = await open({ definitions: delayed });
    await tab.ready();
    await tab.run('click(); click()');
    await tab.saved();
    await blockLarger(tab);
    await tab.call('Page.reload');
    await tab.until('window.handled?.length === 0');
    await tab.start({});
    await tab.until('oncue.getStats().state === "failed"');
    assert.match((await tab.stats()).failure, /could not be loaded from \S+\/oncue\.page\.wasm: /);
    await tab.run('click()');
    await blockLarger(tab, []);
    await tab.call('Page.reload');
    await tab.until('window.handled?.length === 0');
    await tab.start({});
    await tab.ready();
    assert.equal(await tab.clicks(), 2);
    await tab.run('click(); click()');
    await tab.saved();
    assert.equal(await tab.clicks(), 4);
    assert.deepEqual((await tab.run('oncue.exportLocalSignals()')).stored.corrupt, []);
  }));

test('other definitions: unchanged attributes keep their values, the log counts under the old ones', () =>
  withTabs('definitions', RULES, async ({ open, shown }) => {
    const tab = await open();
    await tab.ready();
    await tab.run('click(); click(); click()');
    const changed = structuredClone(RULES);
    changed.attribute_groups[0].attributes.push({ ...changed.attribute_groups[0].attributes[0], name: 'seconds', aggregation: 'time_since_last', type: 'double', time_unit: 's' });
    await meanwhile(tab, async () => {}, { definitions: changed });
    const { attributes } = await tab.run('oncue.exportLocalSignals()');
    const [{ counts }] = Object.values(attributes.domain_userid);
    assert.deepEqual(counts, { clicks: 3, seconds: null });
    await tab.run('click()');
    await tab.until('handled.length === 1');
    assert.deepEqual(shown.map(({ name }) => name), ['at_2', 'at_4']);
  }));

test('without IndexedDB the page goes on in memory, says so once, and forgets and exports all the same', () =>
  withTabs('memory', RULES, async ({ open, shown, until }) => {
    // As in a browser that blocks a site's data: there every use throws.
    const prepare = `Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('blocked', 'SecurityError'); } });
      window.warnings = []; console.warn = (...words) => warnings.push(words.join(' '));`;
    const tab = await open({}, { prepare });
    await tab.ready();
    await tab.run('click(); click(); click()');
    await until(() => shown.length === 1);
    await tab.saved();
    assert.equal(await tab.clicks(), 3);
    assert.match((await tab.stats()).storage.trouble, /blocked/);
    assert.equal((await tab.run('warnings')).filter((text) => text.includes('nothing can be stored')).length, 1);
    assert.equal(Object.keys((await tab.run('oncue.exportLocalSignals()')).attributes.domain_userid).length, 1);
    await tab.run('oncue.clearLocalSignals()');
    assert.equal(await tab.clicks(), 0);
  }));

/** The strategy that stores most, and what the visitor has asked for. */
const STORING = { stateStorageStrategy: 'cookieAndLocalStorage' };
const REFUSALS = {
  'an opt-out cookie': {
    prepare: `document.cookie = 'opted_out=1'`,
    after: `tracker.setOptOutCookie('opted_out')`,
    tracker: STORING,
    left: { ...nothing, cookie: 'opted_out=1' },
  },
  'Do-Not-Track': {
    prepare: `Object.defineProperty(navigator, 'doNotTrack', { value: '1' })`,
    tracker: { ...STORING, respectDoNotTrack: true },
    left: nothing,
  },
};
for (const [what, { prepare, after = '', tracker, left }] of Object.entries(REFUSALS)) {
  test(`plugin 6: nothing is stored with ${what}`, () =>
    withTabs(`refused-${Object.keys(REFUSALS).indexOf(what)}`, RULES, async ({ open, shown }) => {
      const tab = await open({ tracker }, { prepare });
      await tab.ready();
      await tab.run(`${after}; for (let n = 0; n < 3; n++) click()`);
      assert.equal((await tab.stats()).skipped.optedOut, 3);
      await tab.saved();
      assert.deepEqual(await tab.run(listStorage), left);
      assert.deepEqual((await tab.run('oncue.exportLocalSignals()')).stored, undefined);
      assert.deepEqual(shown, []);
    }));
}

test('plugin 6 (2): anonymous with session tracking: the tracker stores its session, OnCue nothing', () =>
  withTabs('session-only', RULES, async ({ open }) => {
    const tab = await open({ tracker: { ...STORING, anonymousTracking: { withSessionTracking: true } } });
    await tab.ready();
    await tab.run('click(); click(); click()');
    await tab.saved();
    assert.equal(await tab.run('oncue.getStats().engine.events'), 3);
    const { cookie, localStorage, ...rest } = await tab.run(listStorage);
    assert.deepEqual(rest, { databases: [], session: [], caches: [] });
    const names = [...cookie.split('; ').map((one) => one.split('=')[0]), ...localStorage];
    assert.deepEqual(names.filter((name) => !/^_sp_|^snowplowOutQueue_/.test(name)), []);
  }));

test('plugin 6 (2): what an anonymous event fires is shown in a task of its own too, one after the other', () => {
  const rules = structuredClone(countingDefinitions([2, 3, 3]));
  rules.interventions[2].name = 'other_at_3';
  rules.attribute_groups[0].attribute_key = { name: 'domain_sessionid' };
  for (const rule of rules.interventions) rule.target_attribute_keys = [{ name: 'domain_sessionid' }];
  return withTabs('anonymous-tasks', rules, async ({ open, shown, until }) => {
    const tab = await open({ tracker: { ...STORING, anonymousTracking: { withSessionTracking: true } } });
    await tab.ready();
    assert.deepEqual(await tab.run('click(), click(), click(), handled.slice()'), []);
    await until(() => shown.length === 3);
    assert.deepEqual(shown.map(({ name }) => name), ['at_2', 'at_3', 'other_at_3']);
  });
});

/** In the page: its databases have this much room, and no more; what is warned of is kept. */
async function limitRoom(quota) {
  const { indexedDB } = await navigator.storageBuckets.open('small', { quota });
  Object.defineProperty(window, 'indexedDB', { value: indexedDB });
  window.warnings = [];
  console.warn = (...words) => warnings.push(words.join(' '));
}

test('a full disk: the page goes on in memory and says so once; the next one knows what was stored', () =>
  withTabs('full', RULES, async ({ open, shown, until }) => {
    const prepare = `(${limitRoom})(60_000)`;
    const tab = await open({}, { prepare });
    await tab.ready();
    let clicks = 0;
    let stored = 0;
    const click = async () => {
      clicks++;
      await tab.run('click()');
      await tab.saved();
      return (await tab.stats()).storage.trouble;
    };
    while (!(await click())) stored = clicks;
    assert.match((await tab.stats()).storage.trouble, /QuotaExceededError/);
    for (let n = 0; n < 3; n++) await click();
    assert.equal(await tab.clicks(), clicks);
    await until(() => shown.length === 2);
    const said = (await tab.run('warnings')).filter((text) => text.includes('nothing can be stored'));
    assert.equal(said.length, 1);
    assert.match(said[0], /QuotaExceededError/);

    await tab.call('Page.reload');
    await tab.until('window.handled?.length === 0');
    await tab.run(prepare);
    await tab.start();
    await tab.ready();
    assert.equal(await tab.clicks(), stored);
    await click();
    assert.equal(await tab.clicks(), stored + 1);
    assert.equal(shown.length, 2, 'nothing is shown again');
  }));
