// server-api 7: what trackers and pipelines send.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { action, counterGroup, envelope, intervention, pageView, TP2, useServers, withStream } from './support.mjs';

const withServer = useServers();
const views = (client, id) => client.value('g_v1:views', 'domain_userid', id);
const atomic = (name, aggregation = 'last', type = 'string') => ({ name, type, aggregation, property: { type: 'atomic', name } });

describe('server 7: local ingest', () => {
  test('tp2: every event of the envelope counts, and is durable before the answer', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const { status, body } = await client.track(pageView({ duid: 'ann' }), pageView({ duid: 'ann' }), pageView({ duid: 'bob' }));
      assert.deepEqual([status, body], [200, 'ok']);
      assert.deepEqual([await views(client, 'ann'), await views(client, 'bob')], [2, 1]);
    }));

  test('tp2: an event_id counts once, however it arrives', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const event = pageView({ duid: 'ann' });
      const upper = { ...event, eid: event.eid.toUpperCase() };
      await Promise.all([client.track(event, event), client.track(event), client.track(upper)]);
      assert.equal((await client.ask('GET', `/i?${new URLSearchParams(event)}`)).status, 200);
      assert.equal(await views(client, 'ann'), 1);
    }));

  for (const [name, eid] of [['no UUID', 'order-4711'], ['digits', '4711'], ['other letters', 'größe 1'], ['a lone surrogate', 'a\ud800'], ['a NUL', 'a\0b'], ['a very long text', 'x'.repeat(10_000)]]) {
    test(`an event_id that is ${name} counts once too, and is not taken for another one`, () =>
      withServer(async (client) => {
        await client.publish({ attribute_groups: [counterGroup()] });
        const event = pageView({ duid: 'ann', eid });
        const others = [`${eid}.`, `${eid} `, eid.toUpperCase()].filter((one) => one !== eid);
        await Promise.all([client.track(event, event), client.track(event)]);
        assert.equal(await views(client, 'ann'), 1);
        await client.track(...others.map((one) => ({ ...event, eid: one })), event);
        assert.equal(await views(client, 'ann'), 1 + others.length);
        const line = JSON.stringify({ event: 'page_view', event_name: 'page_view', domain_userid: 'ann', event_id: eid, collector_tstamp: '2026-01-05T08:00:01.000Z' });
        const { body } = await client.ask('POST', '/enriched', line);
        assert.deepEqual([body.accepted, body.duplicates], [0, 1]);
      }));
  }

  test('tp2: events whose id is empty, blank or no text all count', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const without = ['', '  ', null, 5, {}].flatMap((eid) => [pageView({ duid: 'ann', eid }), pageView({ duid: 'ann', eid })]);
      await client.track(...without);
      assert.equal(await views(client, 'ann'), without.length);
    }));

  test('tp2: events without an id all count', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const event = pageView({ duid: 'ann', eid: undefined });
      await client.track(event, event);
      assert.equal(await views(client, 'ann'), 2);
    }));

  test('tp2: no envelope is 400; what is no object in it is left out', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      for (const body of ['', '{', 'null', '[]', '{"data":[]}', JSON.stringify({ ...envelope([]), schema: 'iglu:other/x/jsonschema/1-0-0' }), new Uint8Array([0x22, 0xff, 0x22])]) {
        const { status, body: answer } = await client.ask('POST', TP2, body);
        assert.equal(status, 400, String(body));
        assert.equal(typeof answer.error, 'string');
      }
      assert.equal((await client.track(1, null, 'x', ['e'], pageView({ duid: 'ann' }))).status, 200);
      assert.equal(await views(client, 'ann'), 1);
    }));

  test('tp2: base64 payloads', () =>
    withServer(async (client) => {
      const property = { type: 'event', vendor: 'com.snowplowanalytics.snowplow.ecommerce', name: 'snowplow_ecommerce_action', major_version: 1, path: 'type' };
      const attributes = [{ name: 'kind', type: 'string', aggregation: 'last', property }];
      await client.publish({ attribute_groups: [counterGroup({ attributes })] });
      const { ue_pr, ...rest } = action('product_view', 'ann');
      await client.track({ ...rest, ue_px: Buffer.from(ue_pr).toString('base64url') });
      assert.equal(await client.value('g_v1:kind', 'domain_userid', 'ann'), 'product_view');
    }));

  test('GET /i answers a pixel', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const { status, headers } = await client.ask('GET', `/i?${new URLSearchParams(pageView({ duid: 'ann' }))}`);
      assert.deepEqual([status, headers.get('content-type')], [200, 'image/gif']);
      assert.equal(await views(client, 'ann'), 1);
      assert.equal((await client.ask('GET', '/i')).status, 200);
    }));

  test('CORS as a tracker with cookies needs it', () =>
    withServer(async (client) => {
      const origin = 'https://shop.example';
      const asked = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,sp-anonymous' };
      const preflight = await client.ask('OPTIONS', TP2, undefined, asked);
      assert.equal(preflight.status, 204);
      assert.match(preflight.headers.get('access-control-allow-headers'), /sp-anonymous/i);
      const sent = await client.ask('POST', TP2, envelope([]), { origin });
      const refused = await client.ask('POST', TP2, '{', { origin });
      for (const { headers } of [preflight, sent, refused]) {
        assert.equal(headers.get('access-control-allow-origin'), origin);
        assert.equal(headers.get('access-control-allow-credentials'), 'true');
        assert.match(headers.get('vary'), /origin/i);
      }
    }));

  test('CORS with a list of origins: others are not named', () =>
    withServer({ origins: ['https://shop.example'] }, async (client) => {
      const allowed = async (origin, path) => (await client.ask('GET', path, undefined, { origin })).headers.get('access-control-allow-origin');
      for (const path of ['/i', '/definitions.json']) {
        assert.equal(await allowed('https://shop.example', path), 'https://shop.example');
        assert.equal(await allowed('https://other.example', path), null);
      }
    }));

  test("the user agent is the request's, unless the payload has one or the tracker is anonymous", () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup({ attributes: [atomic('useragent')] })] });
      const agent = () => client.value('g_v1:useragent', 'domain_userid', 'ann');
      await client.ask('POST', TP2, envelope([pageView({ duid: 'ann' })]), { 'user-agent': 'header', 'sp-anonymous': '*' });
      assert.equal(await agent(), null);
      await client.ask('POST', TP2, envelope([pageView({ duid: 'ann' })]), { 'user-agent': 'header' });
      assert.equal(await agent(), 'header');
      await client.ask('POST', TP2, envelope([pageView({ duid: 'ann', ua: 'payload' })]), { 'user-agent': 'header' });
      assert.equal(await agent(), 'payload');
    }));
});

