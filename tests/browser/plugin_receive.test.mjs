// Interventions from a server, in Chromium: over a real stream, beside Signals' own plugin, and against local latches.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { readMeasurements } from './plugin_measurement_rules.mjs';
import { ECOM, stopClock, useBrowser } from './plugin_support.mjs';
import { startInterventionsServer, until } from './sse_server.mjs';

const withShop = useBrowser();

async function withServer(options, body) {
  const server = await startInterventionsServer();
  try {
    await withShop(options, (shop, page) => body(server, shop, page));
  } finally {
    server.close();
  }
}

const banner = (more = {}) => ({ intervention_id: randomUUID(), name: 'banner', version: 1, attributes: { 'g:a': '1' }, ...more });

/** A page that only receives: it has no definitions. */
const receive = (page, endpoint, { configuration, options, ...more } = {}) =>
  page.evaluate(
    ([config, configuration, options]) => {
      startTracker({ handlers: { keep }, ...configuration }, options);
      oncue.subscribeToInterventions(config);
    },
    [{ endpoint, ...more }, configuration, options]
  );
const viewPage = (page) => page.evaluate(() => tracker.trackPageView());
const handledIds = (page) => page.evaluate(() => handled.map(({ intervention_id }) => intervention_id));
const untilHandled = (page, count) => page.waitForFunction((count) => handled.length >= count, count);

/** Ids of the latest listener, once the server has one that fits. */
async function untilListening(server, fits = () => true) {
  let found;
  await until(() => (found = [...server.listeners].find(({ ids }) => fits(ids))));
  return found.ids;
}

test('plugin 4: a page that only receives needs no definitions, and is asked for by the ids of its events', () =>
  withServer({}, async (server, shop, page) => {
    await receive(page, server.origin);
    assert.deepEqual(server.requests, [], 'nobody is known before the first event');
    await viewPage(page);
    const ids = await untilListening(server);
    const [{ payload }] = await shop.collect();
    assert.deepEqual(server.requests, [{ path: '/api/v1/interventions', ids: { domain_userid: payload.duid, domain_sessionid: payload.sid } }]);
    const sent = banner({ target_attribute_key: { name: 'domain_userid', id: ids.domain_userid } });
    server.send(sent);
    await untilHandled(page, 1);
    assert.deepEqual(await page.evaluate(() => handled.map(({ at, event_id, ...rest }) => rest)), [sent]);
    await shop.settle();
    const measurements = readMeasurements(await shop.collect());
    assert.deepEqual(measurements.map(({ event, intervention }) => [event, intervention.intervention_id]), [
      ['intervention_receive', sent.intervention_id],
      ['intervention_handle', sent.intervention_id],
    ]);
    assert.deepEqual(measurements[0].intervention.attributes, [{ attribute: 'g:a', value: '1' }]);
    assert.deepEqual(shop.log.filter(({ text }) => text.includes('OnCue')), []);
  }));

test('plugin 4: side by side with the peer on one stream, both get the same interventions', () =>
  withServer({}, async (server, shop, page) => {
    await page.evaluate((endpoint) => {
      window.theirs = [];
      startTracker({ handlers: { keep } });
      tracker.newTracker('peer', location.origin, {
        appId: 'peer',
        plugins: [signals.SignalsPlugin({ handlers: { keep: (intervention) => theirs.push(intervention) } })],
      });
      for (const { subscribeToInterventions } of [oncue, signals]) {
        subscribeToInterventions({ endpoint, attributeKeyTargets: { page_id: '/co/com.snowplowanalytics.snowplow/web_page/id' } });
      }
      tracker.trackPageView();
    }, server.origin);
    await until(() => [...server.listeners].filter(({ ids }) => ids.page_id).length === 2);
    const [one, other] = [...server.listeners].slice(-2);
    assert.deepEqual(one.ids, other.ids, 'both ask for the same ids');
    const sent = ['domain_userid', 'domain_sessionid', 'page_id'].map((name) => banner({ name, target_attribute_key: { name, id: one.ids[name] } }));
    sent.push(banner({ name: 'direct', version: 0, attributes: { 'g:list': ['a', 'b'] } }));
    for (const intervention of sent) server.send(intervention);
    await untilHandled(page, 4);
    await page.waitForFunction(() => theirs.length >= 4);
    await shop.settle();
    // Ours say besides when it came.
    const [ours, theirs] = await page.evaluate(() => [handled.map(({ at, event_id, ...rest }) => rest), window.theirs]);
    assert.deepEqual(ours, theirs);
    assert.deepEqual(ours, sent);
  }));

