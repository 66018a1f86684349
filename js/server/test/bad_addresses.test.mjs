// server 7: addresses that the router cannot read are answered like all others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertPlain, raw } from './hostile.mjs';
import { metric } from './own_redis.mjs';
import { useServers } from './support.mjs';

const withServer = useServers();
const [SHOP, OTHER] = ['https://shop.example', 'https://other.example'];
const LONG = 'x'.repeat(4_097);
const BROKEN = 'the address is not percent-encoded UTF-8';
const TOO_LONG = 'a part of the address has more than 4096 characters';
/** Method, address, status, and what is said, in the form of the endpoint. */
const BAD = [
  ['GET', '/%zz', 400, { error: BROKEN }],
  ['GET', '/%ff', 400, { error: BROKEN }],
  ['HEAD', '/%zz', 400, ''],
  ['POST', '/com.snowplowanalytics.snowplow/%', 400, { error: BROKEN }],
  ['GET', '/api/v1/registry/services/%zz', 400, { detail: BROKEN }],
  ['PUT', '/api/v1/delivery/%c3%28/1', 400, { detail: BROKEN }],
  ['DELETE', '/api/v1/domain_userid/%zz', 400, { error: BROKEN }],
  ['GET', '/sync/v1/%zz', 400, { error: BROKEN }],
  ['GET', `/api/v1/registry/services/${LONG}`, 414, { detail: TOO_LONG }],
  ['PUT', `/api/v1/registry/attribute_groups/${LONG}/versions/1`, 414, { detail: TOO_LONG }],
  ['DELETE', `/api/v1/domain_userid/${LONG}`, 414, { error: TOO_LONG }],
];

describe('an address that cannot be read', () => {
  for (const [method, path, expected, said] of BAD) {
    test(`${method} ${path.slice(0, 40)}: ${expected} with a plain sentence, which does not repeat it`, () =>
      withServer({ origins: [SHOP] }, async (client) => {
        const answer = await client.ask(method, path, undefined, { origin: SHOP });
        assert.deepEqual([answer.status, answer.body], [expected, said]);
        assertPlain(answer, path);
        assert.match(answer.headers.get('content-type'), /^application\/json; charset=utf-8$/);
        assert.equal(answer.headers.get('access-control-allow-origin'), SHOP, 'a listed page may read why');
        const stranger = await client.ask(method, path, undefined, { origin: OTHER });
        assert.deepEqual([stranger.status, stranger.headers.get('access-control-allow-origin')], [expected, null]);
      }));
  }

  test('it is counted among the answers', () =>
    withServer(async (client) => {
      await client.ask('GET', '/%zz');
      await client.ask('GET', '/%zz');
      await client.ask('GET', `/api/v1/registry/services/${LONG}`);
      assert.equal(await metric(client, 'oncue_http_requests_total{route="none",status="400"}'), 2);
      assert.equal(await metric(client, 'oncue_http_requests_total{route="none",status="414"}'), 1);
    }));

  test('two hosts are refused there, too, and the connection closes', () =>
    withServer(async (_client, { port }) => {
      const answer = await raw(port, 'GET /%zz HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n');
      assert.match(answer, /^HTTP\/1\.1 400 [^]*more than one Host/);
    }));

  test('a connection goes on after it, and a body that came along is read', () =>
    withServer(async (_client, { port }) => {
      const answer = await raw(port, 'POST /%zz HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n1234GET /i HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
      assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 400', 'HTTP/1.1 200']);
    }));

  test('a preflight of one is answered as any other', () =>
    withServer(async (client) => {
      const { status, headers } = await client.ask('OPTIONS', '/%zz', undefined, { origin: SHOP, 'access-control-request-method': 'GET' });
      assert.deepEqual([status, headers.get('access-control-allow-origin')], [204, SHOP]);
    }));
});
