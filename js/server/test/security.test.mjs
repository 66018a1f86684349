// What strangers may send: only 4xx, no crash, nothing of the inside in an answer.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
import { counterGroup, envelope, GROUP, intervention, pageView, TP2, useServers, withStream } from './support.mjs';

const withServer = useServers();
const RUNS = Number(process.env.ONCUE_RUNS ?? 25);
const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Every endpoint that takes a body, with a good one. */
const WITH_BODY = [
  ['POST', '/api/v1/registry/attribute_keys/', { name: 'k', property: { type: 'atomic', name: 'app_id' } }],
  ['PUT', '/api/v1/registry/attribute_keys/k', { name: 'k' }],
  ['POST', '/api/v1/registry/attribute_groups/', GROUP],
  ['PUT', '/api/v1/registry/attribute_groups/g/versions/1', counterGroup()],
  ['POST', '/api/v1/registry/services/', { name: 's', attribute_groups: [{ name: 'g', version: 1 }], owner: 'a@b.co' }],
  ['PUT', '/api/v1/registry/services/s', { name: 's', attribute_groups: [{ name: 'g' }] }],
  ['POST', '/api/v1/registry/interventions/', intervention()],
  ['PUT', '/api/v1/registry/interventions/x/versions/1', intervention()],
  ['PUT', '/api/v1/delivery/x/1', {}],
  ['POST', '/api/v1/engines/publish', { attribute_groups: [{ name: 'g', version: 1 }] }],
  ['POST', '/api/v1/engines/unpublish', { interventions: [{ name: 'x', version: 1 }] }],
  ['POST', '/api/v1/get-online-attributes', { attribute_keys: { domain_userid: ['ann'] }, attributes: ['g_v1:views'] }],
  ['POST', '/api/v1/testing/attribute_groups/', { attribute_group: GROUP, window: 'PT1H' }],
  ['POST', '/api/v1/testing/interventions/', { intervention: intervention(), window: 'PT1H' }],
  ['POST', `/api/v1/interventions?domain_userid=${randomUUID()}`, { name: 'n', version: 1 }],
  ['POST', TP2, envelope([pageView({ duid: 'ann' })])],
  ['POST', '/enriched', { event_id: randomUUID(), event_name: 'page_view' }],
];
const WITHOUT_BODY = [
  ['GET', '/api/v1/registry/attribute_groups/'],
  ['GET', '/api/v1/registry/interventions/'],
  ['GET', '/api/v1/interventions'],
  ['DELETE', '/api/v1/domain_userid/'],
  ['GET', '/i'],
  ['GET', '/definitions.json'],
];

