// definitionsUrl against a real server: what is published reaches open pages, which lose nothing by it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '@oncue/server';
import { ECOM, useBrowser } from './plugin_support.mjs';
import { until } from './raw_browser.mjs';
import { useTabs } from './tabs_support.mjs';

const withShop = useBrowser();
const withTabs = useTabs();

let folder;
before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-refresh-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

const owner = 'a@b.co';
const attribute = (name, more = {}) => ({ name, type: 'int64', aggregation: 'counter', events: [{ name: 'event' }], ...more });
// With a window, since attributes of one definition share what is known.
const MORE = attribute('more', { period: 'P1D' });
const group = (version, ...attributes) => ({ name: 'counts', version, owner, is_published: true, attribute_key: { name: 'domain_userid' }, attributes });
const rule = (name, value, reference = 'counts:clicks') => ({
  name, version: 1, owner, is_published: true, criteria: { attribute: reference, operator: '>=', value }, target_attribute_keys: [{ name: 'domain_userid' }],
});

let files = 0;
/** A server of its own that has the groups and interventions given; `answered` counts what it said to pages, by status. */
async function withServer({ groups = [], interventions = [] }, body) {
  const server = await startServer({ data: path.join(folder, `${++files}.db`), port: 0 });
  const ask = async (method, route, body) => {
    const response = await fetch(`${server.url}${route}`, { method, headers: { authorization: 'Bearer any' }, body: JSON.stringify(body) });
    assert.ok(response.ok, `${route}: ${response.status}`);
    return response.text();
  };
  const publish = (kind, object) => ask('POST', `/api/v1/registry/${kind}/`, object);
  try {
    for (const one of groups) await publish('attribute_groups', one);
    for (const one of interventions) await publish('interventions', one);
    await body({
      url: `${server.url}/definitions.json`,
      publish,
      unpublish: (name) => ask('POST', '/api/v1/engines/unpublish', { interventions: [{ name, version: 1 }] }),
      async answered(status) {
        const line = new RegExp(`^oncue_http_requests_total\\{route="/definitions.json",status="${status}"\\} (\\d+)$`, 'm');
        return Number(line.exec(await ask('GET', '/metrics'))?.[1] ?? 0);
      },
    });
  } finally {
    await server.close();
  }
}

const comeBack = (page) => page.evaluate(() => dispatchEvent(new Event('focus')));
const click = (page) => page.evaluate(() => tracker.trackStructEvent({ category: 'test', action: 'click' }));
const clicks = (page) => page.evaluate(() => oncue.getAttributes('domain_userid').counts);

async function start(shop, definitionsUrl) {
  await shop.page.evaluate((definitionsUrl) => startTracker({ definitionsUrl, handlers: { keep }, measurement: false }) && undefined, definitionsUrl);
  await shop.ready();
}

test('server 3: coming back to a tab asks whether the definitions are still the same, and they are', () =>
  withServer({ groups: [group(1, attribute('clicks'))], interventions: [rule('first', 2)] }, ({ url, answered }) =>
    withShop({}, async (shop, page) => {
      await start(shop, url);
      await click(page);
      const before = await answered(304);
      await comeBack(page);
      await until(async () => (await answered(304)) > before);
      assert.equal(await answered(200), 1, 'nothing was sent again');
      await click(page);
      await shop.settle();
      assert.deepEqual(await shop.names(), ['first']);
    })));

test('definitions 11: what is published reaches an open page, which keeps its values, its latches and its tab', () =>
  withServer({ groups: [group(1, attribute('clicks'))], interventions: [rule('first', 2)] }, ({ url, publish, unpublish, answered }) =>
    withShop({}, async (shop, page) => {
      await start(shop, url);
      await click(page);
      await click(page);
      await shop.settle();
      assert.deepEqual(await shop.names(), ['first']);

      await publish('attribute_groups', group(2, attribute('clicks'), MORE));
      await publish('interventions', rule('second', 4));
      await publish('interventions', rule('third', 2, 'counts:more'));
      await comeBack(page);
      await page.waitForFunction(() => 'more' in oncue.getAttributes('domain_userid').counts);
      assert.deepEqual(await clicks(page), { clicks: 2, more: null });
      await click(page);
      await click(page);
      await shop.settle();
      assert.deepEqual(await clicks(page), { clicks: 4, more: 2 });
      assert.deepEqual((await shop.names()).sort(), ['first', 'second', 'third']);

      await unpublish('second');
      await comeBack(page);
      await page.waitForFunction(() => oncue.explain('second') === undefined);
      assert.deepEqual(await clicks(page), { clicks: 4, more: 2 });
      assert.equal(await answered(200), 3);

      // What is stored goes with the definitions it was written under.
      await page.reload();
      await page.waitForFunction(() => 'startTracker' in window);
      await start(shop, url);
      await click(page);
      assert.deepEqual(await clicks(page), { clicks: 5, more: 3 });
      assert.deepEqual(await shop.names(), []);
      assert.deepEqual(shop.log.filter(({ type, text }) => type === 'error' && text.includes('OnCue')), []);
    })));

