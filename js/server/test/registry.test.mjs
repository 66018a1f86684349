// server-api 2 and 3: registry and engines, row by row.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { counterGroup, ECOM, GROUP, intervention, pageView, PROSPECTS, useServers } from './support.mjs';

const withServer = useServers();
const KEY = { name: 'account', property: { vendor: 'com.example', name: 'account', major_version: 1, path: '$.account.id', type: 'entity', index: 0 }, is_published: true };
const SERVICE = { name: 's', attribute_groups: [{ name: 'g', version: 1 }], owner: 'a@b.co', is_published: true };

describe('server 2: attribute keys', () => {
  test('POST creates with blobl_path, again is 400; GET, PUT, DELETE and 404', () =>
    withServer(async ({ api }) => {
      const created = await api('POST', 'registry/attribute_keys/', KEY);
      assert.equal(created.status, 201);
      assert.deepEqual(created.body, { ...KEY, blobl_path: 'this.contexts_com_example_account_1.0.account.id' });
      const again = await api('POST', 'registry/attribute_keys/', KEY);
      assert.equal(again.status, 400);
      assert.equal(typeof again.body.detail, 'string');
      const listed = (await api('GET', 'registry/attribute_keys/')).body;
      assert.deepEqual(listed.find(({ name }) => name === 'account'), created.body);
      assert.equal((await api('PUT', 'registry/attribute_keys/account', { ...KEY, description: 'new' })).body.description, 'new');
      assert.equal((await api('GET', 'registry/attribute_keys/account')).body.description, 'new');
      assert.deepEqual((await api('DELETE', 'registry/attribute_keys/account')).body, { ok: true });
      for (const method of ['GET', 'DELETE']) {
        const { status, body } = await api(method, 'registry/attribute_keys/account');
        assert.equal(status, 404);
        assert.equal(typeof body.detail, 'string');
      }
      assert.equal((await api('PUT', 'registry/attribute_keys/account', KEY)).status, 404);
    }));

  test('422 names each wrong field as FastAPI does', () =>
    withServer(async ({ api }) => {
      const { status, body } = await api('POST', 'registry/attribute_keys/', { name: 'bad name' });
      assert.equal(status, 422);
      assert.ok(body.detail.length > 0);
      for (const { loc, msg, type } of body.detail) {
        assert.equal(loc[0], 'body');
        assert.equal(typeof msg, 'string');
        assert.equal(typeof type, 'string');
      }
    }));

  test('built-in keys exist without being registered', () =>
    withServer(async ({ api }) => {
      for (const name of ['domain_userid', 'domain_sessionid', 'user_id', 'network_userid']) {
        assert.equal((await api('GET', `registry/attribute_keys/${name}`)).body.key, name);
      }
    }));

  test('a key that a group uses cannot be deleted', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_keys/', KEY);
      assert.equal((await api('POST', 'registry/attribute_groups/', counterGroup({ attribute_key: { name: 'account' } }))).status, 201);
      assert.equal((await api('DELETE', 'registry/attribute_keys/account')).status, 400);
    }));
});

