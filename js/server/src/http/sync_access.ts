// Whether a request may touch an id.
import type { FastifyRequest } from 'fastify';
import { refuse } from './sync_bodies.js';
import type { Access } from '../sync/sync.js';
import type { Id } from '../sync/place.js';
import { type SyncToken, verifySyncToken } from '../sync/tokens.js';

const BEARER = /^Bearer ([A-Za-z0-9_.-]+)$/i;

/** @throws {HttpError} 401 without a good token, 403 when it is for another page or key */
export async function readToken({ secrets, keys, now }: Access, { headers }: FastifyRequest): Promise<SyncToken> {
  const text = BEARER.exec(headers.authorization ?? '')?.[1];
  const verified = text === undefined ? { problem: 'there is none' } : await verifySyncToken(secrets, text, now());
  if ('problem' in verified) throw refuse(401, 'token', `the token cannot be used: ${verified.problem}`, {}, { 'www-authenticate': 'Bearer' });
  const { token } = verified;
  // Without the header it is a page of the server's own origin, or no page at all.
  if (token.origin !== undefined && headers.origin !== undefined && headers.origin !== token.origin) {
    throw refuse(403, 'origin', 'the token is for pages of another origin');
  }
  if (!keys.includes(token.key)) throw refuse(403, 'key', 'the token is for an attribute key that is not synced');
  return token;
}

/** @param asked key and id, which may be left out where the token says them. @throws {HttpError} 403 when it names others */
export function idOf({ key, id }: SyncToken, asked: { readonly key?: unknown; readonly id?: unknown }): Id {
  if ((asked.key ?? key) === key && (asked.id ?? id) === id) return { key, id };
  throw refuse(403, 'id', 'the token is for another id');
}
