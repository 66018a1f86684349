// The data file on a disk that is full, or fails: nothing acknowledged is lost, and the server goes on when there is room.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { serve } from './serve.mjs';
import { Client, counterGroup, intervention, pageView, Stream, useFolder } from './support.mjs';

const folder = useFolder();
const THREAD = fileURLToPath(new URL('../dist/sqlite_thread.mjs', import.meta.url));
const works = (command, ...args) => spawnSync(command, args).status === 0;
const missing = (command, ...args) => (works(command, ...args) ? undefined : `missing: ${command} ${args.join(' ')}`);
const views = (client, id) => client.value('g_v1:views', 'domain_userid', id);
/** Fills a page of the log or two. */
const large = (duid) => pageView({ duid, page: 'x'.repeat(4_000) });

test('the connection that writes has a write-ahead log and syncs at every commit', async () => {
  const thread = new Worker(THREAD, { workerData: { path: path.join(folder, 'settings.db') } });
  thread.postMessage({ id: 1, room: 'log', method: 'settings', parameters: [] });
  assert.deepEqual(await once(thread, 'message'), [{ id: 1, result: { journal: 'wal', synchronous: 2 } }]);
  await thread.terminate();
});

test('a file system without a write-ahead log is refused, with what to do', async () => {
  // In memory there is none.
  await assert.rejects(serve(['--data', ':memory:']), /journal "memory" instead of "wal".*put it on a local disk/);
});