describe('server 2: attribute groups', () => {
  test('POST answers the fields that the SDK needs', () =>
    withServer(async ({ api }) => {
      const { status, body } = await api('POST', 'registry/attribute_groups/', GROUP);
      assert.equal(status, 201);
      for (const [name, value] of Object.entries(GROUP)) if (name !== 'attribute_key') assert.deepEqual(body[name], value, name);
      assert.equal(body.attribute_key.name, 'domain_userid');
      assert.equal(body.attribute_key.blobl_path, 'this.domain_userid');
      assert.equal(body.attribute_key_or_name, 'domain_userid');
      assert.equal(body.full_name, 'ecom_attributes_v1');
      assert.equal(body.feast_name, 'ecom_attributes_v1');
      assert.equal(body.stream_source_name, 'ecom_attributes_stream');
    }));

  test('POST of an existing name and version is 400 always; PUT of the same body is 200', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_groups/', GROUP);
      assert.equal((await api('POST', 'registry/attribute_groups/', GROUP)).status, 400);
      assert.equal((await api('POST', 'registry/attribute_groups/', { ...GROUP, is_published: false })).status, 400);
      assert.equal((await api('PUT', 'registry/attribute_groups/ecom_attributes/versions/1', GROUP)).status, 200);
    }));

  test('GET lists all versions, and by name the latest', () =>
    withServer(async ({ api }) => {
      for (const version of [2, 10, 1]) await api('POST', 'registry/attribute_groups/', counterGroup({ version }));
      const { body } = await api('GET', 'registry/attribute_groups/');
      assert.deepEqual(body.map(({ version }) => version), [1, 2, 10]);
      assert.equal((await api('GET', 'registry/attribute_groups/g')).body.version, 10);
      assert.equal((await api('GET', 'registry/attribute_groups/g/versions/2')).body.version, 2);
      for (const path of ['registry/attribute_groups/none', 'registry/attribute_groups/g/versions/3', 'registry/attribute_groups/g/versions/x']) {
        assert.equal((await api('GET', path)).status, 404, path);
      }
    }));

  test('the list is filtered by applied, online, offline and attribute_key_or_name', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_groups/', counterGroup({ name: 'a' }));
      await api('POST', 'registry/attribute_groups/', counterGroup({ name: 'b', is_published: false, online: false }));
      await api('POST', 'registry/attribute_groups/', counterGroup({ name: 'c', attribute_key: { name: 'user_id' } }));
      const names = async (query) => (await api('GET', `registry/attribute_groups/?${query}`)).body.map(({ name }) => name);
      assert.deepEqual(await names('applied=true'), ['a', 'c']);
      assert.deepEqual(await names('applied=false'), ['b']);
      assert.deepEqual(await names('online=true&offline=false'), ['a', 'c']);
      assert.deepEqual(await names('attribute_key_or_name=user_id'), ['c']);
      assert.deepEqual(await names('property_syntax=blobl'), ['a', 'b', 'c']);
    }));

  test('a published definition cannot change; owner, description and is_published can', () =>
    withServer(async ({ api }) => {
      const path = 'registry/attribute_groups/g/versions/1';
      await api('POST', 'registry/attribute_groups/', counterGroup());
      const other = counterGroup({ ttl: 'P1D' });
      assert.equal((await api('PUT', path, other)).status, 400);
      assert.equal((await api('PUT', path, counterGroup({ owner: 'c@d.co', description: 'new' }))).status, 200);
      assert.equal((await api('PUT', path, counterGroup({ is_published: false }))).status, 200);
      assert.equal((await api('PUT', path, other)).status, 200);
    }));

  test('DELETE while published is 400, then {"ok":true}; it erases the values', () =>
    withServer(async (client) => {
      const { api } = client;
      await client.publish({ attribute_groups: [counterGroup()] });
      await client.track(pageView({ duid: 'ann' }));
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), 1);
      assert.equal((await api('DELETE', 'registry/attribute_groups/g/versions/1')).status, 400);
      await api('PUT', 'registry/attribute_groups/g/versions/1', counterGroup({ is_published: false }));
      assert.deepEqual((await api('DELETE', 'registry/attribute_groups/g/versions/1')).body, { ok: true });
      await client.publish({ attribute_groups: [counterGroup()] });
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), null);
    }));

  test('definitions 11: unpublishing keeps the values; they rest until the group is published again', () =>
    withServer(async (client) => {
      const { api } = client;
      const PATH = 'registry/attribute_groups/g/versions/1';
      const setPublished = (is_published) => api('PUT', PATH, counterGroup({ is_published }));
      await client.publish({ attribute_groups: [counterGroup()], interventions: [intervention()] });
      await client.track(pageView({ duid: 'ann' }), pageView({ duid: 'ann' }));
      await setPublished(false);
      assert.equal((await api('POST', 'get-online-attributes', { attribute_keys: { domain_userid: ['ann'] }, attributes: ['g_v1:views'] })).status, 400);
      assert.ok(!JSON.stringify((await client.ask('GET', '/definitions.json')).body).includes('"views"'));
      await client.track(pageView({ duid: 'ann' }));
      await client.publish({ attribute_groups: [counterGroup({ name: 'h', attribute_key: { name: 'domain_sessionid' } })] });
      await setPublished(true);
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), 2, 'what came meanwhile does not count');
      await client.track(pageView({ duid: 'ann' }));
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), 3);

      // Unpublishing one version leaves the other one, which shares its state, alone.
      await client.publish({ attribute_groups: [counterGroup({ version: 2 })] });
      await setPublished(false);
      await client.track(pageView({ duid: 'ann' }));
      assert.equal(await client.value('g_v2:views', 'domain_userid', 'ann'), 4);
      await api('DELETE', PATH);
      assert.equal(await client.value('g_v2:views', 'domain_userid', 'ann'), 4);
    }));

  test('definitions 11: a definition that changes while it is not published begins anew, and its old values are gone', () =>
    withServer(async (client) => {
      const { api } = client;
      const put = (more) => api('PUT', 'registry/attribute_groups/g/versions/1', counterGroup(more));
      await client.publish({ attribute_groups: [counterGroup(), counterGroup({ name: 'other', ttl: 'P5D' })] });
      await client.track(pageView({ duid: 'ann' }));
      await put({ is_published: false });
      await api('POST', 'engines/unpublish', { attribute_groups: [{ name: 'other', version: 1 }] });
      assert.equal((await put({ is_published: false, ttl: 'P9D' })).status, 200);
      await put({ is_published: true, ttl: 'P9D' });
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), null);
      await put({ is_published: false, ttl: 'P9D' });
      await put({ is_published: true });
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), null, 'erased, not only out of sight');
      await api('POST', 'engines/publish', { attribute_groups: [{ name: 'other', version: 1 }] });
      assert.equal(await client.value('other_v1:views', 'domain_userid', 'ann'), 1, 'those of another group that is not published stay');
    }));

  test('server 7: what is erased of an id is erased in groups that are not published, too', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      await client.track(pageView({ duid: 'ann' }));
      await client.api('PUT', 'registry/attribute_groups/g/versions/1', counterGroup({ is_published: false }));
      assert.equal((await client.api('DELETE', 'domain_userid/ann')).body.keys_found, true);
      await client.api('PUT', 'registry/attribute_groups/g/versions/1', counterGroup());
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'ann'), null);
    }));

  test('a key only named is looked up; an unknown one is 422; one spelt out is registered along', () =>
    withServer(async ({ api }) => {
      const unknown = await api('POST', 'registry/attribute_groups/', counterGroup({ attribute_key: { name: 'account', is_published: false } }));
      assert.equal(unknown.status, 422);
      assert.deepEqual(unknown.body.detail[0].loc, ['body', 'attribute_key', 'name']);
      assert.equal((await api('POST', 'registry/attribute_groups/', counterGroup({ attribute_key: KEY }))).status, 201);
      assert.equal((await api('GET', 'registry/attribute_keys/account')).status, 200);
      const linked = await api('POST', 'registry/attribute_groups/', counterGroup({ name: 'h', attribute_key: { name: 'account', is_published: false } }));
      assert.deepEqual(linked.body.attribute_key.property, KEY.property);
      const conflict = counterGroup({ name: 'i', attribute_key: { ...KEY, property: { type: 'atomic', name: 'app_id' } } });
      assert.equal((await api('POST', 'registry/attribute_groups/', conflict)).status, 422);
    }));

  test('422 lists every problem of a definition at its place', () =>
    withServer(async ({ api }) => {
      const attributes = [{ name: 'a', type: 'double', aggregation: 'sum' }, { name: 'b c', type: 'int32', aggregation: 'counter' }];
      const { status, body } = await api('POST', 'registry/attribute_groups/', counterGroup({ attributes }));
      assert.equal(status, 422);
      const places = body.detail.map(({ loc }) => loc.join('.'));
      assert.ok(places.some((place) => place.startsWith('body.attributes.0')), String(places));
      assert.ok(places.includes('body.attributes.1.name'), String(places));
    }));

  test('batch_sync_status and templates answer', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_groups/', counterGroup());
      assert.deepEqual((await api('GET', 'registry/attribute_groups/g/versions/1/batch_sync_status')).body.errors, []);
      assert.deepEqual((await api('GET', 'registry/templates/attribute_groups')).body, { templates: [] });
      assert.equal((await api('GET', 'registry/event_logs/')).status, 404);
    }));
});

