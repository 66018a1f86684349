// Several tabs of one browser: one engine, nothing counted twice, nothing lost, every intervention shown once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingDefinitions, useTabs } from './tabs_support.mjs';
import { startBackEnd } from './webhook_server.mjs';

const withTabs = useTabs();

test('state survives a reload, and what was shown is not shown again', () =>
  withTabs('reload', countingDefinitions([2, 4]), async ({ open, shown }) => {
    const tab = await open();
    await tab.run('click(); click(); click()');
    await tab.saved();
    await tab.call('Page.reload');
    await tab.until('window.handled?.length === 0');
    await tab.start();
    await tab.ready();
    assert.equal(await tab.clicks(), 3);
    await tab.run('click()');
    await tab.until('handled.length > 0');
    assert.deepEqual(shown.map(({ name }) => name), ['at_2', 'at_4']);
    assert.equal(await tab.clicks(), 4);
  }));

test('state survives the crash of the tab: at most the running task is lost', () =>
  withTabs('crash', countingDefinitions([2, 4]), async ({ open, shown, until }) => {
    const first = await open();
    await first.ready();
    await first.run('click(); click(); click()');
    await until(() => shown.length === 1);
    await first.crash();
    const second = await open();
    await second.leads();
    assert.equal(await second.run('clicks()'), 3);
    await second.run('click()');
    await until(() => shown.length === 2);
    assert.deepEqual(shown.map(({ name, tab }) => [name, tab === second]), [['at_2', false], ['at_4', true]]);
  }));

test('two tabs: the events of both count once, the tab in front leads and shows', () =>
  withTabs('two', countingDefinitions([3, 5]), async ({ open, shown, until }) => {
    const first = await open();
    await first.leads();
    await first.run('click()');
    const second = await open();
    await second.leads();
    await first.until('oncue.getStats().role === "following"');
    await first.run('click(); click()');
    await until(() => shown.length === 1);
    assert.equal(shown[0].tab, second);
    await first.show();
    await first.leads();
    await second.run('click(); click()');
    await until(() => shown.length === 2);
    assert.equal(shown[1].tab, first);
    assert.ok(shown.every(({ visible }) => visible));
    assert.deepEqual([await first.clicks(), await second.clicks()], [5, 5]);
  }));

for (const [how, stop] of [
  ['closes', (tab) => tab.close()],
  ['crashes', (tab) => tab.crash()],
  ['is frozen', (tab) => tab.call('Page.setWebLifecycleState', { state: 'frozen' })],
]) {
  test(`another tab takes over when the leader ${how}`, () =>
    withTabs(`leader-${how.replace(' ', '-')}`, countingDefinitions([3]), async ({ open, shown, until }) => {
      const other = await open();
      const leader = await open();
      await leader.leads();
      await leader.run('click(); click()');
      await leader.saved();
      await stop(leader);
      await other.run('click()');
      await other.leads();
      assert.equal(await other.clicks(), 3);
      // A tab that crashed or froze is still the one in front.
      await other.show();
      await until(() => shown.length === 1);
      assert.equal(shown[0].tab, other);
      assert.ok(shown[0].visible);
      if (how !== 'is frozen') return;
      await leader.call('Page.setWebLifecycleState', { state: 'active' });
      await leader.run('click()');
      await leader.saved();
      assert.equal(await other.clicks(), 4);
      assert.equal(shown.length, 1);
    }));
}

test('a leader that comes to the front without the focus, just as it asks the others, shows it', () =>
  withTabs('unfocused', countingDefinitions([3]), async ({ open, shown, until }) => {
    const tab = await open();
    await tab.run('document.hasFocus = () => false; void 0');
    const other = await open();
    await other.leads();
    await other.call('Page.setWebLifecycleState', { state: 'frozen' });
    await tab.leads();
    await tab.run('click(); click(); click()');
    await tab.show();
    await until(() => shown.length === 1);
    assert.equal(shown[0].tab, tab);
    assert.ok(shown[0].visible);
  }));

