// How long the plugin waits before it asks a server again that fails, to the millisecond.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importInto } from './source.mjs';

const LEAST = 0;
/** Nearly the most that Math.random() draws: with it waits are whole milliseconds, as a browser's timers are. */
const MOST = 0.998;
const SECONDS = [1, 2, 4, 8, 16, 32];
/** Of waits in seconds, milliseconds when chance has drawn one of the two. */
const whenDrawn = { [LEAST]: (seconds) => seconds * 500, [MOST]: (seconds) => seconds * 999 };

/** A page whose time stands still until it is told to go on to its next timer. */
function makePage() {
  let now = Date.UTC(2026, 0, 5);
  let timers = [];
  const page = {
    /** What chance draws next. */
    drawn: LEAST,
    now: () => now,
    globals: {
      Math: Object.create(Math, { random: { value: () => page.drawn } }),
      Date: { now: () => now, parse: Date.parse },
      setTimeout(action, ms, ...args) {
        const timer = { at: now + Math.trunc(ms), run: () => action(...args) };
        timers.push(timer);
        return timer;
      },
      clearTimeout(timer) {
        timers = timers.filter((other) => other !== timer);
      },
    },
    goOn() {
      assert.ok(timers.length > 0, 'nothing would ever happen again');
      const next = timers.reduce((first, other) => (other.at < first.at ? other : first));
      page.globals.clearTimeout(next);
      now = next.at;
      next.run();
    },
    /** Lets time pass up to here, for those who wait no longer than that. */
    goTo(at) {
      while (timers.some((timer) => timer.at <= at)) page.goOn();
      now = at;
    },
  };
  return page;
}

const TIMEOUT_MS = 2500;

/** A page that listens, and its connections so far. */
async function listen() {
  const page = makePage();
  const connections = [];
  class EventSource {
    begun = page.now();
    constructor() {
      connections.push(this);
    }
    close() {
      this.isClosed = true;
    }
  }
  const { listenTo } = await importInto({ ...page.globals, EventSource }, 'receive/stream');
  const warnings = [];
  const close = listenTo('https://interventions.example', TIMEOUT_MS, () => {}, { warn: (text) => warnings.push(text) });
  return {
    page,
    connections,
    warnings,
    close,
    open: () => connections.at(-1).onopen(),
    /** The connection fails; how long it takes until there is another one. */
    fail() {
      const { length } = connections;
      const failedAt = page.now();
      connections.at(-1).onerror();
      assert.equal(connections.length, length, 'not at once');
      page.goOn();
      assert.equal(connections.length, length + 1, 'time did nothing else');
      assert.deepEqual(connections.map(({ isClosed }) => !isClosed), [...Array(length).fill(false), true], 'one at a time');
      return page.now() - failedAt;
    },
  };
}

for (const drawn of [LEAST, MOST]) {
  test(`a stream that fails is opened anew after 1, 2, 4 seconds and so on up to a minute, half of it by chance: ${drawn} of 1`, async () => {
    const { page, fail, warnings } = await listen();
    page.drawn = drawn;
    const waits = [...SECONDS, 60, 60, 60].map(fail);
    assert.deepEqual(waits, [...SECONDS, 60, 60, 60].map(whenDrawn[drawn]));
    assert.equal(warnings.length, 1);
  });
}

test('chance is asked at each failure of a stream, so that pages that lost one server come back apart', async () => {
  const { page, fail } = await listen();
  const waits = [LEAST, MOST, MOST, LEAST].map((drawn) => {
    page.drawn = drawn;
    return fail();
  });
  assert.deepEqual(waits, [500, 1998, 3996, 4000]);
});

test('a stream that does not open in time counts as one that failed', async () => {
  const { page, connections } = await listen();
  while (connections.length < 5) page.goOn();
  const between = connections.slice(1).map(({ begun }, n) => begun - connections[n].begun);
  assert.deepEqual(between, [500, 1000, 2000, 4000].map((wait) => TIMEOUT_MS + wait));
});

test('only a stream that held for five seconds makes the next wait the first again', async () => {
  const { page, open, fail, warnings } = await listen();
  assert.deepEqual([fail(), fail()], [500, 1000]);
  open();
  page.goTo(page.now() + 4999);
  assert.equal(fail(), 2000);
  open();
  page.goTo(page.now() + 5000);
  assert.deepEqual([fail(), fail()], [500, 1000]);
  assert.equal(warnings.length, 2, 'said once until one held');
});

test('a stream that nobody listens to any more is not opened anew', async () => {
  const { page, connections, close } = await listen();
  connections[0].onerror();
  close();
  page.goTo(page.now() + 120_000);
  assert.equal(connections.length, 1);
});

/** Lets what was promised happen, up to the next timer. */
async function settle() {
  for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Posts to a server that answers 503 until it has been asked `times` times, or takes no longer than `options` let it.
 * @returns milliseconds between two attempts
 */
async function post(times, drawn, { options, headers = {}, failures = [] } = {}) {
  const page = makePage();
  const attempts = [];
  const fetch = async () => {
    attempts.push(page.now());
    page.drawn = typeof drawn === 'function' ? drawn(attempts.length) : drawn;
    return new Response(null, { status: attempts.length < times ? 503 : 200, headers });
  };
  const { webhookHandler } = await importInto({ ...page.globals, fetch, navigator: {}, indexedDB: undefined }, 'actions/webhook');
  const handle = webhookHandler({ url: 'https://shop.example/hook', onFailure: (failure) => failures.push(failure), ...options });
  await handle({ intervention_id: 'one', name: 'cart', version: 1, attributes: {} });
  for (await settle(); await handle.waiting(); await settle()) page.goOn();
  return attempts.slice(1).map((at, n) => at - attempts[n]);
}

const LONG = [...SECONDS, 64, 128, 256, 512, 1024, 2048, 3600, 3600, 3600];
for (const drawn of [LEAST, MOST]) {
  test(`a post that fails is tried again after 1, 2, 4 seconds and so on up to an hour, half of it by chance: ${drawn} of 1`, async () => {
    assert.deepEqual(await post(LONG.length + 1, drawn), LONG.map(whenDrawn[drawn]));
  });
}

test('chance is asked at each failure of a post', async () => {
  assert.deepEqual(await post(5, (attempt) => (attempt % 2 ? MOST : LEAST)), [999, 1000, 3996, 4000]);
});

test('a server that says how long to wait lengthens a wait, and shortens none', async () => {
  const headers = { 'retry-after': '3' };
  assert.deepEqual(await post(5, LEAST, { headers }), [3000, 3000, 3000, 4000]);
});

test('a post is not tried again after the time it may take', async () => {
  const failures = [];
  assert.deepEqual(await post(Infinity, LEAST, { options: { maxAgeMs: 10_000 }, failures }), [500, 1000, 2000, 4000]);
  assert.deepEqual(failures.map(({ reason }) => reason), ['could not be delivered in 10000 ms']);
});
