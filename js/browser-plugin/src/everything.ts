import { done, open, STORES } from './storage/database.js';
import { readNotes } from './storage/notes.js';
import type { Profile } from './tabs/profile_types.js';

/** Everything in the database, by store; undefined when there is none. */
async function dump(name: string): Promise<Record<string, unknown[]> | undefined> {
  const db = await open(name, false);
  if (!db) return undefined;
  const tx = db.transaction(STORES);
  const lists = await Promise.all(STORES.map((store) => done(tx.objectStore(store).getAll())));
  db.close();
  return Object.fromEntries(STORES.map((store, n) => [store, lists[n] as unknown[]]));
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
  const dumped = await dump(name).catch(() => undefined);
  const stored = dumped || notes.length ? { ...dumped, notes } : undefined;
  const all = { attributes: await profile.ask('getAll'), stored };
  return JSON.parse(JSON.stringify(all, readable));
}
