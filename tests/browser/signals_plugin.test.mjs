// The unmodified @snowplow/signals-browser-plugin in Chromium, fed by our server from another origin.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startServer } from '@oncue/server';
import { launch } from './plugin_support.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const ECOM = JSON.parse(readFileSync(path.join(here, '../fixtures/definitions/ecom.json'), 'utf8'));

let browser;
let server;
let site;
let folder;

async function ask(method, route, body) {
  const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/api/v1/${route}`, { method, headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `${method} ${route}: ${response.status}`);
  return response.json();
}

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-signals-'));
  server = await startServer({ data: path.join(folder, 'server.db'), port: 0, tokens: ['local'] });
  for (const kind of ['attribute_groups', 'services', 'interventions']) {
    for (const object of ECOM[kind]) await ask('POST', `registry/${kind}/`, object);
  }
  const { outputFiles } = await build({ entryPoints: [path.join(here, 'signals_plugin_page.mjs')], bundle: true, format: 'esm', target: 'es2022', write: false, logLevel: 'error' });
  site = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? outputFiles[0].contents : '<!doctype html><title>Shop</title><script type="module" src="page.js"></script>');
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
  site?.closeAllConnections();
  site?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('server 5: rule-based and direct interventions reach the Signals plugin of another origin', async () => {
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.goto(`http://127.0.0.1:${site.address().port}/`);
  await page.waitForFunction(() => 'start' in window);
  const { duid } = await page.evaluate((endpoint) => start(endpoint), server.url);

  // The plugin connects in its own time; a direct intervention says when it is there.
  const push = (query) => ask('POST', `interventions?${new URLSearchParams(query)}`, { name: 'hello', version: 1, attributes: { 'g:a': '1' } });
  while ((await push({ domain_userid: duid })).status !== 'success') await page.evaluate(() => new Promise(requestAnimationFrame));
  await page.waitForFunction(() => handled.some(({ name }) => name === 'hello'));

  await page.evaluate(() => {
    for (let n = 0; n < 4; n++) view();
  });
  await page.waitForFunction(() => handled.some(({ name }) => name === 'discount'));
  const [discount] = await page.evaluate(() => handled.filter(({ name }) => name === 'discount'));
  assert.deepEqual(discount.target_attribute_key, { name: 'domain_userid', id: duid });
  assert.equal(discount.version, 1);
  assert.deepEqual(discount.attributes, {});

  const { domain_userid, count_product_views } = await ask('POST', 'get-online-attributes', { attribute_keys: { domain_userid: [duid] }, service: 'ecom_attributes' });
  assert.deepEqual([domain_userid, count_product_views], [[duid], [4]]);
  assert.deepEqual(errors, []);
  await page.close();
});
