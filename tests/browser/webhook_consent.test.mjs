// What webhookHandler keeps of a visitor, and when: consent, anonymous tracking, forgetting, export.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { useBrowser } from './plugin_support.mjs';
import { until } from './sse_server.mjs';
import { countingDefinitions } from './tabs_support.mjs';
import { startBackEnd } from './webhook_server.mjs';

const withShop = useBrowser();

async function withBackEnd(body) {
  const backEnd = await startBackEnd();
  try {
    await withShop({}, (shop, page) => body(backEnd, page, shop));
  } finally {
    backEnd.close();
  }
}

const make = (page, url, enabled) =>
  page.evaluate(
    ([url, enabled]) => {
      window.mayPost = enabled;
      window.webhook = actions.webhookHandler({ url, enabled: () => mayPost });
    },
    [url, enabled],
  );
const call = (page, ...rest) =>
  page.evaluate((call) => webhook(...call).then(() => 'taken', ({ message }) => message), [{ intervention_id: randomUUID(), name: 'cart', version: 1, attributes: {} }, ...rest]);
const waiting = (page) => page.evaluate(() => webhook.waiting());
const databases = (page) => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort());
const goOffline = (page) => page.context().setOffline(true);
/** Another page of the shop, in the same browser profile. */
async function openAnother({ site }, page) {
  const other = await page.context().newPage();
  await other.goto(`${site.origin}/`);
  await other.waitForFunction(() => 'actions' in window);
  return other;
}

test('there is no database before the first post, whatever else the handler is asked', () =>
  withBackEnd(async (backEnd, page) => {
    await make(page, backEnd.url, true);
    assert.equal(await waiting(page), 0);
    await page.evaluate(() => webhook.clear());
    await page.evaluate(() => dispatchEvent(new Event('pageshow')));
    assert.equal(await waiting(page), 0);
    assert.deepEqual(await databases(page), []);
    await goOffline(page);
    assert.equal(await call(page), 'taken');
    assert.deepEqual(await databases(page), ['oncue-webhooks']);
    assert.equal(await waiting(page), 1);
  }));

test('without consent nothing is stored, with a handler on the page', () =>
  withBackEnd(async (backEnd, page) => {
    await make(page, backEnd.url, false);
    await page.evaluate((definitions) => startTracker({ definitions, handlers: { webhook }, enabled: false }, { stateStorageStrategy: 'none' }), countingDefinitions([1]));
    await page.evaluate(() => tracker.trackStructEvent({ category: 'test', action: 'click' }));
    await page.waitForFunction(() => oncue.getStats().skipped.disabled === 1);
    assert.equal(await call(page), 'webhookHandler: not posted, since its option "enabled" says no');
    assert.equal(await waiting(page), 0);
    assert.deepEqual(await databases(page), []);
    assert.deepEqual(await page.evaluate(() => oncue.exportLocalSignals()), {});
    assert.deepEqual(backEnd.posts, []);
  }));

test('while consent is withdrawn what waits stays where it is, and goes when the visitor agrees again', () =>
  withBackEnd(async (backEnd, page) => {
    await make(page, backEnd.url, true);
    await goOffline(page);
    await call(page);
    await page.evaluate(() => (window.mayPost = false));
    await page.context().setOffline(false);
    await page.waitForFunction(() => navigator.onLine);
    // A post would have begun before this one ends.
    await page.evaluate(() => fetch('/'));
    assert.deepEqual(backEnd.posts, []);
    assert.equal(await waiting(page), 1);
    await page.evaluate(() => {
      window.mayPost = true;
      dispatchEvent(new Event('pageshow'));
    });
    await until(() => backEnd.posts.length === 1);
    await until(async () => (await waiting(page)) === 0);
  }));

test('enabled() that throws counts as no', () =>
  withBackEnd(async (backEnd, page) => {
    const answer = await page.evaluate(async (url) => {
      const webhook = actions.webhookHandler({ url, enabled: () => JSON.parse('{') });
      return webhook({ intervention_id: 'a', name: 'cart', version: 1, attributes: {} }).catch(({ message }) => message);
    }, backEnd.url);
    assert.equal(answer, 'webhookHandler: not posted, since its option "enabled" says no');
  }));

for (const [when, isLate] of [['', false], [' before there is a handler', true]]) {
  test(`what fires for anonymous events${when} waits in memory alone, and is posted`, () =>
    withBackEnd(async (backEnd, page) => {
      await make(page, backEnd.url, true);
      const definitions = countingDefinitions([1]);
      definitions.attribute_groups[0].attribute_key.name = 'domain_sessionid';
      definitions.interventions[0].target_attribute_keys[0].name = 'domain_sessionid';
      await page.evaluate(
        ([definitions, isLate]) => startTracker({ definitions, handlers: isLate ? {} : { webhook }, measurement: false }, { anonymousTracking: { withSessionTracking: true } }),
        [definitions, isLate],
      );
      await page.waitForFunction(() => oncue.getStats().state === 'ready');
      await goOffline(page);
      await page.evaluate(() => tracker.trackStructEvent({ category: 'test', action: 'click' }));
      await page.waitForFunction(() => oncue.getStats().engine.fired === 1);
      await page.evaluate(() => oncue.addInterventionHandlers({ webhook }));
      await until(async () => (await waiting(page)) === 1);
      assert.deepEqual(await databases(page), []);
      await page.context().setOffline(false);
      await until(() => backEnd.posts.length === 1);
      assert.equal(JSON.parse(backEnd.posts[0].text).name, 'at_1');
      assert.deepEqual(await databases(page), []);
    }));
}

test('clearLocalSignals() on a page without the handler erases posts of another one, and their database', () =>
  withBackEnd(async (backEnd, page, shop) => {
    await page.evaluate((definitions) => startTracker({ definitions, measurement: false }), countingDefinitions([9]));
    await make(page, backEnd.url, true);
    await goOffline(page);
    await call(page);
    await call(page, undefined, true);
    assert.equal(await waiting(page), 2);
    await page.context().setOffline(false);
    backEnd.answers.push({ status: 503 }, { status: 503 });
    await until(() => backEnd.posts.length === 2);
    const other = await openAnother(shop, page);
    await other.evaluate((definitions) => startTracker({ definitions, measurement: false }), countingDefinitions([9]));
    await other.evaluate(() => oncue.clearLocalSignals());
    assert.ok(!(await databases(other)).includes('oncue-webhooks'));
    await until(async () => (await waiting(page)) === 0);
    assert.equal(backEnd.posts.length, 2);
  }));

test('exportLocalSignals() has the posts that wait', () =>
  withBackEnd(async (backEnd, page) => {
    await page.evaluate((definitions) => startTracker({ definitions, measurement: false }), countingDefinitions([9]));
    await make(page, backEnd.url, true);
    await goOffline(page);
    await call(page);
    const { webhooks } = await page.evaluate(() => oncue.exportLocalSignals());
    assert.deepEqual(webhooks.map(({ url, body }) => [url, body.name]), [[backEnd.url, 'cart']]);
  }));
