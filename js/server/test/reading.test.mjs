// server-api 4, 6 and 7: values, previews, erasing, health.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { action, Client, counterGroup, ECOM, GROUP, intervention, pageView, useServers } from './support.mjs';

const withServer = useServers();
const ask = (client, body) => client.api('POST', 'get-online-attributes', body);
const { version: VERSION } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const SERVICE = { name: 's', attribute_groups: [{ name: 'g', version: 1 }], owner: 'a@b.co', is_published: true };

describe('server 4: attribute retrieval', () => {
  test('by service: arrays in the order of the ids, missing is null, the key itself included', () =>
    withServer(async (client) => {
      await client.publish(ECOM);
      await client.track(action('add_to_cart', 'ann', { prices: [10, 5] }), action('add_to_cart', 'ann', { prices: [2.5] }));
      const { status, body } = await ask(client, { attribute_keys: { domain_userid: ['bob', 'ann'] }, full_attribute_names: false, service: 'ecom_attributes' });
      assert.equal(status, 200);
      assert.deepEqual(body, { domain_userid: ['bob', 'ann'], count_product_views: [null, null], count_add_to_cart: [null, 2], total_cart_value: [null, 12.5] });
    }));

  test('by attribute, with bare and with full names', () =>
    withServer(async (client) => {
      await client.publish(ECOM);
      await client.track(action('product_view', 'ann'));
      const request = { attribute_keys: { domain_userid: ['ann'] }, attributes: ['ecom_attributes_v1:count_product_views'] };
      assert.deepEqual((await ask(client, request)).body, { domain_userid: ['ann'], count_product_views: [1] });
      assert.deepEqual((await ask(client, { ...request, full_attribute_names: true })).body, { domain_userid: ['ann'], 'ecom_attributes_v1:count_product_views': [1] });
    }));

  test('a list is an array inside the array, a dict an object inside', () =>
    withServer(async (client) => {
      const property = { type: 'atomic', name: 'page_url' };
      const attributes = [
        { name: 'pages', type: 'string_list', aggregation: 'unique_list', property },
        { name: 'counts', type: 'dict', aggregation: 'category_count', property },
        { name: 'distinct', type: 'int32', aggregation: 'approx_count_distinct', property },
      ];
      await client.publish({ attribute_groups: [counterGroup({ attributes })], services: [SERVICE] });
      await client.track(pageView({ duid: 'ann', url: 'https://a.example/1' }), pageView({ duid: 'ann', url: 'https://a.example/2' }));
      const { body } = await ask(client, { attribute_keys: { domain_userid: ['ann', 'nobody'] }, service: 's' });
      assert.deepEqual(body.pages, [['https://a.example/1', 'https://a.example/2'], null]);
      assert.deepEqual(body.counts, [{ 'https://a.example/1': 1, 'https://a.example/2': 1 }, null]);
      assert.deepEqual(body.distinct, [2, 0]);
    }));

  test('windows and time_since are worked out at the time of reading', () =>
    withServer(async (client) => {
      const attributes = [{ name: 'since', type: 'double', aggregation: 'time_since_last', time_unit: 's', events: [{ name: 'page_view' }] }];
      await client.publish({ attribute_groups: [counterGroup({ attributes })] });
      await client.track(pageView({ duid: 'ann', dtm: '1000', stm: String(61_000) }));
      const first = await client.value('g_v1:since', 'domain_userid', 'ann');
      assert.ok(first >= 60, String(first));
      while ((await client.value('g_v1:since', 'domain_userid', 'ann')) === first);
    }));

  test('exactly one key, 1 to 100 ids', () =>
    withServer(async (client) => {
      await client.publish(ECOM);
      const hundred = Array.from({ length: 100 }, (_, i) => `u${i}`);
      assert.equal((await ask(client, { attribute_keys: { domain_userid: hundred }, service: 'ecom_attributes' })).status, 200);
      for (const attribute_keys of [{}, { domain_userid: [] }, { domain_userid: [...hundred, 'x'] }, { domain_userid: ['a'], user_id: ['b'] }, { domain_userid: [1] }, 'x', undefined]) {
        const { status, body } = await ask(client, { attribute_keys, service: 'ecom_attributes' });
        assert.equal(status, 400, JSON.stringify(attribute_keys));
        assert.equal(typeof body.error, 'string');
      }
    }));

  test('unknown service, group or attribute, and unqualified names are 400 {"error"}', () =>
    withServer(async (client) => {
      await client.publish(ECOM);
      const attribute_keys = { domain_userid: ['ann'] };
      const bad = [{ service: 'none' }, { attributes: ['x'] }, { attributes: ['none_v1:x'] }, { attributes: ['ecom_attributes_v2:count_add_to_cart'] },
        { attributes: ['ecom_attributes_v1:none'] }, { attributes: [] }, {}, { service: 'ecom_attributes', attributes: ['ecom_attributes_v1:count_add_to_cart'] }];
      for (const what of bad) {
        const { status, body } = await ask(client, { attribute_keys, ...what });
        assert.equal(status, 400, JSON.stringify(what));
        assert.equal(typeof body.error, 'string');
      }
      assert.equal((await ask(client, { attribute_keys: { user_id: ['ann'] }, service: 'ecom_attributes' })).status, 400);
    }));

  test('the same bare name in two groups is 400 unless full names are asked for', () =>
    withServer(async (client) => {
      const groups = [counterGroup(), counterGroup({ name: 'h' })];
      const both = { ...SERVICE, attribute_groups: groups.map(({ name }) => ({ name, version: 1 })) };
      await client.publish({ attribute_groups: groups, services: [both] });
      const request = { attribute_keys: { domain_userid: ['ann'] }, service: 's' };
      assert.equal((await ask(client, request)).status, 400);
      assert.deepEqual((await ask(client, { ...request, full_attribute_names: true })).body, { domain_userid: ['ann'], 'g_v1:views': [null], 'h_v1:views': [null] });
    }));

  test('an attribute that is asked for twice is given once; null is the same as absent', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()], services: [SERVICE] });
      await client.track(pageView({ duid: 'ann' }));
      const attribute_keys = { domain_userid: ['ann'] };
      const expected = { domain_userid: ['ann'], views: [1] };
      for (const body of [{ attributes: ['g_v1:views', 'g_v1:views'] }, { attributes: ['g_v1:views'], service: null }, { attributes: null, service: 's' }]) {
        assert.deepEqual((await ask(client, { attribute_keys, ...body })).body, expected, JSON.stringify(body));
      }
      assert.equal((await ask(client, { attribute_keys, attributes: null, service: null })).status, 400);
    }));

  test('a service of several keys gives the groups of the key asked for', () =>
    withServer(async (client) => {
      const groups = [counterGroup(), counterGroup({ name: 'h', attribute_key: { name: 'user_id' }, attributes: [{ name: 'logins', type: 'int32', aggregation: 'counter' }] })];
      await client.publish({ attribute_groups: groups, services: [{ ...SERVICE, attribute_groups: groups.map(({ name }) => ({ name, version: 1 })) }] });
      await client.track(pageView({ duid: 'ann', uid: 'u' }));
      assert.deepEqual((await ask(client, { attribute_keys: { user_id: ['u'] }, service: 's' })).body, { user_id: ['u'], logins: [1] });
    }));
});

