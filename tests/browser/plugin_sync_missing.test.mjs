// With option sync where oncue.sync.wasm, or the code that syncs, cannot be had: the page goes on, and catches up later.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedDefinitions, until, useDevices } from './sync_support.mjs';

const withDevices = useDevices();
const FILE = '**/oncue.sync.wasm';

/** Beside the person's clicks, the device's, which fire at the first and at the fourth; the person's at each of `shared`. */
function definitionsOf(shared = []) {
  const definitions = sharedDefinitions(shared);
  const [group] = definitions.attribute_groups;
  definitions.attribute_groups.push({ ...group, name: 'own', attribute_key: { name: 'domain_userid' } });
  for (const value of [1, 4]) {
    definitions.interventions.push({
      name: `own_${value}`, version: 1, is_published: true, criteria: { attribute: 'own:clicks', operator: '>=', value }, target_attribute_keys: [{ name: 'domain_userid' }],
    });
  }
  return definitions;
}
const ownClicks = (device) => device.page.evaluate(() => oncue.getAttributes('domain_userid').own.clicks);
const signIn = (device) => device.page.evaluate(() => tracker.setUserId('ann'));
const heardOf = (device) => device.warnings.filter((text) => text.includes('oncue.sync.wasm'));

/** Answers every request for the file in `how` until `release`; counts them. */
async function withhold(device, how = (route) => route.fulfill({ status: 404 })) {
  const withheld = { asked: 0 };
  device.warnings ??= [];
  device.page.on('console', (message) => device.warnings.push(message.text()));
  await device.page.route(FILE, (route) => {
    withheld.asked++;
    return how(route);
  });
  withheld.release = () => device.page.unroute(FILE);
  return withheld;
}

/** In the page: later than any pause. */
const letTimePass = (device) =>
  device.page.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() + 90_000;
  });

for (const [what, how] of [
  ['is not deployed', undefined],
  ['cannot be fetched', (route) => route.abort('internetdisconnected')],
]) {
  test(`the file that syncs ${what} when somebody signs in: rules go on, and a later event of theirs brings all of it in, once`, () =>
    withDevices({}, async ({ open }) => {
      const device = await open({ definitions: definitionsOf(), user: undefined });
      const withheld = await withhold(device, how);
      await device.click(2);
      await signIn(device);
      await device.click(3);
      await device.untilShown(2);
      assert.deepEqual(await device.shown(), ['own_1', 'own_4']);
      assert.deepEqual([await ownClicks(device), await device.clicks()], [5, 3], 'each device counts for itself');
      await device.click(2);
      await device.untilClicks(5);
      assert.equal((await device.stats()).failure, undefined);
      assert.equal(withheld.asked, 1, 'not with every event');
      assert.equal(heardOf(device).length, 1, 'said once, in words that name the file');
      assert.deepEqual(device.requests, []);

      await letTimePass(device);
      await device.click(1);
      await device.untilClicks(6);
      assert.deepEqual([withheld.asked, await ownClicks(device), await device.clicks(), heardOf(device).length], [2, 8, 6, 1]);

      await withheld.release();
      await letTimePass(device);
      await device.click(1);
      await device.page.waitForFunction(() => oncue.inspect().engine?.sync({ do: 'status' }).ids.length, undefined, { timeout: 90_000 });
      await device.untilSent();
      assert.deepEqual([await ownClicks(device), await device.clicks()], [9, 7]);
      assert.deepEqual(await device.shown(), ['own_1', 'own_4'], 'what was shown is not shown again');
      const other = await open({ definitions: definitionsOf(), user: 'ann' });
      await other.untilClicks(7);
    }));
}