function assertPlain({ status, body }, what) {
  const text = JSON.stringify(body);
  assert.ok(status < 500, `${what}: ${status} ${text.slice(0, 200)}`);
  assert.doesNotMatch(text, /node_modules|\bat \w+ \(|\.mjs:|\/src\/|sqlite/i, what);
}

/** A value with one place in it replaced by something else, or removed. */
function damaged(value, path, other) {
  if (path.length === 0 || typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  if (keys.length === 0) return other;
  const key = keys[path[0] % keys.length];
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = damaged(value[key], path.slice(1), other);
  return copy;
}

describe('bodies', () => {
  test('damaged JSON values: no endpoint answers 5xx', (t) =>
    withServer(async (client) => {
      t.diagnostic(`ONCUE_SEED=${seed}`);
      await client.publish({ attribute_groups: [counterGroup()] });
      const damage = fc.tuple(fc.nat(WITH_BODY.length - 1), fc.array(fc.nat(20), { maxLength: 6 }), fc.jsonValue({ maxDepth: 3 }));
      await fc.assert(
        fc.asyncProperty(damage, async ([which, path, other]) => {
          const [method, route, body] = WITH_BODY[which];
          const sent = damaged(body, path, other);
          assertPlain(await client.ask(method, route, JSON.stringify(sent)), `${method} ${route} ${JSON.stringify(sent)}`);
        }),
        { seed, numRuns: RUNS * WITH_BODY.length },
      );
      assert.equal((await client.ask('GET', '/healthz')).status, 200);
    }));

  test('a name that is an object with a toString of its own', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const group = { ...counterGroup(), attribute_key: { name: { toString: false } } };
      const answer = await client.ask('PUT', `/api/v1/registry/attribute_groups/${group.name}/versions/1`, JSON.stringify(group));
      assert.equal(answer.status, 422);
      assertPlain(answer, 'attribute_key');
    }));

  test('bytes that are no JSON, no UTF-8, deeply nested, empty, or of a huge number', () =>
    withServer(async (client) => {
      const nested = '['.repeat(200_000) + ']'.repeat(200_000);
      const bodies = [new Uint8Array([0xff, 0xfe, 0x00]), '{', 'null', '""', '0', '[]', nested, `{"a":${nested}}`, `{"name":1e400,"version":1e400}`, '{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}}}', ''];
      for (const [method, route] of WITH_BODY) {
        for (const body of bodies) {
          const answer = await client.ask(method, route, body);
          assertPlain(answer, `${method} ${route} ${String(body).slice(0, 20)}`);
          const isLines = route === '/enriched' || route === '/api/v1/delivery/x/1';
          if (!isLines && !route.includes('/engines/')) assert.ok(answer.status >= 400, `${method} ${route} ${String(body).slice(0, 20)} ${answer.status}`);
        }
      }
      assert.equal({}.x, undefined);
      assert.equal((await client.ask('GET', '/healthz')).status, 200);
    }));

  test('a payload nested deep inside an event does not stop the others', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const ue_pr = `{"data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
      assert.equal((await client.track({ e: 'ue', duid: 'ann', ue_pr }, pageView({ duid: 'ann' }))).status, 200);
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), 1);
    }));

  test('a body over the limit is 413', () =>
    withServer({ bodyLimit: 10_000 }, async (client) => {
      const { status, body } = await client.ask('POST', TP2, envelope([{ text: 'x'.repeat(20_000) }]));
      assert.equal(status, 413);
      assert.equal(typeof body.error, 'string');
    }));
});

describe('addresses', () => {
  test('random paths and queries: no endpoint answers 5xx', (t) =>
    withServer(async (client) => {
      t.diagnostic(`ONCUE_SEED=${seed}`);
      const piece = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed()));
      const raw = fc.constantFrom('%', '%zz', '%00', '%ff', '..', '//', '%2e%2e%2f', '?a=1&a=2', '#x');
      const asked = fc.tuple(fc.constantFrom(...WITHOUT_BODY), fc.array(fc.oneof(piece, raw), { maxLength: 4 }), fc.constantFrom('', '/', '?', '?domain_userid='));
      await fc.assert(
        fc.asyncProperty(asked, async ([[method, route], pieces, joint]) => {
          const control = new AbortController();
          const response = await fetch(client.url + route + joint + pieces.join('/'), { method, headers: { authorization: 'Bearer local' }, signal: control.signal });
          const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
          const body = isStream ? '' : await response.text();
          if (isStream) control.abort();
          assertPlain({ status: response.status, body }, `${method} ${route}${joint}${pieces.join('/')}`);
        }),
        { seed, numRuns: RUNS * WITHOUT_BODY.length },
      );
    }));
});

/** Sends bytes as they are; resolves to all that came back once the server has closed. */
async function raw(port, text) {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (part) => (answer += part)).on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('HTTP itself', () => {
  const SMUGGLED = {
    'length and chunked at once': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    'two lengths': `POST ${TP2} HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\n1234`,
    'a bare line feed in a header': `GET /healthz HTTP/1.1\r\nhost: x\nx: y\r\n\r\n`,
    'no host': `GET /healthz HTTP/1.1\r\n\r\n`,
    'no HTTP': `hello\r\n\r\n`,
    'headers that are too large': `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
  };
  for (const [what, text] of Object.entries(SMUGGLED)) {
    test(`${what}: refused and closed`, () => withServer(async (_client, { port }) => assert.match(await raw(port, text), /^(HTTP\/1\.1 4\d\d |$)/)));
  }

  test('more connections than allowed are not taken', () =>
    withServer({ maxConnections: 3 }, async (_client, { port }) => {
      const sockets = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}));
      const closed = new Set();
      await new Promise((done) => sockets.forEach((socket) => socket.on('close', () => closed.add(socket) && closed.size >= 5 && done())));
      assert.equal(closed.size, 5);
      sockets.forEach((socket) => socket.destroy());
    }));

  test('an address that asks too often is told 429, and later served again', () =>
    withServer({ requestsPerSecond: 5 }, async (client) => {
      const answers = await Promise.all(Array.from({ length: 40 }, () => client.ask('GET', '/i')));
      const statuses = new Set(answers.map(({ status }) => status));
      assert.deepEqual([...statuses].sort(), [200, 429]);
      assert.equal(answers.find(({ status }) => status === 429).headers.get('retry-after'), '1');
      while ((await client.ask('GET', '/i')).status !== 200);
    }));
});

describe('operations', () => {
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

  test('no token is in the logs, and logs are one JSON object a line', async () => {
    let lines = '';
    const logger = pino({ level: 'trace' }, new Writable({ write: (chunk, _encoding, done) => ((lines += chunk), done()) }));
    await withServer({ logger, tokens: ['topsecret'] }, async (client) => {
      client.token = 'topsecret';
      await client.publish({ attribute_groups: [counterGroup()] });
      await client.api('POST', 'registry/attribute_groups/', '{');
      await client.api('GET', 'registry/attribute_groups/', undefined, { authorization: 'Bearer othersecret' });
    });
    assert.doesNotMatch(lines, /topsecret|othersecret/);
    for (const line of lines.trim().split('\n').filter(Boolean)) JSON.parse(line);
  });
});
