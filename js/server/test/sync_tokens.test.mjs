// Who may sync: tokens, and what is refused without touching anything.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { mintSyncToken, startServer } from '@oncue/server';
import { SECRET, useSyncServers } from './sync_support.mjs';
import { useFolder } from './support.mjs';

const folder = useFolder();
const withServer = useSyncServers();
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** What any JWT library does. */
function sign(claims, { secret = SECRET, header = { alg: 'HS256', typ: 'JWT' } } = {}) {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
const soon = () => Math.floor(Date.now() / 1000) + 60;
const ann = () => ({ key: 'user_id', id: 'ann', exp: soon() });

describe('tokens', () => {
  test('one that any JWT library would sign opens its id, and the one of mintSyncToken does', () =>
    withServer(async (client) => {
      for (const token of [sign(ann()), await mintSyncToken({ secret: SECRET, key: 'user_id', id: 'ann' })]) {
        const { status, body } = await client.ask('GET', '/sync/v1/state', undefined, { authorization: `Bearer ${token}` });
        assert.equal(status, 200, JSON.stringify(body));
        assert.equal(body.cursor, 0);
      }
    }));

  const REFUSED = {
    'no token': undefined,
    'an empty one': '',
    'no JWT': 'abc',
    'three parts of nothing': '..',
    'of another secret': sign(ann(), { secret: 'x'.repeat(32) }),
    'unsigned': `${part({ alg: 'none' })}.${part(ann())}.`,
    'unsigned, though it says HS256': `${part({ alg: 'HS256' })}.${part(ann())}.`,
    'of another algorithm': sign(ann(), { header: { alg: 'HS512' } }),
    'with claims that were changed': sign(ann()).replace(/\.[^.]+\./, `.${part({ ...ann(), id: 'bob' })}.`),
    'expired': sign({ ...ann(), exp: soon() - 120 }),
    'without an end': sign({ key: 'user_id', id: 'ann' }),
    'of a year': sign({ ...ann(), exp: soon() + 31_536_000 }),
    'not yet valid': sign({ ...ann(), nbf: soon() + 600 }),
    'without an id': sign({ key: 'user_id', exp: soon() }),
    'with an empty id': sign({ ...ann(), id: '' }),
    'with an id that could not be erased': sign({ ...ann(), id: 'x'.repeat(129) }),
    'with an id that is no text': sign({ ...ann(), id: 7 }),
    'with an origin that is no text': sign({ ...ann(), origin: ['https://shop.example'] }),
  };
  for (const [what, token] of Object.entries(REFUSED)) {
    test(`${what}: 401 on every route`, () =>
      withServer(async (client) => {
        const headers = { authorization: token === undefined ? '' : `Bearer ${token}` };
        for (const [method, route] of [['POST', 'upload'], ['GET', 'state'], ['GET', 'stream'], ['POST', 'claim'], ['POST', 'forget']]) {
          const { status, body } = await client.ask(method, `/sync/v1/${route}`, method === 'POST' ? { key: 'user_id', id: 'ann' } : undefined, headers);
          assert.equal(status, 401, route);
          assert.equal(body.code, 'token');
          if (token) assert.ok(!JSON.stringify(body).includes(token));
        }
      }));
  }

  test('a good token is for its own id, key and origin only', () =>
    withServer(async (client) => {
      const ask = async (claims, asked, headers) => (await client.ask('GET', `/sync/v1/state?${new URLSearchParams(asked)}`, undefined, { authorization: `Bearer ${sign(claims)}`, ...headers })).status;
      assert.equal(await ask(ann(), { key: 'user_id', id: 'ann' }), 200);
      assert.equal(await ask(ann(), { id: 'bob' }), 403);
      assert.equal(await ask(ann(), { key: 'other_id' }), 403);
      assert.equal(await ask({ ...ann(), key: 'domain_userid' }, {}), 403);
      const origin = 'https://shop.example';
      assert.equal(await ask({ ...ann(), origin }, {}, { origin }), 200);
      assert.equal(await ask({ ...ann(), origin }, {}, { origin: 'https://evil.example' }), 403);
      assert.equal(await ask({ ...ann(), origin }, {}, {}), 200);
      for (const route of ['upload', 'claim', 'forget']) {
        assert.equal((await client.ask('POST', `/sync/v1/${route}`, { key: 'user_id', id: 'bob' }, { authorization: `Bearer ${sign(ann())}` })).status, 403, route);
      }
    }));

  test('a second secret is good as well, so that they can be changed one by one', () =>
    withServer({ sync: { secrets: ['n'.repeat(32), SECRET] } }, async (client) => {
      for (const secret of ['n'.repeat(32), SECRET]) {
        assert.equal((await client.ask('GET', '/sync/v1/state', undefined, { authorization: `Bearer ${sign(ann(), { secret })}` })).status, 200);
      }
    }));

  test('the API token is no sync token, and the other way round', () =>
    withServer({ tokens: ['api'] }, async (client) => {
      assert.equal((await client.ask('GET', '/sync/v1/state', undefined, { authorization: 'Bearer api' })).status, 401);
      assert.equal((await client.api('GET', 'registry/attribute_groups/', undefined, { authorization: `Bearer ${sign(ann())}` })).status, 401);
    }));

  test('minting refuses what would not be safe', async () => {
    const good = { secret: SECRET, key: 'user_id', id: 'ann' };
    await assert.rejects(mintSyncToken({ ...good, secret: 'short' }), /32 bytes/);
    await assert.rejects(mintSyncToken({ ...good, ttlSeconds: 86_401 }), /ttlSeconds/);
    await assert.rejects(mintSyncToken({ ...good, ttlSeconds: 0 }), /ttlSeconds/);
    await assert.rejects(mintSyncToken({ ...good, id: '' }), /1 to 128/);
    await assert.rejects(mintSyncToken({ ...good, id: undefined }), /1 to 128/);
  });
});

describe('starting', () => {
  test('a secret that is too short is refused', async () => {
    await assert.rejects(startServer({ data: `${folder}/a.db`, port: 0, sync: { secrets: ['short'] } }), /at least 32 bytes, not 5/);
  });

  for (const key of ['domain_userid', 'domain_sessionid']) {
    test(`${key} is refused as a synced key`, async () => {
      await assert.rejects(startServer({ data: `${folder}/a.db`, port: 0, sync: { secrets: [SECRET], keys: ['user_id', key] } }), /never leaves/);
    });
  }

  test('without a secret there is no sync', () =>
    withServer({ sync: undefined }, async (client) => {
      assert.equal((await client.ask('GET', '/sync/v1/time')).status, 404);
    }));
});

test('the time needs no token', () =>
  withServer(async (client) => {
    const before = Date.now();
    const { now } = (await client.ask('GET', '/sync/v1/time', undefined, { authorization: '' })).body;
    assert.ok(now >= before && now <= Date.now());
  }));
