// Limits and delays of delivery in Chromium: what a page, or the tab that leads, leaves behind holds for those that come after it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stopClock, useBrowser } from './plugin_support.mjs';
import { until } from './sse_server.mjs';

const withShop = useBrowser();
/** The clock of all tabs is one, and survives a reload. */
const CLOCK = { onPage: (page) => page.clock.install() };

const isAt = (value) => ({ attribute: 'visit:step', operator: '=', value });
const intervention = (name, step, delivery) => ({
  name,
  version: 1,
  is_published: true,
  criteria: isAt(step),
  target_attribute_keys: [{ name: 'domain_userid' }],
  ...(delivery && { delivery }),
});
/** What a visitor did last, and `end` for each time that settled() asks for it. */
const rules = (...interventions) => ({
  attribute_groups: [
    {
      name: 'visit',
      version: 1,
      attribute_key: { name: 'domain_userid' },
      attributes: [{ name: 'step', type: 'string', aggregation: 'last', property: { type: 'atomic', name: 'se_action' }, events: [{ name: 'event', vendor: 'com.google.analytics', version: '1-0-0' }] }],
    },
  ],
  interventions: [...interventions, intervention('end', 'end', { refire: 'edge' })],
});
const HELP = rules(intervention('help', 'checkout', { delay: 'PT10M', cancel_if: isAt('paid') }));

async function start(page, definitions) {
  await page.waitForFunction(() => 'startTracker' in window);
  await page.evaluate((definitions) => {
    // Measurement events would be the latest ones.
    startTracker({ definitions, handlers: { keep }, measurement: false });
  }, definitions);
  await page.waitForFunction(() => oncue.getStats().state === 'ready');
}
const go = (page, step) => page.evaluate((step) => tracker.trackStructEvent({ category: 'shop', action: step }), step);
const names = (page) => page.evaluate(() => handled.map(({ name }) => name).filter((name) => name !== 'end'));
const explain = (page, name) => page.evaluate((name) => oncue.ask('explain', name), name);
const isStored = (page) => page.waitForFunction(() => oncue.getStats().unsaved === 0);

/** What was handled in this page, when all that was due has been: `end` comes after it. */
async function settled(page) {
  const countEnds = () => page.evaluate(() => handled.filter(({ name }) => name === 'end').length);
  const before = await countEnds();
  await go(page, 'on');
  await go(page, 'end');
  await until(async () => {
    // A handler is called by a timer, when it is written down that it will be.
    await page.clock.runFor(1);
    return (await countEnds()) > before;
  });
  return names(page);
}

async function reload(page, definitions) {
  await isStored(page);
  await page.reload();
  await start(page, definitions);
}

const withStoppedClock = (definitions, body) =>
  withShop(CLOCK, async (shop, page) => {
    await start(page, definitions);
    await stopClock(page);
    await body(page, shop);
  });

test('a delayed delivery survives a reload and a navigation: it is due when it was, and handled once', () =>
  withStoppedClock(HELP, async (page, shop) => {
    await go(page, 'checkout');
    const begun = await page.evaluate(() => Date.now());
    await page.clock.runFor('04:00');
    assert.deepEqual(await names(page), []);
    await reload(page, HELP);
    await page.clock.runFor('04:00');
    assert.deepEqual(await names(page), []);
    await isStored(page);
    await page.goto(`${shop.site.origin}/checkout/`);
    await start(page, HELP);
    await page.clock.runFor('01:59');
    assert.deepEqual(await names(page), []);
    await page.clock.runFor('00:01');
    assert.deepEqual(await settled(page), ['help']);
    const at = await page.evaluate(() => handled[0].at);
    assert.equal(at - begun, 600_000, 'ten minutes after the event, not after a page began');
    await page.clock.runFor('01:00:00');
    assert.deepEqual(await settled(page), ['help']);
    await reload(page, HELP);
    await page.clock.runFor('01:00:00');
    assert.deepEqual(await settled(page), [], 'what was handled is not handled again');
  }));

test('a delayed delivery that is due while no page is open is handled by the next one, once', () =>
  withStoppedClock(HELP, async (page, shop) => {
    await go(page, 'checkout');
    await isStored(page);
    await page.goto('about:blank');
    await page.clock.runFor('20:00');
    await page.goto(`${shop.site.origin}/`);
    await start(page, HELP);
    assert.deepEqual(await settled(page), ['help']);
    await page.clock.runFor('01:00:00');
    assert.deepEqual(await settled(page), ['help']);
  }));

test('a delayed delivery is dropped by what a page after the reload sees', () =>
  withStoppedClock(HELP, async (page) => {
    await go(page, 'checkout');
    await page.clock.runFor('04:00');
    await reload(page, HELP);
    assert.equal((await explain(page, 'help')).state, 'pending', 'there is something to drop');
    await go(page, 'paid');
    assert.notEqual((await explain(page, 'help')).state, 'pending');
    await page.clock.runFor('01:00:00');
    assert.deepEqual(await settled(page), []);
    await reload(page, HELP);
    await page.clock.runFor('01:00:00');
    assert.deepEqual(await settled(page), []);
  }));

test('a delayed delivery that was dropped stays so after a reload before it would have been due', () =>
  withStoppedClock(HELP, async (page) => {
    await go(page, 'checkout');
    await page.clock.runFor('04:00');
    await go(page, 'paid');
    await reload(page, HELP);
    await page.clock.runFor('01:00:00');
    assert.deepEqual(await settled(page), []);
  }));

/** Resolves when the renderer is gone. */
async function crash(page) {
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  const session = await page.context().newCDPSession(page);
  session.send('Page.crash').catch(() => {});
  await crashed;
}

