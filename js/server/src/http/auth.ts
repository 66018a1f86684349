// Bearer tokens.
import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpError } from '../errors.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

/**
 * @param tokens any of which opens; with none every non-empty token does, which is for a server that only this machine
 *   can reach
 * @returns a check that throws 401
 */
export function createGuard(tokens: readonly string[]): (authorization: string | undefined) => void {
  const known = tokens.map(digest);
  return (authorization) => {
    const given = BEARER.exec(authorization ?? '')?.[1];
    // Digests have one length, and every token is compared, so that time tells nothing of them.
    const isKnown = given !== undefined && known.reduce((found, token) => timingSafeEqual(token, digest(given)) || found, false);
    if (isKnown || (given !== undefined && known.length === 0)) return;
    throw new HttpError(401, { error: 'unauthorized' }, { 'www-authenticate': 'Bearer' });
  };
}
