// Sync over HTTP: uploads, states, claims, erasing, definitions. The devices are real engines.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { startServer } from '@oncue/server';
import { Client, counterGroup, pageView, useFolder } from './support.mjs';
import { askSync, Device, KEY, publishUsers, SECRET, tokenOf, userGroup, useSyncServers } from './sync_support.mjs';

const folder = useFolder();
const withServer = useSyncServers();
const DAY_MS = 86_400_000;
const onServer = (client, id, reference = 'u_v1:views') => client.value(reference, KEY, id);

/** The upload of a device that has seen two pages. */
async function withTwoFacts(client) {
  await publishUsers(client);
  const device = new Device(client, 'ann');
  device.view();
  device.view();
  return { device, ...device.pending() };
}

describe('uploads', () => {
  test('two devices of one person end with the same values, which are those of the server', () =>
    withServer(async (client) => {
      await publishUsers(client);
      const [phone, laptop] = [new Device(client, 'ann'), new Device(client, 'ann')];
      phone.view('https://shop.example/a');
      phone.view('https://shop.example/b');
      laptop.view('https://shop.example/b');
      assert.equal((await phone.upload()).status, 200);
      assert.equal((await laptop.upload()).status, 200);
      const [a, b] = [await phone.fetch(), await laptop.fetch()];
      assert.equal(a.state, b.state);
      assert.deepEqual(phone.own(), laptop.own());
      assert.equal(phone.own().digest, a.digest);
      assert.equal(phone.values().views, 3);
      assert.deepEqual(phone.values(), laptop.values());
      assert.equal(await onServer(client, 'ann'), 3);
      assert.deepEqual(await onServer(client, 'ann', 'u_v1:pages'), phone.values().pages);
      assert.equal(await onServer(client, 'bob'), null);
    }));

  test('the same upload again has the same answer, and counts once; so has one that begins earlier', () =>
    withServer(async (client) => {
      await publishUsers(client);
      const device = new Device(client, 'ann');
      device.view();
      const first = device.pending();
      const { status, body } = await device.ask('POST', 'upload', first);
      assert.equal(status, 200);
      assert.equal(body.n, 1);
      const again = await device.ask('POST', 'upload', first);
      assert.deepEqual([again.status, again.body.n, again.body.chain], [200, body.n, body.chain]);
      device.view();
      const both = device.pending();
      assert.equal(both.base, 0);
      assert.equal(both.facts[0], first.facts[0], 'what was uploaded is frozen');
      const more = await device.ask('POST', 'upload', both);
      assert.deepEqual([more.status, more.body.n], [200, 2]);
      assert.equal((await device.ask('POST', 'upload', first)).status, 200, 'an old one that comes late');
      assert.equal(await onServer(client, 'ann'), 2);
    }));

  test('facts before these are missing: 409 gap with what the server has, and nothing of it is kept', () =>
    withServer(async (client) => {
      const { device, facts, ...rest } = await withTwoFacts(client);
      const { status, body } = await device.ask('POST', 'upload', { ...rest, base: 1, chain: 'f'.repeat(16), facts: facts.slice(1) });
      assert.deepEqual([status, body.code, body.n, body.chain], [409, 'gap', 0, '0'.repeat(16)]);
      assert.equal(await onServer(client, 'ann'), null);
    }));

  test('a cloned profile: 409 fork; with a new replica it goes on and loses nothing', () =>
    withServer(async (client) => {
      await publishUsers(client);
      const [original, clone] = [new Device(client, 'ann', { seed: '77' }), new Device(client, 'ann', { seed: '77' })];
      assert.equal(original.replica, clone.replica);
      original.view('https://shop.example/a');
      clone.view('https://shop.example/b');
      await original.upload();
      const { status, body } = await clone.upload();
      assert.deepEqual([status, body.code, body.n], [409, 'fork', 1]);
      clone.sync({ do: 'fork', seed: '78' });
      assert.equal((await clone.upload()).status, 200);
      assert.equal(await onServer(client, 'ann'), 2);
    }));

  test('a fact from the future: 422 and the time; it is kept once it is shifted', () =>
    withServer(async (client) => {
      await publishUsers(client);
      const device = new Device(client, 'ann');
      device.view('https://shop.example/', Date.now() + DAY_MS);
      const { status, body } = await device.upload();
      assert.deepEqual([status, body.code], [422, 'future']);
      assert.ok(Math.abs(body.now - Date.now()) < 60_000);
      assert.equal(await onServer(client, 'ann'), null);
      device.sync({ do: 'refused', reason: 'future' }, Date.now() + DAY_MS);
      const shifted = device.sync({ do: 'upload', offset: -DAY_MS, limit: 10, bytes: 10_000 }, Date.now() + DAY_MS);
      assert.equal((await device.ask('POST', 'upload', shifted)).status, 200);
      assert.equal(await onServer(client, 'ann'), 1);
    }));

  test('facts that are none: 400 bad, and none of the upload is kept', () =>
    withServer(async (client) => {
      const { device, facts, ...rest } = await withTwoFacts(client);
      for (const bad of ['AAAA', 'A', '_-', `${facts[1]}AA`, facts[1].slice(0, -4)]) {
        const { status, body } = await device.ask('POST', 'upload', { ...rest, facts: [facts[0], bad] });
        assert.deepEqual([status, body.code], [400, 'bad'], bad);
      }
      assert.equal(await onServer(client, 'ann'), null);
    }));

  test('bodies that are not as documented: 400', () =>
    withServer(async (client) => {
      await publishUsers(client);
      const device = new Device(client, 'ann');
      device.view();
      const good = device.pending();
      const wrong = [[], null, 7, {}, { ...good, protocol: 2 }, { ...good, facts: [] }, { ...good, facts: 'x' }, { ...good, facts: ['ä'] }, { ...good, base: -1 }, { ...good, base: 0.5 }, { ...good, chain: 'xyz' }, { ...good, replica: good.replica.toUpperCase() + 'A' }, { ...good, epoch: '0' }, { ...good, definitions: '' }];
      for (const body of wrong) assert.equal((await device.ask('POST', 'upload', JSON.stringify(body))).status, 400, JSON.stringify(body));
      assert.equal((await device.ask('POST', 'upload', { ...good, protocol: 2 })).body.code, 'protocol');
      assert.equal((await device.ask('POST', 'upload', good)).status, 200);
    }));

  test('too many facts: 413 with how many there may be; too large a body: 413', () =>
    withServer({ bodyLimit: 5_000, sync: { secrets: [SECRET], mostFacts: 2 } }, async (client) => {
      await publishUsers(client);
      const device = new Device(client, 'ann');
      for (let i = 0; i < 3; i++) device.view();
      const { status, body } = await device.upload(3);
      assert.deepEqual([status, body.code, body.facts], [413, 'facts', 2]);
      assert.equal((await device.upload(2)).status, 200);
      assert.equal((await device.ask('POST', 'upload', 'x'.repeat(6_000))).status, 413);
    }));

  test('one token asks too often: 429; others are served', () =>
    withServer({ sync: { secrets: [SECRET], requestsPerSecond: 2 } }, async (client) => {
      const authorization = `Bearer ${await tokenOf('ann')}`;
      const statuses = [];
      for (let i = 0; i < 12; i++) statuses.push((await client.ask('GET', '/sync/v1/state', undefined, { authorization })).status);
      assert.ok(statuses.includes(429) && statuses[0] === 200);
      assert.equal((await askSync(client, 'bob', 'GET', 'state')).status, 200);
    }));

  test('the answer is lost on its way: the same upload again has the same answer', () =>
    withServer(async (client, { port }) => {
      await publishUsers(client);
      const device = new Device(client, 'ann');
      device.view();
      const body = JSON.stringify(device.pending());
      const token = await tokenOf('ann');
      const socket = connect(port, '127.0.0.1');
      socket.write(`POST /sync/v1/upload HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      while ((await onServer(client, 'ann')) !== 1);
      socket.destroy();
      const { status, body: answer } = await device.upload();
      assert.deepEqual([status, answer.n], [200, 1]);
      assert.equal(await onServer(client, 'ann'), 1);
    }));

  test('many devices at once: every fact once', () =>
    withServer({ sync: { secrets: [SECRET], requestsPerSecond: 0 } }, async (client) => {
      await publishUsers(client);
      const devices = Array.from({ length: 8 }, () => new Device(client, 'ann'));
      await Promise.all(devices.map(async (device) => {
        for (let i = 0; i < 10; i++) {
          device.view(`https://shop.example/${i}`);
          const body = device.pending();
          const answers = await Promise.all([device.ask('POST', 'upload', body), device.ask('POST', 'upload', body)]);
          for (const { status } of answers) assert.equal(status, 200);
          device.sync({ do: 'ack', n: answers[0].body.n, chain: answers[0].body.chain });
        }
      }));
      assert.equal(await onServer(client, 'ann'), 80);
      const states = await Promise.all(devices.map((device) => device.fetch()));
      assert.equal(new Set(states.map(({ state }) => state)).size, 1);
      assert.deepEqual(new Set(devices.map((device) => JSON.stringify(device.values()))).size, 1);
    }));

  test('an id has at most as many replicas as allowed', () =>
    withServer({ sync: { secrets: [SECRET], mostReplicas: 2 } }, async (client) => {
      await publishUsers(client);
      const devices = [1, 2, 3].map(() => new Device(client, 'ann'));
      const statuses = [];
      for (const device of devices) {
        device.view();
        statuses.push((await device.upload()).status);
      }
      assert.deepEqual(statuses, [200, 200, 403]);
      assert.equal(await onServer(client, 'ann'), 2);
    }));
});