test('every acknowledgement waits for the disk: one sync or more for each of many requests, one after the other', { skip: missing('strace', '-V') }, async () => {
  const calls = path.join(folder, 'calls.txt');
  // -D: the server is our child, and not strace's.
  const server = await serve(['--data', path.join(folder, 'synced.db')], {}, ['strace', '-D', '-f', '-e', 'trace=fdatasync,fsync', '-o', calls]);
  const client = new Client(server.url);
  const syncs = () => readFileSync(calls, 'utf8').match(/f(data)?sync\(/g)?.length ?? 0;
  for (let i = 0; i < 20; i++) {
    const before = syncs();
    assert.equal((await client.track(pageView())).status, 200);
    assert.ok(syncs() > before, `request ${i}`);
  }
  assert.equal(await server.end(), 0);
});

/** Resolves when the log has it. */
async function said(server, pattern) {
  while (!pattern.test(server.complained())) await new Promise(setImmediate);
}

/** Sends until one is refused. @returns the acknowledged and the refused ones */
async function fill(client, duid) {
  const acknowledged = [];
  for (;;) {
    const event = large(duid);
    const answer = await client.track(event);
    if (answer.status !== 200) return { acknowledged, event, answer };
    acknowledged.push(event);
  }
}

/** A disk that fails by the process's limit of file sizes (EFBIG, which SQLite takes for an error of the disk). */
const limited = {
  name: 'a disk that fails',
  skip: missing('prlimit', '--version'),
  says: /disk I\/O error \(SQLITE_IOERR_\w+\): look at its disk and at the limits of the process; the server goes on by itself/,
  async prepare() {
    const data = path.join(folder, `${randomUUID()}.db`);
    const limit = (server, bytes) => execFileSync('prlimit', ['--pid', String(server.child.pid), `--fsize=${bytes}:`]);
    return {
      start: () => serve(['--data', data]),
      exhaust: (server) => limit(server, 4096),
      free: (server) => limit(server, 'unlimited'),
    };
  },
};

const NAMESPACE = ['unshare', '--map-root-user', '--mount'];
const mountable = path.join(folder, 'mount');
mkdirSync(mountable);

/** A real file system of 2 MiB that somebody else fills, which nobody but the server sees. */
const full = {
  name: 'a full disk',
  // A container may forbid it.
  skip: missing('unshare', '--version') ?? (works(...NAMESPACE, 'mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mountable) ? undefined : 'nobody may mount a file system of their own here'),
  says: /database or disk is full \(SQLITE_FULL\): make room on its disk; the server goes on by itself then/,
  async prepare() {
    const image = path.join(folder, randomUUID());
    mkdirSync(image);
    const inside = (server, file) => `/proc/${server.child.pid}/root${mountable}/${file}`;
    const data = path.join(mountable, 'oncue.db');
    // What is kept outlives the server only outside of its file system: it is copied in before and out after.
    const script = `mount -t tmpfs -o size=2m tmpfs ${mountable} && cp -a ${image}/. ${mountable}/ && exec "$@"`;
    return {
      start: () => serve(['--data', data], {}, [...NAMESPACE, 'sh', '-c', script, 'sh']),
      exhaust(server) {
        for (let size = 1 << 20; size >= 4096; size >>= 1) {
          for (let i = 0; ; i++) {
            try {
              writeFileSync(inside(server, `filler-${size}-${i}`), Buffer.alloc(size));
            } catch {
              rmSync(inside(server, `filler-${size}-${i}`), { force: true });
              break;
            }
          }
        }
      },
      free: (server) => execFileSync('sh', ['-c', `rm ${inside(server, 'filler-*')}`]),
      save(server) {
        rmSync(image, { recursive: true });
        mkdirSync(image);
        for (const file of ['oncue.db', 'oncue.db-wal']) if (existsSync(inside(server, file))) writeFileSync(path.join(image, file), readFileSync(inside(server, file)));
      },
    };
  },
};

for (const disk of [limited, full]) {
  describe(disk.name, { skip: disk.skip }, () => {
    test('503, nothing acknowledged is lost, all else goes on, and so do events when there is room', async () => {
      const { start, exhaust, free, save = () => {} } = await disk.prepare();
      const server = await start();
      const client = new Client(server.url);
      const duid = randomUUID();
      await client.publish({ attribute_groups: [counterGroup()], interventions: [intervention({ criteria: { attribute: 'g:views', operator: '>=', value: 3 } })] });
      assert.equal((await client.track(large(duid), large(duid))).status, 200);
      const stream = await Stream.open(client.url, { domain_userid: duid });
      exhaust(server);
      const { acknowledged, event, answer } = await fill(client, duid);
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1']);
      assert.match(answer.body.error, /nothing was acknowledged: send it again/);
      await said(server, disk.says);
      for (const route of ['/healthz', '/health-all']) assert.deepEqual((await client.ask('GET', route)).status, 503);
      assert.equal((await client.api('POST', 'registry/attribute_groups/', counterGroup({ name: 'other' }))).status, 503);
      assert.equal((await client.api('DELETE', `domain_userid/${duid}`)).status, 503);
      // What needs no disk goes on.
      assert.equal(await views(client, duid), 2 + acknowledged.length);
      assert.equal((await client.api('GET', 'registry/attribute_groups/')).body.length, 1);
      assert.equal((await client.api('POST', `interventions?domain_userid=${duid}`, { name: 'direct', version: 1 })).body.status, 'success');
      free(server);
      assert.equal((await client.ask('GET', '/healthz')).status, 200);
      assert.equal((await client.track(event, ...acknowledged)).status, 200);
      assert.equal(await views(client, duid), 3 + acknowledged.length);
      await stream.until(({ messages }) => messages.some(({ name }) => name === 'x'));
      stream.close();
      save(server);
      assert.equal(await server.end('SIGKILL'), 'SIGKILL');
      const second = await start();
      assert.equal(await views(new Client(second.url), duid), 3 + acknowledged.length);
      assert.equal(await second.end(), 0);
    });

    /** A server without room, of which the store can be kept. */
    async function exhausted() {
      const { start, exhaust, save = () => {} } = await disk.prepare();
      const server = await start();
      const client = new Client(server.url);
      const duid = randomUUID();
      await client.publish({ attribute_groups: [counterGroup()] });
      assert.equal((await client.track(large(duid))).status, 200);
      exhaust(server);
      const { acknowledged, event } = await fill(client, duid);
      save(server);
      return { start, server, duid, acknowledged, event };
    }

    test('kill -9 while there is no room: what was acknowledged is there', async () => {
      const { start, server, duid, acknowledged, event } = await exhausted();
      assert.equal(await server.end('SIGKILL'), 'SIGKILL');
      const second = await start();
      const again = new Client(second.url);
      const before = await views(again, duid);
      assert.ok([1, 2].includes(before - acknowledged.length), 'the refused one may be there: nobody knows');
      assert.equal((await again.track(event)).status, 200);
      assert.equal(await views(again, duid), 2 + acknowledged.length);
      assert.equal(await second.end(), 0);
    });

    test('SIGTERM while there is no room ends with 0, says that no snapshot could be saved, and loses nothing', async () => {
      const { start, server, duid, acknowledged } = await exhausted();
      assert.equal(await server.end(), 0);
      await said(server, /saving a snapshot at the end/);
      const second = await start();
      assert.ok((await views(new Client(second.url), duid)) >= 1 + acknowledged.length);
      assert.equal(await second.end(), 0);
    });
  });
}
