// What is kept, and what is still there afterwards.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startServer } from '@oncue/server';
import { action, Client, counterGroup, ECOM, intervention, pageView, useFolder, withStream } from './support.mjs';
import { serve } from './serve.mjs';

const folder = useFolder();
const views = (client, id) => client.value('g_v1:views', 'domain_userid', id);

/** Runs `bodies` one after the other, each with a server on the same file. */
async function onOneFile(options, ...bodies) {
  const data = path.join(folder, `${randomUUID()}.db`);
  for (const body of bodies) {
    const server = await startServer({ data, port: 0, ...options });
    try {
      await body(new Client(server.url), data);
    } finally {
      await server.close();
    }
  }
  return data;
}

/** Runs SQL on a file. A statement that is not yet collected would keep the file locked, so this is a process of its own. */
function inOwnProcess(data, sql, query = 'PRAGMA user_version') {
  const script = `const file = new (require('libsql'))(process.argv[1]); file.exec(process.argv[2]); console.log(JSON.stringify(file.prepare(process.argv[3]).get()));`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script, data, sql, query], { cwd: new URL('.', import.meta.url), encoding: 'utf8' }));
}

describe('the data file', () => {
  for (const snapshotEvery of [1, 20_000]) {
    test(`definitions, values and latches outlive a restart; a snapshot every ${snapshotEvery} entries`, async () => {
      const duid = randomUUID();
      const event = pageView({ duid });
      let etag;
      await onOneFile(
        { snapshotEvery },
        async (client) => {
          await client.publish({ attribute_groups: [counterGroup()], interventions: [intervention(), intervention({ name: 'later', criteria: { attribute: 'g:views', operator: '>=', value: 4 } })] });
          await client.track(event, pageView({ duid }), pageView({ duid }));
          etag = (await client.ask('GET', '/definitions.json')).headers.get('etag');
        },
        async (client) => {
          assert.equal((await client.ask('GET', '/definitions.json')).headers.get('etag'), etag);
          assert.equal(await views(client, duid), 3);
          await withStream(client, { domain_userid: duid }, async (stream) => {
            await client.track(event, pageView({ duid }));
            await stream.until(({ messages }) => messages.length > 0);
            assert.deepEqual(stream.names(), ['later'], 'the first stays latched');
          });
          assert.equal(await views(client, duid), 4, 'the repeated event does not count');
        },
      );
    });
  }

  for (const snapshotEvery of [1, 20_000]) {
    test(`definitions 11: values of a group that is not published outlive a restart; a snapshot every ${snapshotEvery} entries`, async () => {
      const duid = randomUUID();
      const publish = (client, what) => client.api('POST', `engines/${what}`, { attribute_groups: [{ name: 'g', version: 1 }] });
      await onOneFile(
        { snapshotEvery },
        async (client) => {
          await client.publish({ attribute_groups: [counterGroup()] });
          await client.track(pageView({ duid }), pageView({ duid }));
          await publish(client, 'unpublish');
        },
        async (client) => {
          await client.track(pageView({ duid }));
          await publish(client, 'publish');
          assert.equal(await views(client, duid), 2);
        },
      );
    });
  }

  test('an id that was erased stays erased, and is nowhere in the file', async () => {
    const id = randomUUID();
    const data = await onOneFile(
      {},
      async (client) => {
        await client.publish({ attribute_groups: [counterGroup()] });
        await client.track(pageView({ duid: id }), pageView({ duid: 'bob' }));
        assert.equal((await client.api('DELETE', `domain_userid/${id}`)).body.keys_found, true);
      },
      async (client) => {
        assert.equal(await views(client, id), null);
        assert.equal(await views(client, 'bob'), 1);
      },
    );
    assert.equal(readFileSync(data).includes(id), false);
  });

  test('an erasure that a kill cut short, after the snapshot and before the events were gone, is finished at the next start', async () => {
    const id = randomUUID();
    const data = await onOneFile({}, async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      await client.track(pageView({ duid: 'bob' }), pageView({ duid: 'bob' }));
    });
    const body = JSON.stringify(pageView({ duid: id }));
    inOwnProcess(data, `UPDATE log SET body = '${body}' WHERE seq = (SELECT max(seq) FROM log); UPDATE snapshot SET erasures = '[{"key":"domain_userid","id":"${id}"}]'`);
    assert.equal(readFileSync(data).includes(id), true);
    const server = await startServer({ data, port: 0 });
    assert.equal(await views(new Client(server.url), 'bob'), 2);
    await server.close();
    assert.equal(readFileSync(data).includes(id), false);
  });

  test('what time made true stays true: ticks are replayed where they happened', async () => {
    const attributes = [{ name: 'idle', type: 'double', aggregation: 'time_since_last', time_unit: 's', events: [{ name: 'page_view' }] }];
    const rule = intervention({ criteria: { attribute: 'g:idle', operator: '>=', value: 0.5 } });
    const duid = randomUUID();
    await onOneFile(
      {},
      async (client) => {
        await client.publish({ attribute_groups: [counterGroup({ attributes })], interventions: [rule] });
        await withStream(client, { domain_userid: duid }, async (stream) => {
          await client.track(pageView({ duid }));
          await stream.until(({ messages }) => messages.length > 0);
        });
      },
      async (client) => {
        await withStream(client, { domain_userid: duid }, async (stream) => {
          await client.track(pageView({ duid }));
          const since = () => client.value('g_v1:idle', 'domain_userid', duid);
          while ((await since()) < 0.7);
          await client.api('POST', `interventions?domain_userid=${duid}`, { name: 'end', version: 1 });
          await stream.until(({ messages }) => messages.length > 0);
          assert.deepEqual(stream.names(), ['end'], 'latched before the restart');
        });
      },
    );
  });

  test('/metrics has the bytes of the file and of its write-ahead log', () =>
    onOneFile({}, async (client, data) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const { body } = await client.ask('GET', '/metrics');
      const bytes = (of) => Number(new RegExp(`^oncue_store_bytes\\{of="${of}"\\} (\\d+)$`, 'm').exec(body)?.[1]);
      assert.equal(bytes('data_file'), statSync(data).size);
      assert.equal(bytes('write_ahead_log'), statSync(`${data}-wal`).size);
      assert.ok(bytes('write_ahead_log') > 0);
    }));

  test('a second process on the same file is refused', () =>
    onOneFile({}, async (_client, data) => {
      await assert.rejects(serve(['--data', data]), /locked|in use/);
    }));

  test('a file of a newer version is refused and left alone', async () => {
    const data = await onOneFile({}, async () => {});
    inOwnProcess(data, 'PRAGMA user_version = 999');
    await assert.rejects(startServer({ data, port: 0 }), /newer version of OnCue/);
  });

  // Each written once by a release of that layout: three page views through a clean end, then two more and a kill -9.
  for (const version of [1, 2]) test(`a kept file of layout ${version} is brought up to date: definitions, values, latches, repeated events, the layout`, async () => {
    const data = path.join(folder, `kept${version}.db`);
    writeFileSync(data, gunzipSync(readFileSync(new URL(`fixtures/data_v${version}.db.gz`, import.meta.url))));
    assert.equal(inOwnProcess(data, '').user_version, version);
    const duid = '11111111-1111-4111-8111-111111111111';
    const server = await startServer({ data, port: 0, retentionDays: 36_500 });
    const client = new Client(server.url);
    const { body: definitions } = await client.ask('GET', '/definitions.json');
    assert.deepEqual(definitions.attribute_groups.map(({ name }) => name), ['g', 'u'], 'the draft is not published');
    assert.deepEqual(definitions.interventions.map(({ name, delivery }) => [name, delivery]), [['later', undefined], ['x', { priority: 3 }]]);
    assert.equal((await client.api('GET', 'registry/attribute_groups/')).body.length, 3);
    assert.deepEqual(await client.attributes('s', 'domain_userid', duid), { domain_userid: duid, views: 4, pages: ['one', 'two', 'three'] });
    assert.equal(await client.value('u_v1:views', 'user_id', 'ann'), 4);
    assert.equal(await views(client, 'bob'), 1);
    assert.equal(await views(client, 'erased'), null);
    await withStream(client, { domain_userid: duid }, async (stream) => {
      for (const n of [1, 4]) await client.track(pageView({ eid: `00000000-0000-4000-8000-00000000000${n}`, duid }));
      assert.equal(await views(client, duid), 4, 'repeated events of before and after the snapshot do not count');
      await client.track(pageView({ duid }));
      await stream.until(({ messages }) => messages.length > 0);
      assert.deepEqual(stream.names(), ['later'], 'the first one was told before');
    });
    await server.close();
    const fresh = await onOneFile({}, async () => {});
    const layout = (file) => inOwnProcess(file, '', `SELECT (SELECT user_version FROM pragma_user_version) AS version, group_concat(sql, ';') AS sql FROM (SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name)`);
    const [kept, made] = [layout(data), layout(fresh)];
    assert.deepEqual([kept.version, kept.sql], [made.version, made.sql]);
  });

  test('a file that is no database is refused with its name', async () => {
    const data = path.join(folder, 'text.db');
    writeFileSync(data, 'this is no database, only some text that is long enough to look at');
    await assert.rejects(startServer({ data, port: 0 }), /text\.db/);
  });

  test('a snapshot that cannot be read: the log is read from its start', async () => {
    const data = path.join(folder, 'damaged.db');
    const first = await startServer({ data, port: 0 });
    const client = new Client(first.url);
    await client.publish(ECOM);
    await client.track(action('product_view', 'ann'));
    await first.close();
    inOwnProcess(data, `UPDATE snapshot_part SET bytes = x'00' WHERE room = 'engine'`);
    const second = await startServer({ data, port: 0 });
    const values = await new Client(second.url).attributes('ecom_attributes', 'domain_userid', 'ann');
    await second.close();
    assert.equal(values.count_product_views, 1);
  });

  test('events leave the log after the days they are kept, definitions do not: an unreadable snapshot loses values only', async () => {
    const data = path.join(folder, 'retention.db');
    const first = await startServer({ data, port: 0, snapshotEvery: 1, retentionDays: 1e-9 });
    const client = new Client(first.url);
    await client.publish(ECOM);
    for (let i = 0; i < 5; i++) await client.track(action('product_view', 'ann'));
    assert.equal((await client.attributes('ecom_attributes', 'domain_userid', 'ann')).count_product_views, 5);
    await first.close();
    const kept = (kind) => inOwnProcess(data, '', `SELECT count(*) AS n FROM log WHERE kind = '${kind}'`).n;
    assert.ok(kept('event') < 5, 'events were removed');
    inOwnProcess(data, `UPDATE snapshot_part SET bytes = x'00' WHERE room = 'engine'`);
    const second = await startServer({ data, port: 0 });
    const again = new Client(second.url);
    const { body } = await again.api('GET', 'registry/attribute_groups/');
    await again.track(action('product_view', 'bob'));
    const values = await again.attributes('ecom_attributes', 'domain_userid', 'bob');
    await second.close();
    assert.deepEqual(body.map(({ name }) => name), ['ecom_attributes']);
    assert.equal(values.count_product_views, 1);
  });

  test('events leave the log after the days they are kept also where too little happens for a snapshot; their values stay', async () => {
    const data = await onOneFile({ retentionDays: 1e-9, expireEveryMs: 50 }, async (client) => {
      await client.publish({ attribute_groups: [counterGroup()] });
      const scanned = async () => (await client.api('POST', 'testing/interventions/', { intervention: intervention(), app_ids: [], window: 'PT1H' })).body.scanned_count;
      for (const count of [1, 2]) {
        await client.track(pageView({ duid: 'ann' }));
        while ((await scanned()) !== 0);
        assert.equal(await views(client, 'ann'), count);
      }
    });
    assert.equal(inOwnProcess(data, '', `SELECT count(*) AS n FROM log WHERE kind = 'event'`).n, 0);
  });

  test('SIGTERM answers what is under way, saves the state, and ends with 0', async () => {
    const data = path.join(folder, 'term.db');
    const server = await serve(['--data', data]);
    const client = new Client(server.url);
    await client.publish({ attribute_groups: [counterGroup()] });
    const sent = Array.from({ length: 20 }, () => client.track(pageView({ duid: 'ann' })));
    await Promise.race(sent);
    const ended = server.end();
    const answered = (await Promise.allSettled(sent)).filter(({ value }) => value?.status === 200).length;
    assert.equal(await ended, 0);
    const again = await startServer({ data, port: 0 });
    const count = await views(new Client(again.url), 'ann');
    await again.close();
    assert.ok(count >= answered && count <= 20, `${count} counted, ${answered} acknowledged`);
  });
});