test('a leader that hangs is passed over by the tab in front, and counts nothing twice when it wakes', () =>
  withTabs('hung', countingDefinitions([3, 6]), async ({ open, shown, until }) => {
    const other = await open();
    const leader = await open();
    await leader.leads();
    await leader.run('click(); click()');
    await leader.saved();
    // Nothing but an endless loop: it ends when the other tab says so.
    const stuck = leader.run(() => {
      while (!document.cookie.includes('woken')) {
        // The page's only thread.
      }
      click();
    });
    await other.show();
    await other.run('click()');
    await other.leads();
    await until(() => shown.length === 1);
    assert.equal(shown[0].tab, other);
    await other.run('document.cookie = "woken=1"; void 0');
    await stuck;
    await leader.saved();
    await leader.until('oncue.getStats().role === "following"');
    // It took that click for stored, and sends it again.
    await leader.saved();
    assert.equal(await other.clicks(), 4);
    await leader.run('click(); click()');
    await until(() => shown.length === 2);
    assert.deepEqual(shown.map(({ name, tab }) => [name, tab === other]), [['at_3', true], ['at_6', true]]);
  }));

/** Ends a task of a page that does not end before another tab says so. Others see that it has come there. */
const HANG = `document.cookie = 'hung=1'; while (!document.cookie.includes('woken')) ; `;
/** From then on it makes no difference to what the task did which tab is in front. */
const hangs = (other) => other.until(`document.cookie.includes('hung')`);

test('what a leader decided before it hung, and had not written down, it does not show when it wakes: the next leader has shown it', () =>
  withTabs('decided', countingDefinitions([3]), async ({ open, shown, until }) => {
    const other = await open();
    const leader = await open();
    await leader.leads();
    await leader.run('click(); click()');
    await leader.saved();
    // Fired, and the task does not end, with which it would be written.
    const stuck = leader.run(`click(); ${HANG} void 0`);
    await hangs(other);
    await other.show();
    await other.run('click()');
    await other.leads();
    await until(() => shown.length === 1);
    // So that it could show it.
    await leader.show();
    await other.run('document.cookie = "woken=1"; void 0');
    await stuck;
    await leader.until('(async () => (await clicks()) === 4)()');
    await leader.saved();
    await other.saved();
    assert.deepEqual(shown.map(({ name, tab }) => [name, tab === other]), [['at_3', true]]);
    assert.deepEqual([await leader.run('handled'), await other.run('handled')], [[], ['at_3']]);
  }));

test('what a leader had written down as shown before it hung no other tab shows, whatever becomes of it', () =>
  withTabs('written', countingDefinitions([3, 5]), async ({ open, shown, until }) => {
    const other = await open();
    const leader = await open();
    await leader.leads();
    await leader.run('click(); click()');
    await leader.saved();
    // Without the focus, which the browser takes from a new tab now and then, it would ask the other tab first.
    // The microtasks in between hand the record over to the browser, whose answer the tab does not hear.
    const stuck = leader.run(`(async () => { document.hasFocus = () => true; click(); for (let n = 0; n < 20; n++) await undefined; ${HANG} })()`);
    await hangs(other);
    await other.show();
    await other.run('click()');
    await other.leads();
    await other.saved();
    assert.equal(await other.clicks(), 4);
    assert.equal(shown.length, 0);
    await other.run('document.cookie = "woken=1"; void 0');
    await stuck;
    await leader.until('oncue.getStats().role === "following"');
    await leader.saved();
    await other.run('click()');
    await until(() => shown.some(({ name }) => name === 'at_5'));
    assert.deepEqual(await other.run('handled'), ['at_5']);
    assert.ok((await leader.run('handled.length')) <= 1, 'it may show it, and does where the visitor is still there');
  }));

test('events of a tab that died count although the leader of its time died too and the next one never heard of them', () =>
  withTabs('orphans', countingDefinitions([]), async ({ open }) => {
    const witness = await open();
    const sender = await open();
    const leader = await open();
    await leader.leads();
    leader.run('for (;;);').catch(() => {});
    await sender.run('click(); click(); click()');
    // Which it has heard when it hears what was said later.
    await witness.run('window.heard = new Promise((resolve) => (new BroadcastChannel("test").onmessage = resolve)); void 0');
    await sender.run('new BroadcastChannel("test").postMessage(1)');
    await witness.run('heard.then(() => {})');
    await sender.crash();
    const next = await open();
    await next.leads();
    await leader.crash();
    await next.until('clicks().then((count) => count === 3)');
  }));

