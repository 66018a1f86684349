// The pages' scripts that the documentation shows, run as they stand: only the addresses are those of servers that exist.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { fencesMarked, root, testFences } from '../fences.mjs';
import { useBrowser } from './plugin_support.mjs';
import { startInterventionsServer, until } from './sse_server.mjs';

const withShop = useBrowser();

/** What `/definitions.json` has. */
const counter = (name) => ({ name, type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] });
const fires = (name, views) => ({ name, version: 1, criteria: { attribute: 'shop:views', operator: '>=', value: views }, payload_attribute_groups: [{ name: 'shop', version: 1 }] });
const DEFINITIONS = {
  attribute_groups: [{ name: 'shop', version: 1, attribute_key: { name: 'domain_userid' }, attributes: [counter('views'), counter('product_views')] }],
  interventions: [fires('discount', 1), fires('free_shipping', 2)],
};

/** For components: a root of React, the one that they are bundled with. */
const REACT = `
  import { createElement } from 'react';
  import { createRoot } from 'react-dom/client';
  window.render = (component) => createRoot(document.body.appendChild(document.createElement('main'))).render(createElement(component));
`;

/** A page with the tracker and the plugin at hand, which runs an example when it is told to; what that exports is `example` then. */
async function bundleExample({ language, code }, entry, server) {
  const contents = code.replaceAll("'https://collector.example.com'", 'location.origin').replaceAll("'https://signals.example.com'", JSON.stringify(server.origin));
  const example = {
    name: 'example',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^example$/ }, () => ({ path: 'example', namespace: 'example' }));
      onLoad({ filter: /./, namespace: 'example' }, () => ({ contents, loader: language, resolveDir: `${root}js/browser-plugin` }));
    },
  };
  const page = `${code.includes('@oncue/react') ? REACT : ''}
    import * as tracker from '@snowplow/browser-tracker';
    import * as oncue from '${entry}';
    const runExample = async () => void (window.example = await import('example'));
    Object.assign(window, { tracker, oncue, runExample, startTracker: true });
  `;
  const { outputFiles, warnings } = await build({
    stdin: { contents: page, resolveDir: `${root}js/browser-plugin` },
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [example],
    write: false,
    logLevel: 'silent',
  });
  assert.deepEqual(warnings, []);
  return outputFiles[0].contents;
}

/**
 * Runs an example in a shop, with a server of interventions.
 * @param run `holds(server, shop, page)` what is then true, or just that; `given(page, site)` what there is before;
 *   `onPage(page, site)` before the page opens; `folder` of the site; `entry` of the plugin; `fence` another one to be run instead
 */
async function runExample(shown, run) {
  const { holds, given, onPage, folder, entry = '@oncue/browser-plugin', fence = shown } = typeof run === 'function' ? { holds: run } : run;
  const server = await startInterventionsServer();
  try {
    const script = await bundleExample(fence, entry, server);
    const open = (page, site) => {
      site.files.set('/definitions.json', JSON.stringify(DEFINITIONS));
      return onPage?.(page, site);
    };
    await withShop({ onPage: open, folder, entry: () => script }, async (shop, page) => {
      await given?.(page, shop.site);
      await page.evaluate(() => runExample());
      await holds(server, shop, page);
    });
  } finally {
    server.close();
  }
}

/** Sends the page's visitor an intervention. */
async function send(server) {
  await until(() => server.listeners.size > 0);
  const [{ ids }] = server.listeners;
  const intervention = { intervention_id: randomUUID(), name: 'hello', version: 1, attributes: {}, target_attribute_key: { name: 'domain_userid', id: ids.domain_userid } };
  server.send(intervention);
  return { intervention, ids };
}
const said = (shop, text) => shop.log.some((line) => line.text.startsWith(text));
const untilSaid = (shop, text) => until(() => said(shop, text));
const view = (page) => page.evaluate(() => tracker.trackPageView());

/** The page's own tracker, where an example is about something else. */
const start = (page) =>
  page.evaluate(async () => {
    tracker.newTracker('sp', location.origin, { plugins: [oncue.OnCuePlugin({ definitionsUrl: '/definitions.json' })] });
    while (oncue.getStats().state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 1));
  });
