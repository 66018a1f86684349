// The plugin in Chromium with the real tracker and the real ecommerce plugin: what fires, when, and what is tracked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMeasurements } from './plugin_measurement_rules.mjs';
import { ECOM, useBrowser } from './plugin_support.mjs';

const withShop = useBrowser();

/** The e-shop's definitions, a handler that keeps what it gets, and the engine ready. */
async function startEcom(shop, options = {}) {
  await shop.page.evaluate(
    ([definitions, options]) => {
      startTracker({ definitions, handlers: { keep } }, options);
    },
    [ECOM, options]
  );
  await shop.ready();
}

const isAction = (type) => ({ schema, data }) => schema?.includes('snowplow_ecommerce_action') && data.type === type;

test('evaluation 13 trace 19: the discount comes with the fourth product view, and never again', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop);
    const firedAfterEach = await page.evaluate(() => {
      const counts = [];
      for (let n = 0; n < 5; n++) {
        view();
        counts.push(activity.at(-1).fired.map(({ name }) => name));
      }
      return counts;
    });
    assert.deepEqual(firedAfterEach, [[], [], [], ['discount'], []]);
    await shop.settle();
    const [intervention, ...others] = await page.evaluate(() => handled);
    assert.deepEqual(others, []);

    const events = await shop.collect();
    const views = events.filter(isAction('product_view'));
    const { duid } = views[3].payload;
    const { intervention_id, at, ...rest } = intervention;
    assert.match(intervention_id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.ok(Number.isInteger(at));
    assert.deepEqual(rest, {
      name: 'discount',
      version: 1,
      target_attribute_key: { name: 'domain_userid', id: duid },
      attributes: {},
      event_id: views[3].payload.eid,
    });

    const measurements = readMeasurements(events);
    assert.deepEqual(
      measurements.map(({ event, data }) => [event, data]),
      [
        ['intervention_receive', { handlers: ['keep'] }],
        ['intervention_handle', { handler: 'keep' }],
      ]
    );
    for (const { intervention } of measurements) {
      assert.deepEqual(intervention, {
        intervention_id,
        name: 'discount',
        version: 1,
        attributeKey: { name: 'domain_userid', id: duid },
      });
    }
  }));

test('evaluation 13 trace 20: cart banner at the first add to cart, free shipping when the first products exceed 100', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop);
    await page.evaluate(() => tracker.trackPageView());
    const fired = await page.evaluate(() =>
      [[60], [50, 70], [500]].map((prices) => {
        add(...prices);
        return activity.at(-1).fired.map(({ name }) => name);
      })
    );
    assert.deepEqual(fired, [['cart_abandonment'], ['free_shipping'], []]);
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment', 'free_shipping']);
    const doors = await page.evaluate(() => activity.filter(({ eventName }) => eventName === 'snowplow_ecommerce_action').map(({ door }) => door));
    assert.deepEqual(doors, ['objects', 'objects', 'objects']);
  }));

test('evaluation 13 trace 21: a user id set before the fourth view is the target', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop);
    await page.evaluate(() => {
      for (let n = 0; n < 3; n++) view();
      tracker.setUserId('anna');
      view();
      tracker.setUserId(null);
      view();
    });
    await shop.settle();
    const handled = await page.evaluate(() => window.handled);
    assert.deepEqual(handled.map(({ target_attribute_key: key }) => key), [{ name: 'user_id', id: 'anna' }]);
  }));

test('plugin 5: handlers that throw or reject are tracked as errors, cut to the schema, and harm nobody', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      const handlers = {
        throws: () => {
          throw new Error('x'.repeat(2000));
        },
        rejects: () => Promise.reject('no banner'),
        'rejects without a reason': () => Promise.reject(),
        resolves: async () => 'fine',
        thenable: () => ({ then: (resolve) => resolve() }),
        ['long'.repeat(80)]: keep,
      };
      startTracker({ definitions, handlers });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => add(1));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment']);

    const measurements = readMeasurements(await shop.collect());
    const long = 'long'.repeat(80).slice(0, 255);
    assert.equal(measurements[0].event, 'intervention_receive');
    assert.deepEqual(measurements[0].data.handlers, ['throws', 'rejects', 'rejects without a reason', 'resolves', 'thenable', long]);
    const outcome = Object.fromEntries(measurements.slice(1).map(({ event, data }) => [data.handler, [event, data.error]]));
    assert.deepEqual(outcome, {
      throws: ['intervention_handle_error', `Error: ${'x'.repeat(1017)}`],
      rejects: ['intervention_handle_error', 'no banner'],
      'rejects without a reason': ['intervention_handle_error', undefined],
      resolves: ['intervention_handle', undefined],
      thenable: ['intervention_handle', undefined],
      [long]: ['intervention_handle', undefined],
    });
    assert.equal(measurements.length, 7);
  }));

