// The commonest triggers of the field with the real plugins, and no page ping: time on a page, a form left half done, an
// abandoned cart whose webhook reaches the shop's back end once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { stopClock, useBrowser } from './plugin_support.mjs';
import { until } from './sse_server.mjs';
import { startBackEnd } from './webhook_server.mjs';

const withShop = useBrowser();
const RECIPES = [...readFileSync(new URL('../../docs/sources-and-actions.md', import.meta.url), 'utf8').matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text]) => JSON.parse(text));
/** The definitions that the documentation shows for an intervention: what shops copy is what runs here. */
const recipe = (name) => RECIPES.find(({ interventions }) => interventions[0].name === name);
const CLOCK = { onPage: (page) => page.clock.install() };

async function start({ page, ready }, name) {
  await page.evaluate((definitions) => {
    window.own = startTracker({ definitions, handlers: { keep }, measurement: false }, { after: [forms.FormTrackingPlugin()] });
  }, recipe(name));
  await ready();
  await stopClock(page);
}
/** What fires is stored first, in the browser's time; then shown, in the page's. */
async function untilHandled(page) {
  while (!(await page.evaluate(() => handled.length))) await page.clock.runFor(10);
}
const untilWaiting = (page, count) => until(async () => (await page.evaluate(() => webhook.waiting())) === count);
const ofMinutes = (count) => `${String(count).padStart(2, '0')}:00`;

test('decisions 1: two minutes on this page, without page pings; another page starts anew', () =>
  withShop(CLOCK, async (shop, page) => {
    await start(shop, 'need_help');
    const viewPage = () =>
      page.evaluate(() => {
        tracker.trackPageView();
        return own.getPageViewId();
      });
    await viewPage();
    await page.clock.runFor('01:59');
    const id = await viewPage();
    await page.clock.runFor('01:59');
    assert.deepEqual(await shop.names(), []);
    await page.clock.runFor('00:02');
    await untilHandled(page);
    assert.deepEqual(await shop.names(), ['need_help']);
    await page.clock.runFor(ofMinutes(30));
    assert.equal((await shop.names()).length, 1);
    const [{ target_attribute_key, event_id }] = await page.evaluate(() => handled);
    assert.deepEqual([target_attribute_key, event_id], [{ name: 'page_view_id', id }, null]);
  }));

const FORM = '<form id="contact"><input name="mail"><textarea name="text"></textarea><button>Send</button></form>';

async function openForm(shop) {
  const { page } = shop;
  await start(shop, 'form_help');
  await page.evaluate((html) => {
    document.body.innerHTML = html;
    document.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
    forms.enableFormTracking();
  }, FORM);
  await page.focus('input');
  await page.waitForFunction(() => activity.some(({ eventName }) => eventName === 'focus_form'));
}

test('decisions 1: a form that was focused and never submitted, by the real form tracking plugin', () =>
  withShop(CLOCK, async (shop, page) => {
    await openForm(shop);
    await page.clock.runFor('03:00');
    await page.fill('input', 'ann@example.com');
    await page.focus('textarea');
    await page.waitForFunction(() => activity.filter(({ eventName }) => eventName === 'focus_form').length === 2);
    await page.clock.runFor('04:59');
    assert.deepEqual(await shop.names(), []);
    await page.clock.runFor('00:02');
    await untilHandled(page);
    assert.deepEqual(await shop.names(), ['form_help']);
  }));

test('decisions 1: a form that was submitted fires nothing', () =>
  withShop(CLOCK, async (shop, page) => {
    await openForm(shop);
    await page.click('button');
    await page.waitForFunction(() => activity.some(({ eventName }) => eventName === 'submit_form'));
    await page.clock.runFor(ofMinutes(30));
    assert.deepEqual(await shop.names(), []);
  }));

/** A shop with a webhook, and a visitor who has just put 75 into the cart. */
async function withCart(body) {
  const backEnd = await startBackEnd();
  try {
    await withShop(CLOCK, async (shop, page) => {
      await page.evaluate(
        ([definitions, url]) => {
          window.webhook = actions.webhookHandler({ url });
          startTracker({ definitions, handlers: { keep, webhook }, measurement: false });
        },
        [recipe('cart_abandoned'), backEnd.url]
      );
      await shop.ready();
      await stopClock(page);
      await page.evaluate(() => shop.trackAddToCart({ products: [product(75)], total_value: 75, currency: 'USD' }));
      await body(backEnd, shop, page);
    });
  } finally {
    backEnd.close();
  }
}

test('decisions 11: a cart of 75 abandoned for 15 minutes: the webhook is posted once, although the network was off', () =>
  withCart(async (backEnd, shop, page) => {
    await page.clock.runFor(ofMinutes(10));
    await page.context().setOffline(true);
    await page.clock.runFor('05:01');
    await untilHandled(page);
    const [{ intervention_id, attributes }] = await page.evaluate(() => handled);
    assert.deepEqual(attributes, { 'cart:value': 75, 'cart:idle_minutes': 15 });
    await untilWaiting(page, 1);
    await page.clock.runFor(ofMinutes(30));
    assert.deepEqual(backEnd.posts, []);
    await page.context().setOffline(false);
    // No time passes: what waited for the network goes out as soon as it is back.
    await untilWaiting(page, 0);
    await page.clock.runFor(ofMinutes(59));
    assert.deepEqual(backEnd.posts.map(({ key, status }) => [key, status]), [[intervention_id, 200]]);
    assert.equal(JSON.parse(backEnd.posts[0].text).name, 'cart_abandoned');
  }));

test('decisions 11: a cart that was bought: nothing is posted', () =>
  withCart(async (backEnd, shop, page) => {
    await page.clock.runFor(ofMinutes(10));
    await page.evaluate(() => shop.trackTransaction({ transaction_id: 't1', revenue: 75, currency: 'USD', payment_method: 'card', products: [product(75)] }));
    await page.clock.runFor(ofMinutes(30));
    // Value and idle time are those of an abandoned cart: only the purchase holds the webhook back.
    assert.deepEqual(await page.evaluate(() => oncue.getAttributes('domain_userid').cart), { value: 75, bought: 1, idle_minutes: 30 });
    assert.equal(await page.evaluate(() => webhook.waiting()), 0);
    assert.deepEqual([await shop.names(), backEnd.posts], [[], []]);
  }));