describe('events 4: the clock', () => {
  test("derived_tstamp is the collector's time less what the device waited before sending", () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup({ attributes: [atomic('derived_tstamp', 'last', 'unix_timestamp'), atomic('collector_tstamp', 'last', 'unix_timestamp')] })] });
      // The device's clock is years behind; what counts is that it sent the event an hour after it happened.
      const before = Date.now();
      await client.track(pageView({ duid: 'ann', dtm: '1000000', stm: String(1_000_000 + 3_600_000) }));
      const [derived, collector] = [await client.value('g_v1:derived_tstamp', 'domain_userid', 'ann'), await client.value('g_v1:collector_tstamp', 'domain_userid', 'ann')];
      assert.ok(collector >= Math.floor(before / 1000) && collector <= Date.now() / 1000);
      assert.ok(Math.abs(collector - 3600 - derived) <= 1, `${collector} ${derived}`);
    }));
});

describe('POST /enriched', () => {
  const JSON_EVENT = { event: 'page_view', event_name: 'page_view', event_vendor: 'com.snowplowanalytics.snowplow', domain_userid: 'ann', event_id: 'c6ef3124-b53a-4b13-a233-0088f79dcbcb', collector_tstamp: '2026-01-05T08:00:01.000Z' };
  // Positions of the canonical event's columns, from 1.
  const POSITIONS = { 4: '2026-01-05 08:00:02.000', 6: 'page_view', 7: randomUUID(), 16: 'ann', 126: 'com.snowplowanalytics.snowplow', 127: 'page_view', 129: '1-0-0' };
  const TSV = Object.entries(POSITIONS).reduce((columns, [position, value]) => columns.with(position - 1, value), Array(131).fill('')).join('\t');

  test('TSV and JSON lines count, repeated ones do not, bad ones are named', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const lines = [JSON.stringify(JSON_EVENT), TSV, TSV, 'a\tb', '{', ''].join('\n');
      const { status, body } = await client.ask('POST', '/enriched', lines);
      assert.equal(status, 200);
      assert.deepEqual([body.accepted, body.duplicates], [2, 1]);
      assert.deepEqual(body.rejected.map(({ line }) => line), [4, 5]);
      assert.equal(await views(client, 'ann'), 2);
      await client.track(pageView({ duid: 'ann', eid: JSON_EVENT.event_id }));
      assert.equal(await views(client, 'ann'), 2, 'the same event from a tracker is a repeated one');
    }));

  test('needs a token', () =>
    withServer(async (client) => {
      assert.equal((await client.ask('POST', '/enriched', TSV, { authorization: '' })).status, 401);
    }));

});

describe('decisions 1: time', () => {
  test('an intervention that time makes true fires on the server', () =>
    withServer(async (client) => {
      const attributes = [{ name: 'idle', type: 'double', aggregation: 'time_since_last', time_unit: 's', events: [{ name: 'page_view' }] }];
      const rule = intervention({ criteria: { attribute: 'g:idle', operator: '>=', value: 1 } });
      await client.publish({ attribute_groups: [counterGroup({ attributes })], interventions: [rule] });
      const duid = randomUUID();
      await withStream(client, { domain_userid: duid }, async (stream) => {
        await client.track(pageView({ duid }));
        await stream.until(({ messages }) => messages.length > 0);
        assert.deepEqual(stream.names(), ['x']);
      });
    }));
});
