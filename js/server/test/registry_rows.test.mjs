// server-api 1 to 3: what the other tests of the registry leave out, row by row.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, counterGroup, intervention, pageView, useServers } from './support.mjs';

const withServer = useServers();
const KEY = { name: 'account', property: { type: 'atomic', name: 'app_id' } };
const SERVICE = { name: 's', attribute_groups: [{ name: 'g', version: 1 }], owner: 'a@b.co', is_published: true };
const BUILT_IN = ['domain_sessionid', 'domain_userid', 'network_userid', 'user_id'];

/** One object of each kind: where it is written, where it is, what it is. */
const KINDS = [
  ['attribute_keys', 'registry/attribute_keys/', 'registry/attribute_keys/account', KEY],
  ['attribute_groups', 'registry/attribute_groups/', 'registry/attribute_groups/g/versions/1', counterGroup()],
  ['services', 'registry/services/', 'registry/services/s', SERVICE],
  ['interventions', 'registry/interventions/', 'registry/interventions/x/versions/1', intervention()],
];

function assertDetails({ status, body }, what) {
  assert.equal(status, 422, `${what}: ${JSON.stringify(body)}`);
  assert.deepEqual(Object.keys(body), ['detail'], what);
  assert.ok(Array.isArray(body.detail) && body.detail.length > 0, what);
  for (const { loc, msg, type } of body.detail) {
    assert.equal(loc[0], 'body', what);
    for (const text of [msg, type]) assert.ok(typeof text === 'string' && text !== '', what);
  }
}

function assertDetail({ status, body }, expected, what) {
  assert.equal(status, expected, `${what}: ${JSON.stringify(body)}`);
  assert.deepEqual(Object.keys(body), ['detail'], what);
  assert.ok(typeof body.detail === 'string' && body.detail !== '', what);
}

describe('server 1 and 2: every kind of object', () => {
  test('what succeeds is 201 for POST and 200 for the rest, always JSON, with a slash at the end or without', () =>
    withServer(async ({ api }) => {
      for (const [kind, collection, one, object] of KINDS) {
        const bare = (path) => path.replace(/\/$/, '');
        const created = await api('POST', kind === 'services' ? bare(collection) : collection, object);
        const asked = [created, await api('GET', collection), await api('GET', bare(collection)), await api('GET', one), await api('GET', `${one}/`), await api('PUT', one, object)];
        assert.deepEqual(asked.map(({ status }) => status), [201, 200, 200, 200, 200, 200], kind);
        for (const { headers } of asked) assert.match(headers.get('content-type'), /^application\/json; charset=utf-8$/, kind);
        const [, { body: list }, , { body: got }] = asked;
        assert.deepEqual(list.find(({ name }) => name === object.name), created.body, kind);
        assert.deepEqual(got, created.body, kind);
      }
      for (const path of ['engines/interventions', 'engines/stream_attributes', 'registry/templates/attribute_groups', 'registry/attribute_groups/g/versions/1/batch_sync_status']) {
        const { status, headers } = await api('GET', path);
        assert.deepEqual([status, headers.get('content-type')], [200, 'application/json; charset=utf-8'], path);
      }
    }));

  test('POST of what exists is 400, and 404 is what GET, PUT and DELETE say of what does not; each with a sentence in "detail"', () =>
    withServer(async ({ api }) => {
      for (const [kind, collection, one, object] of KINDS) {
        for (const method of ['GET', 'DELETE']) assertDetail(await api(method, one), 404, `${method} ${one}`);
        assertDetail(await api('PUT', one, object), 404, `PUT ${one}`);
        await api('POST', collection, object);
        assertDetail(await api('POST', collection, object), 400, `POST ${kind}`);
      }
      for (const path of ['registry/attribute_groups/none', 'registry/interventions/none', 'registry/attribute_groups/none/versions/1/batch_sync_status']) assertDetail(await api('GET', path), 404, path);
    }));

  test('422 for a body that is no object, a bad name, another name than the address, a version or a flag of another type', () =>
    withServer(async ({ api }) => {
      for (const [kind, collection, one, object] of KINDS) {
        const wrong = [[], null, 'x', {}, { ...object, name: 'a b' }, { ...object, name: 'x'.repeat(129) }, { ...object, name: 7 }, { ...object, is_published: 'yes' }];
        if (one.includes('/versions/')) wrong.push({ ...object, version: 0 }, { ...object, version: '1' }, { ...object, version: 1.5 });
        for (const body of wrong) assertDetails(await api('POST', collection, body), `POST ${kind} ${JSON.stringify(body).slice(0, 60)}`);
        await api('POST', collection, object);
        assertDetails(await api('PUT', one, { ...object, name: 'other' }), `PUT ${kind}`);
        for (const body of ['{', '']) assertDetails(await api('PUT', one, body), `PUT ${kind} "${body}"`);
      }
    }));

  test('an owner that is no e-mail address is 422, as the SDK could not read the answer', () =>
    withServer(async ({ api }) => {
      for (const [kind, collection, , object] of KINDS.slice(1)) {
        const refused = await api('POST', collection, { ...object, owner: 'YOUR EMAIL HERE' });
        assertDetails(refused, kind);
        assert.deepEqual(refused.body.detail[0].loc, ['body', 'owner']);
        assert.equal((await api('POST', collection, object)).status, 201);
      }
    }));

  test('null is the same as absent', () =>
    withServer(async ({ api }) => {
      const { status, body } = await api('POST', 'registry/attribute_groups/', counterGroup({ description: null, version: null, is_published: null, ttl: null }));
      assert.deepEqual([status, body.version, body.is_published], [201, 1, false]);
      assert.ok(!('ttl' in body));
    }));
});