test('plugin 5: attributes of the payload groups arrive typed in the handler and as strings in the entity', () =>
  withShop({}, async (shop, page) => {
    const definitions = structuredClone(ECOM);
    for (const intervention of definitions.interventions) {
      intervention.payload_attribute_groups = [{ name: 'ecom_attributes', version: 1 }];
    }
    await page.evaluate((definitions) => startTracker({ definitions, handlers: { keep } }) && undefined, definitions);
    await shop.ready();
    await page.evaluate(() => add(60.5));
    await shop.settle();
    const [{ attributes }] = await page.evaluate(() => handled);
    assert.deepEqual(attributes, { 'ecom_attributes:count_add_to_cart': 1, 'ecom_attributes:total_cart_value': 60.5 });
    for (const { intervention } of readMeasurements(await shop.collect())) {
      assert.deepEqual(intervention.attributes, [
        { attribute: 'ecom_attributes:count_add_to_cart', value: '1' },
        { attribute: 'ecom_attributes:total_cart_value', value: '60.5' },
      ]);
    }
  }));

test('plugin 5: measurement can be switched off, by key or by function, and carry more entities', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      const badge = { schema: 'iglu:com.example/badge/jsonschema/1-0-0', data: { n: 1 } };
      const label = (measurement, { name }, data) => ({
        schema: 'iglu:com.example/label/jsonschema/1-0-0',
        data: { measurement, name, handlers: data.handlers },
      });
      const measurement = { dispatch_accept: ({ name }) => name !== 'cart_abandonment', context: [badge, label, () => null] };
      startTracker({ definitions, handlers: { keep }, measurement });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => add(101));
    await shop.settle();
    const measurements = readMeasurements(await shop.collect());
    assert.deepEqual(
      measurements.map(({ event, intervention }) => `${event} ${intervention.name}`).sort(),
      ['intervention_handle free_shipping', 'intervention_receive cart_abandonment', 'intervention_receive free_shipping']
    );
    for (const { entities } of measurements) assert.ok(entities.some(({ data }) => data.n === 1));
    const labels = measurements.flatMap(({ entities }) => entities.filter(({ schema }) => schema.includes('/label/')));
    assert.deepEqual(labels[0].data, { measurement: 'delivery', name: 'cart_abandonment', handlers: ['keep'] });
  }));

test('plugin 5: measurement false tracks nothing', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => startTracker({ definitions, handlers: { keep }, measurement: false }) && undefined, ECOM);
    await shop.ready();
    await page.evaluate(() => add(101));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment', 'free_shipping']);
    assert.deepEqual(readMeasurements(await shop.collect()), []);
  }));

test('plugin 4: handlers come, replace each other, and go', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop);
    const calls = await page.evaluate(async () => {
      const calls = [];
      const settle = async () => {
        while (oncue.getStats().unsaved) await new Promise((resolve) => setTimeout(resolve, 1));
        await new Promise((resolve) => setTimeout(() => setTimeout(resolve, 0), 0));
      };
      oncue.addInterventionHandlers({ keep: () => calls.push('replaced'), second: () => calls.push('second') });
      oncue.addInterventionHandlers({ other: () => calls.push('other tracker') }, ['unknown']);
      add(1);
      await settle();
      oncue.removeInterventionHandlers('keep');
      oncue.removeInterventionHandlers(['second'], ['unknown']);
      add(101);
      await settle();
      oncue.removeInterventionHandlers(['second', 'never there']);
      for (let n = 0; n < 4; n++) view();
      await settle();
      return calls;
    });
    assert.deepEqual(calls, ['replaced', 'second', 'second']);
    assert.deepEqual(await shop.names(), []);
  }));

