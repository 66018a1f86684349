// What anybody may read.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { EngineHealth } from '../engine_host/engine_health.js';
import type { Host } from '../engine_host/host.js';
import type { Cors } from './cors.js';

const LONGEST_CHECK_MS = 2_000;
/** Load balancers and caches ask without wanting the answer's body. */
const WITH_HEAD = { exposeHeadRoute: true };

/** If-None-Match compares weakly: W/ does not count. */
function hasTag(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

/** @param beforeDefinitions resolves when the server itself is ready for what devices do with them */
export function addPublicRoutes(app: FastifyInstance, host: Host, engine: EngineHealth, cors: Cors, beforeDefinitions: () => Promise<void>): void {
  app.addHook('onRequest', async ({ headers }, reply) => void reply.headers(cors.open(headers.origin)));

  app.get('/definitions.json', WITH_HEAD, async ({ headers }, reply) => {
    const { text, etag } = host.definitions;
    await beforeDefinitions();
    reply.headers({ etag, 'cache-control': 'no-cache', 'access-control-expose-headers': 'ETag' });
    if (hasTag(headers['if-none-match'], etag)) return reply.status(304).send();
    return reply.type('application/json; charset=utf-8').send(text);
  });

  const storageHealth = async (): Promise<'ok' | 'error'> => {
    // A store that hangs is as good as none.
    const late = sleep(LONGEST_CHECK_MS, 'error' as const, { ref: false });
    return Promise.race([late, host.check().then(() => 'ok' as const, () => 'error' as const)]);
  };
  app.get('/healthz', WITH_HEAD, async (_request, reply) => {
    const storage = await storageHealth();
    const { state, reason } = engine;
    const status = storage === 'ok' && state === 'ok' ? 'ok' : 'error';
    const dependencies = { storage, ...(reason !== undefined && { engine: state }) };
    return reply.status(status === 'ok' ? 200 : 503).send({ status, dependencies, ...(reason !== undefined && { error: reason }), durability: host.durability() });
  });
  app.get('/health-all', async (_request, reply) => {
    const storage = await storageHealth();
    const feature_server = engine.state === 'ok' ? 'ok' : 'error';
    const status = storage === 'ok' ? feature_server : storage;
    return reply.status(status === 'ok' ? 200 : 503).send({ status, dependencies: { storage, feature_server } });
  });
}
