// Values, previews, and erasing an id.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MOST_ID } from '../collector/lengths.js';
import type { Host } from '../engine_host/host.js';
import type { Sync } from '../sync/sync.js';
import { readAttributes } from '../engine_host/retrieval.js';
import { badRequest } from '../errors.js';
import { readJson, readText } from './bodies.js';

const LONGEST_KEY = 128;
/** What other addresses begin with: there is nobody's id behind them, unless a key is called like that. */
const OTHER_ROUTES: ReadonlySet<string> = new Set([
  'registry', 'engines', 'testing', 'delivery', 'console', 'interventions', 'get-online-attributes', 'event_log', 'health', 'healthz', 'health-all',
]);

/** All of these need a token. */
export function addReadingRoutes(app: FastifyInstance, host: Host, sync?: Sync): void {
  const values = sync ? sync.valuesOver(host) : host;
  app.post('/get-online-attributes', async (request) => readAttributes(values, readJson(request), Date.now()));

  const preview = (kind: 'group' | 'intervention', request: FastifyRequest): Promise<object> => {
    readJson(request);
    return host.preview(kind, readText(request), Date.now());
  };
  app.post('/testing/attribute_groups', async (request) => preview('group', request));
  app.post('/testing/interventions', async (request) => preview('intervention', request));

  app.delete<{ Params: { key: string; id: string } }>('/:key/:id', async ({ params: { key, id } }, reply) => {
    if (OTHER_ROUTES.has(key) && !host.keyNames().has(key)) return reply.callNotFound();
    if (key.length > LONGEST_KEY || key === '') throw badRequest(`the attribute key must have 1 to ${LONGEST_KEY} characters`);
    // Signals takes 128: whatever is kept can be erased, and longer ones are kept.
    if (id.length > MOST_ID || id === '') throw badRequest(`the identifier must have 1 to ${MOST_ID} characters`);
    if (!host.keyNames().has(key)) return { keys_found: false, message: `There is no attribute key ${key}.` };
    // First what devices have to be told: should the second fail, the whole is asked for again.
    const wasSynced = (await sync?.forget(key, id)) ?? false;
    const found = (await host.forget(key, id)) || wasSynced;
    return { keys_found: found, message: found ? `Everything about this ${key} is erased.` : `Nothing is known of this ${key}.` };
  });
}
