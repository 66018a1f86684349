import { createClient } from 'redis';
import { StoreError } from '../store.js';

export type Client = ReturnType<typeof createClient>;
export type Raw = { readonly id: string; readonly message: Readonly<Record<string, string>> };
export type Streams = { readonly name: string; readonly messages: readonly Raw[] }[] | null;

/** Pause before the first attempt to reach Redis again; each further one is twice as long, up to the longest. */
const RECONNECT_MS = 50;
const LONGEST_RECONNECT_MS = 500;
/** While Redis is away every attempt fails; it is told of as often. */
const TELL_MS = 10_000;

/** The number of an entry whose id we gave. */
export const seqOf = (id: string): number => Number(id.split('-')[0]);

/** Of several addresses that were tried Node gives a code and no sentence. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code ?? error.name) : String(error));

export const asStoreError = (error: unknown): StoreError =>
  error instanceof StoreError ? error : new StoreError(`Redis: ${reasonOf(error)}`);

/** @throws {StoreError} for whatever goes wrong inside */
export async function askRedis<T>(asked: () => Promise<T>): Promise<T> {
  try {
    return await asked();
  } catch (error) {
    throw asStoreError(error);
  }
}

/**
 * While there is no connection, commands fail at once: whoever asks is told, and asks again, instead of waiting for as long
 * as Redis is away with all that others ask meanwhile.
 * @param onTrouble told when the connection is lost, and now and then that it still is
 */
export function makeClient(url: string, onTrouble: (error: unknown, doing: string) => void): Client {
  // Some jitter: all servers lose Redis at the same moment.
  const reconnectStrategy = (tries: number) => Math.min(RECONNECT_MS * 2 ** tries, LONGEST_RECONNECT_MS) + Math.random() * RECONNECT_MS;
  const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy } });
  let toldAt = -Infinity;
  client.on('ready', () => (toldAt = -Infinity));
  return client.on('error', (error) => {
    const now = performance.now();
    if (now - toldAt < TELL_MS) return;
    toldAt = now;
    onTrouble(asStoreError(error), 'talking to Redis; it is tried again until it answers');
  }) as unknown as Client;
}