test('every few minutes the page asks by itself', () =>
  withServer({ groups: [group(1, attribute('clicks'))] }, ({ url, publish }) =>
    withShop({ onPage: (page) => page.clock.install() }, async (shop, page) => {
      await start(shop, url);
      await click(page);
      await publish('attribute_groups', group(2, attribute('clicks'), MORE));
      await page.clock.runFor(4 * 60_000);
      assert.deepEqual(Object.keys(await clicks(page)), ['clicks']);
      await until(async () => {
        await page.clock.runFor(60_000);
        return 'more' in (await clicks(page));
      });
      assert.deepEqual(await clicks(page), { clicks: 1, more: null });
    })));

test('a rule that time fires works as soon as it has come', () =>
  withServer({ groups: [group(1, attribute('quiet', { type: 'double', aggregation: 'time_since_last', time_unit: 's' }))] }, ({ url, publish }) =>
    withShop({}, async (shop, page) => {
      await start(shop, url);
      await click(page);
      await publish('interventions', rule('still_there', 1, 'counts:quiet'));
      await comeBack(page);
      await page.waitForFunction(() => handled.length > 0);
      assert.deepEqual(await shop.names(), ['still_there']);
    })));

test('decisions 8: bad new definitions change nothing and are reported once; good ones that follow are used', () =>
  withShop({}, async (shop, page) => {
    const bundle = structuredClone(ECOM);
    const serve = (text) => shop.site.files.set('/definitions.json', text);
    let asked = 0;
    shop.site.server.on('request', ({ url }, response) => url === '/definitions.json' && response.on('finish', () => asked++));
    const comeBackAndAsk = async () => {
      const before = asked;
      await comeBack(page);
      await until(() => asked > before);
    };
    serve(JSON.stringify(bundle));
    await start(shop, '/definitions.json');
    await page.evaluate(() => view());

    serve(JSON.stringify({ interventions: [{ name: 'a b' }] }));
    await comeBackAndAsk();
    const complaints = () => shop.log.filter(({ text }) => text.includes('OnCue'));
    await until(() => complaints().length > 0);
    await comeBackAndAsk();
    await comeBackAndAsk();
    for (let n = 0; n < 3; n++) await page.evaluate(() => view());
    await page.evaluate(() => add(1));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['discount', 'cart_abandonment']);
    const [{ type, text }] = complaints();
    assert.equal(type, 'error');
    assert.match(text, /new definitions are refused, those before stay/);
    assert.match(text, /\/interventions\/0\/name/);

    bundle.interventions.find(({ name }) => name === 'free_shipping').criteria.value = 1;
    serve(JSON.stringify(bundle));
    await comeBackAndAsk();
    await page.waitForFunction(() => /"operand":1\b/.test(JSON.stringify(oncue.explain('free_shipping'))));
    await page.evaluate(() => add(1));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['discount', 'cart_abandonment', 'free_shipping']);
    assert.equal(complaints().length, 1);
  }));

test('a server that cannot be reached any more changes nothing and is no trouble', () =>
  withShop({}, async (shop, page) => {
    shop.site.files.set('/definitions.json', JSON.stringify(ECOM));
    await start(shop, '/definitions.json');
    await page.route('**/definitions.json', (route) => route.abort());
    const failed = page.waitForEvent('requestfailed');
    await comeBack(page);
    await failed;
    await page.evaluate(() => add(1));
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment']);
    assert.deepEqual(shop.log.filter(({ text }) => text.includes('OnCue')), []);
  }));

test('several tabs: the one that leads asks; one that takes over has the newest and every value', () =>
  withServer({ groups: [group(1, attribute('clicks'))] }, ({ url, publish, answered }) =>
    withTabs('refresh', undefined, async ({ open, shown }) => {
      const asked = async () => (await answered(200)) + (await answered(304));
      const counts = (tab) => tab.run('oncue.ask("getAttributes", "domain_userid").then((all) => all.counts)');
      const first = await open({ definitionsUrl: url });
      await first.leads();
      const second = await open({ definitionsUrl: url });
      await second.leads();
      await first.until('oncue.getStats().role === "following"');
      await first.run('click()');
      await until(async () => (await counts(second)).clicks === 1);

      await publish('attribute_groups', group(2, attribute('clicks'), MORE));
      await publish('interventions', rule('second', 3));
      const before = await asked();
      await first.run('dispatchEvent(new Event("focus"))');
      await second.run('dispatchEvent(new Event("focus"))');
      await until(async () => 'more' in (await counts(second)));
      assert.equal((await asked()) - before, 1, 'only the tab that leads has asked');
      await first.run('click()');
      await until(async () => (await counts(first)).clicks === 2);
      assert.deepEqual(await counts(first), { clicks: 2, more: 1 });

      await second.close();
      await first.leads();
      assert.deepEqual(await counts(first), { clicks: 2, more: 1 });
      await first.run('click()');
      await until(() => shown.length > 0);
      assert.deepEqual(shown.map(({ name }) => name), ['second']);
    })));
