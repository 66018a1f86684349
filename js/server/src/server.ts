// A whole server: store, state, streams and HTTP.
import type { AddressInfo } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import type { Problem } from '@oncue/engine';
import type { Delivery } from './engine_host/delivery.js';
import { EngineHealth, type EngineState, MOST_ENGINE_BYTES } from './engine_host/engine_health.js';
import type { Host, HostOptions } from './engine_host/host.js';
import { LocalHost } from './engine_host/local_host.js';
import type { AddressLimitOptions } from './http/address_limits.js';
import { HttpError } from './errors.js';
import { FiredList } from './http/console_routes.js';
import { createApp } from './http/app.js';
import { type Exchange, localExchange } from './interventions/exchange.js';
import { Hub } from './interventions/hub.js';
import { closing } from './http/closing.js';
import { Metrics } from './operations/metrics.js';
import { explainOpening } from './operations/data_file.js';
import { checkOrigin } from './operations/origins.js';
import { checkProxy } from './operations/proxies.js';
import { DefinitionWarnings } from './registry/warnings.js';
import { type Durability, type Erasure, StoreError } from './storage/store.js';
import { TokenFile } from './operations/token_file.js';
import { checkTokens } from './operations/tokens.js';
import { SqliteStore } from './storage/sqlite_store.js';
import { SqliteSyncStore } from './storage/sync/sqlite_store.js';
import type { SyncStore } from './storage/sync/store.js';
import type { SyncLimits } from './http/sync_routes.js';
import { readSyncKeys, Sync } from './sync/sync.js';
import { secretBytes } from './sync/tokens.js';
import { SyncMetrics } from './sync/sync_metrics.js';

export interface ServerOptions {
  /** File of the embedded store, made when missing; needed unless there is `redis`. */
  readonly data?: string;
  /** redis://...: the store of any number of processes, instead of a file. */
  readonly redis?: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 8787; 0 takes a free one. */
  readonly port?: number;
  /** Bearer tokens, any of which opens what is protected. Needed unless only this machine can reach the server. */
  readonly tokens?: readonly string[];
  /** A file with more of them, one a line. It is read again when it has changed: a token is valid while it stands there. */
  readonly tokenFile?: string;
  /** Origins of pages that may call, as browsers send them: scheme, host and port alone; default all. */
  readonly origins?: readonly string[];
  readonly windowEventLimit?: number | 'unlimited';
  /**
   * Most ids that are kept of each attribute key, those seen last (on Redis, in each partition); default all. Beyond, a 64th of
   * them leaves at once.
   */
  readonly maxIdsPerKey?: number;
  /** Bytes of the engine's memory from which on no events are taken, at most 2 GiB, which is what it can have; default 1.75 GiB. */
  readonly mostEngineBytes?: number;
  /** Largest body, bytes; default 1 MiB. */
  readonly bodyLimit?: number;
  /** Entries of the log between two snapshots; default 20,000 in a file, 2,500 in a partition of Redis. */
  readonly snapshotEvery?: number;
  /** Bytes of a snapshot above which a server on a file takes it on another thread; default 256 KiB. */
  readonly snapshotAsideBytes?: number;
  /** Most bytes in one part of a snapshot in a file; default 1 MiB. */
  readonly snapshotPartBytes?: number;
  /** Into how many parts the ids are spread on Redis; default 64, fixed by the first server that starts on it. */
  readonly partitions?: number;
  /** Default 30 days. */
  readonly retentionDays?: number;
  /** At most as long (ms) after that events are removed; default an hour. */
  readonly expireEveryMs?: number;
  /** Unread bytes of a stream at which it is dropped; default 256 KiB. */
  readonly mostWaitingBytes?: number;
  /** Default 15 s. */
  readonly keepAliveMs?: number;
  /**
   * Requests a second from one address, on average, and twice that at once; 0 for no limit. Default 1,000, which does not
   * count this machine's own addresses. Of IPv6 an address is its first 64 bits.
   */
  readonly requestsPerSecond?: number;
  /**
   * Proxies in front: addresses, networks (10.0.0.0/8), or `loopback`, `linklocal`, `uniquelocal`. Of their `X-Forwarded-For`
   * the last address that is none of them is the one that asks. Default none: the connection's.
   */
  readonly trustProxies?: readonly string[];
  /** Headers that take longer are cut off; default 10 s. */
  readonly headersTimeoutMs?: number;
  /** So is a request, headers and body, that takes longer than this; default 30 s. */
  readonly requestTimeoutMs?: number;
  /** Connections at a time; default 20,000. */
  readonly maxConnections?: number;
  /**
   * Of them those of one address; behind trusted proxies, its streams. 0 for no limit. Default 1,000, which does not count
   * this machine's own addresses.
   */
  readonly connectionsPerAddress?: number;
  /** Sync of attribute keys across devices; without it there is none. */
  readonly sync?: {
    /** Any of which may have signed a token (HS256); at least 32 bytes each. */
    readonly secrets: readonly string[];
    /** Attribute keys that are synced; default `user_id`. */
    readonly keys?: readonly string[];
    /** Facts of one upload; default 500. */
    readonly mostFacts?: number;
    /** Requests a second of one token, on average; default 20, 0 for no limit. */
    readonly requestsPerSecond?: number;
    /** Streams of one id; default 32. */
    readonly mostStreams?: number;
    /** Browser profiles of one id that have ever uploaded; default 256. */
    readonly mostReplicas?: number;
    /** Uploads of an id after which they are folded into its state; default 64. */
    readonly compactEvery?: number;
  };
  readonly logger?: FastifyBaseLogger;
}

