// Where trackers and pipelines send events.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readEnriched, readEnvelope, readQuery } from '../collector/payloads.js';
import type { Host } from '../engine_host/host.js';
import { queryOf, readJson, readText } from './bodies.js';
import type { Cors } from './cors.js';

// A transparent GIF of one pixel, which is what GET trackers load.
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** What a request's events may take in the log: several times its body, which base64 can be, and a user agent for each. */
const ROOM_OF_BODY = 4;
const LEAST_ROOM_BYTES = 4 * 1024 * 1024;

/** A tracker that asks for anonymity gets it: nothing of the request is kept. */
const userAgentOf = ({ headers }: FastifyRequest): string => (headers['sp-anonymous'] === undefined ? (headers['user-agent'] ?? '') : '');

/** Open to everybody, as a collector is. @param bodyLimit bytes */
export function addTrackerRoutes(app: FastifyInstance, host: Host, cors: Cors, bodyLimit: number): void {
  const mostBytes = Math.max(LEAST_ROOM_BYTES, ROOM_OF_BODY * bodyLimit);
  app.addHook('onRequest', async ({ headers }, reply) => void reply.headers(cors.withCredentials(headers.origin)));

  app.post('/com.snowplowanalytics.snowplow/tp2', async (request, reply) => {
    const events = readEnvelope(readJson(request), userAgentOf(request), mostBytes);
    if (events.length > 0) await host.addEvents(events);
    return reply.type('text/plain; charset=utf-8').send('ok');
  });
  app.get('/i', async (request, reply) => {
    const events = readQuery(queryOf(request), userAgentOf(request));
    if (events.length > 0) await host.addEvents(events);
    return reply.header('cache-control', 'no-store').type('image/gif').send(PIXEL);
  });
}

/** Needs a token: enriched events come from a pipeline, never from a page. */
export function addEnrichedRoute(app: FastifyInstance, host: Host): void {
  app.post('/enriched', async (request) => {
    const { events, rejected } = readEnriched(readText(request));
    const isNew = events.length > 0 ? await host.addEvents(events) : [];
    const accepted = isNew.filter(Boolean).length;
    return { accepted, duplicates: isNew.length - accepted, rejected };
  });
}
