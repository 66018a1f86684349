// Devices of one person: browser profiles with the real tracker, and a server of sync as a process of its own, which tests kill.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mintSyncToken } from '@oncue/server';
import { freePort } from '../../scripts/lib/free_port.mjs';
import { launch, startSite } from './plugin_support.mjs';

const CLI = fileURLToPath(new URL('../../js/cli/bin/oncue.mjs', import.meta.url));
/** How long the plugin waits for the server's word. */
const PATIENCE_MS = 300;
const SECRET = 'a secret of tests that has thirty-two bytes';

/** Waits for a condition; there is no timing in it but the runner's own limit. */
export async function until(holds) {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A counter of `user_id` over struct events (or others), one intervention at each of `thresholds`. */
export function sharedDefinitions(thresholds, name = 'event') {
  const owned = { version: 1, owner: 'a@b.co', is_published: true };
  const events = [{ name }];
  return {
    attribute_groups: [
      { ...owned, name: 'shared', attribute_key: { name: 'user_id' }, ttl: 'P30D', attributes: [{ name: 'clicks', type: 'int64', aggregation: 'counter', events }] },
    ],
    interventions: thresholds.map((value) => ({
      ...owned, name: `at_${value}`, criteria: { attribute: 'shared:clicks', operator: '>=', value }, target_attribute_keys: [{ name: 'user_id' }],
    })),
  };
}

/** As the Signals SDK publishes them. */
export async function publish(url, definitions) {
  for (const kind of ['attribute_groups', 'interventions']) {
    for (const object of definitions[kind]) {
      const response = await fetch(`${url}/api/v1/registry/${kind}/`, { method: 'POST', headers: { authorization: 'Bearer local', 'content-type': 'application/json' }, body: JSON.stringify(object) });
      assert.ok(response.ok, await response.text());
    }
  }
}

/** `oncue serve` on a port that stays the same, so that pages find it again. */
async function startSyncServer(storage, definitions) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  let child;
  const server = {
    url,
    async start() {
      child = spawn(process.execPath, [CLI, 'serve', '--port', String(port), ...storage, '--log', 'error'], { env: { ...env, ONCUE_SYNC_SECRET: SECRET }, stdio: ['ignore', 'ignore', 'inherit'] });
      await until(() => fetch(`${url}/healthz`).then(({ ok }) => ok, () => false));
    },
    /** kill -9 */
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
  await server.start();
  await publish(url, definitions);
  return server;
}

/** In the page, before anything else: waits of this many ms do not end. */
function holdPatience(patienceMs) {
  const { setTimeout } = window;
  window.setTimeout = (callback, ms, ...more) => (ms === patienceMs ? 0 : setTimeout(callback, ms, ...more));
}

/** In the page. */
function prepare({ definitions, endpoint, mode, stitch, user, anonymous, enabled, ...more }) {
  window.requests = [];
  window.startDevice = () => {
    window.consent = enabled ?? true;
    startTracker(
      {
        definitions,
        handlers: { keep },
        measurement: false,
        enabled: () => window.consent,
        sync: { endpoint, mode, stitch, token: async (key, id) => mintToken(key, id) },
        ...more,
      },
      { bufferSize: 50, ...(anonymous && { anonymousTracking: true }) }
    );
    if (user) tracker.setUserId(user);
    // As every page does: it says who is there.
    tracker.trackPageView();
  };
  window.clickTimes = (times) => {
    for (let n = 0; n < times; n++) tracker.trackStructEvent({ category: 'test', action: 'click' });
  };
  window.clicksOf = (user) => oncue.getAttributes('user_id', user)?.shared.clicks ?? 0;
}

/** One site, one browser, and servers of a test's own. */
export function useDevices() {
  let site;
  let browser;
  before(async () => {
    site = await startSite();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    site.releaseWasm();
    site.server.closeAllConnections();
    site.server.close();
  });

  /** @param tokenSeconds how long a token is good for */
  return async function withDevices({ thresholds = [], storage, tokenSeconds = 600, mode = 'local_first' }, body) {
    const folder = mkdtempSync(join(tmpdir(), 'oncue-sync-'));
    const definitions = sharedDefinitions(thresholds);
    const server = await startSyncServer(storage?.(folder) ?? ['--data', join(folder, 'sync.db')], definitions);
    const contexts = [];
    const errors = [];

    /** The page of a device: another browser profile unless `context` is given. `isPatient`: the time for the server's word never runs out. */
    async function open({ context, origin = site.origin, isPatient = false, ...options } = {}) {
      const own = context ?? (await browser.newContext());
      contexts.push(own);
      const page = await own.newPage();
      const settings = { definitions, endpoint: server.url, mode, user: 'ann', ...options };
      const device = { context: own, page, minted: 0, requests: [] };
      page.on('pageerror', (error) => errors.push(error));
      if (isPatient) await page.addInitScript(holdPatience, PATIENCE_MS);
      page.on('request', (request) => {
        if (!request.url().startsWith(server.url)) return;
        const { pathname, search } = new URL(request.url());
        device.requests.push(pathname.slice(9));
        // Addresses end up in logs.
        if (search.includes(encodeURIComponent(settings.user ?? 'ann'))) errors.push(new Error(`an id in ${request.url()}`));
      });
      await page.exposeFunction('mintToken', (key, id) => {
        device.minted++;
        return mintSyncToken({ secret: SECRET, key, id, ttlSeconds: tokenSeconds });
      });
      device.start = async () => {
        await page.goto(`${origin}/`);
        await page.waitForFunction(() => 'startTracker' in window);
        await page.evaluate(prepare, settings);
        await page.evaluate(() => startDevice());
        await page.waitForFunction(() => ['ready', 'failed'].includes(oncue.getStats().state));
        assert.equal(await page.evaluate(() => oncue.getStats().failure), undefined);
      };
      device.click = async (times = 1) => {
        await page.evaluate((times) => clickTimes(times), times);
        await page.waitForFunction(() => oncue.getStats().unsaved === 0);
      };
      device.clicks = (user = 'ann') => page.evaluate((user) => clicksOf(user), user);
      device.untilClicks = (count, user = 'ann') => page.waitForFunction(([count, user]) => clicksOf(user) === count, [count, user], { timeout: 90_000 });
      device.shown = () => page.evaluate(() => handled.map(({ name }) => name));
      device.untilShown = (count) => page.waitForFunction((count) => handled.length >= count, count, { timeout: 90_000 });
      device.stats = () => page.evaluate(() => oncue.getStats());
      /** Everything it has is on the server. */
      device.untilSent = () => page.waitForFunction(() => oncue.inspect().engine.sync({ do: 'status' }).ids.every(({ pending }) => pending === 0), undefined, { timeout: 90_000 });
      await device.start();
      return device;
    }

    try {
      await body({ open, server, browser, site, folder, definitions });
      assert.deepEqual(errors, [], 'no exception reaches a page');
    } finally {
      await Promise.all([...new Set(contexts)].map((context) => context.close()));
      await server.kill().catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** Answers everything with one status, or passes it on: a door between pages and a server. */
export async function startDoor(target) {
  const { hostname, port } = new URL(target);
  const door = { answer: undefined, seen: [] };
  const server = createServer((request, response) => {
    const path = new URL(request.url, target).pathname.slice(9);
    door.seen.push(path);
    const cors = { 'access-control-allow-origin': request.headers.origin ?? '*', 'access-control-allow-headers': 'authorization, content-type, last-event-id' };
    const own = request.method === 'OPTIONS' ? undefined : door.answer?.(path);
    if (own === 'never') return;
    if (own) return response.writeHead(own, cors).end('{}');
    const outgoing = ask({ hostname, port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    request.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  door.url = `http://127.0.0.1:${server.address().port}`;
  door.drop = () => server.closeAllConnections();
  door.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return door;
}
