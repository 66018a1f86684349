// Streams of interventions, and direct ones.
import type { FastifyInstance } from 'fastify';
import type { Host } from '../engine_host/host.js';
import type { Exchange } from '../interventions/exchange.js';
import type { Hub } from '../interventions/hub.js';
import { readMessage, readTargets } from '../interventions/message.js';
import type { StreamLimit } from './address_limits.js';
import { queryOf, readJson } from './bodies.js';
import type { Cors } from './cors.js';

const PATH = '/interventions';

/** Open to everybody: a browser's EventSource can send no token. */
export function addStreamRoute(app: FastifyInstance, host: Host, hub: Hub, cors: Cors, limit: StreamLimit): void {
  app.addHook('onRequest', async ({ headers }, reply) => void reply.headers(cors.open(headers.origin)));
  app.get(PATH, (request, reply) => {
    const targets = readTargets(queryOf(request), host.keyNames());
    const leave = limit(request);
    reply.hijack();
    const response = reply.raw;
    response.once('close', leave);
    // Past a request's limits: a stream lasts.
    request.socket.setTimeout(0);
    request.socket.setNoDelay(true);
    const headers = {
      ...cors.open(request.headers.origin),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // Proxies would hold small messages back.
      'x-accel-buffering': 'no',
    };
    response.writeHead(200, headers);
    response.flushHeaders();
    hub.add(targets, response);
  });
}

/** Needs a token. */
export function addPushRoute(app: FastifyInstance, host: Host, exchange: Exchange): void {
  app.post(PATH, async (request) => {
    const targets = readTargets(queryOf(request), host.keyNames());
    const message = readMessage(readJson(request));
    return { status: (await exchange.push(message, targets)) > 0 ? 'success' : 'undelivered' };
  });
}
