// The shop's server: pages, headers, the collector, a busy port, and a quick end.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '@oncue/server';
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

test('without a server behind it the shop has its own definitions, and its stream of interventions stays quiet', async () => {
  const bundle = await (await get('/definitions.json')).json();
  assert.deepEqual(bundle, JSON.parse(readFileSync(new URL('../src/definitions.json', import.meta.url), 'utf8')));
  const control = new AbortController();
  const response = await get('/api/v1/interventions?domain_userid=11111111-1111-4111-8111-111111111111', { signal: control.signal });
  assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/event-stream']);
  control.abort();
});

test('a server behind the shop answers tracker, definitions and streams; when it is gone only what nobody had yet is made up for', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'oncue-shop-'));
  const server = await startServer({ data: join(folder, 'server.db'), port: 0 });
  const fronts = [await startShop({ ONCUE_SERVER: server.url }), await startShop({ ONCUE_SERVER: server.url })];
  t.after(async () => {
    await Promise.all(fronts.map((front) => front.stop()));
    rmSync(folder, { recursive: true, force: true });
  });
  const [front, unused] = fronts.map(({ url }) => (path, init) => fetch(url + path, init));
  const duid = randomUUID();

  const definitions = await front('/definitions.json');
  assert.equal(definitions.headers.get('etag'), (await fetch(`${server.url}/definitions.json`)).headers.get('etag'));
  const stream = await front(`/api/v1/interventions?domain_userid=${duid}`);
  assert.equal(stream.headers.get('content-type'), 'text/event-stream');
  const sent = await front(TP2, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: envelope([{ e: 'pv', p: 'web', eid: randomUUID(), duid }]) });
  assert.deepEqual([sent.status, await sent.text()], [200, 'ok']);
  const authorization = 'Bearer any';
  assert.match(await (await fetch(`${server.url}/metrics`, { headers: { authorization } })).text(), /oncue_events_total\{outcome="accepted"\} 1\n/);
  const push = { method: 'POST', headers: { authorization }, body: JSON.stringify({ name: 'hello', version: 1 }) };
  assert.equal((await front(`/api/v1/interventions?domain_userid=${duid}`, push)).status, 405, 'only what pages need is handed on');
  await fetch(`${server.url}/api/v1/interventions?domain_userid=${duid}`, push);
  let text = '';
  for await (const chunk of stream.body) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.includes('"name":"hello"')) break;
  }

  await server.close();
  assert.equal((await front(TP2, { method: 'POST', body: '{}' })).status, 502);
  assert.equal((await front('/definitions.json')).status, 502, 'pages have newer ones than the shop');
  assert.equal((await unused('/definitions.json')).status, 200);
});