describe('server 2: state', () => {
  test('attribute keys: built-in ones are listed, with their path; one that is registered takes the place of its own', () =>
    withServer(async ({ api }) => {
      const list = async () => (await api('GET', 'registry/attribute_keys/')).body;
      assert.deepEqual((await list()).map(({ name, key, blobl_path }) => [name, key, blobl_path]), BUILT_IN.map((name) => [name, name, `this.${name}`]));
      await api('POST', 'registry/attribute_keys/', { name: 'user_id', description: 'ours', ttl: 'P1D' });
      await api('POST', 'registry/attribute_keys/', KEY);
      assert.deepEqual((await list()).map(({ name, description }) => [name, description === 'ours']), ['account', ...BUILT_IN].map((name) => [name, name === 'user_id']));
    }));

  test('an intervention that is published cannot change but for description, owner and is_published; nor be deleted', () =>
    withServer(async ({ api }) => {
      const path = 'registry/interventions/x/versions/1';
      await api('POST', 'registry/attribute_groups/', counterGroup());
      await api('POST', 'registry/interventions/', intervention());
      const other = intervention({ criteria: { attribute: 'g:views', operator: '>=', value: 3 } });
      assertDetail(await api('PUT', path, other), 400, 'another rule');
      assertDetail(await api('PUT', path, intervention({ target_attribute_keys: [{ name: 'user_id' }] })), 400, 'other targets');
      assertDetail(await api('DELETE', path), 400, 'published');
      assert.equal((await api('PUT', path, intervention({ description: 'new', owner: 'c@d.co' }))).body.description, 'new');
      assert.equal((await api('PUT', path, { ...other, is_published: false })).status, 400, 'first unpublish, then change');
      assert.equal((await api('PUT', path, intervention({ is_published: false }))).status, 200);
      assert.equal((await api('PUT', path, other)).body.criteria.value, 3);
    }));

  test('a service that is published may be given other groups; the version it leaves can go then', () =>
    withServer(async ({ api }) => {
      const path = 'registry/attribute_groups/g/versions/1';
      for (const version of [1, 2]) await api('POST', 'registry/attribute_groups/', counterGroup({ version }));
      await api('POST', 'registry/services/', SERVICE);
      const held = await api('PUT', path, counterGroup({ is_published: false }));
      assertDetail(held, 400, 'held');
      assert.match(held.body.detail, /service s/);
      assert.equal((await api('PUT', 'registry/services/s', { ...SERVICE, attribute_groups: [{ name: 'g', version: 2 }] })).status, 200);
      assert.equal((await api('PUT', path, counterGroup({ is_published: false }))).status, 200);
      assert.equal((await api('DELETE', path)).status, 200);
      assertDetails(await api('PUT', 'registry/services/s', SERVICE), 'a version that is gone');
    }));

  test('groups are listed by online and offline, each true or false', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_groups/', counterGroup({ name: 'stream' }));
      await api('POST', 'registry/attribute_groups/', counterGroup({ name: 'batch', offline: true, is_published: false }));
      await api('POST', 'registry/attribute_groups/', counterGroup({ name: 'hidden', online: false, is_published: false }));
      const names = async (query) => (await api('GET', `registry/attribute_groups/?${query}`)).body.map(({ name }) => name);
      assert.deepEqual(await names('online=true'), ['batch', 'stream']);
      assert.deepEqual(await names('online=false'), ['hidden']);
      assert.deepEqual(await names('offline=true'), ['batch']);
      assert.deepEqual(await names('offline=false'), ['hidden', 'stream']);
      assert.deepEqual(await names('applied=true&offline=false&attribute_key_or_name=domain_userid'), ['stream']);
    }));

  test('batch_sync_status has a status and no errors; a template list is empty; event logs are nowhere', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_groups/', counterGroup());
      const { body } = await api('GET', 'registry/attribute_groups/g/versions/1/batch_sync_status');
      assert.deepEqual([typeof body.status, body.errors], ['string', []]);
      for (const [method, path] of [['GET', 'registry/event_logs/'], ['POST', 'registry/event_logs/'], ['GET', 'registry/event_logs/x'], ['PUT', 'registry/event_logs/x']]) {
        assertDetail(await api(method, path, method === 'GET' ? undefined : {}), 404, `${method} ${path}`);
      }
      assert.deepEqual((await api('GET', 'event_log?name=x')).body, { error: 'not found' });
    }));
});

