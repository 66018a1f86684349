// `npm start`: the shop with OnCue's server behind it, by real clicks in both of them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { freePort } from '../../scripts/lib/free_port.mjs';
import { launch } from './plugin_support.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DUID = /^[0-9a-f-]{36}$/;

/** `npm start` on ports of its own; with a port used before it goes on with what it knew. */
async function start(serverPort) {
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root, env: { ...env, PORT: String(await freePort()), SERVER_PORT: String(serverPort) }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const url = await new Promise((resolve, reject) => {
    exited.then(() => reject(new Error(output)));
    child.stdout.on('data', () => {
      const [, shop, server] = /The shop is open:\s+(http:\S+)\/\n\s+Its console:\s+(http:\S+)\/\n/.exec(output) ?? [];
      if (server) resolve({ shop, server });
    });
  });
  return {
    ...url,
    async stop() {
      child.kill('SIGINT');
      await exited;
    },
  };
}

let browser;
let demo;
let port;
before(async () => {
  browser = await launch();
  port = await freePort();
  rmSync(new URL(`../../build/demo/${port}.db`, import.meta.url), { force: true });
  demo = await start(port);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  for (const end of ['', '-wal', '-shm']) rmSync(new URL(`../../build/demo/${port}.db${end}`, import.meta.url), { force: true });
});

async function ask(path, body, method = body === undefined ? 'GET' : 'POST') {
  const response = await fetch(`${demo.server}/api/v1/${path}`, { method, headers: { authorization: 'Bearer test' }, body: JSON.stringify(body) });
  return response.json();
}

