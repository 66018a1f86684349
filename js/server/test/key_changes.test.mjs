// definitions 11, server-api 2: an attribute key is part of the definitions that use it, so it changes as little as they do.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { counterGroup, pageView, useServers } from './support.mjs';

const withServer = useServers();
const KEY = { name: 'app', property: { type: 'atomic', name: 'app_id' }, ttl: 'P30D', is_published: true };
const PATH = 'registry/attribute_keys/app';
/** Its values expire by the TTL of its key. */
const groupOf = (key, more = {}) => counterGroup({ attribute_key: key, ttl: undefined, ...more });

/** A server on which `web` has been seen twice, by the group `g` of that key. */
const withValues = (body) =>
  withServer(async (client) => {
    await client.publish({ attribute_keys: [KEY], attribute_groups: [groupOf({ name: 'app' })] });
    await client.track(pageView({ aid: 'web' }), pageView({ aid: 'web' }));
    await body(client, () => client.value('g_v1:views', 'app', 'web'));
  });

function assertRefused({ status, body }, pattern) {
  assert.equal(status, 400, JSON.stringify(body));
  assert.match(body.detail, pattern);
}

describe('an attribute key that a published group uses', () => {
  for (const [what, more] of [['ttl', { ttl: 'P2D' }], ['ttl, left out,', { ttl: undefined }], ['property', { property: { type: 'atomic', name: 'name_tracker' } }], ['property, another entity,', { property: { ...KEY.property, type: 'entity', vendor: 'a.b', name: 'c', major_version: 1, path: 'id' } }]]) {
    test(`PUT of another ${what} is 400, names the group, and keeps its values`, () =>
      withValues(async ({ api }, views) => {
        assertRefused(await api('PUT', PATH, { ...KEY, ...more }), /^Attribute key app is used by published attribute group g version 1.*unpublish/);
        assert.equal(await views(), 2);
        assert.deepEqual((await api('GET', PATH)).body.property, KEY.property);
      }));
  }

  test('another description, owner or is_published is 200, and the values stay', () =>
    withValues(async ({ api, track }, views) => {
      for (const more of [{ description: 'Which app it was.' }, { owner: 'the shop' }, { is_published: false }]) {
        const { status, body } = await api('PUT', PATH, { ...KEY, ...more });
        assert.deepEqual([status, body], [200, { ...KEY, ...more, blobl_path: 'this.app_id' }]);
        assert.equal(await views(), 2);
      }
      await track(pageView({ aid: 'web' }));
      assert.equal(await views(), 3);
    }));

  test('published again as the SDK does it, POST, on 400 PUT, it keeps the values; what a GET gave may be sent back, too', () =>
    withValues(async ({ api }, views) => {
      for (let i = 0; i < 2; i++) {
        assert.equal((await api('POST', 'registry/attribute_keys/', KEY)).status, 400);
        assert.equal((await api('PUT', PATH, KEY)).status, 200);
      }
      assert.equal((await api('PUT', PATH, (await api('GET', PATH)).body)).status, 200);
      assert.equal(await views(), 2);
    }));

  test('while none of its groups is published it may change, and their values begin anew', () =>
    withValues(async (client, views) => {
      const { api } = client;
      await api('POST', 'engines/unpublish', { attribute_groups: [{ name: 'g', version: 1 }] });
      assert.equal((await api('PUT', PATH, { ...KEY, ttl: 'P2D' })).status, 200);
      await api('POST', 'engines/publish', { attribute_groups: [{ name: 'g', version: 1 }] });
      assert.equal(await views(), null);
    }));

  test('a key that no group uses may change', () =>
    withValues(async ({ api }) => {
      await api('POST', 'registry/attribute_keys/', { ...KEY, name: 'other' });
      assert.equal((await api('PUT', 'registry/attribute_keys/other', { ...KEY, name: 'other', ttl: 'P2D' })).status, 200);
    }));
});

describe('a built-in attribute key that a published group uses', () => {
  const BUILT_IN = { name: 'domain_userid', description: 'The domain user ID for the user.', key: 'domain_userid', is_published: true };
  const withBuiltIn = (body) =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [groupOf({ name: 'domain_userid' })] });
      await client.track(pageView({ duid: 'ann' }));
      await body(client, () => client.value('g_v1:views', 'domain_userid', 'ann'));
    });

  test('POST and PUT of it with a ttl are 400, and the values stay', () =>
    withBuiltIn(async ({ api }, views) => {
      assertRefused(await api('POST', 'registry/attribute_keys/', { ...BUILT_IN, ttl: 'P2D' }), /group g version 1/);
      assertRefused(await api('PUT', 'registry/attribute_keys/domain_userid', { ...BUILT_IN, ttl: 'P2D' }), /group g version 1/);
      assert.equal(await views(), 1);
    }));

  test('as it is, in whatever words, it may be registered, and again; the values stay', () =>
    withBuiltIn(async ({ api }, views) => {
      assert.equal((await api('POST', 'registry/attribute_keys/', BUILT_IN)).status, 201);
      assert.equal((await api('POST', 'registry/attribute_keys/', BUILT_IN)).status, 400);
      for (const body of [BUILT_IN, { name: 'domain_userid' }, { name: 'domain_userid', property: { type: 'atomic', name: 'domain_userid' } }, { name: 'domain_userid', property: { name: 'domain_userid' } }]) {
        assert.equal((await api('PUT', 'registry/attribute_keys/domain_userid', body)).status, 200, JSON.stringify(body));
        assert.equal(await views(), 1);
      }
    }));

  test('a group that spells it out with a ttl of its own keeps that', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [groupOf({ ...BUILT_IN, ttl: 'P9D' }, { name: 'Own' })] });
      await client.track(pageView({ duid: 'ann' }));
      assertRefused(await client.api('POST', 'registry/attribute_keys/', BUILT_IN), /group Own version 1/);
      assert.equal((await client.api('POST', 'registry/attribute_keys/', { ...BUILT_IN, ttl: 'P9D' })).status, 201);
      assert.equal(await client.value('Own_v1:views', 'domain_userid', 'ann'), 1);
    }));

  test('PUT of a published group that spells it out with another ttl is 400, and the values stay; as it was, it is 200', () =>
    withBuiltIn(async ({ api }, views) => {
      const put = (key) => api('PUT', 'registry/attribute_groups/g/versions/1', groupOf(key));
      assertRefused(await put({ ...BUILT_IN, ttl: 'P2D' }), /^Attribute group g version 1 is published/);
      assert.equal(await views(), 1);
      for (const key of [BUILT_IN, { name: 'domain_userid' }, { ...BUILT_IN, description: 'ours', is_published: false }]) assert.equal((await put(key)).status, 200);
      assert.equal(await views(), 1);
    }));
});