describe('where the values come from', () => {
  test('groups of synced keys are computed from uploads only, never from events as well; the others as ever', () =>
    withServer(async (client) => {
      await publishUsers(client, userGroup(), counterGroup());
      const device = new Device(client, 'ann');
      await client.track(pageView({ uid: 'ann', duid: 'd1' }), pageView({ uid: 'ann', duid: 'd1' }));
      assert.equal(await onServer(client, 'ann'), null);
      assert.equal(await client.value('g_v1:views', 'domain_userid', 'd1'), 2);
      device.view();
      await device.upload();
      await client.track(pageView({ uid: 'ann', duid: 'd1' }));
      assert.equal(await onServer(client, 'ann'), 1);
    }));

  test('everything outlives a restart, also compacted', async () => {
    const data = path.join(folder, `${randomUUID()}.db`);
    const sync = { secrets: [SECRET], requestsPerSecond: 0, compactEvery: 5 };
    const first = await startServer({ data, port: 0, sync });
    const client = new Client(first.url);
    await publishUsers(client);
    const device = new Device(client, 'ann');
    for (let i = 0; i < 12; i++) {
      device.view(`https://shop.example/${i}`);
      await device.upload();
    }
    const before = await device.fetch();
    await device.ask('POST', 'claim', claimOf(device, { final: true }));
    await first.close();
    const second = await startServer({ data, port: 0, sync });
    device.client = new Client(second.url);
    const { now: _, claims, cursor, ...after } = await device.fetch();
    const { now: __, claims: none, cursor: at, ...expected } = before;
    assert.deepEqual(after, expected);
    assert.deepEqual([claims, none, cursor], [[{ name: 'x', version: 1 }], [], at + 1]);
    assert.equal(await onServer(device.client, 'ann'), 12);
    device.view();
    assert.equal((await device.upload()).body.n, 13);
    await second.close();
  });
});

