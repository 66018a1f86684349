// A Redis 7 of a test's own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Why tests that need it are skipped; undefined when it is there. */
export const REDIS_MISSING = spawnSync('redis-server', ['--version']).error ? 'missing: redis-server' : undefined;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}

/** @param folder where it keeps its files. Syncs every write; `start()` after `stop()` (kill -9) goes on with the same files. */
export async function redisProcess(folder) {
  const port = await freePort();
  let child;
  const redis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''], { stdio: ['ignore', 'pipe', 'inherit'] });
      for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) if (text.includes('Ready to accept connections')) break;
      child.stdout.resume();
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    cli: (...args) => spawnSync('redis-cli', ['-u', redis.url, ...args], { encoding: 'utf8' }).stdout,
  };
  await redis.start();
  return redis;
}
