// A server without tokens does what anybody asks. That is for its own machine: not for every page that is open there.
import { HttpError } from '../errors.js';

const LOOPBACK = /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Throws 403 where a web page of another site asks; pages of this machine, listed origins, browser extensions and whoever is
 * no page (SDKs, curl) may. A simple request needs no preflight, so that leaving out CORS headers would not keep it away.
 */
export function refuseStrangers({ origin, host }: { origin?: string; host?: string }, listed: readonly string[]): void {
  if (origin === undefined || listed.includes(origin)) return;
  // "null" is a page as well: a sandboxed frame or a file.
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url && !/^https?:$/.test(url.protocol)) return;
  if (url && (url.host === host || LOOPBACK.test(url.hostname))) return;
  throw new HttpError(403, { error: `a page of ${origin} may not ask a server without tokens: start it with --token, or with --origin ${origin}` });
}
