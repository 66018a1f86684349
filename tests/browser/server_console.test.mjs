// The server's console page in Chromium.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '@oncue/server';
import { launch } from './plugin_support.mjs';

const ECOM = JSON.parse(readFileSync(new URL('../fixtures/definitions/ecom.json', import.meta.url), 'utf8'));
const TOKEN = 'a-token';

let browser;
let server;
let folder;
before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-console-'));
  server = await startServer({ data: path.join(folder, 'server.db'), port: 0, tokens: [TOKEN] });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function post(route, body) {
  const response = await fetch(server.url + route, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify(body) });
  assert.ok(response.ok, `${route}: ${response.status}`);
}

test('the console: a token opens it; definitions, values, what fired, a direct intervention, a preview', async () => {
  for (const kind of ['attribute_groups', 'services', 'interventions']) for (const object of ECOM[kind]) await post(`/api/v1/registry/${kind}/`, object);
  const duid = randomUUID();
  const data = { schema: 'iglu:com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2', data: { type: 'add_to_cart' } };
  const event = () => ({ e: 'ue', eid: randomUUID(), duid, ue_pr: JSON.stringify({ schema: 'iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0', data }) });
  const track = () => post('/com.snowplowanalytics.snowplow/tp2', { schema: 'iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4', data: [event()] });
  await track();

  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.goto(`${server.url}/`);
  await page.fill('#door [name=token]', 'wrong');
  await page.click('#door button');
  await page.waitForFunction(() => document.getElementById('said').textContent === 'unauthorized');
  await page.fill('#door [name=token]', TOKEN);
  await page.click('#door button');

  await page.waitForFunction(() => document.getElementById('definitions').textContent.includes('free_shipping'));
  await page.waitForFunction((id) => document.getElementById('fired').textContent.includes(id), duid);
  assert.match(await page.textContent('#fired'), /cart_abandonment v1/);

  const shows = (text) => page.waitForFunction((wanted) => document.getElementById('attributes').textContent.includes(wanted), text);
  await page.fill('#values [name=id]', duid);
  await page.click('#values button');
  await shows('ecom_attributes_v1:count_add_to_cart1');
  await track();
  await shows('ecom_attributes_v1:count_add_to_cart2');

  await page.fill('#push [name=id]', duid);
  await page.fill('#push [name=name]', 'hello');
  await page.click('#push button');
  await page.waitForFunction(() => document.getElementById('pushed').textContent === 'Nobody listens for this id now.');

  await page.fill('#preview [name=criteria]', '{"attribute": "ecom_attributes:count_add_to_cart", "operator": ">=", "value": 2}');
  await page.click('#preview button');
  await page.waitForFunction(() => document.getElementById('previewed').textContent === '1 of 1 ids would match.');
  if (process.env.ONCUE_SCREENSHOT) await page.screenshot({ path: process.env.ONCUE_SCREENSHOT, fullPage: true });
  assert.deepEqual(errors, []);
  await page.close();
});
