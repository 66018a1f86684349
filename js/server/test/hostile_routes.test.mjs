// Bodies and addresses of all kinds at every route there is: only 4xx, no crash, nothing of the inside in an answer.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { assertPlain, damaged, routesOf } from './hostile.mjs';
import { metric, MISSING, startRedis, withServers } from './own_redis.mjs';
import { counterGroup, envelope, GROUP, intervention, pageView, TP2, useFolder } from './support.mjs';
import { KEY, SECRET, tokenOf, useSyncServers } from './sync_support.mjs';

const withSyncServer = useSyncServers();
const options = { sync: { secrets: [SECRET], requestsPerSecond: 0 } };
const folder = useFolder();
const redis = MISSING ? undefined : await startRedis(folder);
after(() => redis?.stop());
/** A server on each store, for one test. */
const STORES = {
  'a file': { withServer: (body, more = {}) => withSyncServer({ ...options, ...more }, body), skip: false },
  Redis: { withServer: (body, more = {}) => withServers(redis, 1, ([client]) => body(client), { partitions: 4, ...options, ...more }), skip: MISSING ?? false },
};
/** For each route. */
const RUNS = Number(process.env.ONCUE_RUNS ?? 15);
const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));

const HEX = '0123456789abcdef';
const ID = { key: KEY, id: 'ann' };
const WRITES = '/api/v1/registry';
/** A good body for every route that takes one, under the name that the router has for it. */
const BODIES = {
  [`POST ${WRITES}/attribute_keys`]: { name: 'k', property: { type: 'atomic', name: 'app_id' } },
  [`PUT ${WRITES}/attribute_keys/{name}`]: { name: 'k' },
  [`POST ${WRITES}/attribute_groups`]: GROUP,
  [`PUT ${WRITES}/attribute_groups/{name}/versions/{version}`]: counterGroup(),
  [`PUT ${WRITES}/attribute_groups/{name}/versions/{version}/batch_source`]: { name: 's', database: 'd', schema: 's', table: 't', timestamp_field: 'at', owner: 'a@b.co' },
  [`POST ${WRITES}/services`]: { name: 's', attribute_groups: [{ name: 'g', version: 1 }], owner: 'a@b.co' },
  [`PUT ${WRITES}/services/{name}`]: { name: 's', attribute_groups: [{ name: 'g' }] },
  [`POST ${WRITES}/interventions`]: intervention(),
  [`PUT ${WRITES}/interventions/{name}/versions/{version}`]: intervention(),
  'PUT /api/v1/delivery/{name}/{version}': {},
  'POST /api/v1/engines/publish': { attribute_groups: [{ name: 'g', version: 1 }] },
  'POST /api/v1/engines/unpublish': { interventions: [{ name: 'x', version: 1 }] },
  'POST /api/v1/get-online-attributes': { attribute_keys: { domain_userid: ['ann'] }, attributes: ['g_v1:views'] },
  'POST /api/v1/testing/attribute_groups': { attribute_group: GROUP, window: 'PT1H' },
  'POST /api/v1/testing/interventions': { intervention: intervention(), window: 'PT1H' },
  'POST /api/v1/interventions': { name: 'n', version: 1 },
  [`POST ${TP2}`]: envelope([pageView({ duid: 'ann' })]),
  'POST /enriched': { event_id: randomUUID(), event_name: 'page_view' },
  'POST /sync/v1/upload': { ...ID, protocol: 1, epoch: 0, definitions: HEX, replica: HEX, base: 0, chain: '0'.repeat(16), facts: ['AAAA'] },
  'POST /sync/v1/claim': { ...ID, epoch: 0, name: 'x', version: 1, intervention_id: randomUUID(), replica: HEX, final: false },
  'POST /sync/v1/forget': ID,
};
/** Where nothing at all, or an object of whatever kind, is a good body. */
const TAKES_ANYTHING = ['POST /enriched', 'PUT /api/v1/delivery/{name}/{version}', 'POST /api/v1/engines/publish', 'POST /api/v1/engines/unpublish', 'POST /sync/v1/forget'];
const PARAMETERS = { name: 'g', version: '1', key: 'domain_userid', id: 'ann' };

const nameOf = ({ method, path }) => `${method} ${path}`;
function parameter(name) {
  assert.ok(Object.hasOwn(PARAMETERS, name), `there is no good value for {${name}} here`);
  return PARAMETERS[name];
}
const addressOf = (path, fill = parameter) => path.replace(/\{(\w+)\}/g, (_all, name) => fill(name)) + (path === '/api/v1/interventions' ? `?domain_userid=${randomUUID()}` : '');
const syncToken = await tokenOf('ann');
const headersFor = (path) => ({ authorization: `Bearer ${path.startsWith('/sync/') ? syncToken : 'local'}` });

/** As Client.ask(), of any route; a stream is left at once. */
async function ask(client, method, address, body, headers = headersFor(address)) {
  const control = new AbortController();
  const response = await fetch(client.url + address, { method, body, headers, signal: control.signal });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  const answer = { status: response.status, body: isStream ? '' : await response.text() };
  control.abort();
  return answer;
}

const takesBody = ({ method }) => method === 'POST' || method === 'PUT';
const isHealthy = async (client) => assert.equal((await client.ask('GET', '/healthz')).status, 200);

test('there is a good request for every route of the router, and none for one that is not there', () =>
  STORES['a file'].withServer(async (client) => {
    const routes = await routesOf(client);
    assert.ok(routes.length > 50);
    assert.deepEqual(routes.filter(takesBody).map(nameOf).sort(), Object.keys(BODIES).sort(), 'a good body for each');
    const names = new Set(routes.flatMap(({ path }) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)));
    assert.deepEqual([...names].sort(), Object.keys(PARAMETERS).sort(), 'a good value for each parameter');
    for (const { path } of routes) addressOf(path);
  }));

