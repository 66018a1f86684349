// server-api 5: interventions over SSE, row by row.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { action, counterGroup, ECOM, intervention, pageView, Stream, useServers, withStream } from './support.mjs';

const withServer = useServers();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const push = (client, query, body = { name: 'n', version: 1 }) => client.api('POST', `interventions?${new URLSearchParams(query)}`, body);
const arrived = (count) => ({ messages }) => messages.length >= count;

describe('server 5: GET interventions', () => {
  test('200, text/event-stream, headers at once, no token needed, any origin', () =>
    withServer({ tokens: ['secret'] }, (client) =>
      withStream(client, { domain_userid: randomUUID() }, async ({ response }) => {
        assert.equal(response.status, 200);
        assert.match(response.headers.get('content-type'), /^text\/event-stream/);
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
      }, { origin: 'https://shop.example' })));

  test('a value that is no UUID is 400 with the documented error', () =>
    withServer(async ({ url }) => {
      for (const query of [{ domain_userid: 'ann' }, { domain_userid: '' }, [['domain_userid', randomUUID()], ['domain_userid', 'x']]]) {
        const { response } = await Stream.open(url, query);
        assert.equal(response.status, 400);
        assert.deepEqual(await response.json(), { error: 'only UUIDs allowed as attribute key values' });
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
      }
    }));

  test('unknown query names are ignored; without a key it is 400', () =>
    withServer(async ({ url }) => {
      assert.equal((await Stream.open(url, { nothing: 'x' })).response.status, 400);
      assert.equal((await Stream.open(url, {})).response.status, 400);
      const stream = await Stream.open(url, { nothing: 'x', domain_userid: randomUUID() });
      assert.equal(stream.response.status, 200);
      stream.close();
    }));

  test('a message is one line "data: <JSON>", LF only, no event field, attributes are texts', () =>
    withServer(async (client) => {
      const attributes = [...counterGroup().attributes, { name: 'pages', type: 'string_list', aggregation: 'unique_list', property: { type: 'atomic', name: 'page_title' } }, { name: 'title', type: 'string', aggregation: 'last', property: { type: 'atomic', name: 'page_title' } }];
      await client.publish({ attribute_groups: [counterGroup({ attributes })], interventions: [intervention({ payload_attribute_groups: [{ name: 'g', version: 1 }] })] });
      const duid = randomUUID();
      await withStream(client, { domain_userid: duid }, async (stream) => {
        await client.track(pageView({ duid, page: 'Café "1"' }), pageView({ duid, page: 'two' }));
        await stream.until(arrived(1));
        assert.match(stream.text, /^(:\n\n)*data: \{[^\n\r]*\}\n\n$/);
        const [message] = stream.messages;
        assert.match(message.intervention_id, UUID);
        assert.deepEqual(message, {
          intervention_id: message.intervention_id, name: 'x', version: 1,
          target_attribute_key: { name: 'domain_userid', id: duid },
          attributes: { 'g:views': '2', 'g:pages': '["Café \\"1\\"","two"]', 'g:title': 'two' },
        });
      });
    }));

  test('one message per connection although several of its keys match, in the order of the targets', () =>
    withServer(async (client) => {
      const target_attribute_keys = [{ name: 'domain_sessionid' }, { name: 'domain_userid' }];
      await client.publish({ attribute_groups: [counterGroup()], interventions: [intervention({ target_attribute_keys })] });
      const [duid, sid] = [randomUUID(), randomUUID()];
      await withStream(client, { domain_userid: duid, domain_sessionid: sid }, (both) =>
        withStream(client, { domain_userid: duid }, (user) =>
          withStream(client, { domain_userid: randomUUID() }, async (other) => {
            await client.track(pageView({ duid, sid }), pageView({ duid, sid }), pageView({ duid, sid }));
            await both.until(arrived(1));
            await user.until(arrived(1));
            await push(client, [['domain_userid', duid], ['domain_userid', other.response.url.split('=')[1]]], { name: 'end', version: 1 });
            await Promise.all([both.until(arrived(2)), user.until(arrived(2)), other.until(arrived(1))]);
            assert.deepEqual([both.names(), user.names(), other.names()], [['x', 'end'], ['x', 'end'], ['end']]);
            assert.deepEqual(both.messages[0].target_attribute_key, { name: 'domain_sessionid', id: sid });
            assert.deepEqual(user.messages[0].target_attribute_key, { name: 'domain_userid', id: duid });
            assert.equal(both.messages[0].intervention_id, user.messages[0].intervention_id, 'evaluation 12: same id for all targets');
          })));
    }));

  test('evaluation 9: each target is told once; a new session tells only the session', () =>
    withServer(async (client) => {
      // Keyed by session, so each session makes it true anew.
      const target_attribute_keys = [{ name: 'domain_sessionid' }, { name: 'domain_userid' }];
      await client.publish({ attribute_groups: [counterGroup({ attribute_key: { name: 'domain_sessionid' } })], interventions: [intervention({ target_attribute_keys })] });
      const [duid, first, second] = [randomUUID(), randomUUID(), randomUUID()];
      await withStream(client, { domain_userid: duid }, (user) =>
        withStream(client, { domain_sessionid: second }, async (session) => {
          await client.track(pageView({ duid, sid: first }), pageView({ duid, sid: first }), pageView({ duid, sid: second }), pageView({ duid, sid: second }));
          await session.until(arrived(1));
          await push(client, { domain_userid: duid }, { name: 'end', version: 1 });
          await user.until(({ messages }) => messages.at(-1)?.name === 'end');
          assert.deepEqual(user.names(), ['x', 'end']);
        }));
    }));

  test('decisions 5: with refire "edge" subscribers are told at every edge', () =>
    withServer(async (client) => {
      const attributes = [{ name: 'title', type: 'string', aggregation: 'last', property: { type: 'atomic', name: 'page_title' } }];
      await client.publish({ attribute_groups: [counterGroup({ attributes })], interventions: [intervention({ criteria: { attribute: 'g:title', operator: '=', value: 'on' } })] });
      assert.equal((await client.api('PUT', 'delivery/x/1', { refire: 'edge' })).status, 200);
      const duid = randomUUID();
      await withStream(client, { domain_userid: duid }, async (stream) => {
        await client.track(pageView({ duid, page: 'on' }), pageView({ duid, page: 'off' }), pageView({ duid, page: 'on' }));
        await stream.until(arrived(2));
        assert.deepEqual(stream.names(), ['x', 'x']);
      });
    }));

  test('no replay: only what fires while connected, Last-Event-ID or not', () =>
    withServer(async (client) => {
      await client.publish(ECOM);
      const duid = randomUUID();
      await client.track(action('add_to_cart', duid, { prices: [5] }));
      await withStream(client, { domain_userid: duid }, async (stream) => {
        await push(client, { domain_userid: duid }, { name: 'end', version: 1 });
        await stream.until(arrived(1));
        assert.deepEqual(stream.names(), ['end']);
      }, { 'last-event-id': '1' });
    }));

  test('repeated keys, as Python sends them', () =>
    withServer(async (client) => {
      const [a, b] = [randomUUID(), randomUUID()];
      await withStream(client, [['domain_userid', a], ['domain_userid', b]], async (stream) => {
        await push(client, { domain_userid: b });
        await stream.until(arrived(1));
        assert.equal(stream.messages[0].target_attribute_key.id, b);
      });
    }));

  test('keep-alives are comment lines', () =>
    withServer({ keepAliveMs: 150 }, (client) =>
      withStream(client, { domain_userid: randomUUID() }, async (stream) => {
        await stream.until(({ text }) => text.length >= 6);
        assert.match(stream.text, /^(:\n\n)+$/);
      })));

  test('a reader that reads stays, however large a message is', () =>
    withServer({ mostWaitingBytes: 64 * 1024 }, (client) => {
      const target = { domain_userid: randomUUID() };
      return withStream(client, target, async (stream) => {
        const attributes = { big: 'x'.repeat(900_000) };
        for (const count of [1, 3]) {
          assert.deepEqual((await push(client, target, { name: 'big', version: 1, attributes })).body, { status: 'success' });
          await stream.until(arrived(count));
          assert.deepEqual((await push(client, target, { name: 'small', version: 1 })).body, { status: 'success' });
          await stream.until(arrived(count + 1));
        }
        assert.ok(stream.isOpen);
        assert.deepEqual(stream.names(), ['big', 'small', 'big', 'small']);
        assert.equal(stream.messages[0].attributes.big.length, 900_000);
      });
    }));

  test('a reader that does not read is dropped, and nobody waits for it', () =>
    withServer({ mostWaitingBytes: 64 * 1024 }, async (client, { port }) => {
      const [slowId, fastId] = [randomUUID(), randomUUID()];
      const slow = connect(port, '127.0.0.1');
      slow.write(`GET /api/v1/interventions?domain_userid=${slowId} HTTP/1.1\r\nhost: x\r\n\r\n`);
      await new Promise((done) => slow.once('readable', done));
      slow.pause();
      let isClosed = false;
      slow.on('error', () => {}).on('close', () => (isClosed = true));
      await withStream(client, { domain_userid: fastId }, async (fast) => {
        const attributes = { big: 'x'.repeat(200_000) };
        let status;
        let sent = 0;
        do {
          ({ body: { status } } = await push(client, [['domain_userid', slowId]], { name: 'big', version: 1, attributes }));
          await push(client, { domain_userid: fastId }, { name: 'small', version: 1 });
          sent++;
          await fast.until(arrived(sent));
        } while (status === 'success');
        assert.equal(status, 'undelivered');
        assert.equal(fast.messages.length, sent);
      });
      slow.resume();
      while (!isClosed) await new Promise((done) => setTimeout(done, 10));
    }));
});

