// Which of the two WebAssembly files a page loads, in Chromium, under the policy of every other test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ECOM, useBrowser } from './plugin_support.mjs';

const withShop = useBrowser();

const start = (page, configuration) => page.evaluate((configuration) => void startTracker({ ...configuration, handlers: { keep } }), configuration);

/** The shop's, with one more rule. */
function withRule(criteria) {
  const ecom = structuredClone(ECOM);
  ecom.interventions.push({ name: 'one_more', version: 1, criteria, target_attribute_keys: [{ name: 'domain_userid' }] });
  return ecom;
}

test('plain definitions load oncue.plain.wasm only', () =>
  withShop({}, async (shop, page) => {
    await start(page, { definitions: ECOM });
    await shop.ready();
    await page.evaluate(() => add(101));
    await shop.settle();
    assert.deepEqual((await shop.names()).sort(), ['cart_abandonment', 'free_shipping']);
    assert.deepEqual(shop.site.wasmLoads, ['oncue.plain.wasm']);
  }));

test('explain() has oncue.page.wasm loaded, once, and the page goes on in it', () =>
  withShop({}, async (shop, page) => {
    await start(page, { definitions: ECOM });
    await shop.ready();
    await page.evaluate(() => view());
    const [first, awaited, again] = await page.evaluate(async () => [oncue.explain('discount'), await oncue.ask('explain', 'discount'), oncue.explain('discount')]);
    assert.equal(first, undefined);
    assert.equal(awaited.criteria.value, 1);
    assert.deepEqual(again.criteria, awaited.criteria);
    await page.evaluate(() => [view, view, view].forEach((one) => one()));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['discount']);
    assert.deepEqual(shop.site.wasmLoads, ['oncue.plain.wasm', 'oncue.page.wasm']);
  }));

test('a rule with rlike loads oncue.page.wasm alone, once, and fires', () =>
  withShop({}, async (shop, page) => {
    const definitions = withRule({ attribute: 'ecom_attributes:count_product_views', operator: 'rlike', value: '^2' });
    definitions.attribute_groups[0].attributes.push({ ...definitions.attribute_groups[0].attributes[0], name: 'views_text', aggregation: 'last', type: 'string', property: definitions.attribute_groups[0].attributes[0].criteria.all[0].property });
    definitions.interventions.at(-1).criteria = { attribute: 'ecom_attributes:views_text', operator: 'rlike', value: '^product_v' };
    await start(page, { definitions });
    await shop.ready();
    await page.evaluate(() => view());
    await shop.settle();
    assert.deepEqual(await shop.names(), ['one_more']);
    assert.deepEqual(shop.site.wasmLoads, ['oncue.page.wasm']);
  }));

test('what a page kept under plain definitions goes on under others, and back', () =>
  withShop({}, async (shop, page) => {
    const rlike = withRule({ attribute: 'ecom_attributes:count_product_views', operator: '>', value: 1 });
    rlike.interventions.at(-1).delivery = { max_total: 1 };
    for (const [definitions, views] of [[ECOM, 1], [rlike, 2], [ECOM, 4]]) {
      await start(page, { definitions });
      await shop.ready();
      await page.evaluate(() => view());
      if (views === 4) await page.evaluate(() => view());
      await shop.settle();
      assert.equal(await page.evaluate(() => oncue.getAttributes('domain_userid').ecom_attributes.count_product_views), views);
      await page.reload();
      await page.waitForFunction(() => 'startTracker' in window);
    }
    assert.ok(shop.site.wasmLoads.includes('oncue.page.wasm') && shop.site.wasmLoads.includes('oncue.plain.wasm'));
  }));

test('explain() where oncue.page.wasm cannot be had: whoever asks hears why, in any tab', () =>
  withShop({}, async (shop, page) => {
    const context = page.context();
    await context.route('**/oncue.page.wasm', (route) => route.fulfill({ status: 404 }));
    await start(page, { definitions: ECOM });
    await shop.ready();
    const other = await context.newPage();
    await other.addInitScript(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden' }));
    await other.goto(page.url());
    await other.waitForFunction(() => 'startTracker' in window);
    await start(other, { definitions: ECOM });
    await other.waitForFunction(() => oncue.getStats().role === 'following' && oncue.getStats().state === 'ready');
    for (const one of [page, other]) {
      const reason = await one.evaluate(() => oncue.ask('explain', 'discount').catch((error) => error.message));
      assert.match(reason, /could not be loaded from \S+oncue\.page\.wasm: .*404/);
    }
  }));
