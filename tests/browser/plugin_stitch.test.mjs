// Option stitch of sync: what was counted before signing in becomes the person's, once, and only where that is asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useDevices } from './sync_support.mjs';

const withDevices = useDevices();
const signIn = (device, user, times) =>
  device.page.evaluate(
    ([user, times]) => {
      tracker.setUserId(user);
      clickTimes(times);
    },
    [user, times]
  );

test('with stitch the clicks before signing in become the person\'s, once, on every device', () =>
  withDevices({}, async ({ open }) => {
    const device = await open({ user: undefined, stitch: true });
    await device.click(3);
    await device.start();
    await device.click(1);
    await signIn(device, 'ann', 1);
    await device.untilClicks(5);
    await device.untilSent();
    const other = await open({ user: 'ann' });
    await other.untilClicks(5);
    // The page again, and somebody else: there is nothing left to adopt.
    await device.start();
    await signIn(device, 'ann', 1);
    await device.untilClicks(6);
    await device.untilSent();
    await signIn(device, 'bob', 1);
    await device.untilClicks(1, 'bob');
    await device.untilSent();
    await other.untilClicks(6);
  }));

test('without it they stay with the device', () =>
  withDevices({}, async ({ open }) => {
    const device = await open({ user: undefined });
    await device.click(3);
    await signIn(device, 'ann', 2);
    await device.untilClicks(2);
    await device.untilSent();
    const other = await open({ user: 'ann' });
    await other.untilClicks(2);
    assert.equal(await device.clicks(), 2);
  }));

test('where the definitions cannot be had, what is counted under those of an earlier page becomes the person\'s too', () =>
  withDevices({}, async ({ open, site, definitions }) => {
    const url = '/definitions.json';
    site.files.set(url, JSON.stringify(definitions));
    const device = await open({ user: undefined, stitch: true, definitions: undefined, definitionsUrl: url });
    await device.click(1);
    site.files.delete(url);
    // The engine that syncs comes after the answer about the definitions.
    await device.page.route('**/oncue.sync.wasm', async (route) => {
      await device.page.waitForFunction(() => performance.getEntriesByName(`${location.origin}/definitions.json`).length > 0);
      setTimeout(() => route.continue(), 500);
    });
    await device.start();
    await device.click(2);
    await signIn(device, 'ann', 1);
    await device.untilClicks(4);
    await device.untilSent();
    const other = await open({ user: 'ann' });
    await other.untilClicks(4);
  }));
