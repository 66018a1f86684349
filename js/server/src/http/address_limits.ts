// Limits by address: requests a second, connections, and streams of those behind a proxy.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from '../errors.js';
import { isLoopback, networkOf } from '../operations/addresses.js';
import { OpenLimit, RateLimit } from '../operations/limits.js';
import { proxyTest } from '../operations/proxies.js';
import type { Cors } from './cors.js';

/** More than any page or office sends; a server that asks more has its own `--rate`. */
const REQUESTS_PER_SECOND = 1_000;
/** A twentieth of all connections. */
const CONNECTIONS = 1_000;
const WARN_MS = 60_000;

export interface AddressLimitOptions {
  /** Requests a second of one address, on average; 0 for no limit. Default 1,000, for addresses of other machines. */
  readonly requestsPerSecond?: number;
  /** Connections of one address at a time, 0 for no limit. Default 1,000, for addresses of other machines. */
  readonly connectionsPerAddress?: number;
  /** Proxies whose X-Forwarded-For is believed: their own address has no limit, those behind them do. */
  readonly trustProxies: readonly string[];
  /** Told of every connection that was not taken. */
  onRefused?(): void;
}

/** Counts a stream of somebody behind a proxy. @throws {HttpError} 429 @returns what to call when it ends */
export type StreamLimit = (request: FastifyRequest) => () => void;

/** Without options the machine's own addresses are left out: a proxy may stand there that nobody told the server of. */
export function limitAddresses(app: FastifyInstance, cors: Cors, options: AddressLimitOptions): StreamLimit {
  const { requestsPerSecond = REQUESTS_PER_SECOND, connectionsPerAddress = CONNECTIONS, trustProxies } = options;
  const isExempt = (given: number | undefined, address: string): boolean => given === undefined && isLoopback(address);
  const isProxy = proxyTest(trustProxies);
  let hasWarned = false;

  const requests = new RateLimit(requestsPerSecond);
  const warn = ({ headers, ip, log }: FastifyRequest): void => {
    if (hasWarned || headers['x-forwarded-for'] === undefined || isProxy(ip)) return;
    hasWarned = true;
    // Without the address, as in all logs: it may be a visitor's.
    log.warn('a proxy that is not trusted, or somebody who poses as one: all that it forwards counts as one address; see --trust-proxy');
  };
  app.addHook('onRequest', async (request, reply) => {
    const { ip, headers, socket } = request;
    if (ip === socket.remoteAddress) warn(request);
    if (isExempt(options.requestsPerSecond, ip) || requests.take(networkOf(ip), Date.now())) return;
    reply.headers(cors.withCredentials(headers.origin));
    throw new HttpError(429, { error: 'too many requests' }, { 'retry-after': '1' });
  });

  let warnedAt = 0;
  const refused = (): void => {
    options.onRefused?.();
    if (Date.now() - warnedAt < WARN_MS) return;
    warnedAt = Date.now();
    app.log.warn({ most: connectionsPerAddress }, 'an address has as many connections as it may have, more were not taken; see --max-connections-per-address, and --trust-proxy if it is a proxy');
  };
  const connections = new OpenLimit(connectionsPerAddress);
  app.server.on('connection', (socket) => {
    const { remoteAddress } = socket;
    // Gone already.
    if (remoteAddress === undefined) return;
    if (isExempt(options.connectionsPerAddress, remoteAddress) || isProxy(remoteAddress)) return;
    const close = connections.open(remoteAddress);
    if (close) return void socket.once('close', close);
    socket.destroy();
    refused();
  });

  const streams = new OpenLimit(connectionsPerAddress);
  return ({ ip, socket }) => {
    const close = ip === socket.remoteAddress ? () => {} : streams.open(ip);
    if (close) return close;
    throw new HttpError(429, { error: 'too many streams of this address' }, { 'retry-after': '60' });
  };
}