describe('server 6: testing', () => {
  test('attribute groups: columns of equal length over the events in the store', () =>
    withServer(async (client) => {
      const { api } = client;
      const test = (more) => api('POST', 'testing/attribute_groups/', { attribute_group: GROUP, ...more });
      assert.deepEqual((await test()).body, { domain_userid: [], count_product_views: [], count_add_to_cart: [], total_cart_value: [] });
      await client.track(action('product_view', 'ann', { aid: 'web' }), action('product_view', 'ann', { aid: 'app' }), action('add_to_cart', 'bob', { aid: 'web', prices: [3] }));
      const sample = (await test({ window: 'PT1H', app_ids: [], attribute_key_ids: [] })).body;
      assert.deepEqual(sample, { domain_userid: ['ann', 'bob'], count_product_views: [2, null], count_add_to_cart: [null, 1], total_cart_value: [null, 3] });
      assert.deepEqual((await test({ app_ids: ['web'], attribute_key_ids: ['ann'] })).body.count_product_views, [1]);
      for (let i = 0; i < 12; i++) await client.track(pageView({ duid: `u${i}` }));
      assert.equal((await test()).body.domain_userid.length, 10);
    }));

  test('attribute groups: too many ids or apps, a bad window and a bad group are 422', () =>
    withServer(async ({ api }) => {
      const bad = [{ attribute_key_ids: Array(51).fill('x') }, { app_ids: Array(11).fill('x') }, { window: 'an hour' }, { attribute_group: { name: 'x' } }, { attribute_group: undefined }];
      for (const more of bad) assert.equal((await api('POST', 'testing/attribute_groups/', { attribute_group: GROUP, ...more })).status, 422, JSON.stringify(more).slice(0, 80));
    }));

  test('attribute groups: a batch source arrives with schema_', () =>
    withServer(async ({ api }) => {
      const batch_source = { name: 'b', timestamp_field: 't', database: 'd', schema_: 's', table: 'x' };
      const { status } = await api('POST', 'testing/attribute_groups/', { attribute_group: counterGroup({ batch_source, offline: true }) });
      assert.equal(status, 200);
    }));

  test('interventions: how many ids were scanned and which match; changed counts as true', () =>
    withServer(async (client) => {
      const { api } = client;
      await client.publish({ attribute_groups: [counterGroup()] });
      await client.track(pageView({ duid: 'ann' }), pageView({ duid: 'ann' }), pageView({ duid: 'bob' }));
      const test = async (more) => (await api('POST', 'testing/interventions/', { intervention: intervention(more), app_ids: [], window: 'PT1H' })).body;
      assert.deepEqual(await test(), { scanned_count: 2, matched_count: 1, matches: { domain_userid: ['ann'] } });
      const changed = { criteria: { all: [{ attribute: 'g:views', operator: 'changed' }, { attribute: 'g:views', operator: '<', value: 2 }] } };
      assert.deepEqual(await test(changed), { scanned_count: 2, matched_count: 1, matches: { domain_userid: ['bob'] } });
    }));

  test('interventions: groups must share one key', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup(), counterGroup({ name: 'h', attribute_key: { name: 'user_id' } })] });
      const criteria = { all: ['g', 'h'].map((group) => ({ attribute: `${group}:views`, operator: '>', value: 0 })) };
      assert.equal((await client.api('POST', 'testing/interventions/', { intervention: intervention({ criteria }) })).status, 422);
    }));
});

