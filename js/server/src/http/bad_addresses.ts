// Addresses that the router cannot read: answered like those that lead nowhere, past everything that holds for every request.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { styleOf } from './bodies.js';
import type { Cors } from './cors.js';

/** Longest part of an address that a route takes, characters once decoded. */
export const LONGEST_PART = 4096;
/** No route can have it. */
const NOWHERE = '/%00';

interface Refusal {
  readonly status: number;
  readonly body: object;
}

/** What was wrong, and not the address itself: it may hold whatever somebody wants another one to be shown. */
function refusalOf({ statusCode }: FastifyError, url: string): Refusal {
  const status = statusCode === 414 ? 414 : 400;
  const sentence = status === 414 ? `a part of the address has more than ${LONGEST_PART} characters` : 'the address is not percent-encoded UTF-8';
  return { status, body: styleOf(url) === 'detail' ? { detail: sentence } : { error: sentence } };
}

export class BadAddresses {
  private readonly refusals = new WeakMap<IncomingMessage, Refusal>();

  /** @param route the server's own way into its router */
  constructor(private readonly route: (request: IncomingMessage, response: ServerResponse) => void) {}

  /** Fastify asks this, and then nobody else: so the request is sent in once more, under an address that can be read. */
  notice(error: FastifyError, request: IncomingMessage, response: ServerResponse): void {
    this.refusals.set(request, refusalOf(error, request.url ?? ''));
    request.url = NOWHERE;
    this.route(request, response);
  }

  /** @returns whether it was such a request, which is answered then */
  answer({ raw, headers }: FastifyRequest, reply: FastifyReply, cors: Cors): boolean {
    const refusal = this.refusals.get(raw);
    if (refusal) void reply.status(refusal.status).headers(cors.withCredentials(headers.origin)).send(refusal.body);
    return refusal !== undefined;
  }
}