const claimOf = (device, more = {}) => ({ key: KEY, id: device.id, epoch: 0, name: 'x', version: 1, intervention_id: randomUUID(), final: false, ...more });

describe('claims', () => {
  test('the first that asks may show it, the second may not; asked again with the same intervention id the answer is the same', () =>
    withServer(async (client) => {
      await publishUsers(client);
      const [a, b] = [new Device(client, 'ann'), new Device(client, 'ann')];
      const claim = claimOf(a);
      const { status, body } = await a.ask('POST', 'claim', claim);
      assert.deepEqual([status, body.granted, body.lease], [200, true, 30_000]);
      assert.equal((await b.ask('POST', 'claim', claimOf(b))).body.granted, false);
      assert.equal((await a.ask('POST', 'claim', claim)).body.granted, true);
      const final = await a.ask('POST', 'claim', { ...claim, final: true });
      assert.deepEqual([final.body.granted, final.body.lease], [true, null]);
      assert.equal((await b.ask('POST', 'claim', claimOf(b, { final: true }))).body.granted, false);
      assert.equal((await b.ask('POST', 'claim', claimOf(b, { version: 2 }))).body.granted, true);
      assert.deepEqual((await b.ask('GET', 'state')).body.claims, [{ name: 'x', version: 1 }]);
    }));

  test('of many at once one is granted', () =>
    withServer(async (client) => {
      await publishUsers(client);
      const device = new Device(client, 'ann');
      const answers = await Promise.all(Array.from({ length: 10 }, () => device.ask('POST', 'claim', claimOf(device))));
      assert.equal(answers.filter(({ body }) => body.granted).length, 1);
    }));

  test('a claim of another epoch: 409; one that is not as documented: 400', () =>
    withServer(async (client) => {
      await publishUsers(client);
      const device = new Device(client, 'ann');
      const { status, body } = await device.ask('POST', 'claim', claimOf(device, { epoch: 3 }));
      assert.deepEqual([status, body.code, body.epoch], [409, 'epoch', 0]);
      for (const more of [{ name: 'x y' }, { name: '' }, { version: -1 }, { intervention_id: 'x' }, { final: 1 }]) {
        assert.equal((await device.ask('POST', 'claim', claimOf(device, more))).status, 400, JSON.stringify(more));
      }
    }));
});