test('plugin 4: a new id is asked for at once, and ids once seen stay', () =>
  withServer({}, async (server, shop, page) => {
    await receive(page, server.origin, { attributeKeyTargets: { user_id: ['/co/com.acme/none/id', '/uid'] }, attributeKeyIds: { store: randomUUID() } });
    await untilListening(server, ({ store }) => store);
    await viewPage(page);
    const first = await untilListening(server, ({ domain_userid }) => domain_userid);
    const uid = randomUUID();
    await page.evaluate((uid) => {
      tracker.setUserId(uid);
      tracker.trackPageView();
      tracker.setUserId(null);
      tracker.trackPageView();
    }, uid);
    assert.deepEqual(await untilListening(server, ({ user_id }) => user_id), { ...first, user_id: uid });
    await until(() => server.listeners.size === 1);
    await shop.collect();
    assert.equal(server.requests.length, 3, 'no request without a new id');
  }));

test('plugin 2: an anonymous visitor is not asked for, although a cookie knows the visitor', () =>
  withServer({}, async (server, shop, page) => {
    await receive(page, server.origin, { options: { anonymousTracking: true } });
    await viewPage(page);
    await shop.collect();
    assert.deepEqual(server.requests, []);
    await page.evaluate(() => {
      tracker.disableAnonymousTracking();
      tracker.trackPageView();
    });
    await untilListening(server, ({ domain_userid }) => domain_userid);
  }));

test('plugin 6: without consent nobody is asked for; withdrawn consent ends the connection', () =>
  withServer({}, async (server, shop, page) => {
    await page.evaluate((endpoint) => {
      window.consent = false;
      startTracker({ handlers: { keep }, enabled: () => window.consent });
      oncue.subscribeToInterventions({ endpoint, attributeKeyIds: { store: crypto.randomUUID() } });
      tracker.trackPageView();
    }, server.origin);
    await shop.collect();
    assert.deepEqual(server.requests, []);
    await page.evaluate(() => {
      window.consent = true;
      tracker.trackPageView();
    });
    await untilListening(server, ({ domain_userid }) => domain_userid);
    await page.evaluate(() => {
      window.consent = false;
      tracker.trackPageView();
    });
    await until(() => server.listeners.size === 0);
  }));

test('one intervention_id is delivered once, however often it is sent', () =>
  withServer({}, async (server, shop, page) => {
    await receive(page, server.origin);
    await viewPage(page);
    await untilListening(server);
    const [twice, last] = [banner(), banner()];
    for (const one of [twice, twice, last]) server.send(one);
    await page.waitForFunction((id) => handled.some(({ intervention_id }) => intervention_id === id), last.intervention_id);
    assert.deepEqual(await handledIds(page), [twice.intervention_id, last.intervention_id]);
  }));

const startEcom = async (shop, endpoint) => {
  await shop.page.evaluate(
    ([definitions, endpoint]) => {
      startTracker({ definitions, handlers: { keep } });
      oncue.subscribeToInterventions({ endpoint });
    },
    [ECOM, endpoint]
  );
};

test('one EventSource per browser, in the tab that leads; its ids come from all tabs; each intervention is shown once', () =>
  withServer({}, async (server, shop, page) => {
    const other = await page.context().newPage();
    await other.goto(`${shop.site.origin}/`);
    await other.waitForFunction(() => 'startTracker' in window);
    const settings = { attributeKeyTargets: { user_id: '/user_id' } };
    for (const tab of [page, other]) {
      await receive(tab, server.origin, settings);
      await viewPage(tab);
      await tab.waitForFunction(() => oncue.getStats().state === 'ready');
    }
    const roleOf = (tab) => tab.evaluate(() => oncue.getStats().role);
    const findLeader = async () => ((await roleOf(page)) === 'leading' ? page : other);
    const following = (await findLeader()) === page ? other : page;
    const uid = randomUUID();
    await following.evaluate((uid) => {
      tracker.setUserId(uid);
      tracker.trackPageView();
    }, uid);
    await untilListening(server, ({ user_id }) => user_id === uid);
    await until(() => server.listeners.size === 1);

    const first = banner({ target_attribute_key: { name: 'user_id', id: uid } });
    server.send(first);
    const all = async () => (await Promise.all([page, other].filter((tab) => !tab.isClosed()).map(handledIds))).flat();
    while ((await all()).length < 1) await new Promise((resolve) => setTimeout(resolve, 20));

    assert.deepEqual(await all(), [first.intervention_id]);
    const leading = await findLeader();
    const [ended] = server.listeners;
    await leading.close();
    await until(() => !server.listeners.has(ended));
    const rest = leading === page ? other : page;
    const shown = await handledIds(rest);
    await rest.waitForFunction(() => oncue.getStats().role === 'leading');
    await viewPage(rest);
    await until(() => server.listeners.size === 1);
    const [again, second] = [first, banner()];
    for (const one of [again, second]) server.send(one);
    await rest.waitForFunction((id) => handled.some(({ intervention_id }) => intervention_id === id), second.intervention_id);
    assert.deepEqual(await handledIds(rest), [...shown, second.intervention_id], 'the first is not shown again');
  }));