describe('server 3: engines', () => {
  test('attribute keys are published like the rest; event logs are left out; no object is 422, an unknown one 404', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_keys/', KEY);
      const keys = { attribute_keys: [{ name: 'account' }] };
      assert.deepEqual((await api('POST', 'engines/publish', keys)).body, { status: 'published' });
      assert.equal((await api('GET', 'registry/attribute_keys/account')).body.is_published, true);
      assert.deepEqual((await api('POST', 'engines/publish', keys)).body, { status: 'nothing to publish' });
      assert.deepEqual((await api('POST', 'engines/unpublish', keys)).body, { status: 'unpublished' });
      for (const path of ['engines/publish', 'engines/unpublish']) {
        const wrong = [[{ attribute_groups: 'g' }, ['attribute_groups']], [{ attribute_groups: ['g', 5, null] }, ['attribute_groups', 0], ['attribute_groups', 1], ['attribute_groups', 2]], [{ services: {} }, ['services']],
          [{ attribute_keys: [{}], interventions: [{ name: 'x', version: 0 }, { name: 'x', version: '1' }] }, ['attribute_keys', 0], ['interventions', 0, 'version'], ['interventions', 1, 'version']]];
        for (const [body, ...places] of wrong) {
          const { status, body: answer } = await api('POST', path, body);
          assert.equal(status, 422, JSON.stringify(body));
          assert.deepEqual(answer.detail.map(({ loc }) => loc), places.map((place) => ['body', ...place]));
          for (const { msg, type } of answer.detail) assert.ok(msg && type);
        }
        const nothing = `nothing to ${path.split('/')[1]}`;
        assert.deepEqual((await api('POST', path, { event_logs: [{ name: 'x' }] })).body, { status: nothing });
        assertDetails(await api('POST', path, []), path);
        for (const [kind, link] of [['attribute_keys', { name: 'none' }], ['attribute_groups', { name: 'g', version: 1 }], ['interventions', { name: 'x', version: 1 }], ['services', { name: 's' }]]) {
          assertDetail(await api('POST', path, { [kind]: [link] }), 404, `${path} ${kind}`);
        }
      }
    }));

  test('unpublish: a group that a service uses is 400, unless the service goes with it; readers are unpublished along', () =>
    withServer(async ({ api }) => {
      await api('POST', 'registry/attribute_groups/', counterGroup());
      await api('POST', 'registry/services/', SERVICE);
      await api('POST', 'registry/interventions/', intervention());
      const group = { attribute_groups: [{ name: 'g', version: 1 }] };
      assertDetail(await api('POST', 'engines/unpublish', group), 400, 'held by the service');
      assert.deepEqual((await api('POST', 'engines/unpublish', { ...group, services: [{ name: 's' }] })).body, { status: 'unpublished' });
      for (const path of ['registry/attribute_groups/g', 'registry/services/s', 'registry/interventions/x']) assert.equal((await api('GET', path)).body.is_published, false, path);
      // The intervention's group is no longer published, yet it is registered: it waits for it.
      assert.deepEqual((await api('POST', 'engines/publish', { interventions: [{ name: 'x', version: 1 }] })).body, { status: 'published' });
    }));

  test('published_at is null before anything was published, then the time of the last change to it', () =>
    withServer(async ({ api }) => {
      const at = async () => {
        const [one, two] = [(await api('GET', 'engines/interventions')).body, (await api('GET', 'engines/stream_attributes')).body];
        assert.equal(one.published_at, two.published_at);
        return one.published_at;
      };
      assert.deepEqual((await api('GET', 'engines/interventions')).body, { interventions: [], published_at: null });
      await api('POST', 'registry/attribute_groups/', counterGroup({ is_published: false }));
      assert.equal(await at(), null);
      await api('POST', 'engines/publish', { attribute_groups: [{ name: 'g', version: 1 }] });
      const first = await at();
      assert.equal(new Date(first).toISOString(), first);
      await api('POST', 'registry/interventions/', intervention({ is_published: false }));
      assert.equal(await at(), first);
    }));
});