export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Reads `tokenFile` again at once. */
  reloadTokens(): void;
  /** Answers what is under way, ends the streams, saves the state. */
  close(): Promise<void>;
}

/** Against slow lorises, who send a byte now and then. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Entries of the log between two snapshots. Of a partition fewer: until it is read again, its ids wait after a crash. */
const FILE_SNAPSHOT = 20_000;
const PARTITION_SNAPSHOT = 2_500;
const PARTITIONS = 64;
const SYNCED: Readonly<Record<Durability, number>> = { synced: 1, unsynced: 0, unknown: -1 };
const ENGINE: Readonly<Record<EngineState, number>> = { ok: 1, full: 0, failed: -1 };
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

// What only servers on Redis need is loaded for them alone.

async function startHost({ redis, partitions = PARTITIONS, snapshotEvery }: ServerOptions, file: SqliteStore | undefined, options: Omit<HostOptions, 'snapshotEvery'>): Promise<Host> {
  if (redis !== undefined) {
    const { FleetHost } = await import('./fleet/fleet_host.js');
    return FleetHost.start({ ...options, url: redis, partitions, snapshotEvery: snapshotEvery ?? PARTITION_SNAPSHOT });
  }
  if (file) return LocalHost.start(file, { ...options, snapshotEvery: snapshotEvery ?? FILE_SNAPSHOT });
  throw new Error('Where should the server keep its data? Give "data", a file, or "redis", an address');
}

type Trouble = (error: unknown, doing: string) => void;

async function openSyncStore({ redis = '' }: ServerOptions, file: SqliteStore | undefined, onTrouble: Trouble): Promise<SyncStore> {
  if (file) return new SqliteSyncStore(file);
  const { RedisSyncStore } = await import('./storage/sync/redis_store.js');
  return new RedisSyncStore({ url: redis, onTrouble });
}

async function startExchange({ redis }: ServerOptions, hub: Hub, onTrouble: Trouble): Promise<Exchange> {
  if (redis === undefined) return localExchange(hub);
  const { redisExchange } = await import('./interventions/redis_exchange.js');
  return redisExchange(redis, hub, onTrouble);
}

async function startSync(options: ServerOptions, { secrets, keys, mostReplicas, compactEvery }: NonNullable<ServerOptions['sync']>, host: Host, file: SqliteStore | undefined, metrics: Metrics, onTrouble: Trouble): Promise<Sync> {
  const { keepAliveMs, mostWaitingBytes } = options;
  return Sync.start({
    secrets,
    ...(keys && { keys }),
    store: await openSyncStore(options, file, onTrouble),
    definitions: () => host.definitions.text,
    service: { ...(mostReplicas !== undefined && { mostReplicas }), ...(compactEvery !== undefined && { compactEvery }) },
    pingMs: keepAliveMs ?? 15_000,
    mostWaitingBytes: mostWaitingBytes ?? 256 * 1024,
    metrics: new SyncMetrics(metrics.registry),
    onTrouble,
  });
}

const syncLimits = ({ mostFacts = 500, requestsPerSecond = 20, mostStreams = 32 }: Partial<SyncLimits> = {}): SyncLimits => ({ mostFacts, requestsPerSecond, mostStreams });

const addressLimits = ({ requestsPerSecond, connectionsPerAddress, trustProxies = [] }: ServerOptions): AddressLimitOptions => ({
  ...(requestsPerSecond !== undefined && { requestsPerSecond }),
  ...(connectionsPerAddress !== undefined && { connectionsPerAddress }),
  trustProxies,
});

function openTokenFile({ tokenFile, tokens = [], logger }: ServerOptions): TokenFile | undefined {
  if (tokenFile === undefined) return undefined;
  return new TokenFile(tokenFile, tokens, (count, error) => {
    if (error) logger?.error({ error: error.message }, 'the tokens were not read again; those of before stay valid');
    else logger?.info({ count }, 'the tokens were read again');
  });
}

/** @throws when others could reach a server that has no token, and for settings that could not work */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  checkTokens(options.tokens ?? [], 'of those given', 'give each on its own');
  options.origins?.forEach(checkOrigin);
  const tokenFile = openTokenFile(options);
  return start(options, tokenFile).catch((error: unknown) => {
    tokenFile?.close();
    throw error;
  });
}

