// Which tab leads and what it knows, between real profiles, in orders that no test can ask a browser for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBrowser } from './fake_tabs.mjs';
import { importInto, importSource } from './source.mjs';

const roles = (...tabs) => tabs.map(({ profile }) => profile.role);

/** A tab that leads and has stored an event, so that there is a database. */
async function reign(browser) {
  const tab = await browser.open('A');
  await tab.join();
  tab.track();
  await browser.settle();
  return tab;
}

test('everything is forgotten while the lock is granted and before the tab leads: it leads all the same', async (t) => {
  const browser = await startBrowser(t);
  const tab = await browser.open('A');
  const { request } = browser.locks;
  let cleared;
  browser.locks.request = (name, options, callback) =>
    request(name, options, () => {
      const released = callback();
      cleared ??= tab.profile.clear();
      return released;
    });
  await tab.join();
  await cleared;
  tab.track();
  await browser.settle();
  assert.deepEqual([roles(tab), tab.profile.unsaved, tab.count()], [['leading'], 0, 1]);
});

test('everything is forgotten in a tab that leads: it goes on leading, and knows nothing', async (t) => {
  const browser = await startBrowser(t);
  const tab = await browser.open('A');
  await tab.join();
  for (let n = 0; n < 3; n++) tab.track();
  await browser.settle();
  assert.ok(browser.storage.databases.has(browser.name));
  const cleared = tab.profile.clear();
  assert.deepEqual(roles(tab), ['leading']);
  await browser.settle();
  await cleared;
  assert.deepEqual([tab.count(), browser.storage.databases.size, Object.keys(browser.localStorage)], [0, 0, []]);
  tab.track();
  await browser.settle();
  assert.equal(tab.count(), 1);
});

test('everything is forgotten while an event is taken in: nobody is told of it afterwards', async (t) => {
  const browser = await startBrowser(t);
  const told = [];
  const tab = await browser.open('A', { onFired: () => void tab.profile.clear() });
  tab.profile.onEvent(({ text }) => told.push(JSON.parse(text).name));
  await tab.join();
  for (const name of ['', 'banner', '']) tab.track(name);
  await browser.settle();
  assert.deepEqual([told, tab.count(), browser.shown], [['', ''], 1, []]);
});

for (const [moment, wait] of [['in the task that tracked', () => {}], ['a microtask later', () => Promise.resolve()]]) {
  for (const [name, isVisible] of [['a tab that looks', true], ['a tab that has been hidden since', false]]) {
    for (const which of ['first', 'later']) {
      test(`what fired is forgotten ${moment}, before ${name} shows it, ${which} reign: it is neither shown nor kept`, async (t) => {
        const browser = await startBrowser(t);
        const earlier = await reign(browser);
        if (which === 'later') earlier.profile.leave();
        await browser.settle();
        const tab = which === 'later' ? await browser.open('B') : earlier;
        await tab.join();
        tab.track('banner');
        await wait();
        if (!isVisible) tab.look(false);
        const cleared = tab.profile.clear();
        await browser.settle();
        await cleared;
        await browser.pass(2000);
        assert.deepEqual([browser.shown, browser.storage.databases.size, Object.keys(browser.localStorage)], [[], 0, []]);
      });
    }
  }
}

for (const [what, forgets] of [['is', false], ['is forgotten, and not', true]]) {
  test(`what fires while nobody looks ${what} given to handlers that show nothing`, async (t) => {
    const browser = await startBrowser(t);
    (await reign(browser)).profile.leave();
    const tab = await browser.open('B', { isVisible: false, hasBackground: true });
    await tab.join();
    tab.track('banner');
    await undefined;
    if (forgets) tab.profile.clear();
    await browser.settle();
    assert.deepEqual(browser.shown, forgets ? [] : ['B posts banner']);
  });
}

test('an event said while another one is taken in is not taken for saved with that one, which is', async (t) => {
  const browser = await startBrowser(t);
  let unsaved;
  const tab = await browser.open('A', {
    onFired() {
      if (unsaved) return;
      unsaved = [];
      // Too long to be noted.
      tab.track('x'.repeat(10_001));
      unsaved.push(tab.profile.unsaved);
    },
  });
  await tab.join();
  tab.track();
  await browser.settle();
  tab.track('banner');
  unsaved.push(tab.profile.unsaved);
  await browser.settle();
  unsaved.push(tab.profile.unsaved);
  assert.deepEqual([unsaved, tab.count()], [[1, 1, 0], 3]);
});

