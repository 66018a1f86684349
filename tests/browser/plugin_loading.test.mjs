// The plugin in Chromium: events before the engine is ready, and everything that can keep it from getting ready.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ECOM, useBrowser } from './plugin_support.mjs';

const withShop = useBrowser();

const start = (page, configuration, options) =>
  page.evaluate(
    ([configuration, options]) => {
      startTracker({ ...configuration, handlers: { keep } }, options);
    },
    [configuration, options]
  );

/** The shop tracks on although the engine is off; the one message about it. */
async function assertShopGoesOn(shop) {
  await shop.page.waitForFunction(() => oncue.getStats().state === 'failed');
  await shop.page.evaluate(() => {
    tracker.trackPageView();
    for (let n = 0; n < 4; n++) view();
    add(101);
  });
  await shop.settle();
  const events = await shop.collect();
  assert.equal(events.filter(({ payload }) => payload.e === 'pv').length, 1);
  assert.equal(events.filter(({ schema }) => schema?.includes('snowplow_ecommerce_action')).length, 5);
  assert.deepEqual(await shop.names(), []);
  const said = shop.log.filter(({ text }) => text.includes('OnCue'));
  assert.equal(said.length, 1, `said once, not ${said.map(({ text }) => text)}`);
  assert.equal(said[0].type, 'error');
  const stats = await shop.page.evaluate(() => oncue.getStats());
  assert.equal(stats.waiting, 0);
  assert.ok(said[0].text.includes(stats.failure));
  assert.equal(await shop.page.evaluate(() => oncue.getAttributes('domain_userid')), undefined);
  assert.equal(await shop.page.evaluate(() => oncue.explain('discount')), undefined);
  await shop.page.evaluate(() => oncue.clearLocalSignals());
  return stats.failure;
}