describe('erasing', () => {
  for (const how of ['a device', 'the API']) {
    test(`by ${how}: a device that was offline learns it, and what it had is refused`, async () => {
      const id = `user ${randomUUID()}`;
      const data = path.join(folder, `${randomUUID()}.db`);
      const server = await startServer({ data, port: 0, sync: { secrets: [SECRET] } });
      const client = new Client(server.url);
      await publishUsers(client);
      const [online, offline] = [new Device(client, id), new Device(client, id)];
      for (const device of [online, offline]) device.view('https://shop.example/traceable');
      await online.upload();
      if (how === 'a device') assert.equal((await online.ask('POST', 'forget', { key: KEY, id })).body.epoch, 1);
      else assert.deepEqual((await client.api('DELETE', `${KEY}/${encodeURIComponent(id)}`)).body.keys_found, true);
      assert.equal(await onServer(client, id), null);
      const { status, body } = await offline.upload();
      assert.deepEqual([status, body.code, body.epoch], [409, 'epoch', 1]);
      offline.sync({ do: 'forget', epoch: body.epoch });
      assert.equal(offline.values()?.views ?? null, null);
      offline.view();
      assert.equal((await offline.upload()).status, 200);
      assert.equal(await onServer(client, id), 1);
      await server.close();
      assert.equal(readFileSync(data, 'latin1').includes(id), false, 'the id is nowhere in the file');
    });
  }

  test('what nothing is known of: erased all the same, as devices may know it', () =>
    withServer(async (client) => {
      await publishUsers(client);
      assert.equal((await client.api('DELETE', `${KEY}/nobody`)).body.keys_found, false);
      assert.equal((await askSync(client, 'nobody', 'GET', 'state')).body.epoch, 1);
    }));
});

