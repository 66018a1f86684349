import { createClient } from 'redis';
import { StoreError } from '../store.js';

export type Client = ReturnType<typeof createClient>;
export type Raw = { readonly id: string; readonly message: Readonly<Record<string, string>> };
export type Streams = { readonly name: string; readonly messages: readonly Raw[] }[] | null;

/** The number of an entry whose id we gave. */
export const seqOf = (id: string): number => Number(id.split('-')[0]);

export const asStoreError = (error: unknown): StoreError =>
  error instanceof StoreError ? error : new StoreError(`Redis: ${error instanceof Error ? error.message : String(error)}`);

/** @param onTrouble told when the connection is lost */
export function makeClient(url: string, onTrouble: (error: unknown, doing: string) => void): Client {
  return createClient({ url }).on('error', (error) => onTrouble(error, 'talking to Redis')) as Client;
}

/** Tells of settings with which acknowledged events could be lost; a hosted Redis may not let us look. */
export async function checkDurability(client: Client, onTrouble: (error: unknown, doing: string) => void): Promise<void> {
  const settings = await client.configGet(['appendonly', 'appendfsync']).catch(() => undefined);
  if (settings && !(settings.appendonly === 'yes' && settings.appendfsync === 'always')) {
    onTrouble(new Error('Redis needs "appendonly yes" and "appendfsync always"'), 'checking Redis: a crash of Redis could lose acknowledged events');
  }
}
