// Google Tag Manager's dataLayer as a source of events, in Chromium with the real tracker and engine.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useBrowser } from './plugin_support.mjs';

const withShop = useBrowser();

const ADDED = 'iglu:com.acme/added/jsonschema/1-0-0';
const attribute = (name, aggregation, event, more = {}) => ({ name, type: 'double', aggregation, events: [event], ...more });
/** Counts and sums what the tables below make of pushes. */
const DEFINITIONS = {
  attribute_groups: [
    {
      name: 'layer',
      version: 1,
      is_published: true,
      attribute_key: { name: 'domain_userid' },
      attributes: [
        attribute('added', 'counter', { vendor: 'com.acme', name: 'added' }),
        attribute('worth', 'sum', { vendor: 'com.acme', name: 'added' }, { property: { type: 'event', vendor: 'com.acme', name: 'added', major_version: 1, path: 'price' } }),
        attribute('logins', 'counter', { vendor: 'com.google.analytics', name: 'event' }),
        attribute('member', 'last', { vendor: 'com.acme', name: 'added' }, { type: 'string', property: { type: 'entity', vendor: 'com.acme', name: 'member', major_version: 1, path: 'level' } }),
        attribute('page', 'last', { vendor: 'com.acme', name: 'added' }, { type: 'string', property: { type: 'entity', vendor: 'com.snowplowanalytics.snowplow', name: 'web_page', major_version: 1, path: 'id' } }),
      ],
    },
  ],
  interventions: [
    { name: 'big_cart', version: 1, is_published: true, criteria: { attribute: 'layer:worth', operator: '>', value: 75 }, target_attribute_keys: [{ name: 'domain_userid' }] },
  ],
};

/** Starts the tracker with a source; `table` is code, since a table holds functions. */
const start = (page, table, { source = {}, first = '', options = {} } = {}) =>
  page.evaluate(
    ([definitions, table, source, first, schema, options]) => {
      window.ADDED = schema;
      (0, eval)(first);
      const map = (0, eval)(`(${table})`);
      startTracker({ definitions, handlers: { keep } }, { after: [sources.dataLayerSource({ map, ...source })], ...options });
    },
    [DEFINITIONS, table, source, first, ADDED, options]
  );
const values = (page) => page.evaluate(() => oncue.getAttributes('domain_userid')?.layer);
const viewPage = (page) => page.evaluate(() => tracker.trackPageView());

const TABLE = `{
  add_to_cart: { schema: ADDED, data: ({ ecommerce }) => ({ price: ecommerce.value }) },
  login: { category: 'account', action: ({ how }) => how },
  // A table may know a push under two names at once.
  both: [{ schema: ADDED, data: { price: 1 } }, { category: 'a', action: 'b' }],
  maybe: ({ ok }) => (ok ? { schema: ADDED, data: { price: 2 } } : null),
}`;
// eval is what a policy should forbid: the page of these tests is given one that allows it, to hand functions over.
const onPage = (page) => page.route(/\/$/, async (route) => {
  const response = await route.fetch();
  const { 'content-security-policy': policy, ...headers } = response.headers();
  await route.fulfill({ response, headers });
});
const inShop = (body) => withShop({ onPage }, (shop) => body(shop, shop.page));

test('decisions 10: pushes before and after the start count once the visitor is known, and nothing is sent', () =>
  inShop(async (shop, page) => {
    const first = `window.dataLayer = [{ event: 'add_to_cart', ecommerce: { value: 50 } }, { noEvent: 1 }, 'text', null]`;
    await start(page, TABLE, { first });
    await shop.ready();
    await page.evaluate(() => dataLayer.push({ event: 'login', how: 'mail' }));
    assert.equal(await values(page), undefined, 'nobody is known yet');
    await viewPage(page);
    await page.evaluate(() => dataLayer.push({ event: 'add_to_cart', ecommerce: { value: 30 } }, { event: 'both' }, { event: 'maybe' }, { event: 'unmapped' }));
    const { added, worth, logins } = await values(page);
    assert.deepEqual([added, worth, logins], [3, 81, 2]);
    await shop.settle();
    assert.deepEqual(await shop.names(), ['big_cart']);
    const [{ event_id, target_attribute_key }] = await page.evaluate(() => handled);
    const events = await shop.collect();
    assert.equal(target_attribute_key.id, events[0].payload.duid);
    assert.ok(events.every(({ payload }) => payload.eid !== event_id && payload.e !== 'se'), 'the event that fired it was not sent');
    assert.deepEqual(events.map(({ payload, schema }) => schema?.split('/')[1] ?? payload.e), ['pv', 'intervention_receive', 'intervention_handle']);
  }));

