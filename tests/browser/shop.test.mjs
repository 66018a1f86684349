// The e-shop in Chromium, by real clicks: the tutorial's banners at the right click, once, on a desk and on a phone.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './plugin_support.mjs';
import { countDeliveries, DEVICES, enterShop, PICTURES } from './shop_support.mjs';

const TITLES = {
  discount: '10% off your next purchase!',
  cart_abandonment: "Don't forget your items in cart!",
  free_shipping: 'Free shipping on orders over $100!',
};

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function inShop(options, body) {
  const shop = await enterShop(browser, options);
  try {
    await body(shop, shop.page);
  } finally {
    await shop.leave();
  }
}

for (const device of Object.keys(DEVICES)) {
  test(`definitions 12.2 on a ${device}: each banner at its click, not before, and never again`, () =>
    inShop({ device }, async (shop, page) => {
      const picture = (name) => page.screenshot({ path: join(PICTURES, `${device}-${name}.png`) });
      await picture('list');
      for (const id of ['tide-mug', 'moon-bowl', 'honey-pot']) {
        await shop.view(id);
        assert.deepEqual(await shop.banners(), []);
      }
      await shop.view('dawn-teapot');
      assert.deepEqual(await shop.banners(), ['discount']);
      const discount = page.locator('[data-banner="discount"]');
      await discount.getByRole('heading', { name: TITLES.discount }).waitFor();
      assert.match(await discount.textContent(), /SAVE10/);
      await picture('discount');

      await shop.add();
      assert.deepEqual(await shop.banners(), ['cart_abandonment', 'discount']);
      await page.getByRole('heading', { name: TITLES.cart_abandonment }).waitFor();

      // 68 + 32 is 100 and not more than 100.
      await shop.addFromList('Cedar & salt candle');
      assert.deepEqual(await shop.banners(), ['cart_abandonment', 'discount']);
      await shop.addFromList('Slow evening chamomile');
      assert.deepEqual(await shop.banners(), ['free_shipping', 'cart_abandonment', 'discount']);
      await page.getByRole('heading', { name: TITLES.free_shipping }).waitFor();
      assert.match(await page.locator('[data-banner="free_shipping"]').textContent(), /FREE/);
      await picture('all');

      await shop.closeBanners();
      for (const id of ['matcha-set', 'hearth-kettle']) {
        await shop.view(id);
        await shop.add();
      }
      assert.deepEqual(await shop.banners(), []);
      const events = await shop.collect();
      assert.deepEqual(countDeliveries(events), { discount: 1, cart_abandonment: 1, free_shipping: 1 });
    }));

  test(`on a ${device}: no page is wider than the screen, and banners leave the main buttons free`, () =>
    inShop({ device }, async (shop, page) => {
      const check = async (name, main) => {
        await page.screenshot({ path: join(PICTURES, `${device}-page-${name}.png`) });
        const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth }));
        assert.ok(scrollWidth <= innerWidth, `${name}: ${scrollWidth} wide on ${innerWidth}`);
        if (main) assert.ok(await isReachable(page, main), `${name}: ${main} is covered`);
      };
      for (const id of ['tide-mug', 'moon-bowl', 'honey-pot', 'dusk-lamp']) await shop.view(id);
      await shop.add();
      assert.equal((await shop.banners()).length, 3);
      await check('product', '.buy .button');
      await shop.openCart();
      await check('cart', '.checkout-bar .button');
      await page.getByRole('link', { name: 'Go to checkout' }).click();
      await check('delivery');
      await page.getByRole('button', { name: 'Use a sample address' }).click();
      await page.getByRole('button', { name: 'Review order' }).click();
      await check('review');
      await page.getByRole('button', { name: /^Place order/ }).click();
      await page.getByRole('heading', { name: /^Thank you, Ada/ }).waitFor();
      assert.deepEqual(await shop.banners(), ['discount'], 'nothing speaks of the cart that is gone');
      await check('thanks');
      await shop.openCart();
      await check('empty-cart');
    }));
}

