// The shop without a network: its service worker, the tracker's queue, and a server that is really stopped and started.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startShop } from '../../demo-eshop/test/start_shop.mjs';
import { launch } from './plugin_support.mjs';
import { countDeliveries, enterShop, PICTURES, readPayload } from './shop_support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

// What a browser says of requests that find no server, and the plugin of the stream of interventions.
const NO_NETWORK = /^console: Failed to load resource|^console: .*(ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|\/api\/v1\/interventions\?\S+ cannot be reached)/;

/** Writes down the id of every event that the tracker puts into its queue, apart from what becomes of it. */
function logQueue() {
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (key, value) {
    if (key.startsWith('snowplowOutQueue')) {
      const known = new Set(JSON.parse(localStorage.getItem('test.queued') ?? '[]'));
      for (const { payload, evt } of JSON.parse(value)) known.add((payload ?? evt).eid);
      setItem.call(this, 'test.queued', JSON.stringify([...known]));
    }
    return setItem.call(this, key, value);
  };
}

/** A visitor with a phone who has been in the shop once. */
async function inInstalledShop(body) {
  const options = { device: 'phone', serviceWorkers: 'allow', allowedErrors: NO_NETWORK, prepare: (page) => page.addInitScript(logQueue) };
  const shop = await enterShop(browser, options);
  try {
    await shop.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await body(shop, shop.page);
  } finally {
    await shop.leave();
  }
}

const readEvents = async (server) => (await fetch(`${server.url}/events.json`)).json();
const queued = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('test.queued')));

/** Waits until the tracker's queue is empty. */
const untilSent = (page) =>
  page.waitForFunction(() => Object.keys(localStorage).filter((key) => key.startsWith('snowplowOutQueue')).every((key) => JSON.parse(localStorage[key] || '[]').length === 0), undefined, { timeout: 120_000 });

test('after one visit the shop loads, browses, counts and fires with its server stopped; every event arrives once', () =>
  inInstalledShop(async (shop, page) => {
    await shop.view('tide-mug');
    await untilSent(page);
    const before = await readEvents(shop.server);
    await shop.server.stop();
    await assert.rejects(fetch(shop.server.url));

    await page.goto(`${shop.server.url}/product/moon-bowl`);
    await page.locator('.product h1').waitFor();
    await shop.untilReady();
    for (const id of ['tide-mug', 'moon-bowl', 'honey-pot', 'dawn-teapot']) await shop.view(id);
    assert.deepEqual(await shop.banners(), ['discount']);
    await shop.add();
    await page.screenshot({ path: join(PICTURES, 'phone-offline.png') });
    assert.deepEqual(await shop.banners(), ['cart_abandonment', 'discount']);
    assert.equal(await page.evaluate(() => document.fonts.check('500 20px "Fraunces Variable"')), true);
    await shop.openCart();
    const { pathname } = new URL(page.url());
    assert.equal(pathname, '/cart');
    const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth }));
    assert.ok(scrollWidth <= innerWidth);

    const { port } = new URL(shop.server.url);
    shop.server = await startShop({ PORT: port });
    assert.equal(new URL(shop.server.url).port, port);
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await untilSent(page);
    const events = [...before, ...(await readEvents(shop.server))];
    const ids = events.map(({ payload }) => payload.eid);
    assert.deepEqual([...ids].sort(), [...(await queued(page))].sort(), 'each queued event once, and no other');
    const told = events.map(readPayload);
    const actions = told.map(({ data }) => data?.type).filter(Boolean);
    assert.deepEqual(actions, [...Array(6).fill('product_view'), 'add_to_cart', 'checkout_step']);
    assert.deepEqual(countDeliveries(told), { discount: 1, cart_abandonment: 1 });
  }));

test('a phone that loses its network says so, goes on, and tells the rest as soon as it is back', () =>
  inInstalledShop(async (shop, page) => {
    const context = page.context();
    await untilSent(page);
    await context.setOffline(true);
    await page.getByText('You are offline.').waitFor();
    await page.reload();
    await page.waitForSelector('main h1');
    await shop.untilReady();
    await shop.addFromList('Tide mug');
    assert.deepEqual(await shop.banners(), ['cart_abandonment']);
    const held = (await queued(page)).length;
    assert.ok((await readEvents(shop.server)).length < held);
    await context.setOffline(false);
    // No further event: the tracker sends when the browser says that the network is back.
    await untilSent(page);
    assert.equal(await page.getByText('You are offline.').count(), 0);
    const ids = (await readEvents(shop.server)).map(({ payload }) => payload.eid);
    assert.deepEqual([...ids].sort(), [...(await queued(page))].sort());
    assert.equal(ids.length, held);
  }));

test('it can be installed: manifest, maskable icon, service worker', async () => {
  const shop = await enterShop(browser, { device: 'phone', serviceWorkers: 'allow' });
  try {
    const { page, server } = shop;
    const href = await page.locator('link[rel="manifest"]').getAttribute('href');
    const response = await fetch(server.url + href);
    assert.equal(response.headers.get('content-type'), 'application/manifest+json; charset=utf-8');
    const manifest = await response.json();
    assert.deepEqual([manifest.display, manifest.start_url, manifest.name], ['standalone', '/', 'Kiln & Kettle']);
    for (const { src, type, sizes } of manifest.icons) {
      const icon = await fetch(server.url + src);
      assert.equal(icon.headers.get('content-type'), type);
      const bytes = Buffer.from(await icon.arrayBuffer());
      if (type === 'image/png') assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src);
    }
    assert.ok(manifest.icons.some(({ purpose }) => purpose === 'maskable'));
    // Chromium's own opinion.
    const session = await page.context().newCDPSession(page);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    // A private window, which is what a test has, cannot install anything.
    assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
    const worker = await fetch(`${server.url}/sw.js`);
    assert.equal(worker.headers.get('cache-control'), 'no-cache');
  } finally {
    await shop.leave();
  }
});
