// What strangers may send: only 4xx, no crash, nothing of the inside in an answer. Bodies and addresses: hostile_routes.test.mjs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { raw } from './hostile.mjs';
import { serve } from './serve.mjs';
import { Client, counterGroup, envelope, intervention, pageView, TP2, useFolder, useServers, withStream } from './support.mjs';

const withServer = useServers();
const folder = useFolder();

describe('HTTP itself', () => {
  /** What a proxy in front could take for part of the request before it. */
  const HIDDEN = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n';
  const SMUGGLED = {
    'length and chunked at once': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    'two lengths': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\n1234`,
    'a bare line feed in a header': `GET /healthz HTTP/1.1\r\nhost: x\nx: y\r\n\r\n`,
    'a coding that ends in something else': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${HIDDEN}`,
    'a coding that is nearly one': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
    'a space before the colon': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ntransfer-encoding : chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n${HIDDEN}`,
    'a header that goes on in the next line': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ntransfer-encoding:\r\n chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${HIDDEN}`,
    'a length with a sign': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ncontent-length: +4\r\n\r\n1234${HIDDEN}`,
    'a length that is a list': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ncontent-length: 4, 4\r\n\r\n1234${HIDDEN}`,
    'a chunk whose length is no number': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n4x\r\n1234\r\n0\r\n\r\n${HIDDEN}`,
    'two hosts': `GET /healthz HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n`,
    'no host': `GET /healthz HTTP/1.1\r\n\r\n`,
    'no HTTP': `hello\r\n\r\n`,
    'headers that are too large': `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
  };
  for (const [what, text] of Object.entries(SMUGGLED)) {
    test(`${what}: refused and closed, and what follows is no request`, () =>
      withServer(async (_client, { port }) => {
        const answers = (await raw(port, text)).match(/HTTP\/1\.1 \d+/g) ?? [];
        assert.ok(answers.length <= 1 && answers.every((answer) => / 4\d\d$/.test(answer)), answers.join());
      }));
  }

  test('more connections than allowed are not taken', () =>
    withServer({ maxConnections: 3 }, async (_client, { port }) => {
      const sockets = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}));
      const closed = new Set();
      await new Promise((done) => sockets.forEach((socket) => socket.on('close', () => closed.add(socket) && closed.size >= 5 && done())));
      assert.equal(closed.size, 5);
      sockets.forEach((socket) => socket.destroy());
    }));

  test('slow headers and slow bodies are cut off, while others go on and streams stay', () =>
    withServer({ headersTimeoutMs: 2000, requestTimeoutMs: 3000 }, async (client, { port }) => {
      const duid = randomUUID();
      await client.publish({ attribute_groups: [counterGroup()] });
      await withStream(client, { domain_userid: duid }, async (stream) => {
        const slow = [
          `POST ${TP2} HTTP/1.1\r\nhost: x\r\nx-slow: `,
          `POST ${TP2} HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n`,
          `POST ${TP2} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`,
          '',
        ];
        const sockets = slow.flatMap((start) => Array.from({ length: 20 }, () => connect(port, '127.0.0.1', function () { this.write(start); })));
        let open = sockets.length;
        let answers = '';
        for (const socket of sockets) socket.on('error', () => {}).on('data', (text) => (answers += text)).on('close', () => open--);
        // A sign of life now and then, which is what keeps a careless server waiting. A chunk's length has at most 16 digits.
        const timer = setInterval(() => sockets.forEach((socket, i) => i < 60 && socket.write(i < 40 ? 'a' : '1\r\na\r\n')), 100);
        let sent = 0;
        while (open > 0) {
          assert.equal((await client.track(pageView({ duid }))).status, 200);
          sent++;
        }
        clearInterval(timer);
        assert.ok(!answers.includes('HTTP/1.1 200'));
        assert.equal(await client.value('g_v1:views', 'domain_userid', duid), sent);
        await client.api('POST', `interventions?domain_userid=${duid}`, { name: 'still_here', version: 1 });
        await stream.until(({ messages }) => messages.length > 0);
      });
    }));

  test('an address that asks too often is told 429, and later served again', () =>
    withServer({ requestsPerSecond: 5 }, async (client) => {
      const answers = await Promise.all(Array.from({ length: 40 }, () => client.ask('GET', '/i')));
      const statuses = new Set(answers.map(({ status }) => status));
      assert.deepEqual([...statuses].sort(), [200, 429]);
      assert.equal(answers.find(({ status }) => status === 429).headers.get('retry-after'), '1');
      while ((await client.ask('GET', '/i')).status !== 200);
    }));

  const askFrom = (client, forwarded) => client.ask('GET', '/i', undefined, { 'x-forwarded-for': forwarded });
  const statusesOf = async (asked) => (await Promise.all(asked)).map(({ status }) => status);

  test('who asks too often gets no further by naming other addresses', () =>
    withServer({ requestsPerSecond: 5 }, async (client) => {
      const statuses = await statusesOf(Array.from({ length: 40 }, (_none, i) => askFrom(client, `192.0.2.${i}`)));
      assert.ok(statuses.includes(429));
    }));

  test('behind a proxy that is trusted, each address behind it has its own limit', () =>
    withServer({ requestsPerSecond: 5, trustProxies: ['127.0.0.1'] }, async (client) => {
      const others = await statusesOf(Array.from({ length: 40 }, (_none, i) => askFrom(client, `192.0.2.${i}`)));
      assert.deepEqual([...new Set(others)], [200]);
      // What the proxy was told comes before what it has seen.
      const one = await statusesOf(Array.from({ length: 40 }, (_none, i) => askFrom(client, `192.0.2.${i}, 198.51.100.7`)));
      assert.ok(one.includes(429));
    }));

  test('proxies that are no addresses are refused at the start', () =>
    assert.rejects(withServer({ trustProxies: ['10.0.0.0/33'] }, async () => {}), /"10\.0\.0\.0\/33" is no address/));
});