/** Whether a click in the middle of the element, once scrolled to, would reach it. */
function isReachable(page, selector) {
  return page.locator(selector).evaluate((element) => {
    element.scrollIntoView({ block: 'nearest' });
    const { x, y, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  });
}

test('Reset user data: a new visitor, and every banner comes again at the same click', () =>
  inShop({}, async (shop, page) => {
    const visit = async () => {
      for (const id of ['tide-mug', 'moon-bowl', 'honey-pot']) await shop.view(id);
      assert.deepEqual(await shop.banners(), []);
      await shop.view('dusk-lamp');
      assert.deepEqual(await shop.banners(), ['discount']);
      await shop.add();
      assert.deepEqual((await shop.banners()).sort(), ['cart_abandonment', 'discount', 'free_shipping']);
    };
    await visit();
    await shop.resetUserData();
    await shop.settle();
    assert.deepEqual(await shop.banners(), []);
    assert.equal(await page.locator('.count').count(), 0);
    await visit();

    const events = await shop.collect();
    assert.deepEqual(countDeliveries(events), { discount: 2, cart_abandonment: 2, free_shipping: 2 });
    const visitors = new Set(events.map(({ payload }) => payload.duid));
    assert.equal(visitors.size, 2);
  }));

// A skipped hour would pass the tracker's own time limit while a real request is still on its way: wait for those first.
async function untilAllIsSent(page) {
  await page.clock.runFor(100);
  for (let quiet = 0; quiet < 5; quiet++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (page.underWay.size > 0) quiet = -1;
  }
}

function withClock(page) {
  page.underWay = new Set();
  // A stream of interventions never ends.
  page.on('request', (request) => request.resourceType() !== 'eventsource' && page.underWay.add(request));
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => page.underWay.delete(request));
  return page.clock.install({ time: '2026-03-01T10:00:00Z' });
}

/** From then on time passes when the test says so. */
async function addVaseAndStopClock(shop, page) {
  await page.getByRole('link', { name: 'Kiln & Kettle' }).click();
  await shop.settle();
  await page.clock.pauseAt('2026-03-01T10:30:00Z');
  await page.getByRole('button', { name: 'Add Fennel vase to cart' }).click();
  await untilAllIsSent(page);
  await page.locator('[data-banner="cart_abandonment"]').waitFor();
}

test('decisions 1: the abandonment banner comes by time alone, after 15 minutes', () =>
  inShop({ prepare: withClock }, async (shop, page) => {
    const { clock } = page;
    await addVaseAndStopClock(shop, page);
    const abandoned = page.locator('[data-banner="cart_abandonment_discount"]');
    const fired = () => page.evaluate(() => oncue.getStats().engine.fired);
    await clock.runFor(15 * 60_000 - 101);
    assert.equal(await fired(), 1, 'a millisecond before');
    await clock.runFor(1);
    assert.equal(await fired(), 2);
    // It is stored before it is shown, which takes no time of the page's clock, but for the turns of its timers.
    while ((await abandoned.count()) === 0) await clock.runFor(1);
    assert.match(await abandoned.textContent(), /STAY15/);
    await untilAllIsSent(page);
    await clock.runFor(60 * 60_000);
    assert.equal(await abandoned.count(), 1);
  }));

test('a cart that was bought is not abandoned', () =>
  inShop({ prepare: withClock }, async (shop, page) => {
    await addVaseAndStopClock(shop, page);
    await shop.openCart();
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await page.getByRole('button', { name: 'Use a sample address' }).click();
    await page.getByRole('button', { name: 'Review order' }).click();
    await page.getByRole('button', { name: 'Place order' }).click();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    await untilAllIsSent(page);
    const cartValue = () => page.evaluate(() => oncue.getAttributes('domain_userid').cart_activity.cart_value);
    assert.equal(await cartValue(), 0);
    const fired = await page.evaluate(() => oncue.getStats().engine.fired);
    await page.clock.runFor(60 * 60_000);
    assert.equal(await page.evaluate(() => oncue.getStats().engine.fired), fired);
    assert.equal(await page.locator('[data-banner="cart_abandonment_discount"]').count(), 0);
  }));

