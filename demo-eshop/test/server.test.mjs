// The shop's server: pages, headers, the collector, a busy port, and a quick end.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { startShop } from './start_shop.mjs';

const TP2 = '/com.snowplowanalytics.snowplow/tp2';

let shop;
before(async () => {
  shop = await startShop();
});
after(() => shop.stop());

const get = (path, init) => fetch(shop.url + path, init);
const envelope = (data) => JSON.stringify({ schema: 'iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4', data });
const post = (body, headers = {}) => get(TP2, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } });
const readEvents = async () => (await get('/events.json')).json();

/** fetch() tidies paths up before sending them; this does not. */
async function getRaw(path) {
  const { hostname, port } = new URL(shop.url);
  const sent = httpRequest({ hostname, port, path }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response;
}

test('every page of the shop is index.html under a policy that allows WebAssembly but no eval and no inline script', async () => {
  for (const path of ['/', '/category/tea', '/product/tide-mug', '/checkout/review', '/nowhere']) {
    const response = await get(path);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(response.headers.get('cache-control'), 'no-cache');
    const policy = response.headers.get('content-security-policy');
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'(;|$)/);
    assert.doesNotMatch(policy, /'unsafe-(eval|inline)'/);
    assert.doesNotMatch(await response.text(), /<script(?![^>]*\bsrc=)/);
  }
});

test('files with a hash in their name are cached for good, compressed, and have the right type', async () => {
  const page = await (await get('/')).text();
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)[1];
  for (const encoding of ['br', 'gzip', 'identity']) {
    const response = await get(script, { headers: { 'Accept-Encoding': encoding } });
    assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(response.headers.get('content-encoding') ?? 'identity', encoding);
    assert.match(await response.text(), /snowplow_ecommerce_action/);
  }
});

test('an unchanged file is answered with 304', async () => {
  const etag = (await get('/')).headers.get('etag');
  const response = await get('/', { headers: { 'If-None-Match': etag } });
  assert.equal(response.status, 304);
});

test('nothing outside the built shop is served', async () => {
  for (const path of ['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fserver.mjs', '/assets/%00.js', '/%E0%A4%A']) {
    assert.equal((await getRaw(path)).statusCode, 404, path);
  }
  assert.equal((await get('/assets/missing.js')).status, 404);
  assert.equal((await get('/', { method: 'DELETE' })).status, 405);
});

test('the collector keeps what the tracker posts, in order', async () => {
  const response = await post(envelope([{ e: 'pv', eid: 'a' }, { e: 'ue', eid: 'b' }]));
  assert.equal(response.status, 200);
  assert.deepEqual((await readEvents()).slice(-2).map(({ payload }) => payload), [{ e: 'pv', eid: 'a' }, { e: 'ue', eid: 'b' }]);
});

test('of a posted list the collector keeps only objects', async () => {
  assert.equal((await post(envelope([1, null, 'x', ['e'], { e: 'pv', eid: 'only' }]))).status, 200);
  const [before, last] = (await readEvents()).slice(-2);
  assert.equal(last.payload.eid, 'only');
  assert.ok(!Array.isArray(before?.payload));
});

test('the collector takes GET requests too, and answers with a pixel', async () => {
  const response = await get('/i?e=pv&eid=from-get&page=A%20page');
  assert.equal(response.headers.get('content-type'), 'image/gif');
  assert.deepEqual((await readEvents()).at(-1).payload, { e: 'pv', eid: 'from-get', page: 'A page' });
});

test('the collector keeps the last 500 events', async () => {
  const many = Array.from({ length: 600 }, (_, n) => ({ e: 'pv', eid: String(n) }));
  await post(envelope(many));
  const ids = (await readEvents()).map(({ payload }) => payload.eid);
  assert.equal(ids.length, 500);
  assert.deepEqual([ids[0], ids.at(-1)], ['100', '599']);
});

test('the collector refuses what is no payload, and bodies larger than a tracker sends', async () => {
  for (const body of ['', '{', 'null', '[]', '{"schema":"iglu:other/x/jsonschema/1-0-0","data":[]}', JSON.stringify({ data: [] })]) {
    assert.equal((await post(body)).status, 400, body);
  }
  const status = await post(envelope([{ text: 'x'.repeat(600 * 1024) }])).then((response) => response.status, () => 'closed');
  assert.ok(status === 413 || status === 'closed', String(status));
  assert.equal((await get(TP2)).status, 405);
});

test('a page elsewhere may send events, cookies included', async () => {
  const origin = 'https://shop.example';
  const preflight = await get(TP2, { method: 'OPTIONS', headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' } });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get('access-control-allow-headers'), /Content-Type/);
  const response = await post(envelope([]), { Origin: origin });
  for (const { headers } of [preflight, response]) {
    assert.equal(headers.get('access-control-allow-origin'), origin);
    assert.equal(headers.get('access-control-allow-credentials'), 'true');
  }
});

test('a busy port: says so and takes the next one', async () => {
  // Whoever else uses this machine may take the next port, so only the order of what is said is certain.
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const busy = holder.address().port;
  const second = await startShop({ PORT: String(busy) });
  try {
    assert.ok(second.output().startsWith(`Port ${busy} is busy, trying ${busy + 1}.\n`), second.output());
    assert.ok(Number(new URL(second.url).port) > busy);
    assert.equal((await fetch(second.url)).status, 200);
  } finally {
    await second.stop();
    holder.close();
  }
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`${signal} ends it, open connections or not`, async () => {
    const other = await startShop();
    await (await fetch(other.url)).text();
    assert.equal(await other.stop(signal), 0);
  });
}