describe('origins', () => {
  test('with a list, streams, the registry, definitions and ingest name only its pages, in preflights too; with none, all', async () => {
    const [shop, other] = ['https://shop.example', 'https://other.example'];
    const paths = ['/definitions.json', '/i', '/api/v1/registry/services/', '/api/v1/engines/interventions', `/api/v1/interventions?domain_userid=${randomUUID()}`, '/sync/v1/time', '/metrics'];
    const named = async (client, method, path, origin) => {
      const control = new AbortController();
      const asked = method === 'OPTIONS' ? { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } : {};
      const { headers } = await fetch(client.url + path, { method, signal: control.signal, headers: { origin, authorization: 'Bearer secret', ...asked } });
      control.abort();
      return headers.get('access-control-allow-origin');
    };
    const sync = { secrets: ['a secret of thirty-two bytes, or more'] };
    await withServer({ tokens: ['secret'], origins: [shop], sync }, async (client) => {
      for (const path of paths) {
        for (const method of ['GET', 'OPTIONS']) {
          assert.equal(await named(client, method, path, shop), shop, `${method} ${path}`);
          for (const stranger of [other, 'null', `${shop}.evil.example`, 'http://shop.example', 'https://shop.example:8443']) assert.equal(await named(client, method, path, stranger), null, `${method} ${path} of ${stranger}`);
        }
      }
    });
    await withServer({ tokens: ['secret'], sync }, async (client) => {
      for (const path of paths) assert.ok(['*', other].includes(await named(client, 'GET', path, other)), path);
    });
  });
});

test('300 MB of bodies that are refused leave nothing behind: a server with 64 MiB of heap goes on', async () => {
  const server = await serve(['--data', `${folder}/heap.db`, '--log', 'silent'], { NODE_OPTIONS: '--max-old-space-size=64' });
  const client = new Client(server.url);
  const nested = JSON.stringify({ name: 'x', list: Array.from({ length: 60_000 }, (_none, i) => ({ n: i })) });
  const bodies = [nested, `${nested}}`, JSON.stringify(envelope([{ e: 'pv', x: nested }])).replace('payload_data', 'other'), 'x'.repeat(1_000_000), `"${'\\u00e9'.repeat(150_000)}"`];
  const routes = ['/api/v1/registry/attribute_groups/', '/api/v1/get-online-attributes', '/api/v1/testing/interventions/', '/api/v1/engines/publish', TP2, `/api/v1/interventions?domain_userid=${randomUUID()}`];
  let turn = 0;
  let sent = 0;
  const sender = async () => {
    while (sent < 300_000_000) {
      // Six routes and five bodies: in thirty turns each body at each route.
      const [route, body] = [routes[turn % routes.length], bodies[turn++ % bodies.length]];
      sent += body.length;
      const { status } = await client.ask('POST', route, body);
      assert.ok(status === 200 || (status >= 400 && status < 500), `${route} ${status}`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, sender));
  assert.equal((await client.ask('GET', '/healthz')).status, 200);
  assert.equal(await server.end(), 0);
});

describe('operations', () => {
  test('without tokens, pages of other sites are refused, with a preflight or without one; others may ask', () =>
    withServer({ origins: ['https://shop.example'] }, async (client, { url }) => {
      const ask = async (origin, method = 'GET', path = 'registry/interventions/') => (await client.api(method, path, undefined, origin && { origin })).status;
      for (const origin of ['https://evil.example', 'http://10.0.0.7:8080', 'null', 'https://shop.example.evil.example', 'http://localhost.evil.example']) {
        assert.equal(await ask(origin), 403, origin);
        assert.equal(await ask(origin, 'DELETE', 'domain_userid/ann'), 403, origin);
      }
      for (const origin of [undefined, 'https://shop.example', url, 'http://localhost:5173', 'chrome-extension://abc']) assert.equal(await ask(origin), 200, origin);
      const open = await client.ask('GET', '/definitions.json', undefined, { origin: 'https://evil.example' });
      assert.equal(open.status, 200);
    }));

  test('/metrics: events, evaluation, fires by intervention, streams, queue, storage; behind a token', () =>
    withServer(async (client) => {
      const duid = randomUUID();
      await client.publish({ attribute_groups: [counterGroup()], interventions: [intervention()] });
      await withStream(client, { domain_userid: duid }, async (stream) => {
        const event = pageView({ duid });
        await client.track(event, event, pageView({ duid }));
        await stream.until(({ messages }) => messages.length > 0);
        const { status, body } = await client.ask('GET', '/metrics');
        assert.equal(status, 200);
        const value = (name) => Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (.+)$`, 'm').exec(body)?.[1]);
        assert.equal(value('oncue_events_total{outcome="accepted"}'), 2);
        assert.equal(value('oncue_events_total{outcome="repeated"}'), 1);
        assert.equal(value('oncue_interventions_total{name="x",version="1"}'), 1);
        assert.equal(value('oncue_sse_streams'), 1);
        assert.equal(value('oncue_sse_messages_total'), 1);
        assert.equal(value('oncue_store_waiting_entries'), 0);
        assert.equal(value('oncue_evaluation_seconds_count{kind="event"}'), 2);
        assert.ok(value('oncue_commit_seconds_count') >= 1);
        assert.ok(value('oncue_engine_memory_bytes') > 0);
      });
      assert.equal((await client.ask('GET', '/metrics', undefined, { authorization: '' })).status, 401);
    }));
});
