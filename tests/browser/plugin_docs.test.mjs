// The pages' scripts that the documentation shows, run as they stand: only the addresses are those of servers that exist.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { useBrowser } from './plugin_support.mjs';
import { startInterventionsServer, until } from './sse_server.mjs';

const withShop = useBrowser();
const root = fileURLToPath(new URL('../..', import.meta.url));
const FENCE = /^<!-- bundles -->\n```js\n([^]*?)^```$/gm;

const scriptsOf = (name) => [...readFileSync(`${root}docs/${name}.md`, 'utf8').matchAll(FENCE)].map(([, code]) => code);

/** Runs the n-th script of a page in a shop, with a server of interventions. */
async function runScript(name, n, body) {
  const server = await startInterventionsServer();
  const contents = scriptsOf(name)
    [n].replaceAll("'https://collector.example.com'", 'location.origin')
    .replaceAll("'https://signals.example.com'", JSON.stringify(server.origin));
  const extra = `\nimport * as tracker from '@snowplow/browser-tracker';\nimport * as oncue from '@oncue/browser-plugin';\nObject.assign(window, { tracker, oncue, startTracker: true });`;
  const { outputFiles } = await build({ stdin: { contents: contents + extra, resolveDir: `${root}js/browser-plugin` }, bundle: true, format: 'esm', write: false });
  const onPage = (page) => page.route('**/page.js', (route) => route.fulfill({ contentType: 'text/javascript', body: outputFiles[0].text }));
  try {
    await withShop({ onPage }, (shop, page) => body(server, shop, page));
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

const RUNS = {
  receiving: [
    async (server, shop) => {
      await send(server);
      await until(() => said(shop, 'intervention hello'));
    },
    async (server) => {
      const { ids } = await send(server);
      assert.deepEqual(Object.keys(ids), ['domain_userid', 'domain_sessionid', 'page_view_id']);
    },
  ],
  handlers: [
    (server, shop, page) => page.waitForFunction(() => document.body.textContent.includes('Welcome: 1 page so far')),
    async (server, shop, page) => {
      await until(() => server.listeners.size > 0);
      await page.evaluate(() => oncue.addInterventionHandlers({ fails: () => Promise.reject(new Error('no')) }));
      await send(server);
      await until(() => shop.site.received.some(({ schema }) => schema?.includes('intervention_handle_error')));
      const events = shop.site.received.filter(({ schema }) => schema?.includes('com.snowplowanalytics.signals'));
      assert.deepEqual(
        events.map(({ schema, entities }) => [schema.split('/')[1], entities.some(({ data }) => data.shelf === 'front')]),
        [['intervention_receive', true], ['intervention_handle_error', true]]
      );
    },
  ],
  'sources-and-actions': [
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
      await until(() => said(shop, 'hello'));
    },
  ],
  'migrating-from-signals': [
    async (server, shop) => {
      await send(server);
      await until(() => said(shop, 'intervention received!'));
    },
  ],
};

for (const [name, runs] of Object.entries(RUNS)) {
  test(`docs/${name}.md: a run for each script`, () => assert.equal(scriptsOf(name).length, runs.length));
  runs.forEach((body, n) => test(`docs/${name}.md: script ${n + 1} does what the page says`, () => runScript(name, n, body)));
}