/** A tracker with the plugin that an example exports. */
const startExported = (page) => page.evaluate(() => void tracker.newTracker('sp', location.origin, { plugins: [example.plugin] }));

const stored = (page) =>
  page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    return [...databases, ...Object.keys(localStorage)].filter((name) => name.startsWith('oncue')).length;
  });

async function discounts(server, shop, page) {
  await view(page);
  await untilSaid(shop, 'discount');
}

/** Sends an intervention to a handler that fails. @returns what was tracked about it: name of the event, and which shelf or sort its entities tell */
async function measured(server, shop, page) {
  await until(() => server.listeners.size > 0);
  await page.evaluate(() => oncue.addInterventionHandlers({ fails: () => Promise.reject(new Error('no')), works: () => {} }));
  await send(server);
  await until(() => shop.site.received.some(({ schema }) => schema?.includes('intervention_handle_error')));
  return (await shop.collect()).filter(({ schema }) => schema?.includes('com.snowplowanalytics.signals'));
}

const atAssets = (loads) => (page) => page.on('request', (request) => /\.wasm$/.test(request.url()) && loads.push(new URL(request.url()).pathname));

const [policy, named, preload] = fencesMarked('page')['docs/csp.md'];
const CSP_LOADS = { named: [], preload: [] };
const [change, migrated] = fencesMarked('page')['docs/migrating-from-signals.md'];
const [removed, added] = change.code.trim().split('\n').map((line) => line.slice(1));

async function logsWhatIsReceived(server, shop) {
  await send(server);
  await untilSaid(shop, 'intervention received!');
}

