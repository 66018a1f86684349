// Handlers that are ready to use, in Chromium: posts to a real back end that fails in every way, and DOM events.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { ECOM, stopClock, useBrowser } from './plugin_support.mjs';
import { until } from './sse_server.mjs';
import { startBackEnd } from './webhook_server.mjs';

const withShop = useBrowser();

async function withBackEnd(options, body) {
  const backEnd = await startBackEnd();
  try {
    await withShop(options, (shop, page) => body(backEnd, shop, page));
  } finally {
    backEnd.close();
  }
}

const CLOCK = {
  onPage(page) {
    page.underWay = new Set();
    page.on('request', (request) => page.underWay.add(request));
    for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => page.underWay.delete(request));
    return page.clock.install();
  },
};
const intervention = (more = {}) => ({ intervention_id: randomUUID(), name: 'cart', version: 1, attributes: { 'g:a': 1 }, ...more });

/** Makes the page's handler; failures are kept in `failures`. */
const make = (page, url, options = {}) =>
  page.evaluate(
    ([url, options]) => {
      window.failures = [];
      window.webhook = actions.webhookHandler({ url, onFailure: (failure) => failures.push(failure), ...options });
    },
    [url, options]
  );
const call = (page, ...interventions) =>
  page.evaluate(async (interventions) => {
    for (const one of interventions) await webhook(one);
  }, interventions);
const waiting = (page) => page.evaluate(() => webhook.waiting());
/** Until the outbox has this many posts. */
const untilWaiting = (page, count) => until(async () => (await waiting(page)) === count);
const LOST_MS = 10_000;
/**
 * The same, with the page's time running by steps of so many milliseconds; never while a post is on its way, which would
 * then seem to take too long on a busy machine, but for one that the server leaves without an answer.
 */
