// Bearer tokens.
import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpError } from '../errors.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

/** The digests of a list that may be another one at the next request. */
function digests(tokens: () => readonly string[]): () => readonly Buffer[] {
  let list: readonly string[] | undefined;
  let known: readonly Buffer[] = [];
  return () => {
    const now = tokens();
    if (now !== list) known = now.map(digest);
    list = now;
    return known;
  };
}

/**
 * @param tokens any of which opens, now; with none every non-empty token does, which is for a server that only this machine
 *   can reach
 * @returns a check that throws 401
 */
export function createGuard(tokens: () => readonly string[]): (authorization: string | undefined) => void {
  const read = digests(tokens);
  return (authorization) => {
    const known = read();
    const given = BEARER.exec(authorization ?? '')?.[1];
    // Digests have one length, and every token is compared, so that time tells nothing of them.
    const isKnown = given !== undefined && known.reduce((found, token) => timingSafeEqual(token, digest(given)) || found, false);
    if (isKnown || (given !== undefined && known.length === 0)) return;
    throw new HttpError(401, { error: 'unauthorized' }, { 'www-authenticate': 'Bearer' });
  };
}