/** Puts the documented service worker into a site, made for a build folder that has little more than a copy of the definitions. */
function serveWorker(site) {
  const folder = mkdtempSync(join(tmpdir(), 'oncue-worker-'));
  try {
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'shop_definitions.json'), JSON.stringify(DEFINITIONS));
    const [{ code }] = fencesMarked('runs')['docs/offline.md'];
    const here = code.replace("'demo-eshop/dist'", JSON.stringify(folder)).replace("'build/docs-example-sw.js'", JSON.stringify(join(folder, 'sw.js')));
    execFileSync(process.execPath, ['--input-type=module', '--eval', here], { cwd: root });
    for (const name of readdirSync(folder)) site.files.set(`/${name}`, readFileSync(join(folder, name), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const RUNS = {
  'README.md': [discounts],
  'docs/consent.md': [
    {
      given: (page) => page.evaluate((definitions) => Object.assign(window, { definitions, consent: new Set() }), DEFINITIONS),
      async holds(server, shop, page) {
        await startExported(page);
        await view(page);
        await page.waitForFunction(() => oncue.getStats().skipped.disabled === 1);
        assert.equal(await stored(page), 0);
        await page.evaluate(() => consent.add('personalisation'));
        await view(page);
        await page.waitForFunction(() => oncue.getAttributes('domain_userid')?.shop.views === 1);
        await shop.settle();
        assert.ok((await stored(page)) > 0);
      },
    },
    {
      async given(page) {
        await start(page);
        await view(page);
        await page.evaluate(() => (window.consent = { onWithdrawn: (act) => (window.withdraw = act) }));
      },
      async holds(server, shop, page) {
        await shop.settle();
        assert.ok((await stored(page)) > 0);
        await page.evaluate(() => withdraw());
        assert.equal(await stored(page), 0);
        assert.equal(await page.evaluate(() => oncue.getStats().engine.events), 0);
      },
    },
  ],
  'docs/csp.md': [
    {
      fence: named,
      onPage: (page, site) => (site.policy = policy.code.trim().replace(/^[\w-]+: /, '').replace('https://collector.example.com', site.origin)),
      async holds(server, shop, page) {
        await startExported(page);
        await view(page);
        await page.waitForFunction(() => oncue.getAttributes('domain_userid')?.shop.views === 1);
        assert.equal((await shop.collect()).length, 1);
        assert.deepEqual(shop.log.filter(({ text }) => text.includes('Content Security Policy')), []);
      },
    },
    {
      onPage: atAssets(CSP_LOADS.named),
      async holds(server, shop, page) {
        await startExported(page);
        await shop.ready();
        assert.deepEqual(CSP_LOADS.named, ['/assets/oncue.plain.wasm']);
      },
    },
    {
      fence: named,
      onPage(page, site) {
        site.head = preload.code.replace('-<hash>', '');
        atAssets(CSP_LOADS.preload)(page);
      },
      async holds(server, shop, page) {
        await until(() => CSP_LOADS.preload.length > 0);
        await startExported(page);
        await shop.ready();
        assert.deepEqual(shop.site.wasmLoads, ['oncue.plain.wasm'], 'the plugin takes what was preloaded');
      },
    },
  ],
  'docs/handlers.md': [
    (server, shop, page) => page.waitForFunction(() => document.body.textContent.includes('Welcome: 1 page so far')),
    async (server, shop, page) => {
      const events = await measured(server, shop, page);
      assert.deepEqual(
        events.map(({ schema, entities }) => [schema.split('/')[1], entities.some(({ data }) => data.shelf === 'front')]),
        [['intervention_receive', true], ['intervention_handle_error', true]]
      );
    },
  ],
  'docs/inspector.md': [
    {
      folder: '/?oncue-inspect',
      given: start,
      holds: (server, shop, page) => page.getByRole('complementary', { name: 'OnCue inspector' }).waitFor(),
    },
    {
      given: start,
      holds: (server, shop) => untilSaid(shop, 'closed'),
    },
  ],
  'docs/installing.md': [
    (server, shop) => untilSaid(shop, 'discount'),
    {
      entry: '@oncue/browser-plugin/slim',
      async holds(server, shop, page) {
        await startExported(page);
        await shop.ready();
        assert.deepEqual(shop.site.wasmLoads, ['oncue.plain.wasm']);
      },
    },
    {
      entry: '@oncue/browser-plugin/inline',
      async holds(server, shop, page) {
        await startExported(page);
        await shop.ready();
        assert.deepEqual(shop.site.wasmLoads, []);
      },
    },
    { given: start, holds: (server, shop) => untilSaid(shop, 'ready') },
  ],
  'docs/migrating-from-signals.md': [
    // Nothing else has to change: the script, put back, does the same with Signals' own plugin.
    {
      fence: { ...migrated, code: migrated.code.replace(added, removed).replace('[OnCuePlugin(', '[SignalsPlugin(') },
      async holds(server, shop) {
        assert.ok(migrated.code.includes(added));
        await logsWhatIsReceived(server, shop);
      },
    },
    logsWhatIsReceived,
  ],
  'docs/offline.md': [
    {
      given: (page, site) => serveWorker(site),
      async holds(server, shop, page) {
        assert.equal(await page.evaluate(async () => new URL((await navigator.serviceWorker.ready).active.scriptURL).pathname), '/sw.js');
        await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
        shop.site.server.close();
        shop.site.server.closeAllConnections();
        assert.deepEqual(await page.evaluate(async () => (await fetch('/definitions.json')).json()), DEFINITIONS, 'after one visit, without a network');
      },
    },
    {
      async holds(server, shop, page) {
        await page.context().setOffline(true);
        const failed = page.waitForEvent('requestfailed');
        await page.evaluate(() => void tracker.newTracker('sp', location.origin));
        await view(page);
        await failed;
        assert.deepEqual(shop.site.received, []);
        await page.context().setOffline(false);
        await until(() => shop.site.received.length === 1);
      },
    },
  ],
  'docs/react.md': [
    async (server, shop, page) => {
      await page.evaluate(() => render(example.Offers));
      await view(page);
      const banner = page.getByRole('article', { name: 'Discount' });
      await banner.getByRole('button', { name: 'Apply' }).click();
      await banner.waitFor({ state: 'detached' });
    },
    {
      given: start,
      async holds(server, shop, page) {
        await page.evaluate(() => render(example.Shipping));
        await page.getByText('Shipping $8').waitFor();
        await view(page);
        await view(page);
        await page.getByRole('button', { name: 'Free shipping. Thanks!' }).click();
        await page.getByText('Shipping $8').waitFor();
      },
    },
    {
      given: start,
      async holds(server, shop, page) {
        await page.evaluate(() => render(example.Views));
        await page.getByText('You looked at no products.').waitFor();
        await view(page);
        await page.getByText('You looked at 1 products.').waitFor();
      },
    },
    async (server, shop, page) => {
      await startExported(page);
      await discounts(server, shop, page);
      await until(() => shop.site.received.filter(({ schema }) => schema?.includes('intervention_handle/')).length === 2);
    },
  ],
  'docs/receiving.md': [
    async (server, shop) => {
      await send(server);
      await untilSaid(shop, 'intervention hello');
    },
    async (server) => {
      const { ids } = await send(server);
      assert.deepEqual(Object.keys(ids), ['domain_userid', 'domain_sessionid', 'page_view_id']);
    },
  ],
  'docs/sources-and-actions.md': [
    async (server, shop, page) => {
      await page.waitForFunction(() => oncue.getStats().state === 'ready');
      await page.evaluate(() => dataLayer.push({ event: 'video', percent: 60 }, { event: 'video', percent: 10 }, { event: 'login', method: 'mail' }));
      const { cart } = await page.evaluate(() => oncue.getAttributes('domain_userid'));
      assert.equal(cart.value, 30);
      assert.equal(await page.evaluate(() => oncue.getStats().engine.events), 4);
    },
    async (server, shop, page) => {
      const posts = [];
      await page.route('**/hooks/oncue', (route) => {
        posts.push([route.request().headers(), route.request().postDataJSON()]);
        return route.fulfill({ status: 200 });
      });
      const { intervention, ids } = await send(server);
      await until(() => posts.length === 1);
      const [[headers, body]] = posts;
      assert.deepEqual(body, { name: 'hello', visitor: ids.domain_userid });
      assert.deepEqual([headers['idempotency-key'], headers['x-shop']], [intervention.intervention_id, 'tea']);
    },
    async (server, shop) => {
      await send(server);
      await untilSaid(shop, 'hello');
    },
  ],
  'docs/troubleshooting.md': [
    { given: start, holds: (server, shop) => untilSaid(shop, 'ready undefined 0 ') },
    {
      async given(page) {
        await start(page);
        await view(page);
      },
      holds: (server, shop) => until(() => shop.log.some(({ text }) => /name: discount.*\{shop: /.test(text))),
    },
    {
      given: start,
      async holds(server, shop, page) {
        await view(page);
        await untilSaid(shop, 'event [Object]');
      },
    },
  ],
  'js/browser-plugin/README.md': [
    {
      given: (page) => page.evaluate(() => (window.showBanner = (name) => (document.title = name))),
      async holds(server, shop, page) {
        await view(page);
        await page.waitForFunction(() => document.title === 'discount');
      },
    },
    {
      given: start,
      async holds(server, shop, page) {
        await view(page);
        await shop.settle();
        assert.equal(await page.evaluate(() => oncue.getStats().undelivered), 1, 'its handler is there no more');
      },
    },
    {
      given: (page) => page.evaluate(() => (window.entity = { schema: 'iglu:com.example/place/jsonschema/1-0-0', data: { shelf: 'front' } })),
      async holds(server, shop, page) {
        await startExported(page);
        await page.evaluate((endpoint) => oncue.subscribeToInterventions({ endpoint }), server.origin);
        await view(page);
        const events = await measured(server, shop, page);
        assert.deepEqual(
          events.map(({ schema, entities }) => [schema.split('/')[1], entities.filter(({ data }) => data.shelf === 'front').length]),
          [['intervention_receive', 2], ['intervention_handle_error', 2]]
        );
      },
    },
  ],
  'js/engine/README.md': [
    {
      given: (page) => page.evaluate((definitions) => void (window.definitions = definitions), DEFINITIONS),
      holds: (server, shop) => assert.deepEqual(shop.site.wasmLoads, ['oncue.plain.wasm', 'oncue.page.wasm']),
    },
  ],
  'js/react/README.md': [
    {
      given: start,
      async holds(server, shop, page) {
        await page.evaluate(() => render(example.Offer));
        await view(page);
        await page.getByRole('article', { name: 'Discount' }).getByText('10% off: you looked at 1 things.').waitFor();
      },
    },
  ],
};

testFences('page', RUNS, runExample);