async function untilWaitingFor(backEnd, page, count, milliseconds) {
  const { underWay } = page;
  let since = Date.now();
  while ((await waiting(page)) !== count) {
    // The browser does not report every end of a request: one that nothing is heard of for so long is gone.
    if (underWay.size === backEnd.hanging() || Date.now() - since > LOST_MS) {
      await page.clock.runFor(milliseconds);
      since = Date.now();
    } else {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

test('decisions 11: an intervention is posted once as JSON with its id as idempotency key', () =>
  withBackEnd({}, async (backEnd, shop, page) => {
    await make(page, backEnd.url, { headers: { authorization: 'Bearer x' } });
    const one = intervention();
    await call(page, one);
    await untilWaiting(page, 0);
    assert.deepEqual(backEnd.posts.map(({ key }) => key), [one.intervention_id]);
    assert.deepEqual(JSON.parse(backEnd.posts[0].text), one);
    assert.equal(backEnd.posts[0].headers['content-type'], 'application/json');
    assert.equal(backEnd.posts[0].headers.authorization, 'Bearer x');
  }));

test('decisions 11: what a page may shape: body, and headers at each attempt', () =>
  withBackEnd(CLOCK, async (backEnd, shop, page) => {
    backEnd.answers.push({ status: 503 });
    await page.evaluate((url) => {
      let count = 0;
      window.webhook = actions.webhookHandler({ url, body: ({ name }) => ({ name }), headers: async () => ({ 'x-attempt': String(++count) }) });
    }, backEnd.url);
    await call(page, intervention());
    await untilWaitingFor(backEnd, page, 0, 100);
    assert.deepEqual(backEnd.posts.map(({ text, headers }) => [text, headers['x-attempt']]), [['{"name":"cart"}', '1'], ['{"name":"cart"}', '2']]);
  }));

/**
 * From now on the page's time stands still but for the test, and the page keeps when posts begin, and when it is drawn how long
 * to wait after one; chance draws the least and nearly the most in turn, with which waits are whole steps of untilPosted.
 */
async function watchWaits(page) {
  await stopClock(page);
  await page.evaluate(() => {
    const { fetch } = window;
    Object.assign(window, { begun: [], failed: [], givenUp: 0 });
    window.fetch = (address, options) => {
      begun.push(Date.now());
      const answer = fetch(address, options);
      answer.catch(() => (window.givenUp += options.signal.aborted));
      return answer;
    };
    Math.random = () => (failed.push(Date.now()) % 2 ? 0 : 0.8);
  });
}

/**
 * Until nothing waits. Time passes only while the page does nothing but wait: for its timer, when it holds no lock and asks
 * for none, or for a server that leaves a post without an answer.
 */
async function untilPosted(backEnd, page) {
  const isIdle = (hung) =>
    page.evaluate(async (hung) => {
      const { held, pending } = await navigator.locks.query();
      return held.length + pending.length === 0 || hung > givenUp;
    }, hung);
  while (await waiting(page)) if (await isIdle(backEnd.hung())) await page.clock.runFor(100);
}

test('decisions 11: 408, 429, 5xx and broken connections are tried again after 1, 2, 4 seconds and so on, half of it by chance', () =>
  withBackEnd(CLOCK, async (backEnd, shop, page) => {
    for (const status of [500, 408, 429, 'cut', 'hang', 503]) backEnd.answers.push({ status });
    await watchWaits(page);
    await make(page, backEnd.url);
    const one = intervention();
    await call(page, one);
    await untilPosted(backEnd, page);
    assert.deepEqual(backEnd.posts.map(({ status }) => status), [500, 408, 429, 'cut', 'hang', 503, 200]);
    assert.deepEqual([...new Set(backEnd.posts.map(({ key }) => key))], [one.intervention_id]);
    assert.deepEqual(await page.evaluate(() => failures), []);
    const { begun, failed } = await page.evaluate(() => ({ begun, failed }));
    // Over a connection that it had already, the browser itself posts again after a 408 or where it was cut: that is no new attempt.
    assert.ok(failed.length >= 4);
    assert.deepEqual(failed.map((at, n) => begun[n + 1] - at), [500, 1800, 2000, 7200, 8000, 28_800].slice(0, failed.length));
    assert.deepEqual(failed.map((at, n) => at - begun[n]).filter(Boolean), [10_000], 'no answer in time counts as one that failed');
  }));

test('a server says how long to wait', () =>
  withBackEnd(CLOCK, async (backEnd, shop, page) => {
    backEnd.answers.push({ status: 429, headers: { 'retry-after': '120' } });
    await make(page, backEnd.url);
    const begun = await page.evaluate(() => Date.now());
    await call(page, intervention());
    await until(() => backEnd.posts.length === 1);
    await untilWaitingFor(backEnd, page, 0, 1000);
    assert.ok((await page.evaluate(() => Date.now())) - begun >= 120_000);
  }));

test('decisions 11: any other 4xx is final, reported, and does not hold up the next', () =>
  withBackEnd({}, async (backEnd, shop, page) => {
    backEnd.answers.push({ status: 422 });
    await make(page, backEnd.url);
    const [bad, good] = [intervention(), intervention()];
    await call(page, bad, good);
    await untilWaiting(page, 0);
    assert.deepEqual(backEnd.posts.map(({ key, status }) => [key, status]), [[bad.intervention_id, 422], [good.intervention_id, 200]]);
    assert.deepEqual(await page.evaluate(() => failures), [
      { intervention_id: bad.intervention_id, body: JSON.stringify(bad), reason: 'the server answered 422', status: 422 },
    ]);
  }));

test('decisions 11: what is queued offline survives a reload and is posted once when the network is back', () =>
  withBackEnd({}, async (backEnd, shop, page) => {
    await make(page, backEnd.url);
    await page.context().setOffline(true);
    const one = intervention();
    await call(page, one);
    assert.equal(await waiting(page), 1);
    assert.deepEqual(backEnd.posts, []);
    // A reload needs the shop's own server: the network comes back while no page is there to post.
    await page.goto('about:blank');
    await page.context().setOffline(false);
    await page.goto(`${shop.site.origin}/`);
    await page.waitForFunction(() => 'actions' in window);
    await make(page, backEnd.url);
    await untilWaiting(page, 0);
    assert.deepEqual(backEnd.posts.map(({ key }) => key), [one.intervention_id]);
  }));

test('coming online posts at once what would have waited', () =>
  withBackEnd(CLOCK, async (backEnd, shop, page) => {
    for (let n = 0; n < 3; n++) backEnd.answers.push({ status: 503 });
    await make(page, backEnd.url);
    await call(page, intervention());
    while (backEnd.posts.length < 3) {
      await until(() => page.underWay.size === 0);
      await page.clock.runFor(100);
    }
    await until(() => page.underWay.size === 0);
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await until(() => backEnd.posts.length === 4);
    await untilWaiting(page, 0);
  }));

test('decisions 11: of several tabs one posts at a time, and each post goes out once', () =>
  withBackEnd({}, async (backEnd, shop, page) => {
    const pages = [page];
    for (let n = 0; n < 3; n++) {
      const other = await page.context().newPage();
      await other.goto(`${shop.site.origin}/`);
      await other.waitForFunction(() => 'actions' in window);
      pages.push(other);
    }
    const all = Array.from({ length: 20 }, () => intervention());
    await Promise.all(pages.map((one) => make(one, backEnd.url)));
    await page.context().setOffline(true);
    await Promise.all(pages.map((one) => call(one, ...all)));
    assert.equal(await waiting(page), all.length);
    await page.context().setOffline(false);
    await untilWaiting(page, 0);
    assert.deepEqual(backEnd.posts.map(({ key }) => key).sort(), all.map(({ intervention_id }) => intervention_id).sort());
    assert.equal(backEnd.mostAtOnce(), 1);
  }));

test('the queue is bounded: the oldest are given up and reported', () =>
  withBackEnd({}, async (backEnd, shop, page) => {
    await make(page, backEnd.url, { maxWaiting: 2 });
    await page.context().setOffline(true);
    const all = Array.from({ length: 4 }, () => intervention());
    for (const one of all) {
      await call(page, one);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2)));
    }
    assert.equal(await waiting(page), 2);
    assert.deepEqual(await page.evaluate(() => failures.map(({ intervention_id, reason }) => [intervention_id, reason])), [
      [all[0].intervention_id, 'more than 2 posts wait'],
      [all[1].intervention_id, 'more than 2 posts wait'],
    ]);
    await page.context().setOffline(false);
    await untilWaiting(page, 0);
    assert.deepEqual(backEnd.posts.map(({ key }) => key), [all[2].intervention_id, all[3].intervention_id]);
  }));

