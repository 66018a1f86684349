// What strangers, and devices gone wrong, may send to sync: only 4xx, no crash, nothing of the inside in an answer.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
import { assertPlain, damaged } from './hostile.mjs';
import { askSync, Device, KEY, publishUsers, SECRET, tokenOf, useSyncServers, withSyncStream } from './sync_support.mjs';

const withServer = useSyncServers();
const RUNS = Number(process.env.ONCUE_RUNS ?? 40);
const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const options = { sync: { secrets: [SECRET], requestsPerSecond: 0 } };
const UUID = '01234567-89ab-4def-8123-456789abcdef';

describe('bodies', () => {
  test('damaged ones: no 5xx, and the good one is still taken', (t) =>
    withServer(options, async (client) => {
      t.diagnostic(`ONCUE_SEED=${seed}`);
      await publishUsers(client);
      const device = new Device(client, 'ann');
      for (let i = 0; i < 4; i++) device.view(`https://shop.example/${i}`);
      const upload = device.pending();
      const claim = { key: KEY, id: 'ann', epoch: 0, name: 'x', version: 1, intervention_id: UUID, final: false };
      const bodies = [['upload', upload], ['claim', claim]];
      const other = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(-1, 0, 1, 2 ** 53, 1e300, 'f'.repeat(16), '0'.repeat(16), upload.facts[0], upload.facts[0].slice(1)));
      await fc.assert(
        fc.asyncProperty(fc.nat(1), fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }), other, async (which, path, value) => {
          const [route, body] = bodies[which];
          const sent = damaged(body, path, value);
          // Of another id: so that a damaged upload that is still a good one does not get in the way.
          const answer = await askSync(client, 'eve', 'POST', route, JSON.stringify({ ...sent, id: sent.id === 'ann' ? 'eve' : sent.id }));
          assertPlain(answer, `${route} ${JSON.stringify(sent)}`);
        }),
        { seed, numRuns: RUNS * 10 },
      );
      assert.equal((await device.upload()).status, 200);
      assert.equal(await client.value('u_v1:views', KEY, 'ann'), 4);
    }));

  test('damaged facts: no 5xx', (t) =>
    withServer(options, async (client) => {
      t.diagnostic(`ONCUE_SEED=${seed}`);
      await publishUsers(client);
      const device = new Device(client, 'ann');
      device.view();
      const body = device.pending();
      const bytes = Buffer.from(body.facts[0], 'base64url');
      const change = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length), change, fc.uint8Array({ maxLength: 12 }), fc.nat(2 ** 31), async (length, changes, more, replica) => {
          const copy = Buffer.from(bytes);
          for (const [at, byte] of changes) copy[at] = byte;
          const fact = Buffer.concat([copy.subarray(0, length || undefined), more]).toString('base64url');
          const answer = await device.ask('POST', 'upload', { ...body, replica: replica.toString(16).padStart(16, '0'), facts: [fact || 'AA'] });
          assertPlain(answer, fact);
        }),
        { seed, numRuns: RUNS * 10 },
      );
      assertPlain(await device.ask('GET', 'state'), 'state');
      assertPlain(await client.api('POST', 'get-online-attributes', { attribute_keys: { [KEY]: ['ann'] }, attributes: ['u_v1:views', 'u_v1:pages'] }), 'values');
    }));

  test('bytes that are no JSON, no UTF-8, deeply nested or empty: 400', () =>
    withServer(options, async (client) => {
      const nested = '['.repeat(100_000) + ']'.repeat(100_000);
      for (const body of [new Uint8Array([0xff, 0xfe]), '{', 'null', '""', '[]', nested, `{"facts":${nested}}`, '{"__proto__":{"protocol":1}}', '']) {
        for (const route of ['upload', 'claim', 'forget']) {
          const answer = await askSync(client, 'ann', 'POST', route, body);
          assertPlain(answer, `${route} ${String(body).slice(0, 20)}`);
          if (route !== 'forget' || !String(body).startsWith('{"')) assert.equal(answer.status, 400, `${route} ${String(body).slice(0, 20)}`);
        }
      }
    }));
});

test('a page may call from where it is allowed, with its token in a header', () =>
  withServer({ ...options, origins: ['https://shop.example'] }, async (client) => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization,last-event-id' };
    const preflight = await client.ask('OPTIONS', '/sync/v1/stream', undefined, headers);
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://shop.example');
    assert.match(preflight.headers.get('access-control-allow-headers'), /authorization.*last-event-id/i);
    for (const [origin, allowed] of [['https://shop.example', 'https://shop.example'], ['https://evil.example', null]]) {
      assert.equal((await askSync(client, 'ann', 'GET', 'state', undefined, { origin })).headers.get('access-control-allow-origin'), allowed);
    }
    const refused = await client.ask('GET', '/sync/v1/state', undefined, { origin: 'https://shop.example', authorization: '' });
    assert.equal(refused.headers.get('access-control-expose-headers'), 'Retry-After');
    assert.deepEqual([refused.status, refused.headers.get('access-control-allow-origin')], [401, 'https://shop.example'], 'the page can read why');
  }));

test('no token, secret, id or fact is in the logs', async () => {
  let lines = '';
  const logger = pino({ level: 'trace' }, new Writable({ write: (chunk, _encoding, done) => ((lines += chunk), done()) }));
  let token = '';
  let fact = '';
  await withServer({ ...options, logger }, async (client) => {
    await publishUsers(client);
    const device = new Device(client, 'ann-of-green-gables');
    device.view();
    [fact] = device.pending().facts;
    token = await tokenOf(device.id);
    await device.upload();
    await withSyncStream(client, device.id, {}, (stream) => stream.next('hello'));
    await device.ask('POST', 'upload', { facts: [fact] });
    await client.ask('GET', '/sync/v1/state', undefined, { authorization: `Bearer ${token}x` });
  });
  for (const secret of [token, token.split('.')[2], SECRET, 'green-gables', fact]) assert.equal(lines.includes(secret), false, secret);
});
