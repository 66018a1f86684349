// Several tabs of one browser: one engine, nothing counted twice, nothing lost, every intervention shown once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingDefinitions, useTabs } from './tabs_support.mjs';
import { startBackEnd } from './webhook_server.mjs';

const withTabs = useTabs();

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
