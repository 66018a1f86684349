// A shop in Chromium, its server, and the collector that its tracker talks to.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/lib/tools.mjs';

const here = dirname(fileURLToPath(import.meta.url));
/** Definitions of tests/fixtures. */
export const fixture = (name) => JSON.parse(readFileSync(join(here, `../fixtures/definitions/${name}.json`), 'utf8'));
export const ECOM = fixture('ecom');

const wasmFile = (name) => readFileSync(fileURLToPath(import.meta.resolve(`@oncue/engine/${name}`)));
// Another origin on this machine stands for the other servers that a shop talks to.
const CSP = "default-src 'self'; connect-src 'self' http://127.0.0.1:*; script-src 'self' 'wasm-unsafe-eval'";
const CSP_WITHOUT_WASM = "default-src 'self'; script-src 'self'";

/** The plugin as a later version would be: compiled from its source with the next version of the messages between tabs. */
const laterVersion = {
  name: 'later version',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@oncue\/browser-plugin$/ }, () => ({ path: join(here, '../../js/browser-plugin/src/index.ts') }));
    onLoad({ filter: /tabs.protocol\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const contents = source.replace('PROTOCOL = 2', 'PROTOCOL = 3');
      assert.notEqual(contents, source);
      return { contents, loader: 'ts' };
    });
  },
};

/** The plugin where what it loads on demand is not to be had. */
const withoutChunks = {
  name: 'without chunks',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/(everything|sync)\.module\.js$/ }, ({ path }) => ({ path: `./missing/${path}`, external: true }));
  },
};

/** By entry and variant: most tests of a file open the same page. */
const bundles = new Map();

async function bundlePage(entry, plugins = []) {
  if (typeof entry === 'function') return entry();
  const key = [entry, ...plugins.map(({ name }) => name)].join();
  if (!bundles.has(key)) bundles.set(key, bundleAnew(entry, plugins));
  return bundles.get(key);
}

async function bundleAnew(entry, plugins) {
  const { outputFiles } = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    plugins,
    logLevel: 'error',
    // The tracker and its plugin as the plugin's package resolves them.
    nodePaths: [join(here, '../../js/browser-plugin/node_modules'), join(here, '../../node_modules')],
  });
  return outputFiles[0].contents;
}

const decode = (plain, encoded) => {
  if (plain) return JSON.parse(plain);
  return encoded ? JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')) : undefined;
};

/** A payload as the collector got it, with its JSON read. */
function readPayload(payload) {
  const event = decode(payload.ue_pr, payload.ue_px)?.data;
  const entities = decode(payload.co, payload.cx)?.data ?? [];
  return { payload, schema: event?.schema, data: event?.data, entities };
}

/**
 * Folders of the site: `/` works, `/later/` has a later version of the plugin, `/slow/` holds its wasm back until
 * `releaseWasm()`, `/broken/` has none, `/bare/` lacks parts of the plugin that are loaded on demand, and
 * `/strict/` has a policy that forbids WebAssembly. Other paths are `files`. Of a site, `policy` is that of its other pages
 * and `head` more HTML of all of them.
 */