test('pages without the file, one after the other: what they count for a person is synced by the first page that has it', () =>
  withDevices({}, async ({ open }) => {
    const device = await open({ definitions: definitionsOf(), user: 'ann' });
    await device.click(1);
    await device.untilSent();
    const withheld = await withhold(device);
    for (const count of [2, 3]) {
      await device.start();
      await device.click(1);
      await device.untilClicks(count);
      assert.deepEqual([await ownClicks(device), await device.clicks()], [count, count]);
    }
    assert.equal(heardOf(device).length, 2, 'once a page');
    await withheld.release();
    await device.start();
    await device.click(1);
    await device.untilShown(1);
    assert.deepEqual(await device.shown(), ['own_4']);
    await device.untilClicks(4);
    await device.untilSent();
    assert.equal(await ownClicks(device), 4);
    const other = await open({ definitions: definitionsOf(), user: 'ann' });
    await other.untilClicks(4);
  }));

test('local_first without the file: shown here once, and as soon as the server hears of it nowhere else', () =>
  withDevices({ thresholds: [2] }, async ({ open }) => {
    const device = await open({ user: undefined });
    const withheld = await withhold(device);
    await signIn(device);
    await device.click(2);
    await device.untilShown(1);
    await withheld.release();
    await device.start();
    await signIn(device);
    await device.click(1);
    await device.untilClicks(3);
    await device.untilSent();
    await until(() => device.requests.includes('claim'));
    await device.page.waitForFunction(() => oncue.getStats().undelivered === 0);
    assert.deepEqual(await device.shown(), []);
    const other = await open();
    await other.untilClicks(3);
    await other.click(1);
    await other.untilClicks(4);
    assert.deepEqual(await other.shown(), []);
  }));

test('claim_first without the file: what needs the server’s word waits for it, what does not is shown', () =>
  withDevices({ mode: 'claim_first', thresholds: [2] }, async ({ open }) => {
    const device = await open({ definitions: definitionsOf([2]), user: undefined });
    const withheld = await withhold(device);
    await signIn(device);
    await device.click(4);
    await device.untilShown(2);
    assert.deepEqual(await device.shown(), ['own_1', 'own_4']);
    assert.equal((await device.stats()).undelivered, 1);
    await withheld.release();
    await letTimePass(device);
    await device.click(1);
    await device.untilShown(3);
    assert.deepEqual(await device.shown(), ['own_1', 'own_4', 'at_2']);
    await device.untilSent();
    const other = await open({ definitions: definitionsOf([2]) });
    await other.untilClicks(5);
    await other.click(1);
    await other.untilClicks(6);
    assert.ok(!(await other.shown()).includes('at_2'));
  }));

test('with stitch the file is wanted at once: without it the page counts for itself, and everything is synced later', () =>
  withDevices({}, async ({ open }) => {
    const device = await open({ definitions: definitionsOf(), user: undefined, stitch: true });
    const withheld = await withhold(device);
    await device.start();
    await device.click(2);
    assert.equal(await ownClicks(device), 2);
    assert.equal(heardOf(device).length, 1);
    await withheld.release();
    await device.start();
    await signIn(device);
    await device.click(1);
    await device.untilClicks(3);
    await device.untilSent();
    assert.equal(await ownClicks(device), 3);
  }));

test('without the file and without a database: the page goes on in memory, and syncs what comes once it has the file', () =>
  withDevices({}, async ({ open, browser }) => {
    const context = await browser.newContext();
    await context.addInitScript(() => Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('blocked', 'SecurityError'); } }));
    const device = await open({ context, definitions: definitionsOf(), user: undefined });
    const withheld = await withhold(device);
    await device.click(2);
    await signIn(device);
    await device.click(3);
    await device.untilClicks(3);
    assert.equal(await ownClicks(device), 5);
    await withheld.release();
    await letTimePass(device);
    await device.click(2);
    await device.page.waitForFunction(() => oncue.inspect().engine?.sync({ do: 'status' }).ids.length, undefined, { timeout: 90_000 });
    await device.untilSent();
    assert.equal(await ownClicks(device), 7);
    assert.deepEqual(await device.shown(), ['own_1', 'own_4']);
    const other = await open({ definitions: definitionsOf(), user: 'ann' });
    await other.untilClicks(2);
  }));