describe('server 5: POST interventions', () => {
  test('success when a subscriber got it, undelivered when there is none', () =>
    withServer(async (client) => {
      const id = randomUUID();
      assert.deepEqual((await push(client, { domain_sessionid: id })).body, { status: 'undelivered' });
      await withStream(client, { domain_sessionid: id }, async (stream) => {
        const { status, body } = await push(client, { domain_sessionid: id }, { name: 'my_intervention', version: 3, attributes: { a: 'b' } });
        assert.deepEqual([status, body], [200, { status: 'success' }]);
        await stream.until(arrived(1));
        const [{ intervention_id, ...rest }] = stream.messages;
        assert.match(intervention_id, UUID);
        assert.deepEqual(rest, { name: 'my_intervention', version: 3, target_attribute_key: { name: 'domain_sessionid', id }, attributes: { a: 'b' } });
      });
    }));

  test('the same id reaches a stream once also after a thousand others', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const duid = randomUUID();
      const push = (intervention_id) => client.api('POST', `interventions?domain_userid=${duid}`, { name: 'n', version: 1, intervention_id });
      await withStream(client, { domain_userid: duid }, async (stream) => {
        const ids = Array.from({ length: 1_000 }, () => randomUUID());
        for (const id of ids) assert.equal((await push(id)).body.status, 'success');
        for (const id of [ids[0], ids[500], ids[999]]) await push(id);
        const last = randomUUID();
        await push(last);
        await stream.until(({ messages }) => messages.some((message) => message.intervention_id === last));
        assert.deepEqual(stream.messages.map((message) => message.intervention_id), [...ids, last]);
      });
    }));

  test('intervention_id and target_attribute_key are kept when given; the same id reaches a stream once', () =>
    withServer(async (client) => {
      const id = randomUUID();
      const given = { intervention_id: randomUUID(), name: 'n', version: 1, target_attribute_key: { name: 'user_id', id: 'ann' } };
      await withStream(client, { domain_userid: id }, async (stream) => {
        assert.equal((await push(client, { domain_userid: id }, given)).body.status, 'success');
        assert.equal((await push(client, { domain_userid: id }, given)).body.status, 'undelivered');
        await push(client, { domain_userid: id }, { name: 'end', version: 1 });
        await stream.until(arrived(2));
        assert.deepEqual(stream.messages[0], { ...given, attributes: {} });
        assert.deepEqual(stream.names(), ['n', 'end']);
      });
    }));

  test('one id for all targets', () =>
    withServer(async (client) => {
      const [a, b] = [randomUUID(), randomUUID()];
      await withStream(client, { domain_userid: a }, (one) =>
        withStream(client, { domain_sessionid: b }, async (two) => {
          await push(client, { domain_userid: a, domain_sessionid: b });
          await Promise.all([one.until(arrived(1)), two.until(arrived(1))]);
          assert.equal(one.messages[0].intervention_id, two.messages[0].intervention_id);
        }));
    }));

  test('a version that no page takes is 400: below 0, above 4,294,967,295, with a fraction', () =>
    withServer(async (client) => {
      const target = { domain_userid: randomUUID() };
      for (const version of [-1, -0.5, 1.5, 4_294_967_296, 1e300]) {
        const { status, body } = await push(client, target, { name: 'n', version });
        assert.deepEqual([status, body], [400, { error: '"version" must be a whole number from 0 to 4294967295' }], String(version));
      }
      for (const version of [0, 1, 4_294_967_295]) assert.deepEqual((await push(client, target, { name: 'n', version })).body, { status: 'undelivered' });
    }));

  test('400 {"error"} for a bad body or bad keys; a token is needed', () =>
    withServer(async (client) => {
      const target = { domain_userid: randomUUID() };
      const bad = ['{', [], {}, { name: 'n' }, { name: 'a b', version: 1 }, { name: 'n', version: '1' }, { name: 'n', version: 1, intervention_id: 'x' },
        { name: 'n', version: 1, attributes: { a: 1 } }, { name: 'n', version: 1, target_attribute_key: { name: 'x' } }];
      for (const body of bad) {
        const { status, body: answer } = await push(client, target, body);
        assert.equal(status, 400, JSON.stringify(body));
        assert.equal(typeof answer.error, 'string');
      }
      assert.equal((await push(client, { domain_userid: 'ann' })).status, 400);
      assert.equal((await push(client, {})).status, 400);
      assert.equal((await client.ask('POST', `/api/v1/interventions?${new URLSearchParams(target)}`, { name: 'n', version: 1 }, { authorization: '' })).status, 401);
    }));
});