describe('server 2: batch sources', () => {
  const SOURCE = { name: 'warehouse', timestamp_field: 'modified_at', database: 'db', schema: 'derived', table: 'users', owner: 'a@b.co' };
  const batchGroup = { name: 'b', version: 1, attribute_key: { name: 'user_id' }, owner: 'a@b.co', is_published: true, online: true, offline: true, fields: [{ name: 'plan', type: 'string' }] };
  const PATH = 'registry/attribute_groups/b/versions/1/batch_source';

  test('PUT batch_source sets it, also while the group is published, and GET shows it', () =>
    withServer(async ({ api }) => {
      assert.equal((await api('POST', 'registry/attribute_groups/', batchGroup)).status, 201);
      const { status, body } = await api('PUT', PATH, SOURCE);
      assert.equal(status, 200);
      assert.deepEqual(body.batch_source, SOURCE);
      const { schema, ...rest } = SOURCE;
      assert.equal((await api('PUT', PATH, { ...rest, schema_: 'other' })).status, 200);
      assert.deepEqual((await api('GET', 'registry/attribute_groups/b')).body.batch_source, { ...SOURCE, schema: 'other' });
      assert.equal((await api('GET', 'registry/attribute_groups/b/versions/1/batch_sync_status')).status, 200);
    }));

  test('PUT batch_source: an unknown group is 404; what is missing, and a group that is computed from events, is 422', () =>
    withServer(async ({ api }) => {
      assert.equal((await api('PUT', PATH, SOURCE)).status, 404);
      await api('POST', 'registry/attribute_groups/', batchGroup);
      await api('POST', 'registry/attribute_groups/', counterGroup());
      const bad = await api('PUT', PATH, { name: 'x y', database: 'db', schema: 's' });
      assert.equal(bad.status, 422);
      assert.deepEqual(bad.body.detail.map(({ loc }) => loc.at(-1)), ['name', 'timestamp_field', 'table']);
      for (const body of [null, [], 'x']) assert.equal((await api('PUT', PATH, body)).status, 422);
      assert.equal((await api('PUT', 'registry/attribute_groups/g/versions/1/batch_source', SOURCE)).status, 422);
      assert.equal((await api('PUT', 'registry/attribute_groups/g/versions/0/batch_source', SOURCE)).status, 404);
    }));
});

