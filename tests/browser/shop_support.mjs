// The built shop behind its own server, used by a visitor who clicks.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startShop } from '../../demo-eshop/test/start_shop.mjs';

export const DEVICES = {
  desk: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

/** Where the pictures of the shop go. */
export const PICTURES = mkdtempSync(join(tmpdir(), 'oncue-shop-'));

const decode = (plain, encoded) => {
  if (plain) return JSON.parse(plain);
  return encoded ? JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')) : undefined;
};

/** A payload with its JSON read. */
export function readPayload({ payload }) {
  const event = decode(payload.ue_pr, payload.ue_px)?.data;
  const entities = decode(payload.co, payload.cx)?.data ?? [];
  const isKind = (part) => ({ schema }) => schema.includes(`/${part}/`);
  const name = payload.e === 'pv' ? 'page_view' : event?.schema.split('/')[1];
  return { payload, name, data: event?.data, entity: (part) => entities.find(isKind(part))?.data };
}

/**
 * A visitor with a fresh browser profile and a shop of their own.
 * @param {'desk' | 'phone'} device
 * @param prepare called with the page before it loads anything
 * @param allowedErrors what the console may complain of
 */
export async function enterShop(browser, { device = 'desk', path = '/', prepare, allowedErrors = /^$/, isReadyExpected = true, serviceWorkers = 'block' } = {}) {
  const server = await startShop();
  // With a service worker a test could not see the page's requests; tests/browser/offline.test.mjs has one.
  const context = await browser.newContext({ ...DEVICES[device], reducedMotion: 'reduce', serviceWorkers });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`exception: ${error}`));
  page.on('console', (message) => {
    if (/^Service Worker registration blocked/.test(message.text())) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${server.url}/`)) complaints.push(`foreign request: ${request.url()}`);
  });
  await page.exposeFunction('reportViolation', (text) => complaints.push(`policy violation: ${text}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => reportViolation(`${event.violatedDirective} ${event.blockedURI}`));
  });
  await prepare?.(page);
  await page.goto(server.url + path);
  await page.waitForSelector('main h1');
  const shop = { ...createVisitor(page, server), page, server, complaints };
  if (isReadyExpected) await shop.untilReady();
  shop.leave = async () => {
    await context.close();
    await shop.server.stop();
    assert.deepEqual(complaints.filter((text) => !allowedErrors.test(text)), [], 'no exception, error, foreign request or policy violation');
  };
  return shop;
}

function createVisitor(page, server) {
  const panel = page.getByRole('complementary', { name: 'OnCue inspector' });
  const toggle = page.getByRole('button', { name: 'Look inside' });

  /** Lets what fires be stored, and handlers and React, which both defer, do their work. */
  const settle = () =>
    page.evaluate(async () => {
      while (oncue.getStats().unsaved && oncue.getStats().state !== 'failed') await new Promise((resolve) => setTimeout(resolve, 1));
      for (let n = 0; n < 4; n++) await new Promise((resolve) => setTimeout(resolve, 0));
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    });

  /** Runs `body` with the inspector open, and leaves it as it was. */
  async function withPanel(body) {
    const wasOpen = await panel.isVisible();
    if (!wasOpen) await toggle.click();
    const result = await body(panel);
    if (!wasOpen) await panel.getByRole('button', { name: 'Close', exact: true }).click();
    return result;
  }

  async function collect() {
    await settle();
    // The tracker takes an event out of its queue when the collector has answered.
    await page.waitForFunction(() => Object.keys(localStorage).filter((key) => key.startsWith('snowplowOutQueue')).every((key) => JSON.parse(localStorage[key] || '[]').length === 0));
    const events = await (await fetch(`${server.url}/events.json`)).json();
    return events.map(readPayload);
  }

  return {
    settle,
    withPanel,
    collect,
    untilReady: () => withPanel((open) => open.locator('.rule').first().waitFor()),
    /** Goes to a product through the list, as a visitor does. */
    async view(id) {
      await page.getByRole('link', { name: 'Kiln & Kettle' }).click();
      await page.locator(`.grid a[href^="/product/${id}"]`).click();
      await page.locator('.product h1').waitFor();
      await settle();
    },
    /** Adds what the page shows. */
    async add() {
      await page.locator('.buy').getByRole('button', { name: /^(Add to cart|Added)/ }).click();
      await settle();
    },
    /** Adds from the list. */
    async addFromList(name) {
      await page.getByRole('link', { name: 'Kiln & Kettle' }).click();
      await page.getByRole('button', { name: `Add ${name} to cart` }).click();
      await settle();
    },
    /** Names of the interventions whose banners are up, newest first. */
    banners: () => page.locator('.offer').evaluateAll((offers) => offers.map((offer) => offer.dataset.banner)),
    async closeBanners() {
      const close = page.locator('.offer-close');
      while ((await close.count()) > 0) await close.first().click();
    },
    resetUserData: () => page.getByRole('contentinfo').getByRole('button', { name: 'Reset user data' }).click(),
    openCart: async () => {
      await page.getByRole('link', { name: /^Cart/ }).click();
      await page.getByRole('heading', { level: 1, name: /cart/ }).waitFor();
    },
  };
}

/** How often each intervention was delivered, as the measurement events tell. */
export function countDeliveries(events) {
  const counts = {};
  for (const { name, entity } of events) {
    if (name !== 'intervention_receive') continue;
    const intervention = entity('intervention_instance').name;
    counts[intervention] = (counts[intervention] ?? 0) + 1;
  }
  return counts;
}