test('a post that fails for too long is given up and reported', () =>
  withBackEnd(CLOCK, async (backEnd, shop, page) => {
    for (let n = 0; n < 100; n++) backEnd.answers.push({ status: 503 });
    await make(page, backEnd.url, { maxAgeMs: 60_000 });
    await call(page, intervention());
    await untilWaitingFor(backEnd, page, 0, 1000);
    assert.match((await page.evaluate(() => failures))[0].reason, /could not be delivered in 60000 ms/);
  }));

test('without IndexedDB the queue is in memory', () =>
  withBackEnd({ onPage: (page) => page.addInitScript(() => (IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); })) }, async (backEnd, shop, page) => {
    await make(page, backEnd.url);
    await page.context().setOffline(true);
    const one = intervention();
    await call(page, one, one);
    assert.equal(await waiting(page), 1);
    await page.context().setOffline(false);
    await untilWaiting(page, 0);
    assert.deepEqual(backEnd.posts.map(({ key }) => key), [one.intervention_id]);
  }));

test('a post that a closed tab left is tried by an open one when the visitor comes to that', () =>
  withBackEnd({}, async (backEnd, shop, page) => {
    await make(page, backEnd.url);
    const other = await page.context().newPage();
    await other.goto(`${shop.site.origin}/`);
    await other.waitForFunction(() => 'actions' in window);
    await make(other, backEnd.url);
    backEnd.answers.push({ status: 'hang' });
    await call(other, intervention());
    await until(() => backEnd.posts.length === 1);
    await other.close();
    assert.equal(await waiting(page), 1);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await untilWaiting(page, 0);
    assert.deepEqual(backEnd.posts.map(({ status }) => status), ['hang', 200]);
    assert.equal(new Set(backEnd.posts.map(({ key }) => key)).size, 1);
  }));

test('headers that never come count as a failed attempt, and keep other posts waiting no longer than that', () =>
  withBackEnd(CLOCK, async (backEnd, shop, page) => {
    await page.evaluate((url) => {
      const tokens = [new Promise(() => {}), { 'x-token': '1' }, { 'x-token': '2' }];
      window.webhook = actions.webhookHandler({ url, headers: () => tokens.shift() });
    }, backEnd.url);
    const [first, second] = [intervention(), intervention()];
    await call(page, first, second);
    await untilWaitingFor(backEnd, page, 0, 100);
    const posts = backEnd.posts.map(({ key, headers }) => [key, headers['x-token']]);
    assert.deepEqual(posts, [[second.intervention_id, '1'], [first.intervention_id, '2']]);
  }));

test('a sandboxed page, which is refused locks, posts without', () =>
  withBackEnd({ onPage: (page) => page.addInitScript(() => (LockManager.prototype.request = () => Promise.reject(new DOMException('sandboxed', 'SecurityError')))) }, async (backEnd, shop, page) => {
    await make(page, backEnd.url);
    const one = intervention();
    await call(page, one);
    await untilWaiting(page, 0);
    assert.deepEqual(backEnd.posts.map(({ key }) => key), [one.intervention_id]);
  }));

test('plugin 6: clearLocalSignals forgets what waits, even what is under way', () =>
  withBackEnd({}, async (backEnd, shop, page) => {
    await make(page, backEnd.url);
    backEnd.answers.push({ status: 'hang' });
    await call(page, intervention(), intervention());
    await until(() => backEnd.posts.length === 1);
    assert.equal(await waiting(page), 2);
    await page.evaluate(() => oncue.clearLocalSignals());
    await untilWaiting(page, 0);
    await page.reload();
    await page.waitForFunction(() => 'actions' in window);
    await make(page, backEnd.url);
    assert.equal(await waiting(page), 0);
  }));

test('webhookHandler without a url says so', () =>
  withShop({}, async (shop, page) => {
    assert.match(await page.evaluate(() => { try { actions.webhookHandler({}); } catch (error) { return error.message; } }), /give it the url/);
  }));

test('customEventHandler dispatches a DOM event with the intervention, on the document or where told', () =>
  withShop({}, async (shop, page) => {
    await page.evaluate((definitions) => {
      window.seen = [];
      document.addEventListener('oncue:intervention', ({ detail }) => seen.push(['document', detail.name]));
      window.addEventListener('oncue:intervention', ({ detail }) => seen.push(['bubbled', detail.name]));
      document.body.addEventListener('banner', ({ detail }) => seen.push(['body', detail.name]));
      const handlers = { any: actions.customEventHandler(), own: actions.customEventHandler({ target: document.body, type: 'banner' }) };
      startTracker({ definitions, handlers });
    }, ECOM);
    await shop.ready();
    await page.evaluate(() => add(1));
    await shop.settle();
    const names = ['document', 'bubbled', 'body'].map((where) => [where, 'cart_abandonment']);
    assert.deepEqual(await page.evaluate(() => seen), names);
  }));