test('a page from the back-forward cache goes on with what happened meanwhile', () =>
  withTabs('bfcache', countingDefinitions([]), async ({ open, origin }) => {
    const tab = await open();
    await tab.ready();
    await tab.run('window.kept = true; click(); click()');
    await tab.saved();
    await tab.call('Page.navigate', { url: `${origin}/other/` });
    await tab.until('location.pathname === "/other/" && "startTracker" in window');
    await tab.start();
    await tab.ready();
    await tab.run('click()');
    await tab.saved();
    assert.equal(await tab.clicks(), 3);
    await tab.run('history.back()');
    await tab.until('location.pathname === "/" && "startTracker" in window');
    assert.equal(await tab.run('window.kept'), true, 'the page itself, not a new one');
    await tab.run('click()');
    await tab.saved();
    assert.equal(await tab.clicks(), 4);
  }));

test('without Web Locks a lease decides who leads, and nothing counts or fires twice', () =>
  withTabs(
    'lease',
    countingDefinitions([3, 5]),
    async ({ open, shown, until }) => {
      const first = await open();
      assert.equal(await first.run('typeof navigator.locks'), 'undefined');
      await first.leads();
      await first.run('click(); click()');
      await first.saved();
      const second = await open();
      await second.leads();
      await first.until('oncue.getStats().role === "following"');
      await first.run('click()');
      await until(() => shown.length === 1);
      assert.equal(shown[0].tab, second);
      await second.crash();
      await first.show();
      await first.run('click(); click()');
      await until(() => shown.length === 2);
      assert.deepEqual(shown.map(({ name, tab }) => [name, tab === first]), [['at_3', false], ['at_5', true]]);
      assert.equal(await first.clicks(), 5);
    },
    { domain: 'example' }
  ));

test('two versions of the plugin: the newer one leads, even from a hidden tab, and counts what the older one tracks', () =>
  withTabs('versions', countingDefinitions([3]), async ({ open, shown, until }) => {
    const older = await open();
    await older.leads();
    await older.run('click()');
    const newer = await open({}, { path: '/later/' });
    await newer.leads();
    await older.show();
    await older.run('click(); click()');
    await until(() => shown.length === 1);
    assert.deepEqual([shown[0].tab === older, shown[0].visible], [true, true]);
    assert.equal((await older.stats()).role, 'following');
    assert.equal((await newer.stats()).role, 'leading');
    assert.equal(await older.clicks(), 3);
    await newer.crash();
    await older.leads();
    assert.equal(await older.clicks(), 3);
  }));

/** In the page: posts that no answer is known of yet. */
async function countPosts() {
  const settled = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const db = await settled(indexedDB.open('oncue-webhooks', 1));
  const count = await settled(db.transaction('posts').objectStore('posts').count());
  db.close();
  return count;
}

for (const [how, leave] of [
  ['stays', (tab) => tab.show()],
  ['crashes', (tab) => tab.crash()],
]) {
  test(`decisions 11: while no tab is visible a webhook is posted and a banner waits; each once, also when the tab ${how}`, async () => {
    const backEnd = await startBackEnd();
    try {
      await withTabs(`hidden-${how}`, countingDefinitions([2]), async ({ open, shown, browser, until }) => {
        const addWebhook = (tab) => tab.run((url) => oncue.addInterventionHandlers({ webhook: actions.webhookHandler({ url }) }), backEnd.url);
        const tab = await open();
        await addWebhook(tab);
        await tab.ready();
        const other = await browser.openTab('about:blank');
        await tab.until('document.visibilityState === "hidden"');
        await tab.run('click(); click()');
        await until(() => backEnd.posts.length === 1);
        assert.deepEqual(shown, []);
        assert.equal((await tab.stats()).undelivered, 1);
        // A tab that crashes before it has the answer posts again, with the same key.
        await tab.until(`(${countPosts})().then((count) => count === 0)`);
        await leave(tab);
        const next = await open();
        await addWebhook(next);
        await until(() => shown.length === 1);
        await next.leads();
        await next.run('click()');
        await next.saved();
        assert.deepEqual(backEnd.posts.map(({ key }) => key), [shown[0].id]);
        assert.equal(shown.length, 1);
        await other.close();
      });
    } finally {
      backEnd.close();
    }
  });
}