test('?idle= shortens the wait, the shop says so, and no click is needed', () =>
  inShop({ path: '/?idle=1s&oncue-inspect' }, async (shop, page) => {
    await page.getByText('after 1 second without activity').waitFor();
    await shop.addFromList('Matcha set');
    await page.locator('[data-banner="cart_abandonment_discount"]').waitFor();
    await shop.withPanel((panel) => panel.locator('.events li', { hasText: 'fired cart_abandonment_discount' }).waitFor());
    assert.ok(page.url().includes('idle=1s'), 'navigation keeps the wait');
    assert.equal(countDeliveries(await shop.collect()).cart_abandonment_discount, 1);
  }));

test('a cart of 75 or less is never abandoned', () =>
  inShop({ path: '/?idle=1s&oncue-inspect' }, async (shop, page) => {
    await shop.addFromList('Dawn teapot');
    await page.locator('[data-banner="cart_abandonment"]').waitFor();
    const rule = page.locator('[data-rule="cart_abandonment_discount"]');
    await rule.locator('.test[data-truth="true"]', { hasText: 'minutes_since_last_activity' }).waitFor();
    assert.deepEqual(await shop.banners(), ['cart_abandonment']);
  }));

test('a cart that was worth more than 75, and no longer is, is not abandoned', () =>
  inShop({ prepare: withClock }, async (shop, page) => {
    const { clock } = page;
    await addVaseAndStopClock(shop, page);
    await shop.openCart();
    await page.getByRole('button', { name: 'Remove Fennel vase' }).click();
    await untilAllIsSent(page);
    await clock.runFor(60 * 60_000);
    assert.equal(await page.evaluate(() => oncue.getStats().engine.fired), 1, 'the banner of the first click alone');
  }));

test('definitions 12.2: who signed in is the target, by name', () =>
  inShop({}, async (shop, page) => {
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Ada' }).waitFor();
    await shop.addFromList('Tide mug');
    // For a person with several devices it is shown once the server was asked.
    await page.locator('.offer').waitFor();
    assert.deepEqual(await shop.banners(), ['cart_abandonment']);
    const events = await shop.collect();
    const added = events.find(({ data }) => data?.type === 'add_to_cart');
    assert.equal(added.payload.uid, 'Ada');
    const received = events.find(({ name }) => name === 'intervention_receive');
    assert.deepEqual(received.entity('intervention_instance').attributeKey, { name: 'user_id', id: 'Ada' });
  }));

test('codes change the sums, and the order tells the tracker the same', () =>
  inShop({}, async (shop, page) => {
    for (const id of ['tide-mug', 'moon-bowl', 'honey-pot', 'dusk-lamp']) await shop.view(id);
    await shop.add();
    await shop.openCart();
    const sum = async (name) => page.locator('.sums > div', { hasText: name }).locator('dd').textContent();
    assert.deepEqual([await sum('Items'), await sum('Shipping'), await sum('Total')], ['$148.00', '$8.00', '$156.00']);
    await page.getByRole('button', { name: 'Apply code SAVE10' }).click();
    assert.deepEqual([await sum('Discount'), await sum('Total')], ['−$14.80', '$141.20']);
    await page.getByLabel('Discount code').fill('free');
    await page.locator('.code-form').getByRole('button', { name: 'Apply' }).click();
    assert.deepEqual([await sum('Shipping'), await sum('Total')], ['Free', '$133.20']);
    await page.getByLabel('Discount code').fill('NONSENSE');
    await page.locator('.code-form').getByRole('button', { name: 'Apply' }).click();
    await page.getByText('We do not know “NONSENSE”.').waitFor();

    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await page.getByRole('button', { name: 'Review order' }).click();
    await page.getByText('Please tell us your name.').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('name')), 'name');
    await page.getByRole('button', { name: 'Use a sample address' }).click();
    await page.getByRole('button', { name: 'Review order' }).click();
    await page.getByRole('button', { name: 'Place order · $133.20' }).click();
    await page.getByRole('heading', { name: 'Thank you, Ada.' }).waitFor();

    const events = await shop.collect();
    const order = events.find(({ data }) => data?.type === 'transaction').entity('transaction');
    assert.deepEqual(
      { revenue: order.revenue, shipping: order.shipping, discount_amount: order.discount_amount, discount_code: order.discount_code },
      { revenue: 133.2, shipping: 0, discount_amount: 14.8, discount_code: 'SAVE10+FREE' }
    );
    const steps = events.filter(({ data }) => data?.type === 'checkout_step').map(({ entity }) => entity('checkout_step').step);
    assert.deepEqual(steps, [1, 2]);
  }));