describe('server 1: /definitions.json', () => {
  test('registry shapes of what is published alone: keys that are needed, groups with theirs, services, interventions', () =>
    withServer(async (client) => {
      await client.publish({ attribute_keys: [KEY, { ...KEY, name: 'unused' }], attribute_groups: [counterGroup({ attribute_key: { name: 'account' } }), counterGroup({ name: 'h', is_published: false })], services: [SERVICE], interventions: [intervention(), intervention({ name: 'draft', is_published: false })] });
      const { body } = await client.ask('GET', '/definitions.json');
      assert.deepEqual(Object.keys(body), ['attribute_keys', 'attribute_groups', 'services', 'interventions']);
      assert.deepEqual(Object.values(body).map((list) => list.map(({ name }) => name)), [['account'], ['g'], ['s'], ['x']]);
      assert.deepEqual(body.attribute_groups[0].attribute_key.property, KEY.property);
    }));

  test('an engine loads it as it is, and comes to the values of the server', () =>
    withServer(async (client) => {
      const { createEngine, load } = await import('@oncue/engine');
      await load();
      await client.publish({ attribute_groups: [counterGroup()], interventions: [intervention()] });
      const { body } = await client.ask('GET', '/definitions.json');
      const engine = createEngine({ definitions: body, seed: 1 });
      const events = [pageView({ duid: 'ann' }), pageView({ duid: 'ann' })];
      const fired = events.flatMap((event) => engine.track(JSON.stringify(event), { now: Date.now() })?.map(({ name }) => name) ?? []);
      await client.track(...events);
      assert.equal(engine.groupAttributes('g', 'ann').views, await client.value('g_v1:views', 'domain_userid', 'ann'));
      assert.deepEqual(fired, ['x']);
      engine.dispose();
    }));
});

test('server 1: a client without any bearer reads definitions and streams only', () =>
  withServer({ tokens: ['secret'] }, async ({ url }) => {
    const client = new Client(url, '');
    assert.equal((await client.ask('GET', '/definitions.json')).status, 200);
    assert.deepEqual((await client.api('GET', 'registry/attribute_keys/')).body, { error: 'unauthorized' });
  }));