/** A visitor with a browser profile of their own. `sent` are names of what the shop's tracker told the server. */
async function enter(path = '/') {
  const context = await browser.newContext({ reducedMotion: 'reduce', serviceWorkers: 'block' });
  const page = await context.newPage();
  const received = [];
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => /Service Worker/.test(message.text()) || !/error|warning/.test(message.type()) || complaints.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${demo.shop}/`)) complaints.push(`foreign request: ${request.url()}`);
    for (const { ue_pr, co } of request.url().endsWith('/tp2') ? JSON.parse(request.postData()).data : []) {
      if (!ue_pr?.includes('/intervention_receive/')) continue;
      const { data } = JSON.parse(co).data.find(({ schema }) => schema.includes('/intervention_instance/'));
      received.push(data.name);
    }
  });
  const listening = page.waitForResponse((response) => response.url().includes('/api/v1/interventions?') && response.ok());
  await page.goto(demo.shop + path);
  await page.locator('main h1').waitFor();
  await listening;
  const duid = await page.evaluate(() => document.cookie.match(/_sp_id\.[^=]+=([^.]+)\./)[1]);
  assert.match(duid, DUID);
  const add = async (name) => {
    await page.getByRole('link', { name: 'Kiln & Kettle' }).click();
    await page.getByRole('button', { name: `Add ${name} to cart` }).click();
  };
  const banner = (name) => page.locator(`[data-banner="${name}"]`);
  return { context, page, received, complaints, duid, add, banner };
}

/** A value as the server has it, once it is what it should be. */
async function untilValue(attribute, duid, expected) {
  for (;;) {
    const answer = await ask('get-online-attributes', { attribute_keys: { domain_userid: [duid] }, attributes: [`ecom_attributes_v1:${attribute}`] });
    if (answer[attribute]?.[0] === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('the server has the shop’s definitions from its first start on, and the shop gets them from there', async () => {
  const { body } = await fetch(`${demo.shop}/definitions.json`).then(async (response) => ({ body: await response.json() }));
  assert.deepEqual(body, await (await fetch(`${demo.server}/definitions.json`)).json());
  assert.deepEqual(body.interventions.map(({ name }) => name).sort(), ['across_devices', 'cart_abandonment', 'cart_abandonment_discount', 'discount', 'free_shipping']);
  const { etag } = Object.fromEntries((await fetch(`${demo.shop}/definitions.json`)).headers);
  assert.equal((await fetch(`${demo.shop}/definitions.json`, { headers: { 'if-none-match': etag } })).status, 304);
});

test('page and server both work out the same; each banner comes once', async () => {
  const { context, page, received, complaints, duid, add, banner } = await enter();
  await add('Dawn teapot');
  await banner('cart_abandonment').waitFor();
  await add('Fennel vase');
  await banner('free_shipping').waitFor();
  await untilValue('count_add_to_cart', duid, 2);
  // The server has fired both as well, and has told this page: both came before this, which is shown.
  const fired = await ask('console/fired');
  const own = fired.filter(({ targets }) => targets.some(({ id }) => id === duid)).map(({ name }) => name);
  assert.deepEqual(own.sort(), ['cart_abandonment', 'free_shipping']);
  await ask(`interventions?domain_userid=${duid}`, { name: 'the_end', version: 1 });
  await banner('the_end').waitFor();
  await add('Tide mug');
  await untilValue('count_add_to_cart', duid, 3);
  await page.waitForFunction(() => Object.keys(localStorage).filter((key) => key.startsWith('snowplowOutQueue')).every((key) => JSON.parse(localStorage[key] || '[]').length === 0));
  assert.deepEqual(received.sort(), ['cart_abandonment', 'free_shipping', 'the_end']);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('who signed in is told once too, although the server knows two ids of theirs', async () => {
  const { context, page, received, duid, add, banner } = await enter();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
  await add('Tide mug');
  await banner('cart_abandonment').waitFor();
  await untilValue('count_add_to_cart', duid, 1);
  await ask(`interventions?domain_userid=${duid}`, { name: 'the_end', version: 1 });
  await banner('the_end').waitFor();
  await add('Moon bowl');
  await untilValue('count_add_to_cart', duid, 2);
  assert.equal(received.filter((name) => name === 'cart_abandonment').length, 1);
  await context.close();
});

test('a direct intervention from the console is a banner in the shop; the console knows the visitor', async () => {
  const { context, page, complaints, duid, add, banner } = await enter();
  await add('Tide mug');
  await banner('cart_abandonment').waitFor();
  await untilValue('count_add_to_cart', duid, 1);

  const panel = await context.newPage();
  await panel.goto(`${demo.server}/`);
  await panel.waitForFunction(() => document.getElementById('said').textContent === 'Connected.');
  await panel.waitForFunction((id) => document.getElementById('fired').textContent.includes(id), duid);
  await panel.focus('#push [name=id]');
  await panel.waitForFunction((id) => [...document.getElementById('ids-push').options].some(({ value }) => value === id), duid);
  await panel.fill('#push [name=id]', duid);
  await panel.fill('#push [name=name]', 'free_tea');
  await panel.fill('#push [name=attributes]', '{"text": "A cup is on its way."}');
  await panel.click('#push button');
  await panel.waitForFunction(() => document.getElementById('pushed').textContent === 'Somebody got it.');

  await page.bringToFront();
  await banner('free_tea').getByRole('heading', { name: 'Free tea' }).waitFor();
  assert.match(await banner('free_tea').textContent(), /A cup is on its way\./);
  await page.getByRole('contentinfo').getByRole('button', { name: 'Reset user data' }).click();
  await banner('free_tea').waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the second start goes on with the same data, and publishes nothing again', async () => {
  const { context, duid, add, banner } = await enter();
  await add('Tide mug');
  await banner('cart_abandonment').waitFor();
  await untilValue('count_add_to_cart', duid, 1);
  await context.close();
  await ask('engines/unpublish', { interventions: [{ name: 'discount', version: 1 }] });
  await demo.stop();
  demo = await start(port);
  await untilValue('count_add_to_cart', duid, 1);
  const { interventions } = await (await fetch(`${demo.shop}/definitions.json`)).json();
  assert.ok(!interventions.some(({ name }) => name === 'discount'), 'what somebody unpublished stays so');
});