test('the cart: more and less are events, and what is removed takes nothing back from total_cart_value', () =>
  inShop({}, async (shop, page) => {
    await shop.addFromList('Fennel vase');
    await shop.openCart();
    await page.getByRole('button', { name: 'One more' }).click();
    await page.getByRole('button', { name: 'One less' }).click();
    await page.getByRole('button', { name: 'Remove Fennel vase' }).click();
    await page.getByRole('heading', { name: 'Your cart is empty' }).waitFor();
    await shop.withPanel((panel) => panel.locator('.attribute', { hasText: 'total_cart_value' }).locator('.attribute-value', { hasText: /^164$/ }).waitFor());
    const events = await shop.collect();
    const actions = events.filter(({ name }) => name === 'snowplow_ecommerce_action').map(({ data }) => data.type);
    assert.deepEqual(actions, ['add_to_cart', 'add_to_cart', 'remove_from_cart', 'remove_from_cart']);
    const { price } = events.find(({ data }) => data?.type === 'add_to_cart').entity('product');
    assert.equal(price, 82);
  }));

test('banners with the keyboard: read out, closed by Escape newest first, focus is kept', () =>
  inShop({}, async (shop, page) => {
    for (const id of ['tide-mug', 'moon-bowl', 'honey-pot', 'olive-platter']) await shop.view(id);
    await page.locator('.buy').getByRole('button', { name: /^Add to cart/ }).focus();
    await page.keyboard.press('Enter');
    await shop.settle();
    assert.deepEqual(await shop.banners(), ['cart_abandonment', 'discount']);
    await page.getByRole('status').filter({ hasText: TITLES.cart_abandonment }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement.className);
    assert.match(await focused(), /add-wide/, 'a banner takes no focus');
    await page.keyboard.press('Escape');
    assert.deepEqual(await shop.banners(), ['discount']);
    assert.match(await focused(), /add-wide/);
    await page.getByRole('button', { name: `Close: ${TITLES.discount}` }).focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await shop.banners(), []);
    assert.match(await focused(), /add-wide/, 'back where it came from');
  }));

test('look inside: the inspector of the plugin, loaded when asked and not before', () =>
  inShop({ isReadyExpected: false }, async (shop, page) => {
    const requests = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.reload();
    await page.waitForLoadState('networkidle');
    assert.ok(requests.length > 3);
    assert.deepEqual(requests.filter((url) => url.includes('inspector')), []);
    await page.getByRole('button', { name: 'Look inside' }).click();
    const panel = page.getByRole('complementary', { name: 'OnCue inspector' });
    await panel.locator('[data-rule="discount"]').waitFor();
    assert.equal(requests.filter((url) => /inspector.*\.js$/.test(url)).length, 1);
    assert.ok(new URL(page.url()).searchParams.has('oncue-inspect'));
    await panel.getByRole('button', { name: 'Close', exact: true }).click();
    assert.equal(await panel.count(), 0);
    assert.ok(!page.url().includes('oncue-inspect'));
  }));

for (const device of Object.keys(DEVICES)) {
  test(`look inside on a ${device}: ?oncue-inspect shows every event from the first on, live`, () =>
    inShop({ device, path: '/?oncue-inspect' }, async (shop, page) => {
      const panel = page.getByRole('complementary', { name: 'OnCue inspector' });
      const isPhone = device === 'phone';
      const fold = async () => isPhone && panel.getByRole('button', { name: 'Fold' }).click();
      const unfold = async () => isPhone && panel.locator('.pill').click();
      await panel.locator('.events li', { hasText: 'page_view' }).waitFor();
      await fold();
      await shop.view('tide-mug');
      await unfold();
      const first = panel.locator('.events li').first();
      await first.filter({ hasText: /product_view.*(µs|ms)/ }).waitFor();
      await panel.locator('.attribute', { hasText: 'count_product_views' }).locator('.attribute-value', { hasText: /^1$/ }).waitFor();
      const rule = panel.locator('[data-rule="cart_abandonment"]');
      assert.equal(await rule.getAttribute('data-fired'), 'false');
      await fold();
      await shop.add();
      await unfold();
      await panel.locator('[data-rule="cart_abandonment"][data-fired="true"]').waitFor();
      assert.match(await rule.textContent(), /domain_userid \(latched\)/);
      await page.screenshot({ path: join(PICTURES, `${device}-inside.png`) });
      const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth }));
      assert.ok(scrollWidth <= innerWidth);
    }));
}

