import { within } from '../within.js';
import type { Post, WebhookConfiguration } from './types.js';

/** Browsers refuse requests that outlive their page (`keepalive`) from 64 KiB of body on. */
const KEEPALIVE_MAX = 60_000;

/** `done`: the server has it. `again`: it may take it later. `refused`: it never will. */
export type Outcome = { type: 'done' } | { type: 'again'; afterMs: number } | { type: 'refused'; status: number };

/** Milliseconds that a Retry-After header asks for; 0 without a readable one. */
function readRetryAfter(response: Response): number {
  const text = response.headers.get('retry-after') ?? '';
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Math.max(seconds * 1000, 0) || 0;
}

/** Posts once. Never throws: what is no answer in time, headers that cannot be had included, may be one later. */
export async function attemptPost({ url, id, body }: Post, configuration: WebhookConfiguration): Promise<Outcome> {
  const { headers, credentials = 'same-origin', timeoutMs = 10_000 } = configuration;
  const post = async (signal: AbortSignal): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(typeof headers === 'function' ? await headers() : headers), 'idempotency-key': id },
      body,
      credentials,
      keepalive: body.length < KEEPALIVE_MAX,
      signal,
    });
  try {
    const response = await within(timeoutMs, post);
    const { ok, status } = response;
    if (ok) return { type: 'done' };
    const isPassing = status >= 500 || status === 408 || status === 429;
    return isPassing ? { type: 'again', afterMs: readRetryAfter(response) } : { type: 'refused', status };
  } catch {
    return { type: 'again', afterMs: 0 };
  }
}
