// What the inspector says of the engine: loading, failed, in another tab, without consent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showsValue, useInspector } from './inspector_support.mjs';
import { ECOM } from './plugin_support.mjs';

const { withShop, inspected } = useInspector();

test('opened before the engine is ready: says so, and misses nothing', () =>
  withShop({ entry: 'inspector_page.mjs', folder: '/slow/' }, async (shop, page) => {
    await page.evaluate((definitions) => {
      window.inspector = openInspector({ theme: 'dark' });
      startTracker({ definitions, handlers: { keep }, measurement: false });
      view();
      view();
    }, ECOM);
    const panel = page.getByRole('complementary', { name: 'OnCue inspector' });
    await panel.getByText('The engine is loading').waitFor();
    shop.site.releaseWasm();
    await panel.locator('[data-section="events"] li').nth(1).waitFor();
    await panel.locator('[data-section="events"] li button').last().click();
    await showsValue(panel, 'count_product_views', 1);
  }));

test('an engine in another place: values and criteria come as a snapshot, and it says where the events are', () =>
  inspected({}, async ({ panel }, page) => {
    // The page's own engine, handed over the way another tab's would be: as bytes, later.
    await page.evaluate(() => {
      inspector.close();
      const snapshot = async () => structuredClone(oncue.inspect().engine.snapshot());
      const inspect = () => ({ configuration: {}, engine: undefined, definitions: undefined, create: () => oncue.inspect().create(), snapshot });
      openInspector({ plugin: { ...oncue, inspect, subscribeToActivity: () => () => {} } });
      view();
      add(30);
    });
    await panel.getByText('Another tab of this browser has the engine').waitFor();
    await showsValue(panel, 'total_cart_value', 30);
    await panel.locator('[data-rule="cart_abandonment"][data-fired="true"]').waitFor();
    await page.evaluate(() => add(12));
    await showsValue(panel, 'total_cart_value', 42);
  }));

test('without an engine: says why', () =>
  withShop({ entry: 'inspector_page.mjs', folder: '/broken/' }, async (shop, page) => {
    await page.evaluate((definitions) => {
      startTracker({ definitions, handlers: { keep } });
      window.inspector = openInspector();
    }, ECOM);
    await page.getByRole('complementary', { name: 'OnCue inspector' }).getByText('could not be loaded from').waitFor();
  }));

test('without consent: says so, and whether it came meanwhile', () =>
  withShop({ entry: 'inspector_page.mjs' }, async (shop, page) => {
    await page.evaluate((definitions) => {
      window.mayCount = false;
      startTracker({ definitions, handlers: { keep }, enabled: () => window.mayCount });
      window.inspector = openInspector();
    }, ECOM);
    const says = page.getByRole('complementary', { name: 'OnCue inspector' }).getByRole('status');
    const REFUSED = says.getByText('enabled says no');
    await REFUSED.waitFor();
    await shop.ready();
    await page.evaluate(() => view());
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1100)));
    assert.equal(await says.textContent(), 'No event of this page is taken in: the option enabled says no.');
    await page.evaluate(() => void (mayCount = true));
    await says.getByText('The engine begins with the next event').waitFor();
    await page.evaluate(() => view());
    await says.getByText('Every decision is made in this page').waitFor();
    await page.evaluate(() => void (mayCount = false));
    await REFUSED.waitFor();
  }));

test('enabled() that throws counts as no, and the log hears of it from the plugin alone', () =>
  withShop({ entry: 'inspector_page.mjs' }, async (shop, page) => {
    await page.evaluate((definitions) => {
      const enabled = () => {
        throw new Error('no idea');
      };
      startTracker({ definitions, handlers: { keep }, enabled });
      window.inspector = openInspector();
    }, ECOM);
    await page.getByRole('complementary', { name: 'OnCue inspector' }).getByText('enabled says no').waitFor();
    await shop.settle();
    const complaints = () => shop.log.filter(({ text }) => text.includes('enabled() failed')).length;
    const before = complaints();
    assert.ok(before > 0);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2100)));
    assert.equal(complaints(), before, 'the inspector has looked twice meanwhile');
  }));

test('where an engine that can explain is not to be had: says why', () => {
  const onPage = (page) => page.route('**/oncue.page.wasm', (route) => route.fulfill({ status: 404 }));
  return withShop({ entry: 'inspector_page.mjs', onPage }, async (shop, page) => {
    const group = { name: 'g', attribute_key: { name: 'domain_userid' }, attributes: [{ name: 'views', type: 'int32', aggregation: 'counter' }] };
    await page.evaluate((definitions) => {
      startTracker({ definitions, handlers: { keep } });
      view();
      window.inspector = openInspector();
    }, { attribute_groups: [group], interventions: [] });
    await shop.ready();
    const panel = page.getByRole('complementary', { name: 'OnCue inspector' });
    await panel.getByText(/could not be loaded from .*oncue\.page\.wasm: .* answered 404/).waitFor();
    await panel.locator('[data-section="session"]').waitFor();
  });
});

/** A second tab at `folder` beside one that leads and stays in front, its inspector open from the beginning. */
const beside = (folder, body) =>
  inspected({}, async (shop, first) => {
    await first.evaluate(() => add(30));
    const page = await first.context().newPage();
    const errors = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => message.type() === 'error' && message.text().startsWith('OnCue inspector') && errors.push(message.text()));
    await page.goto(shop.site.origin + folder);
    await page.waitForFunction(() => 'startTracker' in window);
    await page.evaluate((definitions) => {
      startTracker({ definitions, handlers: { keep }, measurement: false });
      view();
      window.inspector = openInspector();
    }, ECOM);
    await body({ ...shop, panel: page.getByRole('complementary', { name: 'OnCue inspector' }) }, page);
    assert.deepEqual(errors, []);
  });

test('in a tab that follows and has not loaded yet: says that it loads, then what the other tab knows', () =>
  beside('/slow/', async ({ panel, site }, page) => {
    await panel.getByText('The engine is loading').waitFor();
    // The other tab answers, which this one can make nothing of yet.
    assert.equal(await page.evaluate(async () => (await oncue.inspect().snapshot()) instanceof Uint8Array), true);
    assert.equal(await page.evaluate(() => oncue.getStats().state), 'loading');
    site.releaseWasm();
    await panel.getByText('Another tab of this browser has the engine').waitFor();
    await showsValue(panel, 'total_cart_value', 30);
  }));

test('in a tab that follows and cannot load: says why', () =>
  beside('/broken/', async ({ panel }) => {
    await panel.getByText('could not be loaded from').waitFor();
    assert.equal(await panel.getByText('Another tab of this browser').count(), 0);
  }));
