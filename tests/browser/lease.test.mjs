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

/** `old` leads, and `new` seizes the lead from it. */
async function takeOver(tabs) {
  await tabs.old.call('campaign');
  await tabs.old.untilTold('won');
  await tabs.new.call('campaign');
  await tabs.new.call('seize');
  await tabs.new.untilTold('won');
}

test('a tab that seizes the lead has it, the one before is told at its next renewal', () =>
  withTabs(['old', 'new'], async (tabs) => {
    await takeOver(tabs);
    await tabs.old.pass(1);
    await tabs.old.untilTold('won', 'lost');
  }));

test('a tab that is to seize the lead before it has heard that it lost it, has it again', () =>
  withTabs(['old', 'new'], async (tabs) => {
    await takeOver(tabs);
    await tabs.old.call('seize');
    await tabs.old.untilTold('won', 'lost', 'won');
    await tabs.new.pass(1);
    await tabs.new.untilTold('won', 'lost');
    await tabs.old.pass(1);
    assert.deepEqual(await tabs.old.told(), ['won', 'lost', 'won']);
  }));

test('a tab that resigns before it has heard that it won leaves the lead to others', () =>
  withTabs(['gone', 'next'], async ({ gone, next }) => {
    await gone.page.evaluate(() => {
      campaigner.campaign();
      campaigner.resign();
    });
    await gone.settle();
    await next.call('campaign');
    await next.untilTold('won');
    assert.deepEqual(await gone.told(), []);
  }));

test('a tab that resigns while it takes the lead leaves it to others', () =>
  withTabs(['gone', 'next'], async ({ gone, next }) => {
    await gone.page.evaluate(() => {
      const { add } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.add = function (...all) {
        queueMicrotask(() => campaigner.resign());
        return add.apply(this, all);
      };
    });
    await gone.call('campaign');
    await next.call('campaign');
    await next.untilTold('won');
    assert.deepEqual(await gone.told(), []);
  }));

test('a tab that goes says so in its last task: the lead is free', () =>
  withTabs(['gone', 'next'], async ({ gone, next }) => {
    await gone.call('campaign');
    await gone.untilTold('won');
    await gone.page.evaluate(() => addEventListener('pagehide', () => campaigner.resign()));
    await gone.page.reload();
    await next.call('campaign');
    await next.untilTold('won');
  }));

test('who resigns because another tab has seized the lead takes nothing from that one', () =>
  withTabs(['old', 'new', 'third'], async (tabs) => {
    await takeOver(tabs);
    await tabs.old.call('resign');
    await tabs.third.call('campaign');
    await tabs.third.pass(1);
    await tabs.new.pass(1);
    assert.deepEqual([await tabs.third.told(), await tabs.new.told()], [[], ['won']]);
  }));

test('a database that fails for a while: the lead is lost with the lease, and can be had again', () =>
  withTabs(['tab'], async ({ tab }) => {
    await tab.call('campaign');
    await tab.untilTold('won');
    await tab.page.evaluate(() => {
      const { transaction } = IDBDatabase.prototype;
      window.mend = () => void (IDBDatabase.prototype.transaction = transaction);
      IDBDatabase.prototype.transaction = () => {
        throw new DOMException('closed', 'InvalidStateError');
      };
      for (let n = 0; n < 5; n++) pass(1000);
    });
    await tab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    assert.deepEqual(await tab.told(), ['won'], 'for a moment nothing is lost');
    await tab.page.evaluate(() => pass(1000));
    await tab.untilTold('won', 'lost');
    await tab.page.evaluate(() => mend());
    await tab.pass(1);
    await tab.untilTold('won', 'lost', 'won');
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
