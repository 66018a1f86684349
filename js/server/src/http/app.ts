// All routes of the server, and what holds for every request.
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, LogController } from 'fastify';
import type { Problem } from '@oncue/engine';
import type { EngineHealth } from '../engine_host/engine_health.js';
import type { Host } from '../engine_host/host.js';
import { HttpError } from '../errors.js';
import type { Exchange } from '../interventions/exchange.js';
import type { Hub } from '../interventions/hub.js';
import { StoreError } from '../storage/store.js';
import { type AddressLimitOptions, limitAddresses } from './address_limits.js';
import { createGuard } from './auth.js';
import { describeRoutes } from './description.js';
import { BadAddresses, LONGEST_PART } from './bad_addresses.js';
import { styleOf } from './bodies.js';
import { addEnrichedRoute, addTrackerRoutes } from './collector_routes.js';
import { addConsoleApi, addConsolePage, type FiredList } from './console_routes.js';
import { Cors } from './cors.js';
import type { Metrics } from '../operations/metrics.js';
import { Seldom } from '../operations/seldom.js';
import { addPublicRoutes } from './public_routes.js';
import { addPushRoute, addStreamRoute } from './intervention_routes.js';
import { addReadingRoutes } from './reading_routes.js';
import { addRegistryRoutes } from './registry_routes.js';
import { refuseStrangers } from './strangers.js';
import { addSyncRoutes, type SyncLimits } from './sync_routes.js';
import type { Sync } from '../sync/sync.js';

const API = '/api/v1';
const SYNC = '/sync/v1';
/** How often connections are looked at for being slow. */
const CHECK_CONNECTIONS_MS = 1_000;
const TELL_OF_STORE_MS = 1_000;

interface AppOptions {
  /** As they are now. */
  readonly tokens: () => readonly string[];
  readonly origins: readonly string[];
  /** Largest body, bytes. */
  readonly bodyLimit: number;
  /** Headers that take longer than this (ms) are cut off, */
  readonly headersTimeoutMs: number;
  /** and so are requests, headers and body. */
  readonly requestTimeoutMs: number;
  readonly limits: AddressLimitOptions;
  readonly metrics: Metrics;
  readonly health: EngineHealth;
  readonly fired: FiredList;
  /** Of what is published now. */
  readonly warnings: () => readonly Problem[];
  readonly sync?: { readonly sync: Sync; readonly limits: SyncLimits };
  readonly logger?: FastifyBaseLogger;
}

/** A client's mistake that HTTP itself noticed, in the form of the endpoint. */
function described(error: FastifyError, path: string): { status: number; body: object } {
  const status = error.statusCode ?? 500;
  const sentence = status < 500 ? error.message : 'internal error';
  return { status, body: styleOf(path) === 'detail' ? { detail: sentence } : { error: sentence } };
}

export function createApp(host: Host, hub: Hub, exchange: Exchange, options: AppOptions): FastifyInstance {
  const badAddresses = new BadAddresses((request, response) => app.routing(request, response));
  const app: FastifyInstance = Fastify({
    bodyLimit: options.bodyLimit,
    requestTimeout: options.requestTimeoutMs,
    connectionTimeout: 0,
    http: { headersTimeout: options.headersTimeoutMs, connectionsCheckingInterval: CHECK_CONNECTIONS_MS },
    trustProxy: options.limits.trustProxies.length > 0 && [...options.limits.trustProxies],
    exposeHeadRoutes: false,
    // Streams end when the server closes; everything else is answered first.
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_PART },
    frameworkErrors: (error, { raw }, reply) => badAddresses.notice(error, raw, reply.raw),
    ...(options.logger && { loggerInstance: options.logger, logController: new LogController({ disableRequestLogging: true }) }),
  }) as unknown as FastifyInstance;
  const cors = new Cors(options.origins);
  const guard = createGuard(options.tokens);

  app.addHook('onRequest', ({ raw: { rawHeaders } }, _reply, done) => {
    // Node takes the first of several, a proxy in front maybe another one.
    const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
    done(hosts > 1 ? new HttpError(400, { error: 'there is more than one Host' }, { connection: 'close' }) : undefined);
  });
  const limitStreams = limitAddresses(app, cors, options.limits);
  app.addHook('onResponse', ({ routeOptions }, { statusCode }, done) => {
    options.metrics.requests.inc({ route: routeOptions.url ?? 'none', status: String(statusCode) });
    done();
  });

  // A full disk must not be filled further by telling of it.
  const refusals = new Seldom(TELL_OF_STORE_MS);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.setErrorHandler((error: FastifyError | HttpError | StoreError, request, reply) => {
    if (error instanceof HttpError) return reply.status(error.status).headers(error.headers).send(error.body);
    if (error instanceof StoreError) {
      const requests = refusals.count(Date.now());
      if (requests > 0) request.log.error({ error: error.message, requests }, 'the store refused');
      return reply.status(503).header('retry-after', '1').send({ error: 'the store is not available and nothing was acknowledged: send it again' });
    }
    const sent: FastifyError | HttpError = options.health.notice(error, `answering ${request.method} ${request.routeOptions.url ?? ''}`) ? options.health.refusal() : error;
    if (sent instanceof HttpError) return reply.status(sent.status).headers(sent.headers).send(sent.body);
    const { status, body } = described(sent, request.url);
    if (status >= 500) request.log.error({ err: error }, 'unexpected error');
    return reply.status(status).send(body);
  });
  app.setNotFoundHandler((request, reply) => {
    if (badAddresses.answer(request, reply, cors)) return reply;
    return reply.status(404).send(styleOf(request.url) === 'detail' ? { detail: 'Not Found' } : { error: 'not found' });
  });

  app.options('*', async ({ headers }, reply) => {
    const requested = headers['access-control-request-headers'];
    const allowed = { ...cors.withCredentials(headers.origin), ...cors.preflight(requested ? { headers: requested } : {}) };
    return reply.status(204).headers(allowed).send();
  });

  describeRoutes(app);
  void app.register(async (open) => addTrackerRoutes(open, host, cors, options.bodyLimit));
  void app.register(async (open) => addStreamRoute(open, host, hub, cors, limitStreams), { prefix: API });
  void app.register(async (open) => addPublicRoutes(open, host, options.health, cors, async () => options.sync?.sync.service.notice()));
  void app.register(async (open) => addConsolePage(open));
  if (options.sync) {
    const { sync, limits } = options.sync;
    const admit = () => options.health.admit(host.gauges.memoryBytes);
    void app.register(async (own) => addSyncRoutes(own, sync, cors, { ...limits, admit }), { prefix: SYNC });
  }
  const guarded = async (inside: FastifyInstance) => {
    inside.addHook('onRequest', async ({ headers }, reply) => {
      reply.headers(cors.open(headers.origin));
      if (options.tokens().length === 0) refuseStrangers(headers, options.origins);
      guard(headers.authorization);
    });
  };
  void app.register(async (inside) => {
    await guarded(inside);
    addRegistryRoutes(inside, host);
    addPushRoute(inside, host, exchange);
    addReadingRoutes(inside, host, options.sync?.sync);
    addConsoleApi(inside, host, options);
  }, { prefix: API });
  void app.register(async (inside) => {
    await guarded(inside);
    addEnrichedRoute(inside, host);
    inside.get('/metrics', async (_request, reply) => reply.type(options.metrics.contentType).send(await options.metrics.text()));
  });
  return app;
}