test('two trackers that ask for the same share a connection, and what arrives goes to the one with handlers', () =>
  withServer({}, async (server, shop, page) => {
    await page.evaluate((endpoint) => {
      startTracker({});
      startTracker({ handlers: { keep: (intervention, { id }) => handled.push({ ...intervention, id }) } }, { id: 'second' });
      oncue.subscribeToInterventions({ endpoint });
      tracker.trackPageView();
    }, server.origin);
    await until(() => server.listeners.size > 0);
    const [twice, last] = [banner(), banner()];
    for (const one of [twice, twice, last]) server.send(one);
    await untilHandled(page, 2);
    assert.deepEqual(await page.evaluate(() => handled.map(({ id }) => id)), ['second', 'second']);
    await shop.collect();
    assert.equal(server.requests.length, 1);
  }));

test('evaluation 10: what fired here is not shown again when the server sends it, nor the other way round', () =>
  withServer({}, async (server, shop, page) => {
    await startEcom(shop, server.origin);
    await shop.ready();
    await page.evaluate(() => add(1));
    const { domain_userid } = await untilListening(server);
    const target_attribute_key = { name: 'domain_userid', id: domain_userid };
    await untilHandled(page, 1);
    // As the server's own engine fires them: the cart is known here, the views are not yet.
    server.send(banner({ name: 'cart_abandonment', target_attribute_key }));
    const discount = banner({ name: 'discount', target_attribute_key });
    server.send(discount);
    const direct = banner({ target_attribute_key });
    server.send(direct);
    await untilHandled(page, 3);
    await page.evaluate(() => {
      for (let n = 0; n < 5; n++) view();
    });
    await shop.settle();
    assert.deepEqual(await shop.names(), ['cart_abandonment', 'discount', 'banner']);
    assert.deepEqual((await handledIds(page)).slice(1), [discount.intervention_id, direct.intervention_id]);
  }));

test('evaluation 10: what arrives before the engine is ready waits for its latches', () =>
  withServer({ folder: '/slow/' }, async (server, shop, page) => {
    await startEcom(shop, server.origin);
    await page.evaluate(() => add(1));
    const { domain_userid } = await untilListening(server);
    server.send(banner({ name: 'cart_abandonment', target_attribute_key: { name: 'domain_userid', id: domain_userid } }));
    const direct = banner();
    server.send(direct);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
    assert.deepEqual(await shop.names(), []);
    shop.site.releaseWasm();
    await untilHandled(page, 2);
    assert.deepEqual(await shop.names(), ['cart_abandonment', 'banner']);
  }));

test('an engine that cannot be loaded leaves the ids to tell what was delivered', () =>
  withServer({ folder: '/broken/' }, async (server, shop, page) => {
    await startEcom(shop, server.origin);
    await viewPage(page);
    await page.waitForFunction(() => oncue.getStats().state === 'failed');
    await untilListening(server);
    const [twice, last] = [banner(), banner()];
    for (const one of [twice, twice, last]) server.send(one);
    await page.waitForFunction((id) => handled.some(({ intervention_id }) => intervention_id === id), last.intervention_id);
    assert.deepEqual(await handledIds(page), [twice.intervention_id, last.intervention_id]);
  }));

test('what is no intervention is left out, and the next one arrives', () =>
  withServer({}, async (server, shop, page) => {
    await startEcom(shop, server.origin);
    await shop.ready();
    await viewPage(page);
    await untilListening(server);
    server.write(': keep-alive\n\ndata: {"broken\n\ndata: null\n\ndata: 7\n\ndata: {"name":"x"}\n\ndata: {"intervention_id":"i","name":"x"}\n\n');
    server.send({ intervention_id: 'bare', name: 'x', version: 2 });
    await untilHandled(page, 1);
    await shop.settle();
    const [{ at, event_id, ...rest }, ...others] = await page.evaluate(() => handled);
    assert.deepEqual(rest, { intervention_id: 'bare', name: 'x', version: 2, attributes: {} });
    assert.deepEqual(others, []);
    assert.equal(shop.log.filter(({ text }) => text.includes('no JSON')).length, 1);
  }));

