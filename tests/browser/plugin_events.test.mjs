// The plugin in Chromium: which events count (consent, anonymity, several trackers) and through which door they come.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMeasurements } from './plugin_measurement_rules.mjs';
import { ECOM, useBrowser } from './plugin_support.mjs';

const withShop = useBrowser();

/** Tracker and plugin with the e-shop's definitions, ready. */
async function startEcom(shop, options = {}, configuration = {}) {
  await shop.page.evaluate(
    ([definitions, configuration, options]) => {
      startTracker({ definitions, handlers: { keep }, ...configuration }, options);
    },
    [ECOM, configuration, options]
  );
  await shop.ready();
}

const totals = (page) => page.evaluate(() => oncue.getServiceAttributes('ecom_attributes'));

/** The doors of the ecommerce events; what the tracker itself built early comes by its text. */
async function assertDoors(page, expected) {
  const seen = await page.evaluate(() =>
    activity
      .filter(({ eventName }) => eventName === 'snowplow_ecommerce_action')
      .map(({ door, payload }) => ({ door, isEarly: builtEarly.includes(payload.eid) }))
  );
  assert.deepEqual(seen.map(({ door }) => door), expected.map((door, i) => (seen[i]?.isEarly ? 'text' : door)));
}

const fourViewsAndACart = () => {
  add(60);
  for (let n = 0; n < 4; n++) view();
  add(41);
};
const ALL_THREE = ['cart_abandonment', 'discount', 'free_shipping'];
const ALL_TOTALS = { count_product_views: 4, count_add_to_cart: 2, total_cart_value: 101 };

async function assertAllThree(shop, door) {
  await shop.page.evaluate(() => tracker.trackPageView());
  await shop.page.evaluate(fourViewsAndACart);
  await shop.settle();
  assert.deepEqual(await shop.names(), ALL_THREE);
  const { domain_userid, ...values } = await totals(shop.page);
  assert.deepEqual(values, ALL_TOTALS);
  await assertDoors(shop.page, Array(6).fill(door));
}

for (const [what, options] of [
  ['POST, plain JSON', {}],
  ['GET, which encodes in base64', { eventMethod: 'get' }],
  ['POST with encodeBase64', { encodeBase64: true }],
]) {
  test(`design two doors: ${what}: objects, nothing parsed`, () =>
    withShop({}, async (shop) => {
      await startEcom(shop, options);
      await assertAllThree(shop, 'objects');
      assert.equal(readMeasurements(await shop.collect()).length, 6);
    }));
}

test('design two doors: the first event of a session, which the tracker itself builds early: text', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop);
    await page.evaluate(fourViewsAndACart);
    assert.equal(await page.evaluate(() => builtEarly[0] === activity[0].payload.eid), true);
    await assertDoors(page, Array(6).fill('objects'));
    const { domain_userid, ...values } = await totals(page);
    assert.deepEqual(values, ALL_TOTALS);
  }));

// A plugin that builds the payload early hides later entities from the raw objects; before or after ours.
for (const place of ['before', 'after']) {
  for (const encodeBase64 of [false, true]) {
    test(`design two doors: a plugin ${place} ours calls build() early, base64 ${encodeBase64}: text`, () =>
      withShop({}, async (shop, page) => {
        await page.evaluate(
          ([definitions, place, encodeBase64]) => {
            const early = {
              beforeTrack(builder) {
                builder.build();
                builder.addContextEntity({ schema: 'iglu:com.example/late/jsonschema/1-0-0', data: { é: '\u{1F600}' } });
              },
            };
            startTracker({ definitions, handlers: { keep } }, { encodeBase64, [place]: [early] });
          },
          [ECOM, place, encodeBase64]
        );
        await shop.ready();
        await assertAllThree(shop, 'text');
      }));
  }
}

