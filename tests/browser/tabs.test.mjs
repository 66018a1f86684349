// Several tabs of one browser: one engine, nothing counted twice, nothing lost, every intervention shown once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingDefinitions, useTabs } from './tabs_support.mjs';

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