for (const [how, stop] of [
  ['closes', (page) => page.close()],
  ['crashes', crash],
]) {
  test(`a delayed delivery outlives the tab that leads: it ${how}, and another one handles it once`, () =>
    withStoppedClock(HELP, async (page, shop) => {
      const other = await page.context().newPage();
      await other.goto(`${shop.site.origin}/`);
      await start(other, HELP);
      const roles = await Promise.all([page, other].map((tab) => tab.evaluate(() => oncue.getStats().role)));
      assert.deepEqual([...roles].sort(), ['following', 'leading']);
      const [leading, rest] = roles[0] === 'leading' ? [page, other] : [other, page];
      await go(leading, 'checkout');
      await leading.clock.runFor('04:00');
      await isStored(leading);
      assert.deepEqual([await names(leading), await names(rest)], [[], []]);
      await stop(leading);
      await rest.waitForFunction(() => oncue.getStats().role === 'leading' && oncue.getStats().state === 'ready');
      // The clock is that of all tabs, and one that crashed has none to move.
      if (!leading.isClosed()) await leading.close();
      await rest.clock.runFor('05:59');
      assert.deepEqual(await names(rest), []);
      await rest.clock.runFor('00:01');
      assert.deepEqual(await settled(rest), ['help']);
      await rest.clock.runFor('01:00:00');
      assert.deepEqual(await settled(rest), ['help']);
      await reload(rest, HELP);
      await rest.clock.runFor('01:00:00');
      assert.deepEqual(await settled(rest), []);
    }));
}

/** At every edge within the limit. */
const hint = (limit) => rules(intervention('hint', 'checkout', { refire: 'edge', ...limit }));
async function makeEdge(page) {
  await go(page, 'browse');
  await go(page, 'checkout');
}

test('a cooldown holds after a reload, and ends when it would have ended without one', () => {
  const definitions = hint({ cooldown: 'PT1H' });
  return withStoppedClock(definitions, async (page) => {
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['hint']);
    const until = (await page.evaluate(() => handled[0].at)) + 3_600_000;
    await page.clock.runFor('30:00');
    await reload(page, definitions);
    await makeEdge(page);
    assert.deepEqual((await explain(page, 'hint')).held_back, { reason: 'cooldown', until });
    await page.clock.runFor(until - 1 - (await page.evaluate(() => Date.now())));
    await makeEdge(page);
    assert.deepEqual(await settled(page), [], 'the hour is not over');
    await reload(page, definitions);
    await page.clock.runFor('00:01');
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['hint']);
  });
});

test('a total holds after reloads, however much time passes', () => {
  const definitions = hint({ max_total: 2 });
  return withStoppedClock(definitions, async (page) => {
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['hint']);
    await reload(page, definitions);
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['hint']);
    await reload(page, definitions);
    await makeEdge(page);
    assert.deepEqual((await explain(page, 'hint')).held_back, { reason: 'max_total', until: null });
    await page.clock.runFor('30:00:00');
    await makeEdge(page);
    assert.deepEqual(await settled(page), [], 'the third and the fourth are held back');
  });
});

test('a cap per session holds after reloads, and ends with the session', () => {
  const definitions = hint({ max_per_session: 1 });
  return withStoppedClock(definitions, async (page) => {
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['hint']);
    await reload(page, definitions);
    await makeEdge(page);
    assert.deepEqual((await explain(page, 'hint')).held_back, { reason: 'max_per_session', until: null });
    assert.deepEqual(await settled(page), []);
    await page.evaluate(() => tracker.newSession());
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['hint']);
    await reload(page, definitions);
    await makeEdge(page);
    assert.deepEqual(await settled(page), [], 'the second session has had its own');
  });
});

test('a cap per day holds after reloads, and ends 24 hours after the first delivery that it counts', () => {
  const definitions = hint({ max_per_day: 2 });
  return withStoppedClock(definitions, async (page) => {
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['hint']);
    const until = (await page.evaluate(() => handled[0].at)) + 24 * 3_600_000;
    await reload(page, definitions);
    await page.clock.runFor('10:00:00');
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['hint']);
    await reload(page, definitions);
    await makeEdge(page);
    assert.deepEqual((await explain(page, 'hint')).held_back, { reason: 'max_per_day', until });
    await page.clock.runFor(until - 1 - (await page.evaluate(() => Date.now())));
    await makeEdge(page);
    assert.deepEqual(await settled(page), []);
    await page.clock.runFor('00:01');
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['hint'], 'the first one is a day ago');
    await reload(page, definitions);
    await makeEdge(page);
    assert.deepEqual(await settled(page), [], 'the second one is not');
  });
});

test('of an exclusive group the first by priority is handled, and its cooldown holds the others back after a reload', () => {
  const member = (name, priority) => intervention(name, 'checkout', { refire: 'edge', exclusive_group: 'banner', priority, cooldown: 'PT1H' });
  const definitions = rules(member('newsletter', 1), member('discount', 5), intervention('chat', 'checkout', { refire: 'edge' }));
  return withStoppedClock(definitions, async (page) => {
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['discount', 'chat']);
    const until = (await page.evaluate(() => handled[0].at)) + 3_600_000;
    await reload(page, definitions);
    await makeEdge(page);
    assert.deepEqual((await explain(page, 'newsletter')).held_back, { reason: 'exclusive_group', until });
    assert.deepEqual(await settled(page), ['chat']);
    await page.clock.runFor(until - (await page.evaluate(() => Date.now())));
    await makeEdge(page);
    assert.deepEqual(await settled(page), ['chat', 'discount', 'chat']);
  });
});