test('design two doors: an entity that only the text has is counted', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      const late = {
        beforeTrack(builder) {
          builder.build();
          builder.addContextEntity({ schema: 'iglu:com.snowplowanalytics.snowplow.ecommerce/product/jsonschema/1-0-0', data: product(101) });
        },
      };
      startTracker({ definitions, handlers: { keep } }, { after: [late] });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => shop.trackAddToCart({ products: [], total_value: 1, currency: 'USD' }));
    await shop.settle();
    assert.deepEqual((await shop.names()).sort(), ['cart_abandonment', 'free_shipping']);
  }));

test('design two doors: raw objects that differ from their text count as their text says', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop);
    const { expected, seen } = await page.evaluate(() => {
      class Money {
        toJSON() {
          return 8;
        }
      }
      const inherited = Object.create({ price: 1000 });
      const prices = [undefined, NaN, Infinity, new Date(0), new Money(), new Number(5), '9.5', null, true, () => 1, Symbol('s'), [7], -0, 1e21];
      const products = prices.map((price) => ({ id: 'p', price }));
      products.push(Object.assign(inherited, { id: 'p' }), { id: 'p', toJSON: () => ({ id: 'p', price: 32 }) });
      let expected = 0;
      const seen = [];
      for (const data of products) {
        const price = JSON.parse(JSON.stringify(data)).price;
        const counts = typeof price === 'number' || (typeof price === 'string' && price.trim() !== '' && isFinite(price));
        if (counts) expected += Number(price);
        tracker.trackSelfDescribingEvent({
          event: {
            schema: 'iglu:com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2',
            data: { type: 'add_to_cart' },
          },
          context: [{ schema: 'iglu:com.snowplowanalytics.snowplow.ecommerce/product/jsonschema/1-0-0', data }],
        });
        seen.push([oncue.getServiceAttributes('ecom_attributes').total_cart_value, expected]);
      }
      return { expected, seen };
    });
    for (const [total, want] of seen) assert.equal(total ?? 0, want);
    assert.equal((await totals(page)).total_cart_value, expected);
    assert.equal((await totals(page)).count_add_to_cart, 16);
  }));

test('design two doors: without web_page and session entities the event still counts', () =>
  withShop({}, async (shop) => {
    await startEcom(shop, { contexts: { webPage: false, session: true } });
    await shop.page.evaluate(fourViewsAndACart);
    await shop.settle();
    assert.deepEqual(await shop.names(), ALL_THREE);
  }));

test('events tracked while an event is being tracked are told apart', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      const nested = {
        beforeTrack() {
          if (!window.nests) return;
          window.nests = false;
          add(101);
        },
      };
      startTracker({ definitions, handlers: { keep } }, { before: [nested] });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => {
      tracker.trackPageView();
      window.nests = true;
      view();
    });
    await shop.settle();
    assert.deepEqual((await shop.names()).sort(), ['cart_abandonment', 'free_shipping']);
    const { domain_userid, ...values } = await totals(page);
    assert.deepEqual(values, { count_product_views: 1, count_add_to_cart: 1, total_cart_value: 101 });
    await assertDoors(page, ['objects', 'objects']);
  }));

test('an event that a filter drops does not count', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      const filter = { filter: () => !window.drops };
      startTracker({ definitions, handlers: { keep } }, { after: [filter] });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => {
      window.drops = true;
      add(1000);
      window.drops = false;
      add(10);
    });
    assert.equal((await totals(page)).total_cart_value, 10);
  }));

test('plugin 1: events of an opted-out visitor are neither sent nor counted', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop);
    await page.evaluate(() => {
      tracker.setOptOutCookie('opted_out');
      document.cookie = 'opted_out=1; path=/';
      for (let n = 0; n < 5; n++) view();
    });
    await shop.settle();
    assert.deepEqual(await shop.names(), []);
    const stats = await page.evaluate(() => oncue.getStats());
    assert.equal(stats.skipped.optedOut, 5);
    assert.equal(stats.engine.events, 0);
    await page.evaluate(() => (document.cookie = 'opted_out=; path=/; max-age=0'));
    assert.equal((await shop.collect()).length, 0);
  }));

