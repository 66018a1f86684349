// Several devices of one person in Chromium: the real tracker, real profiles, a real server that is killed, a network that is cut.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/lib/tools.mjs';
import { MISSING, startRedis } from '../../js/server/test/own_redis.mjs';
import { startDoor, until, useDevices } from './sync_support.mjs';

const withDevices = useDevices();

/** How often each intervention was shown, on all devices together. */
async function countShown(devices) {
  const counts = {};
  for (const device of devices) for (const name of await device.shown()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
const untilAll = (devices, count) => Promise.all(devices.map((device) => device.untilClicks(count)));

/** Everything that was fired has been shown, or left to another device. */
const untilSettled = (devices) => Promise.all(devices.map((device) => device.page.waitForFunction(() => oncue.getStats().undelivered === 0, undefined, { timeout: 90_000 })));
/** Waits until these have been shown somewhere, and nothing is open any more. */
async function untilShown(devices, count) {
  await until(async () => Object.keys(await countShown(devices)).length >= count);
  await untilSettled(devices);
}

for (const mode of ['local_first', 'claim_first']) {
  test(`three profiles of one person have the same values, and each intervention is shown once while the server answers in time (${mode})`, () =>
    withDevices({ thresholds: [1, 5, 9], mode }, async ({ open }) => {
      // However slow the machine is, the server's word comes before they would show something without it.
      const devices = [await open({ isPatient: true }), await open({ isPatient: true }), await open({ isPatient: true })];
      for (const device of devices) await device.click(3);
      await untilAll(devices, 9);
      await untilShown(devices, 3);
      for (const device of devices) await device.click();
      await untilAll(devices, 12);
      await untilSettled(devices);
      assert.deepEqual(await countShown(devices), { at_1: 1, at_5: 1, at_9: 1 });
    }));
}

test('of two tabs of one profile the leading one alone connects, and the other goes on where it ends', () =>
  withDevices({}, async ({ open }) => {
    const other = await open();
    const first = await open();
    await first.click(2);
    await untilAll([first, other], 2);
    const second = await open({ context: first.context });
    const follower = (await second.stats()).role === 'following' ? second : first;
    const leader = follower === second ? first : second;
    assert.equal((await leader.stats()).role, 'leading');
    await follower.click(3);
    await other.untilClicks(5);
    const connectsBefore = follower.requests.filter((path) => path.startsWith('stream')).length;
    if (follower === second) assert.deepEqual(second.requests, [], 'it asked the server for nothing');
    await leader.page.close();
    await follower.click();
    await other.untilClicks(6);
    await other.click();
    await follower.untilClicks(7);
    assert.equal(follower.requests.filter((path) => path.startsWith('stream')).length, connectsBefore + 1);
  }));

test('devices that were offline count for themselves meanwhile, and catch up both ways', () =>
  withDevices({ thresholds: [8] }, async ({ open, server }) => {
    const [laptop, phone, tablet] = [await open(), await open(), await open()];
    const all = [laptop, phone, tablet];
    await laptop.click(1);
    await untilAll(all, 1);
    await phone.context.setOffline(true);
    await tablet.context.setOffline(true);
    await phone.click(3);
    await tablet.click(2);
    assert.deepEqual([await phone.clicks(), await tablet.clicks()], [4, 3]);
    await laptop.click(2);
    await laptop.untilClicks(3);
    // The site can be reached again, the server cannot.
    await phone.page.route(`${server.url}/**`, (route) => route.abort());
    await phone.context.setOffline(false);
    await phone.start();
    assert.equal(await phone.clicks(), 4, 'also after a reload');
    await phone.page.unroute(`${server.url}/**`);
    await tablet.context.setOffline(false);
    await untilAll(all, 8);
    await untilShown(all, 1);
    assert.deepEqual(await countShown(all), { at_8: 1 });
  }));

test('claim_first: a server that is killed loses nothing it has acknowledged, pages find it again, and nothing is shown twice', () =>
  withDevices({ thresholds: [5, 9], mode: 'claim_first' }, async ({ open, server }) => {
    const devices = [await open(), await open(), await open()];
    for (const device of devices) await device.click(2);
    await untilAll(devices, 6);
    // In the middle of what they ask and send.
    await Promise.all([server.kill(), ...devices.map((device) => device.click(2))]);
    for (const device of devices) assert.ok((await device.clicks()) >= 8);
    await server.start();
    await untilAll(devices, 12);
    const newcomer = await open();
    await newcomer.untilClicks(12);
    await untilShown([...devices, newcomer], 2);
    assert.deepEqual(await countShown([...devices, newcomer]), { at_5: 1, at_9: 1 });
  }));

test('with Redis: killed and restarted, the values of three devices are equal in the end, and nothing is shown twice', { skip: MISSING }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'oncue-redis-'));
  const redis = await startRedis(folder);
  const storage = () => ['--redis', redis.url];
  try {
    await withDevices({ thresholds: [5, 9], storage, mode: 'claim_first' }, async ({ open }) => {
      const devices = [await open(), await open(), await open()];
      for (const device of devices) await device.click(2);
      await untilAll(devices, 6);
      await redis.kill();
      for (const device of devices) await device.click(1);
      await redis.start();
      await untilAll(devices, 9);
      await untilShown(devices, 2);
      assert.deepEqual(await countShown(devices), { at_5: 1, at_9: 1 });
    });
  } finally {
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('claim_first: without the server\'s word nothing is shown; it waits on disk, and then one device shows it', () =>
  withDevices({ thresholds: [2], mode: 'claim_first' }, async ({ open, server }) => {
    const devices = [await open(), await open()];
    await devices[0].click(1);
    await untilAll(devices, 1);
    await server.kill();
    for (const device of devices) await device.click(1);
    // Each has seen two by now; both wait, also through a reload.
    for (const device of devices) await device.page.waitForFunction(() => oncue.getStats().undelivered === 1);
    await devices[1].start();
    for (const device of devices) assert.deepEqual(await device.shown(), []);
    await server.start();
    await untilAll(devices, 3);
    await until(async () => (await Promise.all(devices.map((device) => device.stats()))).every(({ undelivered }) => undelivered === 0));
    assert.deepEqual(await countShown(devices), { at_2: 1 });
  }));

test('local_first: without an answer it is shown, the server hears of it later, and other devices do not show it', () =>
  withDevices({ thresholds: [2] }, async ({ open }) => {
    const phone = await open();
    await phone.click(1);
    await phone.untilSent();
    await phone.context.setOffline(true);
    await phone.click(1);
    await phone.untilShown(1);
    assert.equal((await phone.stats()).undelivered, 1, 'the server is still to hear of it');
    await phone.context.setOffline(false);
    await phone.page.waitForFunction(() => oncue.getStats().undelivered === 0);
    const laptop = await open();
    await laptop.untilClicks(2);
    await laptop.click(1);
    await untilAll([phone, laptop], 3);
    assert.deepEqual(await countShown([phone, laptop]), { at_2: 1 });
  }));

test('local_first: what was shown without an answer is told to the server after a reload too', () =>
  withDevices({ thresholds: [2] }, async ({ open, server }) => {
    const phone = await open();
    await phone.click(1);
    await phone.untilSent();
    await server.kill();
    await phone.click(1);
    await phone.untilShown(1);
    await phone.start();
    await phone.page.waitForFunction(() => oncue.getStats().undelivered === 1);
    await server.start();
    await phone.page.waitForFunction(() => oncue.getStats().undelivered === 0);
    const laptop = await open();
    await laptop.untilClicks(2);
    await laptop.click(1);
    await untilAll([phone, laptop], 3);
    assert.deepEqual(await countShown([phone, laptop]), {}, 'it was shown before the reload');
  }));

test('local_first: two devices without a network each show it once, and those that hear of it later do not', () =>
  withDevices({ thresholds: [2] }, async ({ open, server }) => {
    const door = await startDoor(server.url);
    try {
      const offline = [await open({ endpoint: door.url }), await open({ endpoint: door.url })];
      const online = await open();
      for (const device of offline) await device.context.setOffline(true);
      for (const device of offline) await device.click(2);
      for (const device of offline) await device.untilShown(1);
      // The server hears that it was shown before others hear of what happened.
      door.answer = (path) => path === 'upload' && 503;
      for (const device of offline) await device.context.setOffline(false);
      await untilSettled(offline);
      door.answer = undefined;
      door.drop();
      const all = [...offline, online];
      await untilAll(all, 4);
      await online.click();
      await untilAll(all, 5);
      await untilSettled(all);
      assert.deepEqual(await countShown(offline), { at_2: 2 });
      assert.deepEqual(await online.shown(), []);
    } finally {
      door.close();
    }
  }));

test('local_first: what only fires because of other devices is never shown without the server\'s word', () =>
  withDevices({ thresholds: [2] }, async ({ open, server }) => {
    const door = await startDoor(server.url);
    try {
      door.answer = (path) => path === 'claim' && 503;
      const phone = await open({ endpoint: door.url });
      const laptop = await open({ handlers: {} });
      await phone.click(1);
      await untilAll([phone, laptop], 1);
      await laptop.click(1);
      await phone.untilClicks(2);
      const claims = () => door.seen.filter((path) => path === 'claim').length;
      await until(() => claims() > 0);
      // It asks again only for what it has decided not to show.
      const before = claims();
      door.drop();
      await until(() => claims() > before);
      assert.deepEqual(await phone.shown(), []);
      door.answer = undefined;
      door.drop();
      await phone.untilShown(1);
    } finally {
      door.close();
    }
  }));

test('login, logout, switching user: each has their own values, and what was not sent waits for its owner', () =>
  withDevices({}, async ({ open, server }) => {
    const shared = await open({ user: 'ann' });
    await shared.click(2);
    await shared.untilSent();
    await server.kill();
    await shared.click(1);
    await shared.page.evaluate(() => tracker.setUserId('bob'));
    await shared.click(1);
    await server.start();
    const bobs = await open({ user: 'bob' });
    await bobs.untilClicks(1, 'bob');
    const anns = await open({ user: 'ann' });
    await anns.untilClicks(2);
    assert.equal(await bobs.clicks('ann'), 0, 'a device knows only those who signed in on it');
    // Signed out: nobody's connection.
    await shared.page.evaluate(() => tracker.setUserId(null));
    const before = shared.minted;
    await shared.click(1);
    await shared.page.evaluate(() => tracker.setUserId('ann'));
    await shared.click(1);
    await anns.untilClicks(4);
    await shared.untilClicks(4);
    assert.equal(shared.minted, before + 1, 'one token for the one who signed in, none for nobody');
  }));

test('a cloned profile takes a number of its own as soon as the two differ, and nothing is lost', () =>
  withDevices({}, async ({ open, folder }) => {
    const launch = (name) => chromium.launchPersistentContext(join(folder, name), { executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu'] });
    const original = await launch('original');
    const first = await open({ context: original });
    await first.click(2);
    await first.untilSent();
    await original.close();
    cpSync(join(folder, 'original'), join(folder, 'clone'), { recursive: true });
    const twins = [await open({ context: await launch('original') }), await open({ context: await launch('clone') })];
    await Promise.all(twins.map((twin) => twin.click(3)));
    await untilAll(twins, 8);
    const newcomer = await open();
    await newcomer.untilClicks(8);
    const forks = await Promise.all(twins.map((twin) => twin.page.evaluate(() => oncue.inspect().engine.sync({ do: 'status' }).stats.forks)));
    assert.equal(forks[0] + forks[1], 1);
  }));

test('a token that has run out is asked for anew, once, and sync goes on', () =>
  withDevices({ tokenSeconds: 1 }, async ({ open }) => {
    const [one, other] = [await open(), await open()];
    await one.click(1);
    await untilAll([one, other], 1);
    const before = one.minted;
    // The server takes a token a few seconds longer than it says; then one of these finds it too old.
    while (one.minted === before) {
      await one.click(1);
      await one.untilSent();
    }
    await other.untilClicks(await one.clicks());
  }));

/** Whatever the device had put off is done, which is a second at most, and `witness` has been answered since. */
async function untilHeard(device, witness) {
  await device.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1001)));
  await witness.click(1);
  await witness.untilSent();
}

test('nothing leaves without consent, after it is withdrawn, or when everything is forgotten', () =>
  withDevices({}, async ({ open }) => {
    const device = await open({ enabled: false });
    await device.click(2);
    const witness = await open({ user: 'bob' });
    await untilHeard(device, witness);
    assert.deepEqual(device.requests, []);
    await device.page.evaluate(() => (consent = true));
    await device.click(1);
    await device.untilSent();
    assert.ok(device.requests.includes('upload'));
    const ended = device.page.waitForEvent('requestfailed', { predicate: (request) => request.url().includes('/stream'), timeout: 90_000 });
    await device.page.evaluate(() => (consent = false));
    await ended;
    const seen = device.requests.length;
    const other = await open();
    await other.untilClicks(1);
    await other.click(5);
    await other.untilSent();
    await device.click(1);
    await untilHeard(device, witness);
    assert.equal(await device.clicks(), 1, 'it neither hears of others nor counts');
    assert.equal(device.requests.length, seen);
    await device.page.evaluate(() => (consent = true));
    await device.page.evaluate(() => oncue.clearLocalSignals());
    assert.equal(await device.clicks(), 0);
    await device.click(1);
    await device.untilClicks(7);
    assert.ok(device.requests.length > seen, 'the next event begins anew');
  }));

test('anonymous visitors are not synced', () =>
  withDevices({}, async ({ open }) => {
    const device = await open({ anonymous: true });
    await device.click(3);
    const known = await open();
    await untilHeard(device, known);
    assert.deepEqual(device.requests, []);
    assert.equal(await known.clicks(), 1);
  }));

test('facts that were sent but not acknowledged when the page went away count once', () =>
  withDevices({}, async ({ open, server }) => {
    const door = await startDoor(server.url);
    try {
      const device = await open({ endpoint: door.url });
      await device.click(1);
      await device.untilSent();
      // The answer to the next upload never arrives.
      let uploads = 0;
      door.answer = undefined;
      await device.page.route('**/upload', async (route) => {
        uploads++;
        await route.fetch();
      });
      await device.click(2);
      await until(() => uploads === 1);
      const other = await open();
      await other.untilClicks(3);
      await device.page.unroute('**/upload');
      await device.start();
      await device.click(1);
      await device.untilSent();
      await untilAll([device, other], 4);
    } finally {
      door.close();
    }
  }));

/** In the page: the events that are on the disk as they were, not those that sync commands stand for. */
async function readStoredEvents() {
  const { stored } = await oncue.exportLocalSignals();
  return [...stored.log.flatMap(({ entries = [] }) => entries), ...(stored.notes ?? [])].filter(({ door }) => door !== 'sync');
}

test('what a shop erases on the server is erased on devices, those that were offline among them', () =>
  withDevices({ thresholds: [2] }, async ({ open, server }) => {
    const [one, other] = [await open(), await open()];
    await one.click(1);
    await untilAll([one, other], 1);
    await other.context.setOffline(true);
    await other.click(1);
    for (const { page } of [one, other]) assert.ok((await page.evaluate(readStoredEvents)).length > 0);
    const response = await fetch(`${server.url}/api/v1/user_id/ann`, { method: 'DELETE', headers: { authorization: 'Bearer local' } });
    assert.ok(response.ok, `DELETE answered ${response.status}`);
    await one.untilClicks(0);
    await other.context.setOffline(false);
    await other.untilClicks(0);
    for (const { page } of [one, other]) await until(async () => (await page.evaluate(readStoredEvents)).length === 0);
    await one.click(1);
    await untilAll([one, other], 1);
  }));
