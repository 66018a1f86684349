// server-api 4 to 7: what the other tests of values, streams and previews leave out, row by row.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { describe, test } from 'node:test';
import { startServer } from '@oncue/server';
import { action, Client, counterGroup, GROUP, intervention, pageView, Stream, TP2, useFolder, useServers, withStream } from './support.mjs';

const withServer = useServers();
const folder = useFolder();
const SERVICE = { name: 's', attribute_groups: [{ name: 'g', version: 1 }], owner: 'a@b.co', is_published: true };
const values = (client, more) => client.api('POST', 'get-online-attributes', { attribute_keys: { domain_userid: ['ann'] }, ...more });

function assertError({ status, body }, expected, what) {
  assert.equal(status, expected, `${what}: ${JSON.stringify(body)}`);
  assert.deepEqual(Object.keys(body), ['error'], what);
  assert.ok(typeof body.error === 'string' && body.error !== '', what);
}

function assertDetails({ status, body }, what) {
  assert.equal(status, 422, `${what}: ${JSON.stringify(body)}`);
  for (const { loc, msg, type } of body.detail) assert.deepEqual([loc[0], typeof msg, typeof type], ['body', 'string', 'string'], what);
  assert.ok(body.detail.length > 0, what);
}

describe('server 4: values', () => {
  const GROUPS = [counterGroup(), counterGroup({ name: 'h', attributes: [{ name: 'again', type: 'int32', aggregation: 'counter' }] })];
  const linking = (...links) => ({ ...SERVICE, attribute_groups: links });

  test('of a service the groups that are published are read; where none is, 400 names those to publish', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: GROUPS.map((group) => ({ ...group, is_published: false })), services: [linking({ name: 'g', version: 1 }, { name: 'h', version: 1 })] });
      const ask = () => values(client, { service: 's' });
      const none = await ask();
      assertError(none, 400, 'none is published');
      assert.match(none.body.error, /^service s has no published attribute group with key domain_userid: publish g version 1, h version 1$/);
      await client.api('POST', 'engines/publish', { attribute_groups: [{ name: 'h', version: 1 }] });
      assert.deepEqual((await ask()).body, { domain_userid: ['ann'], again: [null] });
      await client.api('POST', 'engines/publish', { attribute_groups: [{ name: 'g', version: 1 }] });
      assert.deepEqual((await ask()).body, { domain_userid: ['ann'], views: [null], again: [null] });
      const other = await values(client, { attribute_keys: { user_id: ['ann'] }, service: 's' });
      assertError(other, 400, 'another key');
      assert.match(other.body.error, /^service s has no attribute group with key user_id$/);
    }));

  test('a service that links a version twice links it once, however it is written', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: GROUPS });
      const twice = linking({ name: 'h', version: 1 }, { name: 'g', version: 1 }, { name: 'h', version: 1 }, { name: 'g' });
      const once = linking({ name: 'h', version: 1 }, { name: 'g', version: 1 });
      const created = await client.api('POST', 'registry/services/', twice);
      assert.deepEqual([created.status, created.body], [201, once]);
      assert.deepEqual((await client.api('PUT', 'registry/services/s', twice)).body, once);
      assert.deepEqual((await client.api('GET', 'registry/services/s')).body, once);
      assert.deepEqual((await values(client, { service: 's' })).body, { domain_userid: ['ann'], again: [null], views: [null] });
    }));

  test('a service of an older server, which was kept with a version twice, is read', async () => {
    const data = path.join(folder, 'twice.db');
    const withData = async (body) => {
      const server = await startServer({ data, port: 0 });
      await body(new Client(server.url)).finally(() => server.close());
    };
    await withData((client) => client.publish({ attribute_groups: GROUPS }));
    const written = [{ shelf: 'services', id: 's', object: linking({ name: 'g', version: 1 }, { name: 'g', version: 1 }) }];
    const script = `new (require('libsql'))(process.argv[1]).prepare("INSERT INTO log (at, kind, body) VALUES (?, 'registry', ?)").run(Date.now(), process.argv[2])`;
    execFileSync(process.execPath, ['-e', script, data, JSON.stringify(written)], { cwd: new URL('.', import.meta.url) });
    await withData(async (client) => {
      assert.equal((await client.api('GET', 'registry/services/s')).body.attribute_groups.length, 2);
      assert.deepEqual((await values(client, { service: 's' })).body, { domain_userid: ['ann'], views: [null] });
    });
  });

  test('any text is an id, also twice in a list; the answer has one entry for each', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const ids = ['ann@example.com', 'Zoë Ångström', 'a b "c"', '💙', '__proto__', 'constructor', '../x', 'x'.repeat(500)];
      for (const duid of ids) await client.track(pageView({ duid }));
      const asked = [...ids, ids[0], '', 'nobody'];
      const { status, body } = await values(client, { attribute_keys: { domain_userid: asked }, attributes: ['g_v1:views'] });
      assert.deepEqual([status, body.domain_userid, body.views], [200, asked, [...ids.map(() => 1), 1, null, null]]);
    }));

  test('a window is worked out at the time of reading; a default value stands for nothing', () =>
    withServer(async (client) => {
      const attributes = [
        { name: 'views', type: 'int32', aggregation: 'counter', period: 'PT2S', default_value: 7 },
        { name: 'title', type: 'string', aggregation: 'last', property: { type: 'atomic', name: 'page_title' }, default_value: 'none' },
      ];
      await client.publish({ attribute_groups: [counterGroup({ attributes })], services: [SERVICE] });
      const read = () => client.attributes('s', 'domain_userid', 'ann');
      assert.deepEqual(await read(), { domain_userid: 'ann', views: 7, title: 'none' });
      await client.track(pageView({ duid: 'ann', page: 'tea' }));
      const seen = [];
      while (seen.at(-1) !== 7) seen.push((await read()).views);
      assert.equal((await read()).title, 'tea');
      assert.ok(seen.every((value) => value === 1 || value === 7));
    }));

  test('columns of a warehouse are known and null; the same name twice needs full names', () =>
    withServer(async (client) => {
      const plans = { name: 'plans', version: 1, attribute_key: { name: 'domain_userid' }, owner: 'a@b.co', is_published: true, offline: true, fields: [{ name: 'plan', type: 'string' }] };
      const linked = { ...SERVICE, attribute_groups: [{ name: 'g', version: 1 }, { name: 'plans', version: 1 }] };
      await client.publish({ attribute_groups: [counterGroup(), plans], services: [linked] });
      await client.track(pageView({ duid: 'ann' }));
      assert.deepEqual((await values(client, { service: 's' })).body, { domain_userid: ['ann'], views: [1], plan: [null] });
      assert.deepEqual((await values(client, { attributes: ['plans_v1:plan'] })).body, { domain_userid: ['ann'], plan: [null] });
      await client.publish({ attribute_groups: [counterGroup({ name: 'other' })] });
      const both = ['g_v1:views', 'other_v1:views'];
      assertError(await values(client, { attributes: both }), 400, 'of two groups');
      assert.deepEqual((await values(client, { attributes: both, full_attribute_names: true })).body, { domain_userid: ['ann'], 'g_v1:views': [1], 'other_v1:views': [1] });
    }));

  test('a service or a group that is not published is 400, as is a group of another key, with a sentence in "error"', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup(), counterGroup({ name: 'h', attribute_key: { name: 'user_id' } }), counterGroup({ name: 'i', is_published: false })], services: [{ ...SERVICE, is_published: false }] });
      for (const more of [{ service: 's' }, { service: 7 }, { service: { toString: 1 } }, { attributes: ['i_v1:views'] }, { attributes: ['h_v1:views'] }, { attributes: 'g_v1:views' }, { attributes: [7] }, { attributes: ['g_v1:views', 'views'] }, { attributes: ['g:views'] }]) {
        assertError(await values(client, more), 400, JSON.stringify(more));
      }
      for (const body of ['{', '', 'null', '[]', '"x"']) assertError(await client.api('POST', 'get-online-attributes', body), 400, body);
    }));
});