async function start(options: ServerOptions, tokenFile: TokenFile | undefined): Promise<RunningServer> {
  const { host: address = '127.0.0.1', port = 8787, origins = [], tokens: given = [], logger } = options;
  const tokens = (): readonly string[] => tokenFile?.current ?? given;
  if (tokens().length === 0 && !LOOPBACK.includes(address)) {
    throw new Error(`Others can reach ${address}, so the server needs a token: give --token or --token-file, or listen on 127.0.0.1`);
  }
  options.sync?.secrets.forEach(secretBytes);
  options.trustProxies?.forEach(checkProxy);
  const syncKeys = options.sync && readSyncKeys(options.sync.keys);
  const metrics = new Metrics();
  const fired = new FiredList();
  const hub = new Hub({
    mostWaitingBytes: options.mostWaitingBytes ?? 256 * 1024,
    keepAliveMs: options.keepAliveMs ?? 15_000,
    onSent: () => metrics.sent.inc(),
    onDropped: () => metrics.dropped.inc(),
  });
  const onTrouble = (error: unknown, doing: string): void => {
    metrics.troubles.inc();
    // Where the store failed says nothing about why.
    if (error instanceof StoreError) logger?.error({ error: error.message }, doing);
    else logger?.error({ err: error }, doing);
  };
  const health = new EngineHealth(options.mostEngineBytes ?? MOST_ENGINE_BYTES, onTrouble);
  const warnings = new DefinitionWarnings(({ pointer, code, message }) => logger?.warn({ pointer, code }, message));
  let look = (): void => {};
  const retentionDays = options.retentionDays ?? 30;
  const file = options.redis === undefined && options.data !== undefined ? new SqliteStore(options.data, options.snapshotPartBytes) : undefined;
  const host = await startHost(options, file, {
    health,
    retentionDays,
    ...(options.expireEveryMs !== undefined && { expireEveryMs: options.expireEveryMs }),
    ...(options.snapshotAsideBytes !== undefined && { asideBytes: options.snapshotAsideBytes }),
    engine: {
      ...(options.windowEventLimit !== undefined && { windowEventLimit: options.windowEventLimit }),
      ...(options.maxIdsPerKey !== undefined && { maxIdsPerKey: options.maxIdsPerKey }),
      ...(syncKeys && { syncKeys, syncSource: 'facts' as const }),
    },
    onDelivery(delivery: Delivery) {
      fired.add(delivery);
      hub.deliver(delivery, delivery.targets);
    },
    onFired: ({ name, version }) => metrics.fires.inc({ name, version: String(version) }),
    onTrouble,
    onForgotten: (erasure) => fired.forget(erasure),
    onApplied({ kind, body }, ms) {
      metrics.evaluation.observe({ kind }, ms / 1000);
      if (kind === 'forget') fired.forget(JSON.parse(body) as Erasure);
      if (kind === 'registry') look();
    },
    onEvents(accepted, repeated, ms) {
      metrics.events.inc({ outcome: 'accepted' }, accepted);
      metrics.events.inc({ outcome: 'repeated' }, repeated);
      metrics.commit.observe(ms / 1000);
    },
    onRejected: (reason) => metrics.rejected.inc({ reason }),
  }).catch((error: unknown) => {
    throw file && options.data !== undefined ? explainOpening(options.data, error) : error;
  });
  const readWarnings = (): readonly Problem[] => health.use(() => warnings.of(host.definitions));
  look = () => {
    try {
      readWarnings();
    } catch (error) {
      // An engine that failed has said so.
      if (!(error instanceof HttpError)) throw error;
    }
  };
  look();
  const sync = options.sync && (await startSync(options, options.sync, host, file, metrics, onTrouble).catch(async (error: unknown) => {
    await host.close();
    throw error;
  }));
  const exchange = await startExchange(options, hub, onTrouble);
  metrics.watch({ streams: () => hub.size, pushes: () => exchange.waiting(), synced: () => SYNCED[host.durability()], engine: () => ENGINE[health.state], ...host.gauges });
  const app = createApp(host, hub, exchange, {
    tokens,
    origins,
    bodyLimit: options.bodyLimit ?? 1024 * 1024,
    headersTimeoutMs: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    limits: { ...addressLimits(options), onRefused: () => metrics.refused.inc() },
    metrics,
    health,
    fired,
    warnings: readWarnings,
    ...(sync && { sync: { sync, limits: syncLimits(options.sync) } }),
    ...(logger && { logger }),
  });
  app.server.maxConnections = options.maxConnections ?? 20_000;
  const closeGently = closing(app);
  try {
    await app.listen({ host: address, port });
  } catch (error) {
    await exchange.close();
    await sync?.close();
    await host.close();
    throw error;
  }
  const bound = app.server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    url: `http://${name}:${bound.port}`,
    port: bound.port,
    reloadTokens: () => tokenFile?.reload(),
    async close() {
      tokenFile?.close();
      hub.close();
      sync?.endStreams();
      await closeGently();
      await exchange.close();
      await sync?.close();
      await host.close();
    },
  };
}
