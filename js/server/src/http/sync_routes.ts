// The routes of docs/sync-protocol.md.
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { queryOf, readJson } from './bodies.js';
import type { Cors } from './cors.js';
import { HttpError } from '../errors.js';
import { RateLimit } from '../operations/limits.js';
import { StoreError } from '../storage/store.js';
import { idOf, readToken } from './sync_access.js';
import { bad, readBody, readClaim, readReplica, readUpload, refuse } from './sync_bodies.js';
import type { Access, Sync } from '../sync/sync.js';
import type { UploadAnswer } from '../sync/service_types.js';
import type { SyncToken } from '../sync/tokens.js';

export interface SyncLimits {
  /** Facts of one upload; default 500. */
  readonly mostFacts: number;
  /** Requests a second of one token, on average; 0 for no limit. */
  readonly requestsPerSecond: number;
  /** Streams of one id. */
  readonly mostStreams: number;
}

interface Admission {
  /** @throws {HttpError} 503 when no facts can be taken */
  admit(): void;
}

const STATUS: Readonly<Record<Exclude<UploadAnswer['code'], 'ok'>, readonly [number, string]>> = {
  gap: [409, 'facts before these are missing'],
  fork: [409, 'the server knows other facts of this replica'],
  epoch: [409, 'the id was erased'],
  definitions: [409, 'there are computations that the server does not know: keep the facts and try again later'],
  future: [422, 'a fact lies in the future'],
  floor: [422, 'a fact is too old'],
  replicas: [403, 'the id has too many replicas'],
  bad: [400, 'the facts cannot be read'],
};

function answered(answer: UploadAnswer): object {
  const { code, ...more } = answer;
  if (code === 'ok') return more;
  const [status, sentence] = STATUS[code];
  throw refuse(status, code, sentence, more);
}

export function addSyncRoutes(app: FastifyInstance, sync: Sync, cors: Cors, limits: SyncLimits & Admission): void {
  const { service, streams, access, metrics } = sync;
  const limit = new RateLimit(limits.requestsPerSecond);
  const tokens = new WeakMap<FastifyRequest, SyncToken>();
  const tokenOf = (request: FastifyRequest): SyncToken => tokens.get(request) ?? fail();

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...cors.open(request.headers.origin), 'cache-control': 'no-store', 'access-control-expose-headers': 'Retry-After' });
    if (request.routeOptions.config.isOpen === true) return;
    tokens.set(request, await admit(access, limit, request));
  });

  app.setErrorHandler((error, request) => {
    if (!(error instanceof StoreError)) throw error;
    request.log.error({ error: error.message }, 'the store of sync refused');
    throw refuse(503, 'store', 'the store is not available: send it again', {}, { 'retry-after': '1' });
  });

  app.get('/time', { config: { isOpen: true } }, async () => ({ now: access.now() }));

  app.post('/upload', async (request) => {
    limits.admit();
    const body = readBody(readJson(request));
    const id = idOf(tokenOf(request), body);
    const upload = readUpload(body, limits.mostFacts);
    const start = performance.now();
    const answer = await service.upload(id, upload);
    metrics.uploads.inc({ outcome: answer.code, definitions: service.standing(upload.definitions) });
    if (answer.code === 'ok') metrics.uploadedFacts.inc(upload.facts.length);
    metrics.uploadTime.observe((performance.now() - start) / 1000);
    return answered(answer);
  });

  app.get('/state', async (request) => service.state(idOf(tokenOf(request), asked(request))));

  app.post('/claim', async (request) => {
    const body = readBody(readJson(request));
    const id = idOf(tokenOf(request), body);
    const answer = await service.claim(id, readClaim(body));
    if (answer.code === 'epoch') throw refuse(409, 'epoch', 'the id was erased', { epoch: answer.epoch, now: answer.now });
    const { code: _, ...more } = answer;
    metrics.claims.inc({ outcome: answer.granted ? 'granted' : 'refused' });
    return more;
  });

  app.post('/forget', async (request) => {
    const id = idOf(tokenOf(request), readBody(readJson(request)));
    metrics.forgets.inc();
    const { epoch, now } = await service.forget(id);
    return { epoch, now };
  });

  app.get('/stream', async (request, reply) => {
    const token = tokenOf(request);
    const id = idOf(token, asked(request));
    const replica = readReplica(queryOf(request));
    const { 'last-event-id': lastEventId } = request.headers;
    if (Array.isArray(lastEventId)) throw bad('there is more than one Last-Event-ID');
    if (streams.count(id) >= limits.mostStreams) throw refuse(429, 'streams', 'the id has too many streams', {}, { 'retry-after': '60' });
    const response = reply.raw;
    await streams.add(id, token.expires, { replica, lastEventId }, response, () => {
      reply.hijack();
      // Past a request's limits: a stream lasts.
      request.socket.setTimeout(0);
      request.socket.setNoDelay(true);
      const headers = { ...cors.open(request.headers.origin), 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
      response.writeHead(200, headers);
      response.flushHeaders();
    });
    return reply;
  });
}

const fail = (): never => {
  throw new Error('a route without a token');
};

const asked = (request: FastifyRequest): { key?: string; id?: string } => Object.fromEntries(queryOf(request));

async function admit(access: Access, limit: RateLimit, request: FastifyRequest): Promise<SyncToken> {
  const token = await readToken(access, request);
  const name = createHash('sha256').update(request.headers.authorization ?? '').digest('base64url');
  if (limit.take(name, access.now())) return token;
  throw new HttpError(429, { error: 'too many requests', code: 'rate' } as { error: string }, { 'retry-after': '1' });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needs no token of sync. */
    isOpen?: boolean;
  }
}
