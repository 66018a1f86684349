// decisions 5: `delivery` is one thing, whether it came with the intervention or on its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { startServer } from '@oncue/server';
import { MISSING, startRedis, withServers } from './own_redis.mjs';
import { Client, counterGroup, intervention, useFolder, useServers } from './support.mjs';

const withServer = useServers();
const folder = useFolder();
const RULE = 'registry/interventions/x/versions/1';
const [HOURLY, DAILY] = [{ cooldown: 'PT1H' }, { cooldown: 'P1D', priority: 2 }];

/** What everything that tells of it says: the same. */
async function assertDelivery(client, expected) {
  const { body: own } = await client.api('GET', 'delivery/x/1');
  assert.deepEqual(own, expected ?? {});
  const published = (await client.ask('GET', '/definitions.json')).body.interventions.find(({ name }) => name === 'x');
  const listed = (await client.api('GET', 'registry/interventions/')).body.find(({ name }) => name === 'x');
  const engine = (await client.api('GET', 'engines/interventions')).body.interventions.find(({ name }) => name === 'x');
  for (const one of [published, listed, engine, (await client.api('GET', RULE)).body]) assert.deepEqual(one.delivery, expected);
}

async function publish(client, more) {
  await client.publish({ attribute_groups: [counterGroup()], interventions: [intervention(more)] });
}

describe('delivery in the body of an intervention', () => {
  test('POST sets it, GET delivery shows it, {} clears it', () =>
    withServer(async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const { status, body } = await client.api('POST', 'registry/interventions/', intervention({ delivery: HOURLY }));
      assert.deepEqual([status, body], [201, intervention({ delivery: HOURLY })]);
      await assertDelivery(client, HOURLY);
      assert.deepEqual((await client.api('PUT', 'delivery/x/1', {})).body, { ok: true });
      await assertDelivery(client, undefined);
    }));

  test('PUT of the intervention without it, as the SDK publishes again, leaves it alone, published or not', () =>
    withServer(async (client) => {
      await publish(client, { delivery: HOURLY });
      for (const is_published of [true, false, true]) {
        assert.equal((await client.api('POST', 'registry/interventions/', intervention({ is_published }))).status, 400);
        for (const more of [{}, { delivery: null }]) {
          const { status, body } = await client.api('PUT', RULE, intervention({ is_published, ...more }));
          assert.deepEqual([status, body], [200, intervention({ is_published, delivery: HOURLY })]);
        }
      }
      await assertDelivery(client, HOURLY);
    }));

  test('PUT with another one sets it, with {} clears it, although the intervention is published; its rule stays frozen', () =>
    withServer(async (client) => {
      await publish(client, { delivery: HOURLY });
      assert.equal((await client.api('PUT', RULE, intervention({ delivery: DAILY }))).status, 200);
      await assertDelivery(client, DAILY);
      const other = intervention({ delivery: HOURLY, criteria: { attribute: 'g:views', operator: '>=', value: 3 } });
      assert.equal((await client.api('PUT', RULE, other)).status, 400);
      await assertDelivery(client, DAILY);
      const { status, body } = await client.api('PUT', RULE, intervention({ delivery: {} }));
      assert.deepEqual([status, body], [200, intervention()]);
      await assertDelivery(client, undefined);
      await client.api('PUT', 'delivery/x/1', DAILY);
      await assertDelivery(client, DAILY);
    }));

  test('one that is wrong is 422 at its place, and nothing is written', () =>
    withServer(async (client) => {
      await publish(client, { delivery: HOURLY });
      for (const delivery of [{ cooldown: 'an hour' }, [], 'x', 5, { priority: 'high' }]) {
        for (const [method, where, more] of [['PUT', RULE, {}], ['POST', 'registry/interventions/', { name: 'y' }]]) {
          const { status, body } = await client.api(method, where, intervention({ delivery, ...more }));
          assert.equal(status, 422, `${method} ${JSON.stringify(delivery)}`);
          assert.deepEqual(body.detail[0].loc.slice(0, 2), ['body', 'delivery']);
        }
      }
      await assertDelivery(client, HOURLY);
      assert.equal((await client.api('GET', 'registry/interventions/y')).status, 404);
    }));

  test('it goes with its intervention', () =>
    withServer(async (client) => {
      await publish(client, { delivery: HOURLY, is_published: false });
      assert.equal((await client.api('DELETE', RULE)).status, 200);
      await client.api('POST', 'registry/interventions/', intervention());
      await assertDelivery(client, undefined);
    }));
});

describe('interventions of older servers, which hold it themselves', () => {
  const OLD = intervention({ delivery: HOURLY });
  const WRITTEN = [{ shelf: 'interventions', id: 'x/1', object: OLD }];

  /** A server on a file whose log ends with what an older server wrote; its state is in the log, or in the snapshot. */
  async function withOld(place, body) {
    const data = path.join(folder, `${place}-${Math.random()}.db`);
    let server = await startServer({ data, port: 0 });
    await new Client(server.url).publish({ attribute_groups: [counterGroup()] });
    await server.close();
    const script = `new (require('libsql'))(process.argv[1]).prepare("INSERT INTO log (at, kind, body) VALUES (?, 'registry', ?)").run(Date.now(), process.argv[2])`;
    execFileSync(process.execPath, ['-e', script, data, JSON.stringify(WRITTEN)], { cwd: new URL('.', import.meta.url) });
    if (place === 'snapshot') await (await startServer({ data, port: 0 })).close();
    server = await startServer({ data, port: 0 });
    try {
      await body(new Client(server.url));
    } finally {
      await server.close();
    }
    // What was written goes on being so.
    server = await startServer({ data, port: 0 });
    const [{ delivery }] = (await new Client(server.url).ask('GET', '/definitions.json')).body.interventions;
    await server.close();
    return delivery;
  }

  const CHANGES = {
    'is shown': async () => HOURLY,
    'is cleared by {}': async (client) => void (await client.api('PUT', 'delivery/x/1', {})),
    'is replaced by PUT delivery': async (client) => (await client.api('PUT', 'delivery/x/1', DAILY), DAILY),
    'is cleared by {} in the intervention': async (client) => void (await client.api('PUT', RULE, intervention({ delivery: {} }))),
    'stays where the SDK publishes again': async (client) => {
      assert.equal((await client.api('PUT', RULE, intervention())).status, 200);
      return HOURLY;
    },
    'stays through engines/unpublish and publish': async (client) => {
      for (const path of ['unpublish', 'publish']) await client.api('POST', `engines/${path}`, { interventions: [{ name: 'x', version: 1 }] });
      return HOURLY;
    },
  };
  for (const [what, change] of Object.entries(CHANGES)) for (const place of ['log', 'snapshot']) {
    test(`${what}, from the ${place}`, async () => {
      let expected;
      const later = await withOld(place, async (client) => {
        await assertDelivery(client, HOURLY);
        expected = await change(client);
        await assertDelivery(client, expected);
      });
      assert.deepEqual(later, expected, 'after a restart');
    });
  }
});

test('on Redis another server sees the same', { skip: MISSING ?? false }, async () => {
  const redis = await startRedis(folder);
  try {
    await withServers(redis, 2, async ([one, other]) => {
      await publish(one, { delivery: HOURLY });
      while ((await other.api('GET', RULE)).status !== 200);
      await assertDelivery(other, HOURLY);
      assert.equal((await other.api('PUT', 'delivery/x/1', {})).status, 200);
      while (JSON.stringify((await one.api('GET', 'delivery/x/1')).body) !== '{}');
      await assertDelivery(one, undefined);
    }, { partitions: 4 });
  } finally {
    await redis.stop();
  }
});