test('a tab that hears while it gets the lead that everything is forgotten erases what the last one has stored that had not heard it', async (t) => {
  const browser = await startBrowser(t);
  const tabs = [];
  for (const id of ['A', 'B', 'C']) tabs.push(await browser.open(id));
  const [last, next, asker] = tabs;
  for (const tab of tabs) await tab.join();
  for (const tab of [last, next]) tab.hang();
  const cleared = asker.profile.clear();
  await browser.settle();
  await cleared;
  const { createStore } = await importInto({ indexedDB: browser.storage, localStorage: browser.localStorage }, 'storage/store');
  const store = createStore(browser.name);
  const base = () => ({ seed: '1', definitions: '[]', waiting: [], savedAt: 0 });
  await store.begin(base);
  await store.append({ entries: [{ key: 'late', tab: '', tracker: 'sp', at: 0, text: '{"eid":"late"}' }], fired: [], done: [] });
  store.close();
  last.profile.leave();
  await browser.settle();
  await next.resume();
  await browser.settle();
  assert.deepEqual([roles(next), next.count()], [['leading'], 0]);
});

test('whoever hears late that everything is forgotten erases nothing that came after it, and has forgotten what it kept', async (t) => {
  const browser = await startBrowser(t);
  const [leader, late] = [await browser.open('A'), await browser.open('B', { isVisible: false, isFocused: false })];
  for (const tab of [leader, late]) await tab.join();
  late.hang();
  leader.track();
  await browser.settle();
  const cleared = leader.profile.clear();
  await browser.settle();
  await cleared;
  leader.track();
  await browser.settle();
  assert.equal(leader.count(), 1);
  await late.resume();
  assert.deepEqual([roles(leader, late), leader.count()], [['leading', 'following'], 1]);
  assert.ok(browser.storage.databases.has(browser.name), 'what came after it is stored still');
  leader.profile.leave();
  await browser.settle();
  assert.deepEqual([roles(late), late.count()], [['leading'], 1]);
});

test('the tab in front closes: the one that comes to the front leads, also when a hidden one gets the lock first', async (t) => {
  const browser = await startBrowser(t);
  const behind = { isVisible: false, isFocused: false };
  const [first, hidden, next] = [await browser.open('A'), await browser.open('B', behind), await browser.open('C', behind)];
  for (const tab of [first, hidden, next]) await tab.join();
  assert.deepEqual(roles(first, hidden, next), ['leading', 'following', 'following']);
  first.profile.leave();
  // Nobody leads who could answer it.
  next.look(true, false);
  await browser.settle();
  assert.deepEqual(roles(hidden, next), ['following', 'leading']);
});

test('a tab that comes to the front before the leader knows that it does not stand there any more: it leads, and begins to once', async (t) => {
  const browser = await startBrowser(t);
  const [leader, next] = [await browser.open('A'), await browser.open('B', { isVisible: false, isFocused: false })];
  for (const tab of [leader, next]) await tab.join();
  next.look(true);
  await browser.settle();
  leader.look(false);
  await browser.settle();
  assert.deepEqual([roles(leader, next), next.roles], [['following', 'leading'], ['leading']]);
});

test('two visible windows: the lead stays where it is, whoever else is hidden', async (t) => {
  const browser = await startBrowser(t);
  const tabs = [];
  for (const [id, isVisible] of Object.entries({ A: true, B: true, C: false })) tabs.push(await browser.open(id, { isVisible, isFocused: false }));
  for (const tab of tabs) await tab.join();
  const [a, b, c] = tabs;
  const changes = () => tabs.flatMap((tab) => tab.roles).length;
  await browser.pass(4000);
  const before = changes();
  for (const tab of [a, b, c]) tab.track();
  await browser.pass(10_000);
  assert.equal(changes(), before);
  assert.equal(roles(a, b).filter((role) => role === 'leading').length, 1, 'a visible one leads');
});

for (const [who, said] of Object.entries({ 'an older version': { protocol: 2 }, 'a later version that is hidden': { protocol: 3, visible: false } })) {
  test(`${who} leads: a visible tab that is told so leaves it in peace, as it would be told so again`, async (t) => {
    const browser = await startBrowser(t);
    const tab = await browser.open('A');
    const heard = [];
    const leader = new browser.BroadcastChannel(browser.name);
    leader.onmessage = ({ data }) => heard.push(data.type);
    void browser.locks.hold();
    await tab.join();
    assert.deepEqual(heard, ['awake']);
    leader.postMessage({ type: 'lead', from: 'leader', ...said });
    await browser.settle();
    assert.deepEqual(heard, ['awake']);
  });
}