export async function startSite(entry = 'plugin_page.mjs') {
  const script = await bundlePage(entry);
  const wasms = Object.fromEntries(['oncue.page.wasm', 'oncue.plain.wasm', 'oncue.sync.wasm'].map((name) => [name, wasmFile(name)]));
  const received = [];
  const wasmLoads = [];
  const files = new Map();
  const site = { policy: CSP, head: '' };
  let releaseWasm;
  const released = new Promise((resolve) => (releaseWasm = resolve));

  async function answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const send = (status, type, body) => response.writeHead(status, { 'content-type': type }).end(body);
    if (pathname.endsWith('/tp2')) {
      let text = '';
      for await (const chunk of request) text += chunk;
      received.push(...JSON.parse(text).data.map(readPayload));
      return send(200, 'text/plain', 'ok');
    }
    if (pathname === '/i') {
      received.push(readPayload(Object.fromEntries(searchParams)));
      return send(200, 'text/plain', 'ok');
    }
    if (pathname === '/later/page.js') return send(200, 'text/javascript', await bundlePage(entry, [laterVersion]));
    if (pathname === '/bare/page.js') return send(200, 'text/javascript', await bundlePage(entry, [withoutChunks]));
    if (pathname.endsWith('/page.js')) return send(200, 'text/javascript', script);
    const [, folder, wasm] = /^(.*\/)(oncue\.\w+\.wasm)$/.exec(pathname) ?? [];
    if (wasm) wasmLoads.push(wasm);
    if (wasm && folder === '/slow/') await released;
    if (wasm && folder !== '/broken/') return send(200, 'application/wasm', wasms[wasm]);
    if (pathname.endsWith('/')) {
      response.setHeader('content-security-policy', pathname === '/strict/' ? CSP_WITHOUT_WASM : site.policy);
      return send(200, 'text/html', `<!doctype html><meta name="viewport" content="width=device-width"><title>Shop</title>${site.head}<script type="module" src="page.js"></script>`);
    }
    const file = files.get(pathname);
    return file === undefined ? send(404, 'text/plain', 'not found') : send(200, pathname.endsWith('.js') ? 'text/javascript' : 'application/json', file);
  }

  const server = createServer((request, response) => answer(request, response).catch((error) => response.destroy(error)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(site, { origin: `http://127.0.0.1:${server.address().port}`, server, received, files, wasmLoads, releaseWasm });
}

/** One shop of its own: site, collector, page. `close()` it. */
async function openShop(browser, { folder = '/', onPage, entry = 'plugin_page.mjs', device = {} } = {}) {
  const site = await startSite(entry);
  const context = await browser.newContext(device);
  const page = await context.newPage();
  const log = [];
  const errors = [];
  page.on('console', (message) => log.push({ type: message.type(), text: message.text() }));
  page.on('pageerror', (error) => errors.push(error));
  await onPage?.(page, site);
  await page.goto(site.origin + folder);
  await page.waitForFunction(() => 'startTracker' in window);

  const shop = {
    page,
    log,
    site,
    /** Everything the collector got, in order, once all that was tracked so far has arrived. */
    async collect() {
      const label = `end${site.received.length}-${Math.floor(Math.random() * 1e9)}`;
      await page.evaluate((label) => tracker.trackStructEvent({ category: 'test', action: 'end', label }), label);
      for (;;) {
        const at = site.received.findIndex(({ payload }) => payload.se_la === label);
        if (at >= 0) return site.received.slice(0, at).filter(({ payload }) => payload.se_ac !== 'end');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    /** Lets events be stored, and everything deferred with setTimeout(0), and what that defers, happen. */
    settle: () =>
      page.evaluate(async () => {
        while (oncue.getStats().unsaved && oncue.getStats().state !== 'failed') {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        for (let n = 0; n < 4; n++) await new Promise((resolve) => setTimeout(resolve, 0));
      }),
    ready: () => page.waitForFunction(() => oncue.getStats().state === 'ready'),
    names: () => page.evaluate(() => handled.map(({ name }) => name)),
    async close() {
      await context.close();
      site.releaseWasm();
      site.server.closeAllConnections();
      site.server.close();
      assert.deepEqual(errors, [], 'no exception reaches the page');
    },
  };
  return shop;
}

/** For a page with a clock of its own: from now on its time moves by `page.clock` alone, however long the machine takes. */
export const stopClock = (page) => page.clock.pauseAt(Date.now() + 3_600_000);

/** The Chromium that setup found or installed, headless. */
export function launch() {
  return chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

/**
 * One browser for all tests of a file.
 * @returns `withShop(options, body)`, which runs `body(shop, page)` with a shop of its own; options: `folder` of the
 *   site, `onPage(page, site)` before it opens, `entry` beside this file (or a function that makes the script), `device`: options of the browser context
 */
export function useBrowser() {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  return async function withShop(options, body) {
    const shop = await openShop(browser, options);
    try {
      await body(shop, shop.page);
    } finally {
      await shop.close();
    }
  };
}