describe('server 5: streams', () => {
  test('a bearer is accepted on a stream, good or bad: it is open to everybody', () =>
    withServer({ tokens: ['secret'] }, async (client) => {
      for (const authorization of ['Bearer secret', 'Bearer wrong', 'Basic x']) {
        await withStream(client, { domain_userid: randomUUID() }, async ({ status }) => assert.equal(status, 200), { authorization, accept: 'text/event-stream' });
      }
    }));

  test('a registered key of one’s own is one to listen by, before it is registered it is not', () =>
    withServer(async (client) => {
      const id = randomUUID();
      assert.equal((await Stream.open(client.url, { account: id })).status, 400);
      await client.publish({ attribute_keys: [{ name: 'account', property: { type: 'atomic', name: 'app_id' } }], attribute_groups: [counterGroup({ attribute_key: { name: 'account' } })], interventions: [intervention()] });
      await withStream(client, { account: id }, async (stream) => {
        await client.track(pageView({ aid: id }), pageView({ aid: id }));
        await stream.until(({ messages }) => messages.length > 0);
        assert.deepEqual(stream.messages[0].target_attribute_key, { name: 'account', id });
      });
    }));

  test('nothing of an intervention that is unpublished or deleted reaches a stream', () =>
    withServer(async (client) => {
      const duid = randomUUID();
      await client.publish({ attribute_groups: [counterGroup()], interventions: [intervention()] });
      await client.api('POST', 'engines/unpublish', { interventions: [{ name: 'x', version: 1 }] });
      await withStream(client, { domain_userid: duid }, async (stream) => {
        await client.track(pageView({ duid }), pageView({ duid }), pageView({ duid }));
        await client.api('POST', `interventions?domain_userid=${duid}`, { name: 'end', version: 1 });
        await stream.until(({ messages }) => messages.length > 0);
        assert.deepEqual(stream.names(), ['end']);
      });
    }));
});