test('plugin 3: events before the engine is ready are taken in later, in order, as of when they happened', () =>
  withShop({ folder: '/slow/' }, async (shop, page) => {
    await start(page, { definitions: ECOM });
    const times = await page.evaluate(async () => {
      const times = [];
      for (const action of [() => add(60), view, view, view, view, () => add(41)]) {
        const before = Date.now();
        action();
        times.push([before, Date.now()]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return times;
    });
    assert.equal(await page.evaluate(() => oncue.getStats().waiting), 6);
    assert.equal(await page.evaluate(() => oncue.getStats().state), 'loading');
    const released = await page.evaluate(() => Date.now());
    shop.site.releaseWasm();
    await shop.ready();
    await shop.settle();
    const handled = await page.evaluate(() => window.handled);
    assert.deepEqual(handled.map(({ name }) => name), ['cart_abandonment', 'discount', 'free_shipping']);
    for (const [n, { at }] of [0, 4, 5].map((index, n) => [index, handled[n]])) {
      assert.ok(at >= times[n][0] && at <= times[n][1] && at <= released, `${at} of event ${n}`);
    }
    const { ecom_attributes } = await page.evaluate(() => oncue.getAttributes('domain_userid'));
    assert.deepEqual(ecom_attributes, { count_product_views: 4, count_add_to_cart: 2, total_cart_value: 101 });
    const doors = await page.evaluate(() => {
      view();
      return activity.filter(({ eventName }) => eventName === 'snowplow_ecommerce_action').map(({ door }) => door);
    });
    assert.deepEqual(doors, ['text', 'text', 'text', 'text', 'text', 'text', 'objects']);
  }));

test('more early events than fit: the oldest give way, and it is counted', () =>
  withShop({ folder: '/slow/' }, async (shop, page) => {
    // Without localStorage, into which the tracker writes its whole queue at every event.
    await start(page, { definitions: ECOM }, { stateStorageStrategy: 'cookie' });
    await page.evaluate(() => {
      for (let n = 0; n < 1003; n++) view();
    });
    shop.site.releaseWasm();
    await shop.ready();
    const stats = await page.evaluate(() => oncue.getStats());
    assert.deepEqual([stats.waiting, stats.dropped], [0, 3]);
    const { count_product_views } = await page.evaluate(() => oncue.getServiceAttributes('ecom_attributes'));
    assert.equal(count_product_views, 1000);
  }));

test('a missing wasm file leaves the shop working and says so once', () =>
  withShop({ folder: '/broken/' }, async (shop, page) => {
    await start(page, { definitions: ECOM });
    const failure = await assertShopGoesOn(shop);
    assert.match(failure, /\/broken\/oncue\.page\.wasm/);
    assert.match(failure, /404/);
  }));

test('a policy that forbids WebAssembly leaves the shop working and names what to add', () =>
  withShop({ folder: '/strict/' }, async (shop, page) => {
    await start(page, { definitions: ECOM });
    assert.match(await assertShopGoesOn(shop), /Content-Security-Policy blocks WebAssembly: add 'wasm-unsafe-eval'/);
  }));

test('decisions 8: bad definitions leave the shop working and every problem is listed', () =>
  withShop({}, async (shop, page) => {
    const definitions = structuredClone(ECOM);
    definitions.attribute_groups[0].attributes[2].aggregation = 'total';
    definitions.interventions[1].criteria.operator = '=>';
    await start(page, { definitions });
    const failure = await assertShopGoesOn(shop);
    assert.match(failure, /#\/attribute_groups\/0\/attributes\/2\/aggregation: /);
    assert.match(failure, /#\/interventions\/1\/criteria\/operator: /);
  }));

test('neither definitions nor an address for them', () =>
  withShop({}, async (shop, page) => {
    await start(page, {});
    assert.match(await assertShopGoesOn(shop), /give OnCuePlugin definitions or definitionsUrl/);
  }));

test('engine options that cannot be used leave the shop working and are named', () =>
  withShop({}, async (shop, page) => {
    shop.site.files.set('/definitions.json', JSON.stringify(ECOM));
    await start(page, { definitionsUrl: '/definitions.json', engine: { windowEventLimit: 0 } });
    assert.match(await assertShopGoesOn(shop), /\n {2}engine#\/windowEventLimit: /);
  }));

test('engine.wasm says where the file is', () =>
  withShop({ folder: '/broken/' }, async (shop, page) => {
    await start(page, { definitions: ECOM, engine: { wasm: '/oncue.page.wasm', refire: 'edge' } });
    await shop.ready();
    await page.evaluate(() => add(1));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment']);
  }));

test('a file that is not OnCue’s leaves the shop working and says so once', () =>
  withShop({}, async (shop, page) => {
    await start(page, { definitions: ECOM, engine: { wasm: '/page.js' } });
    assert.match(await assertShopGoesOn(shop), /could not be loaded from \/page\.js/);
  }));

test('definitionsUrl is fetched once to begin with, and used', () =>
  withShop({}, async (shop, page) => {
    let requests = 0;
    await page.route('**/definitions.json', (route) => {
      requests++;
      return route.fulfill({ json: ECOM });
    });
    await start(page, { definitionsUrl: '/definitions.json' });
    await page.evaluate(() => add(1));
    await shop.ready();
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment']);
    assert.equal(requests, 1);
    await page.evaluate(() => oncue.clearLocalSignals());
    await page.evaluate(() => add(1));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment', 'cart_abandonment']);
  }));

for (const [what, body, expected] of [
  ['that is not there', undefined, /\/definitions\.json answered 404/],
  ['that is not JSON', '<html>', /definitions\.json#\S*: /],
  ['with errors', JSON.stringify({ interventions: [{ name: 'a b' }] }), /definitions\.json#\/interventions\/0\/name: /],
]) {
  test(`a definitionsUrl ${what} leaves the shop working and says so once`, () =>
    withShop({}, async (shop, page) => {
      if (body !== undefined) shop.site.files.set('/definitions.json', body);
      await start(page, { definitionsUrl: '/definitions.json' });
      assert.match(await assertShopGoesOn(shop), expected);
    }));
}

test('a definitionsUrl that cannot be reached leaves the shop working and says so once', () =>
  withShop({}, async (shop, page) => {
    await page.route('**/definitions.json', (route) => route.abort());
    await start(page, { definitionsUrl: '/definitions.json' });
    assert.match(await assertShopGoesOn(shop), /\/definitions\.json cannot be fetched/);
  }));

test('definitions that cannot be had now: a page goes on with those of an earlier one, and takes the next ones', () =>
  withShop({}, async (shop, page) => {
    const url = '/definitions.json';
    const warned = () => shop.log.filter(({ type, text }) => type === 'warning' && text.includes('definitions of an earlier page'));
    const attributes = () => page.evaluate(() => oncue.getAttributes('domain_userid')?.ecom_attributes);
    const open = async (one) => {
      await one.waitForFunction(() => 'startTracker' in window);
      await start(one, { definitionsUrl: url });
    };
    shop.site.files.set(url, JSON.stringify(ECOM));
    await open(page);
    await shop.ready();
    await page.evaluate(() => add(60));
    await shop.settle();
    shop.site.files.delete(url);
    await page.reload();
    await open(page);
    await shop.ready();
    await page.evaluate(() => add(41));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['free_shipping']);
    assert.equal(warned().length, 1);
    assert.match(warned()[0].text, /\/definitions\.json answered 404/);

    // In the background, so that it follows.
    const other = await page.context().newPage();
    await other.addInitScript(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }));
    await other.goto(page.url());
    await open(other);
    await other.waitForFunction(() => oncue.getStats().role === 'following');
    await other.evaluate(() => add(9));
    await page.waitForFunction(() => oncue.getAttributes('domain_userid').ecom_attributes.total_cart_value === 110);
    assert.equal(await other.evaluate(() => oncue.getStats().failure), undefined);

    await page.evaluate(() => oncue.clearLocalSignals());
    await page.evaluate(() => add(5));
    await page.waitForFunction(() => oncue.getAttributes('domain_userid')?.ecom_attributes.total_cart_value === 5);

    const next = structuredClone(ECOM);
    next.attribute_groups[0].attributes.push({ ...next.attribute_groups[0].attributes[0], name: 'more', period: 'P1D' });
    shop.site.files.set(url, JSON.stringify(next));
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    await page.waitForFunction(() => 'more' in oncue.getAttributes('domain_userid').ecom_attributes);
    assert.equal((await attributes()).total_cart_value, 5);
    await other.evaluate(() => {
      delete document.visibilityState;
      dispatchEvent(new Event('focus'));
    });
    await other.waitForFunction(() => oncue.getStats().state === 'ready');
  }));

test('what is probably wrong with definitions is a warning on the console, what may be meant is not', () =>
  withShop({}, async (shop, page) => {
    const definitions = structuredClone(ECOM);
    definitions.interventions[0].criteria.attribute = 'ecom_attributes:count_add_to_crat';
    definitions.interventions[1].is_published = false;
    await start(page, { definitions });
    await shop.ready();
    const said = shop.log.filter(({ text }) => text.includes('OnCue: definitions'));
    assert.deepEqual(said.map(({ type }) => type), ['warning']);
    assert.match(said[0].text, /#\/interventions\/0\/criteria\S*: .*count_add_to_crat/);
  }));

test('the engine goes with the last tracker that uses it, and a new one goes on where it stood', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      window.first = startTracker({ definitions, handlers: { keep } }, { id: 'first' });
      window.second = startTracker({ definitions, handlers: { keep } }, { id: 'second' });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => add(1));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment']);

    // The second one's events count from now on, in the same engine.
    await page.evaluate(() => {
      first.core.deactivate();
      add(101);
    });
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment', 'free_shipping']);

    await page.evaluate(() => second.core.deactivate());
    assert.equal(await page.evaluate(() => oncue.getStats().state), 'idle');
    await page.evaluate((definitions) => {
      startTracker({ definitions, handlers: { keep } }, { id: 'third' });
      add(1);
      for (let n = 0; n < 4; n++) view();
    }, ECOM);
    await shop.ready();
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment', 'free_shipping', 'discount']);
  }));
