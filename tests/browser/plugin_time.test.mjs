// The plugin in Chromium: interventions that time fires, with no event.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMeasurements } from './plugin_measurement_rules.mjs';
import { ECOM, stopClock, useBrowser } from './plugin_support.mjs';

const withShop = useBrowser();

/** Cart worth more than 75, and nothing for `threshold` of `unit`. */
function abandonment(unit, threshold) {
  const definitions = structuredClone(ECOM);
  definitions.attribute_groups[0].attributes.push({
    name: 'since_last_activity',
    type: 'double',
    aggregation: 'time_since_last',
    time_unit: unit,
    events: [],
  });
  definitions.interventions = [
    {
      name: 'cart_abandonment_discount',
      version: 1,
      is_published: true,
      criteria: {
        all: [
          { attribute: 'ecom_attributes:total_cart_value', operator: '>', value: 75 },
          { attribute: 'ecom_attributes:since_last_activity', operator: '>=', value: threshold },
        ],
      },
      target_attribute_keys: [{ name: 'domain_userid' }],
    },
  ];
  return definitions;
}

const start = (page, definitions) =>
  page.evaluate((definitions) => {
    // Measurement events are activity too: without them time alone decides in these tests.
    startTracker({ definitions, handlers: { keep }, measurement: false });
  }, definitions);

test('decisions 1: a short threshold passes without any event', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => startTracker({ definitions, handlers: { keep } }) && undefined, abandonment('s', 0.25));
    await shop.ready();
    await page.evaluate(() => add(80));
    await page.waitForFunction(() => handled.length === 1);
    await shop.settle();
    const [{ name, event_id, at }] = await page.evaluate(() => handled);
    assert.deepEqual([name, event_id], ['cart_abandonment_discount', null]);
    const tick = await page.evaluate(() => activity.find(({ type, fired }) => type === 'tick' && fired.length));
    assert.equal(tick.at, at);
    const events = await shop.collect();
    assert.ok(at >= Number(events[0].payload.dtm) + 250);
    assert.equal(readMeasurements(events).length, 2);
  }));

test('decisions 1: fifteen minutes after the last event, once', () =>
  withShop({ onPage: (page) => page.clock.install() }, async (shop, page) => {
    await start(page, abandonment('min', 15));
    await shop.ready();
    await stopClock(page);
    await page.evaluate(() => add(80));
    await page.clock.runFor('10:00');
    await page.evaluate(() => view());
    await page.clock.runFor('14:59');
    assert.deepEqual(await shop.names(), []);
    await page.clock.runFor('00:02');
    await page.waitForFunction(() => handled.length > 0);
    assert.deepEqual(await shop.names(), ['cart_abandonment_discount']);
    const [{ at }] = await page.evaluate(() => handled);
    await page.clock.runFor('02:00:00');
    assert.equal((await shop.names()).length, 1);
    const dtm = await page.evaluate(() => activity.filter(({ type }) => type === 'event')[1].payload.dtm);
    assert.equal(at, Number(dtm) + 15 * 60_000, 'to the millisecond');
  }));

test('decisions 1: a page that slept looks at the clock when it comes back', () =>
  withShop({ onPage: (page) => page.clock.install() }, async (shop, page) => {
    await start(page, abandonment('min', 15));
    await shop.ready();
    const now = await page.evaluate(() => {
      add(80);
      return Date.now();
    });
    // The clock moves on, timers do not: what sleep looks like from inside.
    await page.clock.setSystemTime(now + 20 * 60_000);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.clock.runFor(10);
    await page.waitForFunction(() => handled.length > 0);
    assert.deepEqual(await shop.names(), ['cart_abandonment_discount']);
  }));

test('plugin 6: without consent time fires nothing', () =>
  withShop({ onPage: (page) => page.clock.install() }, async (shop, page) => {
    await page.evaluate((definitions) => {
      window.consent = true;
      startTracker({ definitions, handlers: { keep }, enabled: () => window.consent });
    }, abandonment('min', 15));
    await shop.ready();
    await page.evaluate(() => add(80));
    await page.evaluate(() => (window.consent = false));
    await page.clock.runFor('20:00');
    assert.deepEqual(await shop.names(), []);
  }));

test('decisions 1: what time fired between two early events fires as of its moment', () =>
  withShop({ folder: '/slow/', onPage: (page) => page.clock.install() }, async (shop, page) => {
    await start(page, abandonment('min', 15));
    await page.evaluate(() => add(80));
    await page.clock.runFor('20:00');
    await page.evaluate(() => view());
    shop.site.releaseWasm();
    await shop.ready();
    await page.waitForFunction(() => handled.length > 0);
    await shop.settle();
    const [{ at, event_id }, ...others] = await page.evaluate(() => handled);
    assert.deepEqual(others, []);
    assert.equal(event_id, null);
    const [added] = await shop.collect();
    assert.equal(at, Number(added.payload.dtm) + 15 * 60_000);
  }));

test('decisions 19: what is kept of a session goes 24 hours after it was last seen', () =>
  withShop({ onPage: (page) => page.clock.install() }, async (shop, page) => {
    const definitions = {
      attribute_groups: [{ name: 'visit', attribute_key: { name: 'domain_sessionid' }, attributes: [{ name: 'views', type: 'int32', aggregation: 'counter' }] }],
    };
    await start(page, definitions);
    await shop.ready();
    // Cookies expire by the browser's own clock.
    const look = async () => {
      await page.evaluate(() => {
        tracker.newSession();
        view();
      });
      return page.evaluate(() => [Object.values(oncue.getAttributes('domain_sessionid'))[0].views, oncue.getStats().engine.ids, oncue.getStats().engine.evicted]);
    };
    assert.deepEqual(await look(), [1, 1, 0]);
    await page.clock.fastForward('23:00:00');
    assert.deepEqual(await look(), [1, 2, 0], 'a new session, the first one is kept');
    await page.clock.fastForward('02:00:00');
    assert.deepEqual(await look(), [1, 2, 1], 'a third session, the first one is gone');
  }));