describe('server 6: previews', () => {
  const preview = (client, more) => client.api('POST', 'testing/interventions/', { intervention: intervention(), ...more });

  test('interventions: with no events nothing was scanned and nothing matches', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const { status, body } = await preview(client);
      assert.deepEqual([status, body], [200, { scanned_count: 0, matched_count: 0, matches: { domain_userid: [] } }]);
    }));

  test('interventions: only of the applications asked for', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      await client.track(...['web', 'app'].flatMap((aid) => [pageView({ duid: aid, aid }), pageView({ duid: aid, aid })]));
      assert.deepEqual((await preview(client, { app_ids: ['app'] })).body, { scanned_count: 1, matched_count: 1, matches: { domain_userid: ['app'] } });
    }));

  test('interventions: too many applications, a bad window, a bad or missing rule, an unknown group are 422', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const unknown = intervention({ criteria: { attribute: 'none:x', operator: '>', value: 0 } });
      const bad = [{ app_ids: Array(11).fill('x') }, { app_ids: 'x' }, { app_ids: [1] }, { window: 'an hour' }, { window: 0 }, { window: {} }, { intervention: undefined }, { intervention: { name: 'x' } }, { intervention: unknown }];
      for (const more of bad) assertDetails(await preview(client, more), JSON.stringify(more).slice(0, 60));
      for (const body of ['{', '[]', 'null']) assertDetails(await client.api('POST', 'testing/interventions/', body), body);
    }));

  test('groups: the window as a number of seconds or a duration; what is older is left out', () =>
    withServer(async (client) => {
      await client.track(action('product_view', 'ann'));
      const columns = async (window) => (await client.api('POST', 'testing/attribute_groups/', { attribute_group: GROUP, window })).body.domain_userid;
      for (const window of [3600, 'PT1H', 'P1DT12H', 'P30D', undefined]) assert.deepEqual(await columns(window), ['ann'], String(window));
      while ((await columns('PT1S')).length > 0);
    }));

  test('groups: an id that was asked for and is not known has nulls', () =>
    withServer(async (client) => {
      const { body } = await client.api('POST', 'testing/attribute_groups/', { attribute_group: GROUP, attribute_key_ids: ['nobody'] });
      assert.deepEqual(body, { domain_userid: ['nobody'], count_product_views: [null], count_add_to_cart: [null], total_cart_value: [null] });
    }));

  test('a preview changes nothing: neither values, nor what is registered, nor what is told', () =>
    withServer(async (client) => {
      const duid = randomUUID();
      await client.publish({ attribute_groups: [counterGroup()] });
      await client.track(pageView({ duid }), pageView({ duid }));
      const before = (await client.ask('GET', '/definitions.json')).headers.get('etag');
      await withStream(client, { domain_userid: duid }, async (stream) => {
        assert.deepEqual((await preview(client)).body.matches, { domain_userid: [duid] });
        await client.api('POST', `interventions?domain_userid=${duid}`, { name: 'end', version: 1 });
        await stream.until(({ messages }) => messages.length > 0);
        assert.deepEqual(stream.names(), ['end']);
      });
      assert.equal((await client.api('GET', 'registry/interventions/x')).status, 404);
      assert.equal((await client.ask('GET', '/definitions.json')).headers.get('etag'), before);
      assert.equal(await client.value('g_v1:views', 'domain_userid', duid), 2);
    }));
});

