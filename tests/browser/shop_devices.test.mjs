// The shop's view of two devices, with OnCue's server behind it: the same person in two browser profiles, by real clicks.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '@oncue/server';
import { startShop } from '../../demo-eshop/test/start_shop.mjs';
import { seed } from '../../scripts/lib/seed.mjs';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { launch } from './plugin_support.mjs';
import { DEVICES } from './shop_support.mjs';

const ONCUE_SYNC_SECRET = 'a secret of tests that has thirty-two bytes';
const folder = mkdtempSync(join(tmpdir(), 'oncue-devices-'));
let browser;
let server;
let shop;
before(async () => {
  browser = await launch();
  server = await startServer({ data: join(folder, 'shop.db'), port: 0, sync: { secrets: [ONCUE_SYNC_SECRET] } });
  const url = `http://127.0.0.1:${server.port}`;
  await seed(url, inRoot('demo-eshop', 'src', 'definitions.json'));
  shop = await startShop({ DEVICE_PORT: '0', ONCUE_SERVER: url, ONCUE_SYNC_SECRET });
});
after(async () => {
  await browser?.close();
  await shop?.stop();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function enter(device) {
  const context = await browser.newContext({ ...DEVICES[device], reducedMotion: 'reduce', serviceWorkers: 'block' });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(shop.url);
  await page.locator('main h1').waitFor();
  return { context, page, errors };
}

async function view(where, id) {
  await where.getByRole('link', { name: 'Kiln & Kettle' }).first().click();
  await where.locator(`.grid a[href^="/product/${id}"]`).click();
  await where.locator('.product h1').waitFor();
}
const bannersOf = (where) => where.locator('.offer').evaluateAll((offers) => offers.map((offer) => offer.dataset.banner));

test('two devices of one person count together, apart while one is offline, and show a banner on one of them', async () => {
  const { context, page, errors } = await enter('desk');
  try {
    await page.getByRole('button', { name: 'Second device' }).click();
    const here = page.locator('.shop');
    const phone = page.frameLocator('iframe');
    await phone.locator('main h1').waitFor();
    await page.getByRole('button', { name: /^Sign in as Ada on both/ }).click();
    const untilCounts = (...wanted) =>
      page.waitForFunction((text) => [...document.querySelectorAll('.device-count b')].map((b) => b.textContent).join() === text, wanted.join());

    await untilCounts(0, 0);
    await view(here, 'tide-mug');
    await untilCounts(1, 1);
    await view(phone, 'honey-pot');
    await untilCounts(2, 2);

    await page.getByRole('switch', { name: /The phone's network is on/ }).click();
    await phone.getByText('You are offline.').waitFor();
    await view(phone, 'dusk-lamp');
    await untilCounts(2, 3);
    await view(here, 'matcha-set');
    await untilCounts(3, 3);
    await view(here, 'moon-bowl');
    await untilCounts(4, 3);
    assert.deepEqual([await bannersOf(here), await bannersOf(phone)].map((banners) => banners.includes('across_devices')), [false, false]);

    await page.getByRole('switch', { name: /The phone's network is off/ }).click();
    await untilCounts(5, 5);
    await page.getByText('Both know what Ada did on either.').waitFor();
    const isUp = async () => [...(await bannersOf(here)), ...(await bannersOf(phone))].filter((name) => name === 'across_devices').length;
    while ((await isUp()) === 0) await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 20)));
    // Another event reaches the other device after the claim that came before it.
    await view(phone, 'tide-mug');
    await untilCounts(6, 6);
    assert.equal(await isUp(), 1);
    assert.deepEqual(errors, []);
    if (process.env.ONCUE_SCREENSHOT) await page.screenshot({ path: process.env.ONCUE_SCREENSHOT });
    const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth }));
    assert.ok(scrollWidth <= innerWidth, `${scrollWidth} wide on ${innerWidth}`);
  } finally {
    await context.close();
  }
});

test('on a phone the second device is reached by a link, and opens as a page of its own', async () => {
  const { context, page, errors } = await enter('phone');
  try {
    assert.equal(await page.getByRole('button', { name: 'Second device' }).isVisible(), false);
    const [second] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'a second device' }).click()]);
    await second.locator('main h1').waitFor();
    assert.match(second.url(), /\?device=second/);
    assert.notEqual(new URL(second.url()).origin, new URL(page.url()).origin);
    assert.deepEqual(errors, []);
  } finally {
    await context.close();
  }
});
