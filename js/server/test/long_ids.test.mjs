// Texts that are longer than any id, which an engine would keep for ever.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { counterGroup, pageView, useServers } from './support.mjs';

const withServer = useServers();
const LONGEST = 'x'.repeat(1_024);
const LONGER = `${LONGEST}x`;
const views = (client, id, key = 'domain_userid') => client.value(`${key}_v1:views`, key, id);
const ofKey = (name) => counterGroup({ name, attribute_key: { name } });
const engineBytes = async (client) => Number(/^oncue_engine_memory_bytes (\d+)$/m.exec((await client.ask('GET', '/metrics')).body)[1]);

describe('an id of more than 1,024 characters is none, and the event counts for its other ids', () => {
  for (const [parameter, key] of [['duid', 'domain_userid'], ['uid', 'user_id'], ['nuid', 'network_userid'], ['tnuid', 'network_userid']]) {
    test(`of a payload: ${parameter}`, () =>
      withServer(async (client) => {
        const other = key === 'user_id' ? ['duid', 'domain_userid'] : ['uid', 'user_id'];
        await client.publish({ attribute_groups: [ofKey(key), ofKey(other[1])] });
        for (const id of [LONGEST, LONGER]) assert.equal((await client.track(pageView({ [parameter]: id, [other[0]]: 'ann' }))).status, 200);
        assert.deepEqual([await views(client, LONGEST, key), await views(client, LONGER, key), await views(client, 'ann', other[1])], [1, null, 2]);
      }));
  }

  test('of enriched JSON and TSV', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [ofKey('domain_userid'), ofKey('user_id'), ofKey('network_userid')] });
      // Positions of the canonical event's columns, from 1.
      const json = (ids) => JSON.stringify({ event: 'page_view', event_name: 'page_view', event_vendor: 'com.snowplowanalytics.snowplow', collector_tstamp: '2026-01-05T08:00:01.000Z', ...ids });
      const tsv = (ids) => Object.entries({ 4: '2026-01-05 08:00:02.000', 6: 'page_view', 126: 'com.snowplowanalytics.snowplow', 127: 'page_view', 129: '1-0-0', ...ids })
        .reduce((columns, [position, value]) => columns.with(position - 1, value), Array(131).fill('')).join('\t');
      const lines = [LONGEST, LONGER].flatMap((id) => [
        json({ domain_userid: id, user_id: 'ann' }), json({ domain_userid: 'ann', user_id: id, network_userid: id }),
        tsv({ 16: id, 13: 'ann' }), tsv({ 16: 'ann', 13: id, 18: id }),
      ]);
      assert.equal((await client.ask('POST', '/enriched', lines.join('\n'))).body.accepted, lines.length);
      for (const key of ['domain_userid', 'user_id']) assert.deepEqual([await views(client, LONGEST, key), await views(client, LONGER, key), await views(client, 'ann', key)], [2, null, 4], key);
      assert.deepEqual([await views(client, LONGEST, 'network_userid'), await views(client, LONGER, 'network_userid')], [2, null]);
    }));
});

test('ids of a megabyte take no memory', () =>
  withServer(async (client) => {
    await client.publish({ attribute_groups: [ofKey('domain_userid')] });
    await client.track(pageView({ duid: 'ann' + 'x'.repeat(1_000_000) }));
    const before = await engineBytes(client);
    for (let i = 0; i < 20; i++) await client.track(pageView({ duid: i + 'x'.repeat(1_000_000) }));
    assert.equal(await engineBytes(client), before);
  }));

test('other texts of a payload are cut after 4,096 characters, JSON is not', () =>
  withServer(async (client) => {
    const atomic = { name: 'title', type: 'string', aggregation: 'last', property: { type: 'atomic', name: 'page_title' } };
    const entity = { name: 'text', type: 'string', aggregation: 'last', property: { type: 'entity', vendor: 'a.b', name: 'c', major_version: 1, path: 'text' } };
    await client.publish({ attribute_groups: [counterGroup({ attributes: [atomic, entity] })] });
    const long = 'y'.repeat(10_000);
    const co = JSON.stringify({ schema: 'iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0', data: [{ schema: 'iglu:a.b/c/jsonschema/1-0-0', data: { text: long } }] });
    await client.track(pageView({ duid: 'ann', page: long, co }));
    assert.equal(await client.value('g_v1:title', 'domain_userid', 'ann'), 'y'.repeat(4_096));
    assert.equal(await client.value('g_v1:text', 'domain_userid', 'ann'), long);
  }));
