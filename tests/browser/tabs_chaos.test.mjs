// Ten tabs, ten thousand events, tabs killed at random: the counts against a log kept outside the tabs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingDefinitions, useTabs } from './tabs_support.mjs';

const withTabs = useTabs();
const TABS = 10;
const EVENTS = 10_000;
const KILLS = 12;
const BURST = 100;
const thresholds = Array.from({ length: 40 }, (_, n) => (n + 1) * 200);

const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** mulberry32 */
function makeRandom(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test(`10 tabs, 10,000 events, tabs killed at random (ONCUE_SEED=${seed})`, () =>
  withTabs('chaos', countingDefinitions(thresholds), async ({ open, begun, shown, until }) => {
    const random = makeRandom(seed);
    const pick = (list) => list[Math.floor(random() * list.length)];
    const tabs = [];
    for (let n = 0; n < TABS; n++) tabs.push(await open());

    const killed = [];
    while (begun.length < EVENTS) {
      const target = begun.length + EVENTS / KILLS;
      for (const tab of tabs) await tab.run(`clickMany(${BURST})`);
      // In the middle of it all, half of the time the leader.
      const least = begun.length + Math.floor(random() * BURST);
      await until(() => begun.length >= least);
      if (killed.length < KILLS) {
        const roles = await Promise.all(tabs.map((tab) => tab.run('oncue.getStats().role')));
        const victim = random() < 0.5 ? (tabs[roles.indexOf('leading')] ?? pick(tabs)) : pick(tabs);
        await victim.crash();
        killed.push(victim);
        tabs[tabs.indexOf(victim)] = await open();
      }
      await pick(tabs).show();
      const alive = begun.length;
      await until(() => begun.length >= Math.min(target, alive + BURST) || begun.length >= EVENTS);
    }
    // Every burst ends, then everything gets stored.
    for (const tab of tabs) await tab.until('window.left === 0');
    for (const tab of tabs) await tab.saved();
    await tabs[0].show();
    const counts = await Promise.all(tabs.map((tab) => until(() => tab.clicks())));
    assert.ok(counts.every((count) => count === counts[0]), `every tab says the same, not ${counts}`);
    assert.ok(counts[0] <= begun.length, `${counts[0]} counted of ${begun.length}: counted twice`);
    assert.ok(counts[0] >= begun.length - killed.length, `${counts[0]} counted of ${begun.length}: more lost than ${killed.length}`);
    const due = thresholds.filter((value) => value <= counts[0]).length;
    // Handed out one after the other to the tab in front; what died with a tab never comes.
    await until(() => tabs[0].run('oncue.getStats().role === "leading" && oncue.getStats().undelivered === 0'));
    for (let n = 0; n < 250 && shown.length < due; n++) await new Promise((resolve) => setTimeout(resolve, 20));
    console.log(`# ${begun.length} begun, ${counts[0]} counted, ${killed.length} tabs killed, ${shown.length} of ${due} shown`);
    const names = shown.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, 'each shown once');
    assert.ok(shown.every(({ visible }) => visible), 'and in a visible tab');
    assert.ok(names.length >= due - killed.length, `${names.length} of ${due} shown`);
  }));