describe('server 2: services', () => {
  test('create, list, get, update, delete', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_groups/', counterGroup());
      assert.deepEqual((await api('POST', 'registry/services/', SERVICE)).body, SERVICE);
      assert.equal((await api('POST', 'registry/services/', SERVICE)).status, 400);
      assert.deepEqual((await api('GET', 'registry/services/')).body, [SERVICE]);
      assert.deepEqual((await api('GET', 'registry/services/s')).body, SERVICE);
      assert.equal((await api('DELETE', 'registry/services/s')).status, 400);
      assert.equal((await api('PUT', 'registry/services/s', { ...SERVICE, is_published: false })).status, 200);
      assert.deepEqual((await api('DELETE', 'registry/services/s')).body, { ok: true });
      assert.equal((await api('GET', 'registry/services/s')).status, 404);
    }));

  test('an unknown group version is 422, no group at all too', () =>
    withServer(async ({ api }) => {
      const { status, body } = await api('POST', 'registry/services/', SERVICE);
      assert.equal(status, 422);
      assert.match(body.detail[0].msg, /g version 1/);
      assert.equal((await api('POST', 'registry/services/', { ...SERVICE, attribute_groups: [] })).status, 422);
    }));

  test('a group that a service uses can be neither unpublished nor deleted', () =>
    withServer(async ({ api }) => {
      const path = 'registry/attribute_groups/g/versions/1';
      await api('POST', 'registry/attribute_groups/', counterGroup());
      await api('POST', 'registry/services/', SERVICE);
      assert.equal((await api('PUT', path, counterGroup({ is_published: false }))).status, 400);
      await api('PUT', 'registry/services/s', { ...SERVICE, is_published: false });
      assert.equal((await api('PUT', path, counterGroup({ is_published: false }))).status, 200);
      assert.equal((await api('DELETE', path)).status, 400);
      await api('DELETE', 'registry/services/s');
      assert.equal((await api('DELETE', path)).status, 200);
    }));
});

