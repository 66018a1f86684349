// With option sync: what a page loads before somebody is signed in, and what becomes of its state when somebody is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedDefinitions, useDevices } from './sync_support.mjs';

const withDevices = useDevices();

/** Beside the person's clicks, the device's, which fire at the first and at the fourth. */
function withOwnClicks() {
  const definitions = sharedDefinitions([]);
  const [shared] = definitions.attribute_groups;
  definitions.attribute_groups.push({ ...shared, name: 'own', attribute_key: { name: 'domain_userid' } });
  for (const value of [1, 4]) {
    definitions.interventions.push({
      name: `own_${value}`, version: 1, is_published: true, criteria: { attribute: 'own:clicks', operator: '>=', value }, target_attribute_keys: [{ name: 'domain_userid' }],
    });
  }
  return definitions;
}
const options = { definitions: withOwnClicks(), user: undefined };
const ownClicks = (device) => device.page.evaluate(() => oncue.getAttributes('domain_userid').own.clicks);

test('a visitor who is not signed in loads the small engine alone, and the server is not asked', () =>
  withDevices({}, async ({ open, site }) => {
    site.wasmLoads.length = 0;
    const device = await open(options);
    await device.click(2);
    await device.untilShown(1);
    assert.deepEqual(site.wasmLoads, ['oncue.plain.wasm']);
    assert.deepEqual(device.requests, []);
    assert.equal(await ownClicks(device), 2);
  }));

test('signing in loads oncue.sync.wasm: events on either side count once, what was shown is not shown again', () =>
  withDevices({}, async ({ open, site }) => {
    site.wasmLoads.length = 0;
    const device = await open(options);
    await device.click(2);
    await device.untilShown(1);
    // In one task: one event before, and those that wait while the larger engine loads.
    await device.page.evaluate(() => {
      clickTimes(1);
      tracker.setUserId('ann');
      clickTimes(3);
    });
    await device.untilClicks(3);
    await device.untilShown(2);
    await device.untilSent();
    assert.deepEqual(site.wasmLoads, ['oncue.plain.wasm', 'oncue.sync.wasm']);
    assert.equal(await ownClicks(device), 6);
    assert.deepEqual(await device.shown(), ['own_1', 'own_4']);
    const other = await open({ ...options, user: 'ann' });
    await other.untilClicks(3);

    site.wasmLoads.length = 0;
    await device.start();
    await device.click(1);
    assert.deepEqual(site.wasmLoads, ['oncue.plain.wasm', 'oncue.sync.wasm'], 'nobody is signed in, but somebody has state here');
    assert.deepEqual([await ownClicks(device), await device.clicks(), await device.shown()], [7, 3, []]);
  }));

test('a tab that dies while the engine that syncs is on its way: what waited is counted once by the next one', () =>
  withDevices({}, async ({ open }) => {
    const device = await open(options);
    await device.click(1);
    await device.page.route('**/oncue.sync.wasm', () => {});
    await device.page.evaluate(() => {
      tracker.setUserId('ann');
      clickTimes(2);
    });
    await device.page.waitForFunction(() => oncue.getStats().unsaved === 0);
    assert.equal(await device.clicks(), 0, 'they wait');
    await device.page.unroute('**/oncue.sync.wasm');
    await device.start();
    await device.untilClicks(2);
    assert.equal(await ownClicks(device), 3);
    await device.page.evaluate(() => {
      tracker.setUserId('ann');
      clickTimes(1);
    });
    await device.untilClicks(3);
    await device.untilSent();
    const other = await open({ ...options, user: 'ann' });
    await other.untilClicks(3);
  }));

test('a page without the option after one with it: the visitor’s state goes on there, in an engine that does not sync', () =>
  withDevices({}, async ({ open, site }) => {
    const device = await open({ ...options, user: 'ann' });
    await device.click(2);
    await device.untilClicks(2);
    await device.untilSent();
    const { context } = device;
    await device.page.close();
    site.wasmLoads.length = 0;
    const other = await open({ ...options, context, sync: null });
    await other.click(1);
    assert.ok(!site.wasmLoads.includes('oncue.sync.wasm'), site.wasmLoads.join());
    assert.equal(await ownClicks(other), 3);
    assert.deepEqual(other.requests, []);
  }));