test('plugin 6: anonymous events update nothing; with consent the visitor starts from there', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop, { anonymousTracking: true });
    await page.evaluate(fourViewsAndACart);
    await shop.settle();
    assert.deepEqual(await shop.names(), []);
    assert.equal(await page.evaluate(() => oncue.getAttributes('domain_userid')), undefined);
    await page.evaluate(() => tracker.disableAnonymousTracking());
    await page.evaluate(fourViewsAndACart);
    await shop.settle();
    assert.deepEqual(await shop.names(), ALL_THREE);
    await page.evaluate(() => {
      tracker.enableAnonymousTracking({ options: { withSessionTracking: true } });
      view();
    });
    assert.equal(await page.evaluate(() => oncue.getAttributes('domain_userid')), undefined);
  }));

test('plugin 6: the consent gate', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      window.consent = () => false;
      startTracker({ definitions, handlers: { keep }, enabled: () => window.consent() });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => add(1));
    await page.evaluate(() => {
      window.consent = () => {
        throw new Error('consent manager is not there');
      };
      add(1);
    });
    assert.equal(await page.evaluate(() => oncue.getStats().skipped.disabled), 2);
    await page.evaluate(() => {
      window.consent = () => true;
      add(7);
    });
    await shop.settle();
    assert.equal((await totals(page)).total_cart_value, 7);
  }));

test('decisions 15: of two trackers only the first one counts', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      startTracker({ definitions, handlers: { keep } }, { id: 'a' });
      startTracker({ definitions, handlers: { keep } }, { id: 'b' });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => {
      for (let n = 0; n < 4; n++) view();
    });
    await shop.settle();
    assert.deepEqual(await shop.names(), ['discount']);
    assert.equal((await totals(page)).count_product_views, 4);
    const stats = await page.evaluate(() => oncue.getStats());
    assert.ok(stats.skipped.otherTracker >= 4);
    const measurements = readMeasurements(await shop.collect());
    assert.equal(measurements.length, 2);
  }));

test('decisions 15: one plugin on two trackers goes by namespace; namespaces can list more', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      const plugin = oncue.OnCuePlugin({ definitions, handlers: { keep }, namespaces: ['b', 'c'] });
      for (const id of ['a', 'b', 'c']) tracker.newTracker(id, location.origin, { appId: id, plugins: [plugin] });
      tracker.addPlugin({ plugin: shop.SnowplowEcommercePlugin() });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => shop.trackProductView(product(1), ['a']));
    assert.equal(await page.evaluate(() => oncue.getAttributes('domain_userid')), undefined);
    await page.evaluate(() => view());
    assert.equal((await totals(page)).count_product_views, 2);
  }));