describe('server 2: interventions', () => {
  test('create, list, highest version by name, update, delete', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_groups/', counterGroup());
      const first = intervention();
      assert.deepEqual((await api('POST', 'registry/interventions/', first)).body, first);
      await api('POST', 'registry/interventions/', intervention({ version: 2 }));
      assert.equal((await api('GET', 'registry/interventions/')).body.length, 2);
      assert.equal((await api('GET', 'registry/interventions/x')).body.version, 2);
      assert.equal((await api('GET', 'registry/interventions/x/versions/1')).body.version, 1);
      assert.equal((await api('PUT', 'registry/interventions/x/versions/1', intervention({ is_published: false }))).status, 200);
      assert.deepEqual((await api('DELETE', 'registry/interventions/x/versions/1')).body, { ok: true });
      assert.equal((await api('GET', 'registry/interventions/x/versions/1')).status, 404);
    }));

  test('an unknown group is accepted at create and 422 at publish', () =>
    withServer(async ({ api }) => {
      assert.equal((await api('POST', 'registry/interventions/', intervention())).status, 422);
      assert.equal((await api('POST', 'registry/interventions/', intervention({ is_published: false }))).status, 201);
      assert.equal((await api('PUT', 'registry/interventions/x/versions/1', intervention())).status, 422);
    }));

  test('unpublishing a group unpublishes the interventions that read it', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_groups/', counterGroup());
      await api('POST', 'registry/interventions/', intervention());
      await api('PUT', 'registry/attribute_groups/g/versions/1', counterGroup({ is_published: false }));
      assert.equal((await api('GET', 'registry/interventions/x')).body.is_published, false);
    }));

  test('a bad criteria tree is 422 at its place', () =>
    withServer(async ({ api }) => {
      const { status, body } = await api('POST', 'registry/interventions/', intervention({ criteria: { all: [{ attribute: 'g:views', operator: '>' }] } }));
      assert.equal(status, 422);
      assert.deepEqual(body.detail[0].loc.slice(0, 4), ['body', 'criteria', 'all', 0]);
    }));
});