describe('server 7: others', () => {
  test('DELETE comes after all fixed paths, and takes ids of any characters', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()], services: [SERVICE] });
      assert.equal((await client.api('DELETE', 'registry/services/s')).status, 400, 'the registry, not an id');
      for (const duid of ['ann@example.com', 'a/b', 'Zoë', '100%']) {
        await client.track(pageView({ duid }));
        const { status, body } = await client.api('DELETE', `domain_userid/${encodeURIComponent(duid)}`);
        assert.deepEqual([status, Object.keys(body), body.keys_found], [200, ['keys_found', 'message'], true], duid);
        assert.equal(await client.value('g_v1:views', 'domain_userid', duid), null, duid);
      }
      assert.equal((await client.api('DELETE', 'domain_userid/')).status, 404);
      assertError(await client.api('DELETE', `domain_userid/${'x'.repeat(1_025)}`), 400, 'too long');
    }));

  test('DELETE: what other addresses begin with is no attribute key, and 404 in the form of that endpoint', () =>
    withServer(async (client) => {
      const { paths } = (await client.ask('GET', '/openapi.json')).body;
      const first = new Set(Object.keys(paths).filter((path) => path.startsWith('/api/v1/')).map((path) => path.split('/')[3]).filter((part) => !part.startsWith('{')));
      assert.ok(first.size >= 7, [...first].join());
      for (const part of [...first, 'event_log', 'health-all', 'healthz']) {
        const { status, body } = await client.api('DELETE', `${part}/services`);
        const isDetail = ['registry', 'engines', 'testing', 'delivery'].includes(part);
        assert.deepEqual([status, body], [404, isDetail ? { detail: 'Not Found' } : { error: 'not found' }], part);
      }
      assert.equal((await client.api('DELETE', 'engines/publish')).status, 404);
      assert.equal((await client.ask('DELETE', '/api/v1/registry/services', undefined, { authorization: '' })).status, 401, 'a token first');
    }));

  test('DELETE: ids of a key that is called like such an address are erased all the same', () =>
    withServer(async (client) => {
      const key = { name: 'testing', property: { type: 'atomic', name: 'app_id' } };
      await client.publish({ attribute_groups: [counterGroup({ attribute_key: key })] });
      await client.track(pageView({ aid: 'web' }));
      const { status, body } = await client.api('DELETE', 'testing/web');
      assert.deepEqual([status, body.keys_found], [200, true]);
      assert.equal(await client.value('g_v1:views', 'testing', 'web'), null);
    }));

  test('ingest: contexts in base64, GET without an event, a preflight for either, an origin echoed with credentials', () =>
    withServer(async (client) => {
      const property = { type: 'entity', vendor: 'com.snowplowanalytics.snowplow.ecommerce', name: 'product', major_version: 1, path: 'price', index: 0 };
      await client.publish({ attribute_groups: [counterGroup({ attributes: [{ name: 'spent', type: 'double', aggregation: 'sum', property }] })] });
      const { ue_pr, co, ...rest } = action('add_to_cart', 'ann', { prices: [12.5] });
      const packed = { ...rest, ue_px: Buffer.from(ue_pr).toString('base64url'), cx: Buffer.from(co).toString('base64url') };
      const origin = 'https://shop.example';
      const sent = await client.ask('GET', `/i?${new URLSearchParams(packed)}`, undefined, { origin });
      assert.equal(sent.status, 200);
      assert.equal(await client.value('g_v1:spent', 'domain_userid', 'ann'), 12.5);
      const empty = await client.ask('GET', '/i', undefined, { origin });
      const preflights = await Promise.all(['/i', TP2].map((path) => client.ask('OPTIONS', path, undefined, { origin, 'access-control-request-method': 'POST' })));
      for (const { headers } of [sent, empty, ...preflights]) {
        assert.deepEqual([headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')], [origin, 'true']);
      }
    }));

  test('health needs no token', () =>
    withServer({ tokens: ['secret'] }, async (client) => {
      for (const path of ['/health-all', '/healthz']) {
        const { status, body } = await client.ask('GET', path, undefined, { authorization: '' });
        assert.deepEqual([status, body.status, body.dependencies.storage], [200, 'ok', 'ok'], path);
      }
    }));
});
