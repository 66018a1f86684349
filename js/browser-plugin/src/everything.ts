import { done, open, POSTS, STORES, WEBHOOKS } from './storage/database.js';
import { readNotes } from './storage/notes.js';
import type { Profile } from './tabs/profile_types.js';

/** Everything in a database, by store; undefined when there is none. */
async function dump(name: string, stores: string[]): Promise<Record<string, unknown[]> | undefined> {
  const db = await open(name);
  if (!db) return undefined;
  const tx = db.transaction(stores);
  const lists = await Promise.all(stores.map((store) => done(tx.objectStore(store).getAll())));
  db.close();
  return Object.fromEntries(stores.map((store, n) => [store, lists[n] as unknown[]]));
}

/** Bytes as base64, payloads as the objects they are. */
function readable(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join(''));
  try {
    return typeof value === 'string' && /^[[{]/.test(value) ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

/** Everything that is known and stored, as plain JSON. Notes that a transaction has taken over are among the log as well. */
export async function exportAll(profile: Profile, name: string): Promise<Record<string, unknown>> {
  const notes = readNotes(name);
  const unreadable = (): undefined => undefined;
  const dumped = await dump(name, STORES).catch(unreadable);
  const stored = dumped || notes.length ? { ...dumped, notes } : undefined;
  const webhooks = await dump(WEBHOOKS, [POSTS]).catch(unreadable);
  const all = { attributes: await profile.ask('getAll'), stored, webhooks: webhooks?.[POSTS] };
  return JSON.parse(JSON.stringify(all, readable));
}