describe('server 3: engines', () => {
  test('publish and unpublish give what is_published gives', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_groups/', counterGroup({ is_published: false }));
      await api('POST', 'registry/services/', { ...SERVICE, is_published: false });
      await api('POST', 'registry/interventions/', intervention({ is_published: false }));
      const all = { attribute_groups: [{ name: 'g', version: 1 }], services: [{ name: 's' }], interventions: [{ name: 'x', version: 1 }] };
      assert.deepEqual((await api('POST', 'engines/publish', all)).body, { status: 'published' });
      assert.equal((await api('GET', 'registry/attribute_groups/g')).body.is_published, true);
      assert.deepEqual((await api('GET', 'engines/interventions')).body.interventions.map(({ name }) => name), ['x']);
      assert.deepEqual((await api('POST', 'engines/publish', all)).body, { status: 'nothing to publish' });
      assert.deepEqual((await api('POST', 'engines/publish', {})).body, { status: 'nothing to publish' });
      assert.deepEqual((await api('POST', 'engines/unpublish', all)).body, { status: 'unpublished' });
      assert.equal((await api('GET', 'registry/services/s')).body.is_published, false);
      assert.deepEqual((await api('POST', 'engines/unpublish', all)).body, { status: 'nothing to unpublish' });
      assert.equal((await api('POST', 'engines/publish', { services: [{ name: 'none' }] })).status, 404);
    }));

  test('stream_attributes: each computation once, with the groups that share it', () =>
    withServer(async ({ api }) => {
      assert.deepEqual((await api('GET', 'engines/stream_attributes')).body, { attributes: [], published_at: null });
      await api('POST', 'registry/attribute_groups/', counterGroup());
      await api('POST', 'registry/attribute_groups/', counterGroup({ version: 2 }));
      const { attributes, published_at } = (await api('GET', 'engines/stream_attributes')).body;
      assert.equal(attributes.length, 1);
      const [{ definition_hash, source_groups, ttl, attribute_key_name, type, aggregation }] = attributes;
      assert.equal(typeof definition_hash, 'string');
      assert.deepEqual(source_groups, [{ name: 'g', version: 1 }, { name: 'g', version: 2 }]);
      assert.deepEqual([ttl, attribute_key_name, type, aggregation], [30 * 86_400, 'domain_userid', 'int32', 'counter']);
      assert.ok(Date.parse(published_at) > 0);
    }));
});

describe('server 3: /definitions.json', () => {
  test('what is published, with a strong ETag that changes with it', () =>
    withServer(async (client) => {
      const empty = await client.ask('GET', '/definitions.json', undefined, { authorization: '' });
      assert.equal(empty.status, 200);
      assert.match(empty.headers.get('etag'), /^"[^"]+"$/);
      assert.equal(empty.headers.get('access-control-allow-origin'), '*');
      await client.publish(ECOM);
      await client.publish({ attribute_groups: [counterGroup({ is_published: false })] });
      const full = await client.ask('GET', '/definitions.json');
      assert.notEqual(full.headers.get('etag'), empty.headers.get('etag'));
      assert.deepEqual(full.body.attribute_groups.map(({ name }) => name), ['ecom_attributes']);
      assert.deepEqual(full.body.interventions.map(({ name }) => name), ['cart_abandonment', 'discount', 'free_shipping']);
      const etag = full.headers.get('etag');
      for (const header of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
        assert.equal((await client.ask('GET', '/definitions.json', undefined, { 'if-none-match': header })).status, 304, header);
      }
      assert.equal((await client.ask('GET', '/definitions.json', undefined, { 'if-none-match': empty.headers.get('etag') })).status, 200);
    }));

  test('the delivery extension is set beside the registry, is in the bundle, and outlives a publish', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()], interventions: [intervention()] });
      assert.deepEqual((await client.api('PUT', 'delivery/x/1', { cooldown: 'PT1H' })).body, { ok: true });
      assert.equal((await client.api('PUT', 'delivery/none/1', {})).status, 404);
      assert.equal((await client.api('PUT', 'delivery/x/1', [])).status, 422);
      assert.equal((await client.api('PUT', 'registry/interventions/x/versions/1', intervention())).status, 200);
      const bundle = (await client.ask('GET', '/definitions.json')).body;
      assert.deepEqual(bundle.interventions[0].delivery, { cooldown: 'PT1H' });
      assert.deepEqual((await client.api('GET', 'delivery/x/1')).body, { cooldown: 'PT1H' });
      await client.api('PUT', 'delivery/x/1', {});
      assert.equal((await client.ask('GET', '/definitions.json')).body.interventions[0].delivery, undefined);
    }));

  test('every definition of the tutorials is accepted as the SDK posts it', () =>
    withServer(async (client) => {
      await client.publish(ECOM);
      await client.publish(PROSPECTS);
    }));
});
