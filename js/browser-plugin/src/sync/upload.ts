import type { Logger } from '@snowplow/browser-tracker';
import type { Commands } from './commands.js';
import type { Who } from './contract.js';
import type { Server } from './server.js';

/** Of one request. */
const FACTS_MAX = 500;
const BYTES_MAX = 48_000;
/** A server that asks for more time than that is asked all the same, ms. */
const PATIENCE_MS = 3_600_000;
/** Refusals in a row that are answered at once; then it waits for the next event or connection. */
const REFUSALS_MAX = 5;

/** How long a server wants to be left alone (seconds or a date), ms; 0 when it does not say. */
function readRetryAfter(response: Response): number {
  const text = response.headers.get('retry-after') ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Math.min(Math.max(wait, 0) || 0, PATIENCE_MS);
}

export const randomSeed = (): string => String(crypto.getRandomValues(new BigUint64Array(1))[0]);

/**
 * Facts are durable before they leave, with the times they leave with: sent again after a crash they are the same bytes.
 * @param mayGoOn looked at before each request
 * @param refetch the server knows something that this device does not
 * @returns sends what is pending, in batches; resolves when nothing is, or the server will not have it now
 */
export function createUploader(who: Who, server: Server, commands: Commands, mayGoOn: () => boolean, refetch: () => void, log: Logger): () => Promise<void> {
  let limit = FACTS_MAX;
  let refusals = 0;
  /** Epoch ms before which the server does not want to be asked. */
  let notBefore = 0;
  /** The server does not take what this device sends: until the page is loaded anew. */
  let isOff = false;

  const refused = new Set<string>();

  /** Once for each reason: it comes back with every event. */
  function refuse(reason: string): void {
    if (refused.has(reason)) return;
    refused.add(reason);
    log.warn(`OnCue: the sync server refuses what this device sends (${reason}); it is kept and sent again later`);
  }

  /** What the server has of this replica. Returns whether it can be. */
  function acknowledge(n: number, chain: string): boolean {
    if (!commands.run({ do: 'ack', ...who, n, chain }).fork) return true;
    commands.run({ do: 'fork', seed: randomSeed() });
    return false;
  }

  /** Returns whether to go on at once. */
  async function settle(response: Response, { replica, epoch }: { replica?: string; epoch?: number }): Promise<boolean> {
    const { status } = response;
    if (status === 413 && limit > 1) {
      limit = limit >> 1;
      return true;
    }
    notBefore = Date.now() + readRetryAfter(response);
    const answer = await response.json().catch(() => ({}));
    // Another replica's numbers by now, or those of an epoch that was erased meanwhile.
    if (replica !== commands.status().replica || epoch !== commands.find(who)?.epoch) return true;
    const { code, n, chain } = answer;
    if (response.ok) {
      refusals = 0;
      acknowledge(n, chain);
      return true;
    }
    if (code === 'gap') {
      commands.run({ do: 'ack', ...who, n, chain });
      refetch();
    } else if (code === 'epoch') {
      refetch();
      return false;
    } else if (code === 'fork' || code === 'future' || code === 'floor') {
      // What the server has already, from an upload whose answer was lost or was a refusal of its first copy, keeps its
      // times and numbers.
      if (acknowledge(n, chain) && code !== 'fork') commands.run({ do: 'refused', ...who, reason: code, floor: answer.floor });
    } else {
      isOff = code === 'bad';
      refuse(code ?? `status ${status}`);
      return false;
    }
    if (++refusals < REFUSALS_MAX) return true;
    refuse(code);
    return false;
  }

  async function sendAll(): Promise<void> {
    while (!isOff && Date.now() >= notBefore && mayGoOn() && commands.find(who)?.pending) {
      const { error, fired, ...body } = commands.run({ do: 'upload', ...who, offset: server.clock.offset(), limit, bytes: BYTES_MAX });
      if (!body.facts?.length) return;
      await commands.durable();
      if (!mayGoOn()) return;
      const sent = Date.now();
      const response = await server.call('/upload', body);
      if (!mayGoOn()) return;
      const { now } = await response.clone().json().catch(() => ({}));
      server.clock.learn(now, sent);
      if (!(await settle(response, body))) return;
    }
  }

  return sendAll;
}
