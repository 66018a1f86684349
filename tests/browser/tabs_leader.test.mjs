// The tab that leads goes, comes back or hangs, and another one leads: the same whether locks or a lease decide that.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGREEMENTS, countingDefinitions, useTabs } from './tabs_support.mjs';

const withTabs = useTabs();

/** In a shop that shows something at these counts. */
function testEither(title, name, thresholds, body) {
  for (const [how, domain] of AGREEMENTS) test(`${title} (${how})`, () => withTabs(name, countingDefinitions(thresholds), body, { domain }));
}

/** Without Web Locks a tab learns later that it leads no more. */
const follows = (tab) => tab.until('oncue.getStats().role === "following"');

/** Two tabs, the second one in front and leading. */
async function openPair(open, more) {
  const other = await open({}, more);
  const leader = await open({}, more);
  await leader.leads();
  await follows(other);
  return [other, leader];
}

testEither('state survives a reload, and what was shown is not shown again', 'reload', [2, 4], async ({ open, shown }) => {
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
});

testEither('a page from the back-forward cache goes on with what happened meanwhile', 'bfcache', [], async ({ open, origin }) => {
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
});

for (const [how, stop] of [
  ['closes', (tab) => tab.close()],
  ['crashes', (tab) => tab.crash()],
  ['is frozen', (tab) => tab.call('Page.setWebLifecycleState', { state: 'frozen' })],
]) {
  testEither(`another tab takes over when the leader ${how}`, `leader-${how.replace(' ', '-')}`, [3], async ({ open, shown, until }) => {
    const [other, leader] = await openPair(open);
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
  });
}

/** In the page: time that others may wait does not pass, so that a tab leads when the lead is given to it, or never. */
const STAND_STILL = `{
  Date.now = () => 1_800_000_000_000;
  const { setTimeout } = window;
  window.setTimeout = (callback, ms, ...more) => (ms < 3000 ? setTimeout(callback, ms, ...more) : 0);
}`;

for (const [how, leave] of [
  ['closes', (tab) => tab.close()],
  ['is frozen', (tab) => tab.call('Page.setWebLifecycleState', { state: 'frozen' })],
  ['goes into the back-forward cache', (tab) => tab.call('Page.navigate', { url: 'about:blank' })],
  ['is reloaded', (tab) => tab.call('Page.reload')],
]) {
  testEither(`a leader that ${how} leaves the lead to others at once`, `leaves-${how.replaceAll(' ', '-')}`, [], async ({ open }) => {
    const [other, leader] = await openPair(open, { prepare: STAND_STILL });
    await leader.run('click()');
    await leader.saved();
    await leave(leader);
    await other.leads();
    assert.equal(await other.clicks(), 1);
  });
}

testEither('a leader that hangs is passed over by the tab in front, and counts nothing twice when it wakes', 'hung', [3, 6], async ({ open, shown, until }) => {
  const [other, leader] = await openPair(open);
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
  await follows(leader);
  // It took that click for stored, and sends it again.
  await leader.saved();
  assert.equal(await other.clicks(), 4);
  await leader.run('click(); click()');
  await until(() => shown.length === 2);
  assert.deepEqual(shown.map(({ name, tab }) => [name, tab === other]), [['at_3', true], ['at_6', true]]);
});

/** Ends a task of a page that does not end before another tab says so. Others see that it has come there. */
const HANG = `document.cookie = 'hung=1'; while (!document.cookie.includes('woken')) ; `;
/** From then on it makes no difference to what the task did which tab is in front. */
const hangs = (other) => other.until(`document.cookie.includes('hung')`);

testEither('what a leader decided before it hung, and had not written down, it does not show when it wakes: the next leader has shown it', 'decided', [3], async ({ open, shown, until }) => {
  const [other, leader] = await openPair(open);
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
});

testEither('what a leader had written down as shown before it hung no other tab shows, whatever becomes of it', 'written', [3, 5], async ({ open, shown, until }) => {
  const [other, leader] = await openPair(open);
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
  await follows(leader);
  await leader.saved();
  await other.run('click()');
  await until(() => shown.some(({ name }) => name === 'at_5'));
  assert.deepEqual(await other.run('handled'), ['at_5']);
  assert.ok((await leader.run('handled.length')) <= 1, 'it may show it, and does where the visitor is still there');
});

test('a leader that hangs while it renews its lease keeps nobody waiting', () =>
  withTabs(
    'renews',
    countingDefinitions([3, 4]),
    async ({ open, shown, until }) => {
      const [other, leader] = await openPair(open);
      await leader.run('click(); click()');
      await leader.saved();
      await leader.run(`{
        const { transaction } = IDBDatabase.prototype;
        IDBDatabase.prototype.transaction = function (...all) {
          IDBDatabase.prototype.transaction = transaction;
          queueMicrotask(() => { ${HANG} });
          return transaction.apply(this, all);
        };
      }`);
      await hangs(other);
      await other.show();
      await other.run('click()');
      await other.leads();
      await until(() => shown.length === 1);
      await other.run('document.cookie = "woken=1"; void 0');
      await follows(leader);
      await leader.run('click()');
      await until(() => shown.length === 2);
      assert.deepEqual(shown.map(({ name, tab }) => [name, tab === other]), [['at_3', true], ['at_4', true]]);
    },
    { domain: 'example' }
  ));

testEither('events of a tab that died count although the leader of its time died too and the next one never heard of them', 'orphans', [], async ({ open }) => {
  const witness = await open();
  const sender = await open();
  const leader = await open();
  await leader.leads();
  await Promise.all([witness, sender].map(follows));
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
});
