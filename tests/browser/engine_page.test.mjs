// @oncue/engine in a page and in a module worker of real Chromium, under the policy that the docs ask for.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch } from './plugin_support.mjs';

const dist = (name) => readFileSync(fileURLToPath(new URL(`../../js/engine/dist/${name}`, import.meta.url)));
const definitions = readFileSync(new URL('../fixtures/definitions/ecom.json', import.meta.url));

const HEAD = '<!doctype html><title>OnCue</title>';
const USE = `
  import { createEngine, load } from '/browser.mjs';
  export async function use(options) {
    try {
      await load(options);
    } catch (error) {
      return error.code + ' ' + error.message;
    }
    const engine = createEngine({ definitions: await (await fetch('/definitions.json')).text() });
    const data = { schema: 'iglu:com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2', data: { type: 'product_view' } };
    const json = { schema: 'iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0', data };
    const payload = { e: 'ue', duid: 'u', ue_pr: JSON.stringify(json) };
    const raw = [{ keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json }];
    const fired = [0, 1, 2, 3].flatMap(() => engine.track(payload, { raw }));
    return fired.map(({ name }) => name).join();
  }
`;
const FILES = {
  '/browser.mjs': ['text/javascript', () => dist('browser.mjs')],
  '/oncue.page.wasm': ['application/wasm', () => dist('oncue.page.wasm')],
  '/oncue.plain.wasm': ['application/wasm', () => dist('oncue.plain.wasm')],
  '/untyped.wasm': ['application/octet-stream', () => dist('oncue.page.wasm')],
  '/definitions.json': ['application/json', () => definitions],
  '/use.mjs': ['text/javascript', () => USE],
  '/page.mjs': ['text/javascript', () => `import { use } from '/use.mjs'; window.use = use;`],
  '/worker.mjs': ['text/javascript', () => `import { use } from '/use.mjs'; use().then(postMessage);`],
  '/': ['text/html', () => `${HEAD}<script type="module" src="/page.mjs"></script>`],
};
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

let server;
let browser;
let site;

before(async () => {
  server = createServer(({ url }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const [type, body] = FILES[pathname] ?? ['text/plain', () => ''];
    const policy = searchParams.has('strict') ? "default-src 'self'" : POLICY;
    response.writeHead(FILES[pathname] ? 200 : 404, { 'content-type': type, 'content-security-policy': policy }).end(body());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  site = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server.close();
});

async function open(path) {
  const page = await browser.newPage();
  const violations = [];
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) violations.push(message.text());
  });
  await page.goto(site + path);
  await page.waitForFunction(() => window.use);
  return { page, violations };
}

test("a page under script-src 'self' 'wasm-unsafe-eval': loads beside the script, fires, violates nothing", async () => {
  const { page, violations } = await open('/');
  assert.equal(await page.evaluate(() => window.use()), 'discount');
  assert.deepEqual(violations, []);
});

test('a module worker under the same policy', async () => {
  const { page, violations } = await open('/');
  const result = page.evaluate(
    () => new Promise((done) => (new Worker('/worker.mjs', { type: 'module' }).onmessage = ({ data }) => done(data))),
  );
  assert.equal(await result, 'discount');
  assert.deepEqual(violations, []);
});

test('a server that does not know the type application/wasm', async () => {
  const { page } = await open('/');
  assert.equal(await page.evaluate(() => window.use({ wasm: '/untyped.wasm' })), 'discount');
});

test('a failed load names the address, and the next load works', async () => {
  const { page } = await open('/');
  const failure = await page.evaluate(() => window.use({ wasm: '/missing.wasm' }));
  assert.match(failure, /^wasm_unavailable .*\/missing\.wasm: .* answered 404/);
  assert.equal(await page.evaluate(() => window.use()), 'discount');
});

test("a policy without 'wasm-unsafe-eval': the error says what to add", async () => {
  const { page } = await open('/?strict');
  assert.match(await page.evaluate(() => window.use()), /^wasm_unavailable .*'wasm-unsafe-eval'/);
});
