import type { SyncConfiguration } from '../types.js';
import { createClock, type Clock } from './clock.js';
import type { Who } from './contract.js';
import { within } from '../within.js';

/** For a token, and for a whole answer, ms. */
const PATIENCE_MS = 30_000;

/** The server, asked for one person. */
export interface Server {
  readonly clock: Clock;
  /**
   * With a new token, once, when the server does not take the one we have. Rejects when it cannot be reached, does not
   * answer in time, or token() fails.
   * @param body as JSON; without one it is a GET
   * @param options with a signal the answer may take as long as that allows
   */
  call(path: string, body?: object, options?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<Response>;
}

/** There is none for this visitor, which is no mistake. */
export class NoToken extends Error {}

export const addressOf = ({ endpoint }: SyncConfiguration): string =>
  (endpoint.includes('//') ? endpoint : endpoint[0] === '/' ? location.origin + endpoint : `https://${endpoint}`).replace(/\/$/, '') + '/sync/v1';

export function createServer(configuration: SyncConfiguration, { key, id }: Who, signal: AbortSignal): Server {
  const address = addressOf(configuration);
  const clock = createClock();
  let token: Promise<string | undefined> | undefined;

  async function call(path: string, body?: object, options: Parameters<Server['call']>[2] = {}): Promise<Response> {
    for (let isSecond = false; ; isSecond = true) {
      const used = (token ??= Promise.resolve(configuration.token(key, id)));
      let bearer: string | undefined;
      try {
        bearer = await within(PATIENCE_MS, () => used, signal);
      } catch (error) {
        token = undefined;
        throw new Error(`token() failed (${error})`);
      }
      if (!bearer) {
        token = undefined;
        throw new NoToken();
      }
      const request = {
        method: body ? 'POST' : 'GET',
        body: body && JSON.stringify(body),
        cache: 'no-store',
        credentials: 'omit',
        ...options,
        headers: { authorization: `Bearer ${bearer}`, ...(body && { 'content-type': 'application/json' }), ...options.headers },
      } as const;
      const ask = async (signal: AbortSignal): Promise<Response> => {
        const response = await fetch(address + path, { ...request, signal });
        await response.clone().arrayBuffer();
        return response;
      };
      const response = options.signal ? await fetch(address + path, request) : await within(PATIENCE_MS, ask, signal);
      if (response.status !== 401 || isSecond) return response;
      if (token === used) token = undefined;
    }
  }

  return { clock, call };
}
