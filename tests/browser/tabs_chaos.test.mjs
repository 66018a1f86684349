// Many tabs, thousands of events, tabs killed at random: the counts against a log kept outside the tabs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingDefinitions, useTabs } from './tabs_support.mjs';

const withTabs = useTabs();
const BURST = 100;
/** Each after a fiftieth of a run, and none at its end. */
const thresholdsOf = (eventCount) => Array.from({ length: 40 }, (_, n) => ((n + 1) * eventCount) / 50);

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

/** Beside all events those of each tab, which are numbered in it: one that counts twice exceeds the highest number. */
function definitionsFor(eventCount, tabCount) {
  const definitions = countingDefinitions(thresholdsOf(eventCount));
  const [{ attributes }] = definitions.attribute_groups;
  const [{ type, events }] = attributes;
  for (let tab = 0; tab < tabCount; tab++) {
    const own = { type, events, criteria: { all: [{ property: { name: 'se_label' }, operator: '=', value: `tab ${tab}` }] } };
    attributes.push({ ...own, name: `clicks_${tab}`, aggregation: 'counter' });
    attributes.push({ ...own, name: `last_${tab}`, aggregation: 'max', property: { name: 'se_value' } });
  }
  return definitions;
}

/** In the page: numbers its events, and keeps what it shows in the browser, as the last words of a tab that is killed may reach nobody. */
function preparePage(tab) {
  const { tracker, shown } = window;
  let count = 0;
  window.tracker = { ...tracker, trackStructEvent: (event) => tracker.trackStructEvent({ ...event, label: `tab ${tab}`, value: ++count }) };
  window.shown = (text) => {
    shown(text);
    localStorage.setItem(`shown ${tab} ${handled.length}`, text);
  };
  window.shownInAll = () => Object.keys(localStorage).flatMap((key) => (key.startsWith('shown ') ? JSON.parse(localStorage.getItem(key)) : []));
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a tab that died said while nobody led the others send 3 s after a tab has taken the lead: waits for `least`, not for ever. */
async function countInAll(tabs, least) {
  for (let n = 0; ; n++) {
    const counts = await Promise.all(tabs.map((tab) => tab.clicks()));
    if (n === 300 || counts.every((count) => count === counts[0] && count >= least)) return counts;
    await sleep(100);
  }
}

async function runChaos({ open, begun, until }, tabCount, eventCount, kills) {
  const random = makeRandom(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const tabs = [];
  const areIdle = async () => (await Promise.all(tabs.map((tab) => tab.run('window.left')))).every((left) => left === 0);
  let opened = 0;
  const openTab = () => open({}, { prepare: `(${preparePage})(${opened++})` });
  for (let n = 0; n < tabCount; n++) tabs.push(await openTab());

  const killed = [];
  while (begun.length < eventCount) {
    const target = begun.length + eventCount / kills;
    for (const tab of tabs) await tab.run(`clickMany(${BURST})`);
    // In the middle of it all, half of the time the leader.
    const least = begun.length + Math.floor(random() * BURST);
    await until(() => begun.length >= least);
    if (killed.length < kills) {
      const roles = await Promise.all(tabs.map((tab) => tab.run('oncue.getStats().role')));
      const victim = random() < 0.5 ? (tabs[roles.indexOf('leading')] ?? pick(tabs)) : pick(tabs);
      await victim.crash();
      killed.push(victim);
      tabs[tabs.indexOf(victim)] = await openTab();
    }
    await pick(tabs).show();
    const alive = begun.length;
    await until(async () => begun.length >= Math.min(target, alive + BURST) || begun.length >= eventCount || (await areIdle()));
  }
  // Every burst ends, then everything gets stored.
  for (const tab of tabs) await tab.until('window.left === 0');
  for (const tab of tabs) await tab.saved();
  await tabs[0].show();
  // Without Web Locks the one that led hears of it later, and sends then what it alone had noted.
  await tabs[0].leads();
  for (const tab of tabs.slice(1)) await tab.until('oncue.getStats().role === "following"');
  for (const tab of tabs) await tab.saved();
  const counts = await countInAll(tabs, begun.length - killed.length);
  assert.ok(counts.every((count) => count === counts[0]), `every tab says the same, not ${counts}`);
  assert.ok(counts[0] >= begun.length - killed.length, `${counts[0]} counted of ${begun.length}: more lost than ${killed.length}`);
  const due = thresholdsOf(eventCount).filter((value) => value <= counts[0]).length;
  // Handed out one after the other to the tab in front; what died with a tab never comes.
  await until(() => tabs[0].run('oncue.getStats().role === "leading" && oncue.getStats().undelivered === 0'));
  const allShown = () => tabs[0].run('shownInAll()');
  for (let n = 0; n < 250 && (await allShown()).length < due; n++) await sleep(20);
  const shown = await allShown();
  const { counts: values } = await tabs[0].run('oncue.ask("getAttributes", "domain_userid")');
  console.log(`# ${begun.length} begun, ${values.clicks} counted, ${killed.length} tabs killed, ${shown.length} of ${due} shown`);
  const own = Array.from({ length: opened }, (_, tab) => [values[`clicks_${tab}`] ?? 0, values[`last_${tab}`] ?? 0]);
  assert.equal(own.reduce((sum, [clicks]) => sum + clicks, 0), values.clicks);
  assert.ok(own.every(([clicks, last]) => clicks <= last), `${JSON.stringify(own)}: counted twice`);
  const names = shown.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length, 'each shown once');
  assert.ok(shown.every(({ visible }) => visible), 'and in a visible tab');
  assert.ok(names.length >= due - killed.length, `${names.length} of ${due} shown`);
}

for (const [where, domain, tabCount, eventCount, kills] of [
  ['with Web Locks', 'localhost', 10, 10_000, 12],
  ['without Web Locks', 'example', 4, 1500, 4],
]) {
  test(`${tabCount} tabs ${where}, ${eventCount} events, tabs killed at random (ONCUE_SEED=${seed})`, () =>
    withTabs('chaos', definitionsFor(eventCount, tabCount + kills), (shop) => runChaos(shop, tabCount, eventCount, kills), { domain }));
}
