// Who leads where there are no Web Locks: leases in a real database, of tabs whose clocks go only when the test says so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { launch, startSite } from './plugin_support.mjs';
import { until } from './sync_support.mjs';

const source = fileURLToPath(new URL('../../js/browser-plugin/src/tabs/lease.ts', import.meta.url));

/** A page whose `campaigner` writes down what it is told. */
async function bundle() {
  const contents = `import { createLeaseLeadership } from ${JSON.stringify(source)};
    window.told = [];
    window.make = () => (window.campaigner = createLeaseLeadership('shop', () => told.push('won'), () => told.push('lost'), ({ message }) => told.push(message)));`;
  const { outputFiles } = await build({ stdin: { contents, resolveDir: '/' }, bundle: true, format: 'esm', write: false });
  return outputFiles[0].contents;
}

let site;
let browser;
before(async () => {
  site = await startSite(bundle);
  browser = await launch();
});
after(async () => {
  await browser.close();
  site.releaseWasm();
  site.server.closeAllConnections();
  site.server.close();
});

/** In the page: time passes when the test says so. */
function stopTime() {
  const intervals = new Map();
  let now = 1_800_000_000_000;
  let handles = 0;
  Date.now = () => now;
  window.setInterval = (callback, ms, ...more) => {
    intervals.set(++handles, { run: () => callback(...more), ms, due: now + ms });
    return handles;
  };
  window.clearInterval = (handle) => intervals.delete(handle);
  window.pass = (ms) => {
    now += ms;
    for (const one of intervals.values()) {
      if (one.due > now) continue;
      one.due = now + one.ms;
      one.run();
    }
  };
}

/** Tabs of one browser profile; `pass` lets a tab's clock go on, until everything it began is in the database. */
async function withTabs(names, body, init) {
  const context = await browser.newContext();
  try {
    const tabs = {};
    for (const name of names) {
      const page = await context.newPage();
      await page.addInitScript(stopTime);
      if (init) await page.addInitScript(init);
      await page.goto(`${site.origin}/`);
      await page.waitForFunction(() => 'make' in window);
      await page.evaluate(() => void make());
      const told = () => page.evaluate(() => told);
      /** What was begun before is done then: transactions of one database take turns. */
      const settle = () =>
        page.evaluate(async () => {
          for (let n = 0; n < 3; n++) {
            await new Promise((resolve, reject) => {
              const request = indexedDB.open('shop', 1);
              request.onupgradeneeded = () => request.transaction.abort();
              request.onerror = resolve;
              request.onsuccess = () => {
                const tx = request.result.transaction('state', 'readwrite');
                tx.objectStore('state').get('lease');
                tx.onabort = reject;
                tx.oncomplete = () => resolve(request.result.close());
              };
            });
          }
        });
      const call = async (method) => {
        await page.evaluate((method) => campaigner[method](), method);
        await settle();
      };
      const pass = async (seconds) => {
        for (let n = 0; n < seconds; n++) {
          await page.evaluate(() => pass(1000));
          await settle();
        }
      };
      tabs[name] = { page, told, settle, pass, call, untilTold: (...all) => until(async () => (await told()).join() === all.join()) };
    }
    await body(tabs);
  } finally {
    await context.close();
  }
}

test('of tabs that line up one wins, and keeps the lead while it renews it', () =>
  withTabs(['first', 'second'], async ({ first, second }) => {
    await first.call('campaign');
    await first.untilTold('won');
    await second.call('campaign');
    for (let n = 0; n < 12; n++) {
      await first.pass(1);
      await second.pass(1);
    }
    assert.deepEqual([await first.told(), await second.told()], [['won'], []]);
  }));

test('a leader that hangs loses the lead after five seconds, is told when it wakes, and lines up again', () =>
  withTabs(['hung', 'awake'], async ({ hung, awake }) => {
    await hung.call('campaign');
    await hung.untilTold('won');
    await awake.call('campaign');
    await awake.pass(5);
    assert.deepEqual(await awake.told(), [], 'not before its time');
    await awake.pass(1);
    await awake.untilTold('won');
    await hung.pass(7);
    await hung.untilTold('won', 'lost');
    await awake.call('resign');
    await hung.pass(1);
    await hung.untilTold('won', 'lost', 'won');
    assert.deepEqual(await awake.told(), ['won'], 'who resigns knows');
  }));

test('a lead that is given up is free at once', () =>
  withTabs(['first', 'second'], async ({ first, second }) => {
    await first.call('campaign');
    await first.untilTold('won');
    await second.call('campaign');
    await first.call('resign');
    await second.pass(1);
    await second.untilTold('won');
    await first.pass(8);
    assert.deepEqual(await first.told(), ['won']);
  }));

test('a tab that seizes the lead has it, the one before is told at its next renewal', () =>
  withTabs(['old', 'new'], async (tabs) => {
    await tabs.old.call('campaign');
    await tabs.old.untilTold('won');
    await tabs.new.call('campaign');
    await tabs.new.call('seize');
    await tabs.new.untilTold('won');
    await tabs.old.pass(1);
    await tabs.old.untilTold('won', 'lost');
  }));

test('a tab that resigns before it has heard that it won leaves the lead to others', () =>
  withTabs(['gone', 'next'], async ({ gone, next }) => {
    await gone.page.evaluate(() => {
      campaigner.campaign();
      campaigner.resign();
    });
    await gone.settle();
    await gone.page.waitForFunction(
      () =>
        new Promise((resolve) => {
          const request = indexedDB.open('shop', 1);
          request.onsuccess = () => {
            const read = request.result.transaction('state').objectStore('state').get('lease');
            read.onsuccess = () => resolve(!!read.result && read.result.until < Date.now(), request.result.close());
          };
        })
    );
    await next.call('campaign');
    await next.untilTold('won');
    assert.deepEqual(await gone.told(), []);
  }));

test('the clock is set back: a lease from the future binds nobody', () =>
  withTabs(['before', 'now'], async (tabs) => {
    await tabs.before.page.evaluate(() => pass(3_600_000));
    await tabs.before.call('campaign');
    await tabs.before.untilTold('won');
    await tabs.before.page.close();
    await tabs.now.call('campaign');
    await tabs.now.untilTold('won');
  }));

test('without a database there is no way to agree: said once, in words that say what to do', () =>
  withTabs(
    ['tab'],
    async ({ tab }) => {
      await tab.page.evaluate(() => campaigner.campaign());
      await until(async () => (await tab.told()).length);
      await tab.page.evaluate(() => pass(10_000));
      const [message, ...more] = await tab.told();
      assert.match(message, /Web Locks \(HTTPS\) or IndexedDB.*blocked/);
      assert.deepEqual(more, []);
    },
    () => Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('blocked', 'SecurityError'); } })
  ));