for (const [store, { withServer, skip }] of Object.entries(STORES)) describe(`bodies, on ${store}`, { skip }, () => {
  test('damaged JSON values: no route answers 5xx', (t) =>
    withServer(async (client) => {
      t.diagnostic(`ONCUE_SEED=${seed}`);
      await client.publish({ attribute_groups: [counterGroup()] });
      const damage = fc.tuple(fc.array(fc.nat(20), { maxLength: 6 }), fc.jsonValue({ maxDepth: 3 }));
      for (const [name, body] of Object.entries(BODIES)) {
        const [method, route] = name.split(' ');
        const tryOne = async ([path, other]) => {
          const sent = JSON.stringify(damaged(body, path, other));
          assertPlain(await ask(client, method, addressOf(route), sent), `${name} ${sent}`);
        };
        await fc.assert(fc.asyncProperty(damage, tryOne), { seed, numRuns: RUNS });
      }
      await isHealthy(client);
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
      for (const route of await routesOf(client)) {
        if (route.method === 'GET') continue;
        for (const body of bodies) {
          const what = `${nameOf(route)} ${String(body).slice(0, 20)}`;
          const answer = await ask(client, route.method, addressOf(route.path), body);
          assertPlain(answer, what);
          if (takesBody(route) && !TAKES_ANYTHING.includes(nameOf(route))) assert.ok(answer.status >= 400, `${what} ${answer.status}`);
        }
      }
      assert.equal({}.x, undefined);
      await isHealthy(client);
    }));

  test('a payload nested deep inside an event does not stop the others', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const ue_pr = `{"data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
      assert.equal((await client.track({ e: 'ue', duid: 'ann', ue_pr }, pageView({ duid: 'ann' }))).status, 200);
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), 1);
    }));

  test('a body over the limit is 413 at every route', () =>
    withServer(
      async (client) => {
        for (const route of (await routesOf(client)).filter(takesBody)) {
          const { status, body } = await ask(client, route.method, addressOf(route.path), JSON.stringify({ text: 'x'.repeat(20_000) }));
          assert.equal(status, 413, nameOf(route));
          assert.match(body, /^\{"(error|detail)":"/);
        }
      },
      { bodyLimit: 10_000 },
    ));
});

for (const [store, { withServer, skip }] of Object.entries(STORES)) describe(`addresses, on ${store}`, { skip }, () => {
  const piece = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed()));
  const rough = fc.constantFrom('%', '%zz', '%00', '%ff', '..', '//', '%2e%2e%2f', '?a=1&a=2', '#x', '0', '-1', '1e9', '9'.repeat(400));
  const any = fc.oneof(piece, rough);
  const header = fc.string({ maxLength: 40 }).filter((text) => /^[\x20-\x7e]*$/.test(text));

  test('random parameters, queries, headers and methods: no route answers 5xx', (t) =>
    withServer(async (client) => {
      t.diagnostic(`ONCUE_SEED=${seed}`);
      const routes = await routesOf(client);
      const asked = fc.record({
        method: fc.option(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'), { nil: undefined }),
        parameters: fc.array(any, { minLength: 2, maxLength: 2 }),
        more: fc.array(any, { maxLength: 3 }),
        joint: fc.constantFrom('', '', '/', '?', '?domain_userid=', '?key=', '?id=', '?replica=', '&attribute_key_or_name='),
        lastEventId: header,
      });
      for (const route of routes) {
        const tryOne = async ({ method = route.method, parameters, more, joint, lastEventId }) => {
          const left = [...parameters];
          const address = addressOf(route.path, () => left.pop()) + joint + more.join('/');
          const body = method === 'GET' || method === 'HEAD' ? undefined : JSON.stringify(BODIES[nameOf(route)] ?? {});
          const headers = { ...headersFor(route.path), 'last-event-id': lastEventId, 'if-none-match': lastEventId };
          assertPlain(await ask(client, method, address, body, headers), `${method} ${address}`);
        };
        await fc.assert(fc.asyncProperty(asked, tryOne), { seed, numRuns: RUNS });
      }
      // Streams that were left are let go of.
      while ((await metric(client, 'oncue_sse_streams')) + (await metric(client, 'oncue_sync_streams')) > 0);
      await isHealthy(client);
    }));

  test('without a token, or with one that is none, a route is open or says 401', () =>
    withServer(
      async (client) => {
        const OPEN = ['/', '/i', '/definitions.json', '/healthz', '/health-all', '/openapi.json', '/docs', '/sync/v1/time', TP2];
        for (const route of await routesOf(client)) {
          const isOpen = OPEN.includes(route.path) || route.path.startsWith('/console/') || nameOf(route) === 'GET /api/v1/interventions';
          for (const authorization of ['', 'Bearer ', 'Bearer local', 'Basic bG9jYWw6', `Bearer ${'x'.repeat(5000)}`]) {
            const { status } = await ask(client, route.method, addressOf(route.path), takesBody(route) ? JSON.stringify(BODIES[nameOf(route)]) : undefined, { authorization });
            assert.equal(status, isOpen ? 200 : 401, `${nameOf(route)} with "${authorization.slice(0, 20)}"`);
          }
          const address = addressOf(route.path);
          const inUrl = `${address}${address.includes('?') ? '&' : '?'}token=secret&access_token=secret&authorization=Bearer%20secret`;
          const { status } = await ask(client, route.method, inUrl, takesBody(route) ? JSON.stringify(BODIES[nameOf(route)]) : undefined, { cookie: 'token=secret' });
          assert.equal(status, isOpen ? 200 : 401, `${nameOf(route)} with a token in the address`);
        }
      },
      { tokens: ['secret'] },
    ));
});