describe('server 7: others', () => {
  test('DELETE erases an id: values, latches, stored events', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      await client.track(pageView({ duid: 'ann' }), pageView({ duid: 'anna' }), pageView({ duid: 'x', url: 'https://ann.example/' }));
      const { status, body } = await client.api('DELETE', 'domain_userid/ann');
      assert.equal(status, 200);
      assert.equal(body.keys_found, true);
      assert.equal(typeof body.message, 'string');
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), null);
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'anna'), 1);
      const preview = (await client.api('POST', 'testing/attribute_groups/', { attribute_group: counterGroup() })).body;
      assert.deepEqual(preview.domain_userid, ['anna', 'x']);
      assert.equal((await client.api('DELETE', 'domain_userid/ann')).body.keys_found, false);
      assert.equal((await client.api('DELETE', 'nokey/ann')).body.keys_found, false);
    }));

  test('DELETE: the console names an erased id no more, others who were told the same stay', () =>
    withServer(async (client) => {
      const rule = intervention({ target_attribute_keys: [{ name: 'domain_userid' }, { name: 'user_id' }] });
      await client.publish({ attribute_groups: [counterGroup()], interventions: [rule, intervention({ name: 'own' })] });
      await client.track(...[1, 2].map(() => pageView({ duid: 'ann', uid: 'ann@shop' })), ...[1, 2].map(() => pageView({ duid: 'bob' })));
      const fired = async () => (await client.api('GET', 'console/fired')).body.map(({ name, targets }) => `${name}: ${targets.map(({ id }) => id)}`).sort();
      assert.deepEqual(await fired(), ['own: ann', 'own: bob', 'x: ann,ann@shop', 'x: bob']);
      await client.api('DELETE', 'domain_userid/ann');
      assert.deepEqual(await fired(), ['own: bob', 'x: ann@shop', 'x: bob']);
    }));

  test('DELETE: the key has 1 to 128 characters, the identifier as many as are kept: 1 to 1,024', () =>
    withServer(async ({ api }) => {
      for (const [path, expected] of [['domain_userid/x', 200], [`domain_userid/${'x'.repeat(128)}`, 200], [`domain_userid/${'x'.repeat(1_024)}`, 200], [`${'x'.repeat(128)}/ann`, 200],
        [`domain_userid/${'x'.repeat(1_025)}`, 400], [`${'x'.repeat(129)}/ann`, 400]]) {
        const { status, body } = await api('DELETE', path);
        assert.equal(status, expected, `${path.length} ${JSON.stringify(body)}`);
        if (expected === 400) assert.match(body.error, /1 to (128|1024) characters/);
      }
    }));

  test('DELETE erases the longest ids that are kept, of whatever characters', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      for (const id of ['x'.repeat(129), ...['x', '/', '%', 'ü', '界'].map((one) => one.repeat(1_024)), '😀'.repeat(512)]) {
        await client.track(pageView({ duid: id }));
        assert.equal(await client.value('g_v1:views', 'domain_userid', id), 1);
        const { status, body } = await client.api('DELETE', `domain_userid/${encodeURIComponent(id)}`);
        assert.deepEqual([status, body.keys_found], [200, true], id.slice(0, 2));
        assert.equal(await client.value('g_v1:views', 'domain_userid', id), null);
      }
      const { body } = await client.api('POST', 'testing/attribute_groups/', { attribute_group: counterGroup() });
      assert.deepEqual(body.domain_userid, [], 'their events are erased, too');
    }));

  test('/health-all and /healthz', () =>
    withServer(async (client) => {
      assert.deepEqual((await client.ask('GET', '/health-all')).body, { status: 'ok', dependencies: { storage: 'ok', feature_server: 'ok' } });
      assert.equal((await client.ask('GET', '/healthz')).status, 200);
    }));

  test('HEAD of /healthz and /definitions.json answers as GET does, without a body', () =>
    withServer({ tokens: ['secret'] }, async (client) => {
      for (const path of ['/healthz', '/definitions.json']) {
        const [head, get] = [await client.ask('HEAD', path), await client.ask('GET', path)];
        assert.deepEqual([head.status, head.body], [200, '']);
        for (const name of ['content-type', 'content-length', 'etag', 'cache-control']) assert.equal(head.headers.get(name), get.headers.get(name), `${path}: ${name}`);
      }
      const etag = (await client.ask('HEAD', '/definitions.json')).headers.get('etag');
      assert.equal((await client.ask('HEAD', '/definitions.json', undefined, { 'if-none-match': etag })).status, 304);
    }));

  test('GET /, /docs/ and /openapi.json inform', () =>
    withServer({ tokens: ['secret'] }, async (client) => {
      assert.match((await client.ask('GET', '/', undefined, { authorization: '' })).body, /<title>OnCue server<\/title>/);
      const { openapi, info, paths } = (await client.ask('GET', '/openapi.json', undefined, { authorization: '' })).body;
      assert.equal(openapi, '3.1.0');
      assert.equal(info.version, VERSION);
      for (const [method, path] of [['post', '/api/v1/registry/interventions'], ['put', '/api/v1/registry/attribute_groups/{name}/versions/{version}/batch_source'],
        ['get', '/api/v1/interventions'], ['post', '/com.snowplowanalytics.snowplow/tp2'], ['delete', '/api/v1/{key}/{id}']]) assert.ok(paths[path]?.[method], path);
      assert.match((await client.ask('GET', '/docs/', undefined, { authorization: '' })).body, /^GET, POST \/api\/v1\/interventions$/m);
    }));

  test("what Signals' inspector asks, from an extension's origin: lists it can go through, values, preflights", () =>
    withServer({ tokens: ['secret'] }, async ({ url }) => {
      const client = new Client(url, 'secret');
      const origin = 'chrome-extension://maplkdomeamdlngconidoefjpogkmljm';
      await client.publish(ECOM);
      await client.api('POST', 'registry/attribute_groups/', { name: 'b', version: 1, attribute_key: { name: 'user_id' }, owner: 'a@b.co', is_published: true, offline: true, fields: [{ name: 'plan', type: 'string' }] });
      for (const path of ['registry/attribute_keys/', 'registry/attribute_groups/?applied=true', 'registry/interventions/', 'get-online-attributes']) {
        const asked = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization,content-type' };
        const { status, headers } = await client.api('OPTIONS', path, undefined, asked);
        assert.equal(status, 204);
        assert.match(headers.get('access-control-allow-headers'), /authorization/i);
        assert.ok(['*', origin].includes(headers.get('access-control-allow-origin')));
      }
      const groups = await client.api('GET', 'registry/attribute_groups/?applied=true', undefined, { origin });
      assert.equal(groups.headers.get('access-control-allow-origin'), '*');
      for (const { attributes, fields, attribute_key } of groups.body) {
        for (const list of [attributes, fields]) assert.ok(list === null || Array.isArray(list));
        assert.ok(attribute_key.key || attribute_key.name);
      }
      const values = await client.api('POST', 'get-online-attributes', { attribute_keys: { domain_userid: ['x'] }, service: 'ecom_attributes' }, { origin });
      assert.deepEqual([values.status, values.headers.get('access-control-allow-origin')], [200, '*']);
    }));

  test('unknown paths are 404', () =>
    withServer(async (client) => {
      assert.deepEqual((await client.ask('GET', '/nothing')).body, { error: 'not found' });
      assert.equal((await client.api('GET', 'event_log')).status, 404);
      assert.deepEqual((await client.api('GET', 'registry/nothing')).body, { detail: 'Not Found' });
    }));

  test('a missing or empty bearer is 401 on everything that is protected', () =>
    withServer({ tokens: ['secret', 'next'] }, async (client) => {
      const paths = [['GET', 'registry/attribute_keys/'], ['POST', 'registry/services/'], ['POST', 'engines/publish'], ['GET', 'engines/interventions'],
        ['POST', 'testing/attribute_groups/'], ['POST', 'interventions'], ['DELETE', 'domain_userid/ann'], ['POST', 'get-online-attributes'], ['PUT', 'delivery/x/1']];
      for (const [method, path] of paths) {
        for (const authorization of ['', 'Bearer ', 'Bearer wrong', 'Basic secret', 'Bearer secret2']) {
          const { status, body } = await client.api(method, path, method === 'GET' || method === 'DELETE' ? undefined : {}, { authorization });
          assert.equal(status, 401, `${method} ${path} ${authorization}`);
          assert.deepEqual(body, { error: 'unauthorized' });
        }
      }
      for (const token of ['secret', 'next']) {
        assert.equal((await client.api('GET', 'registry/attribute_keys/', undefined, { authorization: `Bearer ${token}` })).status, 200);
      }
    }));

  test('without a token only this machine may reach the server', async () => {
    const { startServer } = await import('@oncue/server');
    await assert.rejects(startServer({ data: ':memory:', host: '0.0.0.0', port: 0 }), /needs a token/);
  });
});
