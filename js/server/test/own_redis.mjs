// A Redis 7 of the test's own, and servers on it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { startServer } from '@oncue/server';
import { createClient } from 'redis';
import { freePort } from '../../../scripts/lib/free_port.mjs';
import { Client } from './support.mjs';

export const MISSING = spawnSync('redis-server', ['--version']).error ? 'missing: redis-server' : undefined;

const SYNCED = ['--appendonly', 'yes', '--appendfsync', 'always'];

/**
 * A Redis that syncs every write, unless other settings are given. `kill()` ends it without a warning, `start()` starts it again on what it had
 * written, `restart()` does both.
 */
export async function startRedis(folder, settings = SYNCED) {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child;
  const begin = async () => {
    child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      said += text;
      if (said.includes('Ready to accept connections')) break;
    }
    if (!said.includes('Ready to accept connections')) throw new Error(`redis-server ended: ${said}`);
    child.stdout.resume();
  };
  const finish = async () => {
    // One that was killed, or could not start, ends no more.
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await begin();
  const client = await createClient({ url }).on('error', () => {}).connect();
  return {
    url,
    client,
    empty: () => client.flushAll(),
    kill: finish,
    start: begin,
    signal: (name) => child.kill(name),
    async restart() {
      await finish();
      await begin();
    },
    async stop() {
      client.destroy();
      await finish();
    },
  };
}

/** Servers of this process that share a Redis, which is emptied first. */
export async function withServers(redis, count, body, options = {}) {
  await redis.empty();
  const servers = [];
  try {
    for (let i = 0; i < count; i++) servers.push(await startServer({ redis: redis.url, port: 0, ...options }));
    await body(servers.map(({ url }) => new Client(url)), servers);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** Resolves when a value is as expected on every server. */
export async function everywhere(clients, read, expected) {
  for (const client of clients) while (JSON.stringify(await read(client)) !== JSON.stringify(expected));
}

const READERS = {
  string: (client, key) => client.get(key),
  hash: (client, key) => client.hGetAll(key),
  stream: (client, key) => client.xRange(key, '-', '+'),
  zset: (client, key) => client.zRange(key, 0, -1),
};

/** Everything that Redis holds, as text; snapshots unpacked. */
export async function everythingIn({ client }) {
  const parts = [];
  for await (const keys of client.scanIterator()) {
    for (const key of keys) {
      const value = await READERS[await client.type(key)](client, key);
      const { engine = '', told = '', ...rest } = typeof value === 'string' ? { value } : value;
      parts.push(key, JSON.stringify(rest), told, ...[engine, told].map((bytes) => Buffer.from(bytes, 'base64').toString('latin1')));
    }
  }
  return parts.join('\n');
}

/** One number of /metrics. */
export async function metric(client, name) {
  const { body } = await client.ask('GET', '/metrics');
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]);
}