test('deriveEntities adds entities for the engine only, through either door', () =>
  withShop({}, async (shop, page) => {
    const definitions = {
      attribute_groups: [
        {
          name: 'device',
          attribute_key: { name: 'domain_userid', key: 'domain_userid' },
          is_published: true,
          attributes: [
            {
              name: 'latest_device_class',
              type: 'string',
              aggregation: 'last',
              events: [{ name: 'page_view' }],
              property: { type: 'entity', vendor: 'nl.basjes', name: 'yauaa_context', major_version: 1, path: 'deviceClass', index: 0 },
            },
            { name: 'views', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] },
          ],
        },
      ],
    };
    await page.evaluate((definitions) => {
      window.device = 'Phone';
      const deriveEntities = (payload) => {
        if (window.device === 'broken') throw new Error('no such device');
        return payload.e === 'pv' ? [{ schema: 'iglu:nl.basjes/yauaa_context/jsonschema/1-0-4', data: { deviceClass: window.device } }] : undefined;
      };
      const early = { beforeTrack: (builder) => window.isEarly && builder.build() };
      startTracker({ definitions, deriveEntities }, { before: [early] });
    }, definitions);
    await shop.ready();
    const read = () => page.evaluate(() => oncue.getAttributes('domain_userid').device);
    await page.evaluate(() => {
      tracker.trackStructEvent({ category: 'c', action: 'a' });
      tracker.trackPageView();
    });
    assert.deepEqual(await read(), { latest_device_class: 'Phone', views: 1 });
    await page.evaluate(() => {
      window.device = 'Desktop';
      window.isEarly = true;
      tracker.trackPageView();
    });
    assert.deepEqual(await read(), { latest_device_class: 'Desktop', views: 2 });
    await page.evaluate(() => {
      window.device = 'broken';
      tracker.trackPageView();
      tracker.trackPageView();
    });
    assert.deepEqual(await read(), { latest_device_class: 'Desktop', views: 4 });
    assert.equal(shop.log.filter(({ text }) => text.includes('deriveEntities failed')).length, 1);
    assert.deepEqual(await page.evaluate(() => activity.slice(1).map(({ door }) => door)), ['objects', 'text', 'text', 'text']);
    const events = await shop.collect();
    assert.equal(events.flatMap(({ entities }) => entities).filter(({ schema }) => schema.includes('yauaa')).length, 0);
  }));

test('deriveEntities that returns no JSON, or no list, costs its entities and nothing else', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      const schema = 'iglu:com.example/thing/jsonschema/1-0-0';
      const loop = {};
      loop.self = loop;
      const returned = [[{ schema, data: loop }], [{ schema, data: { n: 1n } }], { length: 1 }, 'text', [null]];
      let turn = 0;
      const deriveEntities = () => returned[turn++ % returned.length];
      startTracker({ definitions, deriveEntities });
      for (const _ of returned) view();
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => [1, 2, 3, 4, 5].forEach(() => view()));
    assert.equal((await totals(page)).count_product_views, 10);
    assert.equal(shop.log.filter(({ text }) => text.includes('deriveEntities failed')).length, 1);
  }));

test('activity: what the engine did not count, and listeners that fail or leave', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      const forgetsSchema = {
        beforeTrack: (builder) => {
          if (window.breaks) builder.getPayload().e = 'ad';
        },
      };
      window.stop = oncue.subscribeToActivity(({ type }) => {
        if (type !== 'start') throw new Error('panel is broken');
      });
      startTracker({ definitions, handlers: { keep } }, { before: [forgetsSchema] });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => {
      window.breaks = true;
      view();
      window.breaks = false;
      window.stop();
      add(1);
    });
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment']);
    const [first, second] = await page.evaluate(() => activity);
    assert.ok(first.rejection);
    assert.equal(second.rejection, undefined);
    assert.ok(second.microseconds >= 0);
    assert.equal(shop.log.filter(({ text }) => text.includes('activity listener failed')).length, 1);
  }));

test('activity: a listener may clear everything', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop);
    await page.evaluate(() => {
      const stop = oncue.subscribeToActivity(() => {
        stop();
        oncue.clearLocalSignals();
      });
      add(1);
      add(2);
    });
    await shop.settle();
    assert.equal((await totals(page)).total_cart_value, 2);
  }));

test('events 2: a definition that reads useragent sees the browser, which the tracker does not send', () =>
  withShop({}, async (shop, page) => {
    const definitions = {
      attribute_groups: [
        {
          name: 'device',
          attribute_key: { name: 'domain_userid' },
          attributes: [{ name: 'agent', type: 'string', aggregation: 'last', property: { name: 'useragent' } }],
        },
      ],
    };
    await startEcom(shop, {}, { definitions });
    await page.evaluate(() => tracker.trackPageView());
    const [agent, expected] = await page.evaluate(() => [oncue.getAttributes('domain_userid').device.agent, navigator.userAgent]);
    assert.equal(agent, expected);
  }));