describe('definitions', () => {
  const only = (...names) => userGroup({ version: names.length, attributes: names.map((name) => ({ name, type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }], period: name })) });
  const [former, present, unknown] = [only('PT1H'), only('PT1H', 'PT2H'), only('PT3H')].map((group, i) => ({ ...group, name: 'u', version: i + 1, attributes: group.attributes.map((one) => ({ ...one, name: `views_${one.period}` })) }));

  test('computations that were never known: 409 and the facts are kept by the device; known in between: they are taken', () =>
    withServer(async (client) => {
      await publishUsers(client, former);
      const device = new Device(client, 'ann', { definitions: { attribute_groups: [unknown] } });
      device.view();
      const { status, body } = await device.upload();
      assert.deepEqual([status, body.code], [409, 'definitions']);
      await publishUsers(client, unknown);
      assert.equal((await device.upload()).status, 200);
      assert.equal(await onServer(client, 'ann', `u_v${unknown.version}:views_PT3H`), 1);
    }));

  for (const restart of [false, true]) {
    test(`computations that were known once are taken, and shown when they are published again${restart ? ', after a restart too' : ''}`, async () => {
      const data = path.join(folder, `${randomUUID()}.db`);
      let server = await startServer({ data, port: 0, sync: { secrets: [SECRET] } });
      let client = new Client(server.url);
      await publishUsers(client, former);
      await client.ask('GET', '/definitions.json');
      const device = new Device(client, 'ann', { definitions: { attribute_groups: [former] } });
      await client.publish({ attribute_groups: [unknown] });
      await client.api('PUT', 'registry/attribute_groups/u/versions/1', { ...former, is_published: false });
      if (restart) {
        await server.close();
        server = await startServer({ data, port: 0, sync: { secrets: [SECRET] } });
        device.client = client = new Client(server.url);
      }
      device.view();
      const { status, body } = await device.upload();
      assert.deepEqual([status, body.n], [200, 1], JSON.stringify(body));
      assert.equal(await onServer(client, 'ann', `u_v${unknown.version}:views_PT3H`), null);
      await client.api('PUT', 'registry/attribute_groups/u/versions/1', { ...former, is_published: true });
      assert.equal(await onServer(client, 'ann', 'u_v1:views_PT1H'), 1, 'published again');
      await server.close();
    });
  }

  test('every upload names its definitions, and /metrics counts those that are published now, were before, or never', () =>
    withServer(async (client) => {
      await publishUsers(client, former);
      const [device, stranger] = [former, present].map((group) => new Device(client, 'ann', { definitions: { attribute_groups: [group] } }));
      device.view();
      stranger.view();
      assert.equal((await device.upload()).status, 200);
      assert.equal((await stranger.upload()).body.code, 'definitions');
      await publishUsers(client, unknown);
      device.view('https://shop.example/2');
      assert.equal((await device.upload()).status, 200);
      const { body } = await client.ask('GET', '/metrics');
      const counted = body.split('\n').filter((line) => line.startsWith('oncue_sync_uploads_total{')).sort();
      assert.deepEqual(counted, [
        'oncue_sync_uploads_total{outcome="definitions",definitions="unknown"} 1',
        'oncue_sync_uploads_total{outcome="ok",definitions="former"} 1',
        'oncue_sync_uploads_total{outcome="ok",definitions="present"} 1',
      ]);
    }));

  test('a device with older definitions beside one with newer ones: each counts what it knows', () =>
    withServer(async (client) => {
      await publishUsers(client, former, present);
      const [old, young] = [former, present].map((group) => new Device(client, 'ann', { definitions: { attribute_groups: [group] } }));
      for (const device of [old, young]) {
        device.view();
        assert.equal((await device.upload()).status, 200);
      }
      assert.equal(await onServer(client, 'ann', 'u_v1:views_PT1H'), 2);
      assert.equal(await onServer(client, 'ann', 'u_v2:views_PT2H'), 1);
    }));
});