test('signing in: the dialog begins with the name, and a long one fits beside the inspector', () =>
  inShop({ path: '/?oncue-inspect' }, async (shop, page) => {
    await page.getByRole('button', { name: 'Sign in' }).click();
    assert.equal(await page.evaluate(() => document.activeElement.labels?.[0].textContent), 'Your name');
    await page.keyboard.type('Maximiliane Wolfeschlegelsteinhausenbergerdorff');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Maximiliane/ }).waitFor();
    const boxes = await page.evaluate(() => ['.header-tools', '.header-nav', '.header-row'].map((one) => document.querySelector(one).getBoundingClientRect()));
    const [tools, nav, row] = boxes;
    assert.ok(tools.right <= row.right && nav.right <= tools.left, JSON.stringify(boxes));
  }));

test('on a phone every control of the header has a name', () =>
  inShop({ device: 'phone' }, async (shop, page) => {
    for (const name of ['Sign in', 'Look inside']) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 1);
    assert.equal(await page.getByRole('link', { name: 'Cart, 0 items' }).count(), 1);
  }));

test('an address that leads nowhere says so, in its title too', () =>
  inShop({ path: '/category/nope' }, async (shop, page) => {
    await page.getByRole('heading', { name: 'We could not find that' }).waitFor();
    assert.equal(await page.title(), 'Not found · Kiln & Kettle');
  }));

test('banners cover nothing: thumbnails and ticks stay in reach beside the inspector', () =>
  inShop({ path: '/?oncue-inspect' }, async (shop, page) => {
    for (const id of ['tide-mug', 'moon-bowl', 'honey-pot', 'dusk-lamp']) await shop.view(id);
    await shop.add();
    assert.equal((await shop.banners()).length, 3);
    for (const selector of ['.thumbs button:first-child', '.thumbs button:last-child', '.details li:first-child', '.details li:last-child']) {
      assert.ok(await isReachable(page, selector), selector);
    }
  }));

test('without its wasm the shop sells on, and says once why', () =>
  inShop(
    {
      prepare: (page) => page.route(/\.wasm$/, (route) => route.abort()),
      allowedErrors: /^console: /,
      isReadyExpected: false,
    },
    async (shop, page) => {
      await shop.withPanel((panel) => panel.getByText('could not be loaded from').waitFor());
      await shop.addFromList('Tide mug');
      await shop.openCart();
      await page.getByRole('link', { name: 'Go to checkout' }).click();
      await page.getByRole('heading', { name: 'Delivery' }).waitFor();
      assert.deepEqual(await shop.banners(), []);
      assert.equal(shop.complaints.filter((text) => text.includes('OnCue')).length, 1);
    }
  ));

test('the collector has every page view and action', () =>
  inShop({ device: 'phone' }, async (shop) => {
    await shop.view('tide-mug');
    await shop.add();
    const events = await shop.collect();
    const told = events.map(({ name, data }) => data?.type ?? name).filter((name) => !name.startsWith('intervention_'));
    assert.deepEqual(told, ['page_view', 'page_view', 'page_view', 'product_view', 'add_to_cart']);
    const { price, currency, id } = events.find(({ data }) => data?.type === 'add_to_cart').entity('product');
    assert.deepEqual({ price, currency, id }, { price: 28, currency: 'USD', id: 'tide-mug' });
    for (const { payload } of events) assert.equal(payload.aid, 'oncue-shop');
  }));