test('an intervention without handlers is warned about, not tracked, and kept for the first handler', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => startTracker({ definitions }) && undefined, ECOM);
    await shop.ready();
    await page.evaluate(() => add(1));
    await shop.settle();
    assert.equal(shop.log.filter(({ text }) => text.includes('no handlers registered')).length, 1);
    assert.deepEqual(readMeasurements(await shop.collect()), []);
    assert.equal(await page.evaluate(() => oncue.getStats().undelivered), 1);
    await page.evaluate(() => oncue.addInterventionHandlers({ keep }));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment']);
    assert.equal(readMeasurements(await shop.collect()).length, 2);
    assert.equal(await page.evaluate(() => oncue.getStats().undelivered), 0);
  }));

test('a thousand quick events are all counted and fire once', () =>
  withShop({}, async (shop, page) => {
    // Without localStorage, into which the tracker writes its whole queue at every event.
    await startEcom(shop, { stateStorageStrategy: 'cookie' });
    await page.evaluate(() => {
      for (let n = 0; n < 1000; n++) view();
    });
    await shop.settle();
    assert.deepEqual(await shop.names(), ['discount']);
    const values = await page.evaluate(() => oncue.getAttributes('domain_userid').ecom_attributes);
    assert.deepEqual(values, { count_product_views: 1000, count_add_to_cart: null, total_cart_value: null });
  }));

test('values: by key and id, by service, explained, counted', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop);
    assert.equal(await page.evaluate(() => oncue.getAttributes('domain_userid')), undefined);
    await page.evaluate(() => {
      view();
      add(30);
    });
    const values = { count_product_views: 1, count_add_to_cart: 1, total_cart_value: 30 };
    const read = await page.evaluate(async () => {
      const { id } = await oncue.ask('explain', 'ecom_attributes:total_cart_value');
      return {
        id,
        latest: oncue.getAttributes('domain_userid'),
        byId: oncue.getAttributes('domain_userid', id),
        other: oncue.getAttributes('domain_userid', 'someone else'),
        unknownKey: oncue.getAttributes('no_such_key', id),
        service: oncue.getServiceAttributes('ecom_attributes'),
        serviceById: oncue.getServiceAttributes('ecom_attributes', 'domain_userid', id),
        unknownService: oncue.getServiceAttributes('nothing'),
        viaSpJs: oncue.getAttributes('domain_userid', ['sp']),
        explained: oncue.explain('free_shipping'),
        unknownName: oncue.explain('nothing'),
        stats: oncue.getStats(),
      };
    });
    const nothing = { count_product_views: null, count_add_to_cart: null, total_cart_value: null };
    assert.deepEqual(read.latest, { ecom_attributes: values });
    assert.deepEqual(read.byId, read.latest);
    assert.deepEqual(read.viaSpJs, read.latest);
    assert.deepEqual(read.other, { ecom_attributes: nothing });
    assert.equal(read.unknownKey, undefined);
    assert.deepEqual(read.service, { domain_userid: read.id, ...values });
    assert.deepEqual(read.serviceById, read.service);
    assert.equal(read.unknownService, undefined);
    assert.equal(read.explained.criteria.value, 30);
    assert.equal(read.explained.criteria.holds, false);
    assert.equal(read.unknownName, undefined);
    assert.equal(read.stats.state, 'ready');
    assert.equal(read.stats.engine.fired, 1);
  }));

test('clearLocalSignals starts anew: values, latches and undelivered interventions are gone', () =>
  withShop({}, async (shop, page) => {
    await startEcom(shop);
    await page.evaluate(() => add(1));
    await shop.settle();
    await page.evaluate(() => oncue.clearLocalSignals());
    assert.equal(await page.evaluate(() => oncue.getAttributes('domain_userid')), undefined);
    await page.evaluate(() => add(2));
    await shop.settle();
    const handled = await page.evaluate(() => window.handled);
    assert.deepEqual(handled.map(({ name }) => name), ['cart_abandonment', 'cart_abandonment']);
    assert.notEqual(handled[0].intervention_id, handled[1].intervention_id);
    const { total_cart_value } = await page.evaluate(() => oncue.getServiceAttributes('ecom_attributes'));
    assert.equal(total_cart_value, 2);
  }));