test('decisions 10: asked to, a source or a single row sends its events as the tracker would', () =>
  inShop(async (shop, page) => {
    const table = `{ sent: { schema: ADDED, data: { price: 1 } }, kept: { schema: ADDED, data: { price: 2 }, send: false } }`;
    await start(page, table, { source: { send: true } });
    await shop.ready();
    await page.evaluate(() => {
      dataLayer.push({ event: 'sent' }, { event: 'kept' });
    });
    const events = await shop.collect();
    assert.deepEqual(events.map(({ schema, data }) => [schema, data]), [[ADDED, { price: 1 }]]);
    assert.deepEqual((await values(page)).worth, 3);
  }));

test('push returns what it returned, items stay, and a gtag command is a push', () =>
  inShop(async (shop, page) => {
    await start(page, `{ add_to_cart: { schema: ADDED } }`, { first: `window.dataLayer = [1]; dataLayer.push = function (...items) { Array.prototype.push.apply(this, items); return 'theirs'; }` });
    await shop.ready();
    await viewPage(page);
    const result = await page.evaluate(() => {
      function gtag() {
        return dataLayer.push(arguments);
      }
      return [gtag('event', 'add_to_cart', { price: 7 }), dataLayer.push({ event: 'add_to_cart', price: 8, 'gtm.uniqueEventId': 3, eventCallback() {} }), dataLayer.length];
    });
    assert.deepEqual(result, ['theirs', 'theirs', 3]);
    assert.equal((await values(page)).worth, 15);
  }));

test('several containers, one of which the page has not made', () =>
  inShop(async (shop, page) => {
    await start(page, `{ add_to_cart: { schema: ADDED } }`, { source: { name: ['layerOne', 'layerTwo'] }, first: `window.layerOne = []` });
    await shop.ready();
    await viewPage(page);
    const result = await page.evaluate(() => [layerOne.push({ event: 'add_to_cart', price: 1 }), layerTwo.push({ event: 'add_to_cart', price: 2 }), 'dataLayer' in window]);
    assert.deepEqual(result, [1, 1, false]);
    assert.equal((await values(page)).worth, 3);
  }));

test('a bad row is reported once, by name, and the others count', () =>
  inShop(async (shop, page) => {
    const table = `{
      no_schema: { data: {} },
      misspelt: { schema: 'com.acme/added/1-0-0' },
      half: { category: 'a' },
      throws: { schema: ADDED, data: ({ deep }) => ({ price: deep.price }) },
      later: () => ({ schema: 'nonsense' }),
      circular: { schema: ADDED, data: (push) => (push.self = push) },
      good: { schema: ADDED },
    }`;
    await start(page, table);
    await shop.ready();
    await viewPage(page);
    await page.evaluate(() => {
      for (const event of ['no_schema', 'misspelt', 'half', 'throws', 'later', 'circular', 'toString', 'good']) {
        dataLayer.push({ event, price: 1 }, { event, price: 1 });
      }
      dataLayer.push({ event: 'throws', deep: { price: 10 } });
    });
    assert.equal((await values(page)).worth, 12, 'a row that failed once may do better later');
    const said = shop.log.filter(({ text }) => text.includes('dataLayerSource')).map(({ text }) => /map\["(\w+)"\]: (.*)/.exec(text).slice(1));
    assert.deepEqual(said.map(([name]) => name), ['no_schema', 'misspelt', 'half', 'throws', 'later', 'circular']);
    assert.match(said[0][1], /give it a schema, or a category and an action/);
    assert.match(said[1][1], /has schema "com.acme\/added\/1-0-0": write iglu:/);
  }));

test("an event that is not sent has the page's and session's entities and its own, not those of the latest event", () =>
  inShop(async (shop, page) => {
    await start(page, `{ add_to_cart: { schema: ADDED, data: { price: 1 }, entities: [{ schema: 'iglu:com.acme/member/jsonschema/1-0-0', data: { level: 'gold' } }] } }`);
    await shop.ready();
    await page.evaluate(() => {
      tracker.trackPageView({ context: [{ schema: 'iglu:com.acme/member/jsonschema/1-0-0', data: { level: 'lead' } }] });
      dataLayer.push({ event: 'add_to_cart' });
    });
    const [{ entities }] = await shop.collect();
    const pageId = entities.find(({ schema }) => schema.includes('/web_page/')).data.id;
    const { member, page: id } = await values(page);
    assert.deepEqual([member, id], ['gold', pageId]);
  }));

test('plugin 6: for an anonymous visitor pushes change nothing that is kept under an id', () =>
  inShop(async (shop, page) => {
    await start(page, `{ add_to_cart: { schema: ADDED, data: { price: 1 } } }`, { options: { anonymousTracking: true } });
    await shop.ready();
    await viewPage(page);
    await page.evaluate(() => dataLayer.push({ event: 'add_to_cart' }));
    assert.equal(await values(page), undefined);
    assert.equal(await page.evaluate(() => oncue.getStats().engine.events), 2);
  }));