/** By the page's time, which nothing but the test moves: when connections are begun and fail. Chance draws what `drawn` says. */
const WATCHED = {
  async onPage(page) {
    await page.clock.install();
    await page.addInitScript(() => {
      Object.assign(window, { begun: [], failed: [], drawn: 0 });
      Math.random = () => drawn;
      window.EventSource = class extends EventSource {
        constructor(...rest) {
          super(...rest);
          begun.push(Date.now());
          this.addEventListener('error', () => failed.push(Date.now()));
        }
      };
    });
  },
};

test('a connection that ends, is refused, or does not open in time is made anew after 1, 2, 4 seconds and so on up to a minute, half of it by chance', () =>
  withServer(WATCHED, async (server, shop, page) => {
    await stopClock(page);
    await receive(page, server.origin);
    await viewPage(page);
    await untilListening(server);
    const times = () => page.evaluate(() => ({ begun, failed }));
    const untilFailed = () => page.waitForFunction(() => failed.length === begun.length);
    /** Lets time pass until another connection has been asked for, by less than the shortest wait: it may fail as soon as it is begun. */
    const untilBegun = async () => {
      const count = (await times()).begun.length + 1;
      while ((await times()).begun.length < count) await page.clock.runFor(250);
      await until(() => server.requests.length >= count);
    };
    server.behave('refuse');
    const [least, most] = [0, 0.998];
    const draws = [least, most, least, most, least, most, least, most, least];
    for (const [n, drawn] of draws.entries()) {
      await page.evaluate((drawn) => (window.drawn = drawn), drawn);
      if (n) await untilBegun();
      else server.breakOff();
      await untilFailed();
    }
    server.behave('silent');
    await untilBegun();
    const { begun, failed } = await times();
    const waits = failed.map((at, n) => begun[n + 1] - at);
    assert.deepEqual(waits, [500, 1998, 2000, 7992, 8000, 31_968, 30_000, 59_940, 30_000]);
    await untilBegun();
    server.behave('serve');
    await untilBegun();
    const late = (await times()).begun.slice(-3);
    assert.deepEqual([late[1] - late[0], late[2] - late[1]], [32_500, 32_500], 'as long as it may take to open, and then the longest wait');
    await untilListening(server);
    const sent = banner();
    server.send(sent);
    while (!(await page.evaluate(() => handled.length))) await page.clock.runFor(10);
    assert.deepEqual(await handledIds(page), [sent.intervention_id]);
    assert.equal(shop.log.filter(({ text }) => text.includes('trying again')).length, 1, 'said once');
  }));

test('plugin 4: a fetcher of the page is made per tracker, configured, updated by events, and its interventions arrive', () =>
  withShop({}, async (shop, page) => {
    const calls = await page.evaluate(async () => {
      const calls = [];
      const fetcher = (tracker, dispatch) => {
        calls.push(['made', tracker.id]);
        return {
          configure: (config) => calls.push(['configure', config]),
          update(payload) {
            calls.push(['update', payload.e]);
            dispatch({ intervention_id: 'own', name: 'own', version: 1, attributes: {} }, tracker);
          },
        };
      };
      startTracker({ fetcher, handlers: { keep } });
      oncue.subscribeToInterventions({ endpoint: 'none' }, ['sp', 'other']);
      oncue.subscribeToInterventions({ endpoint: 'none' }, ['other']);
      tracker.trackPageView();
      return calls;
    });
    assert.deepEqual(calls, [['made', 'sp'], ['configure', { endpoint: 'none' }], ['update', 'pv']]);
    await untilHandled(page, 1);
    assert.deepEqual(await handledIds(page), ['own']);
  }));

test('clearLocalSignals forgets whom to ask for, until the next event says', () =>
  withServer({}, async (server, shop, page) => {
    await receive(page, server.origin);
    await viewPage(page);
    await untilListening(server);
    await page.evaluate(() => oncue.clearLocalSignals());
    await until(() => server.listeners.size === 0);
    await viewPage(page);
    await untilListening(server);
  }));