test('definitions that are fetched until no more is waited for them: the lead stays, and there is an engine', async (t) => {
  const { readDefinitions } = await importSource('loading');
  let patience;
  t.mock.method(AbortSignal, 'timeout', (ms) => ((patience = ms), AbortSignal.abort()));
  await assert.rejects(readDefinitions({ definitionsUrl: 'data:,' }, 'no-cache'));
  const browser = await startBrowser(t);
  const options = { isFocused: false, loadsFor: patience };
  const tabs = [await browser.open('A', options), await browser.open('B', options)];
  for (const tab of tabs) await tab.join();
  for (let n = 0; n < 10; n++) {
    for (const { profile } of tabs) if (profile.role === 'following') void profile.ask('getAttributes');
    await browser.pass(1000);
  }
  const before = tabs.flatMap(({ roles }) => roles);
  assert.ok(tabs.some(({ profile }) => profile.engine));
  assert.ok(before.length <= 3, before.join());
});

for (const [what, isErased] of [['', false], [' and deletes what it holds', true]]) {
  test(`a database whose connection the browser closes${what}: it is opened again, and no event is lost that comes then`, async (t) => {
    const browser = await startBrowser(t);
    const tab = await browser.open('A');
    await tab.join();
    tab.track();
    await browser.settle();
    tab.track();
    await browser.settle();
    browser.storage.closeAll(browser.name);
    if (isErased) {
      browser.storage.databases.clear();
      for (const key of Object.keys(browser.localStorage)) browser.localStorage.removeItem(key);
    }
    for (let n = 0; n < 3; n++) tab.track();
    await browser.settle();
    // Whatever is only noted is written to the database.
    tab.look(false);
    await browser.settle();
    const known = isErased ? 3 : 5;
    const { leader, unsaved } = tab.profile;
    assert.deepEqual([tab.count(), unsaved, leader.journal.trouble, tab.warned], [known, 0, undefined, []]);
    tab.profile.leave();
    const next = await browser.open('B');
    await next.join();
    assert.equal(next.count(), known);
  });
}

for (const [form, write] of [
  ['with the event', (name, event, id) => ({ [`${name}:1:0`]: `${event}\n{"done":["${id}"]}` })],
  ['by itself', (name, event, id) => ({ [`${name}:1:0`]: event, [`${name}:1:1`]: `0\n\n{"done":["${id}"]}` })],
]) {
  test(`what is noted ${form} as shown is not shown again, and the event counts`, async (t) => {
    const browser = await startBrowser(t);
    (await reign(browser)).profile.leave();
    await browser.settle();
    const [shown, unshown] = ['55555555-5555-4555-8555-555555555555', '66666666-6666-4666-8666-666666666666'];
    const textOf = (eid, name) => `5\nsp\n${JSON.stringify({ eid, name })}`;
    Object.assign(browser.localStorage, write(browser.name, textOf(shown, 'banner'), shown), { [`${browser.name}:1:2`]: textOf(unshown, 'other') });
    const next = await browser.open('B');
    await next.join();
    await browser.settle();
    assert.deepEqual([next.count(), browser.shown, next.errors], [3, ['B shows other'], []]);
  });
}

test('an event that the engine fails at is noted before the tab gives up: the next one takes it in', async (t) => {
  const browser = await startBrowser(t);
  let isBroken = false;
  const onFired = () => {
    if (isBroken) throw new Error('trap');
  };
  const tab = await browser.open('A', { onFired });
  await tab.join();
  tab.track();
  await browser.settle();
  isBroken = true;
  tab.track('banner');
  await browser.settle();
  assert.deepEqual([tab.errors, tab.profile.isTakingPart], [['Error: trap'], false]);
  const next = await browser.open('B');
  await next.join();
  await browser.settle();
  assert.deepEqual([next.count(), browser.shown], [2, ['B shows banner']]);
});

test('what is noted as shown, and the visitor has gone: the next tab that leads shows it', async (t) => {
  const browser = await startBrowser(t);
  const tab = await browser.open('A');
  await tab.join();
  tab.track();
  await browser.settle();
  tab.track('banner');
  // Noted with the event, shown in the next task.
  const [, , event, done] = Object.values(browser.localStorage)[0].split('\n');
  assert.deepEqual(JSON.parse(done), { done: [JSON.parse(event).eid] });
  tab.look(false);
  await browser.settle();
  assert.deepEqual(browser.shown, []);
  tab.profile.leave();
  await browser.settle();
  const next = await browser.open('B');
  await next.join();
  await browser.settle();
  assert.deepEqual(browser.shown, ['B shows banner']);
});
