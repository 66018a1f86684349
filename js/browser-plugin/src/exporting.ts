// What exportLocalSignals loads.
import type { Page } from './page.js';

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Everything in the database, by store; undefined when there is none. */
async function dump(name: string): Promise<Record<string, unknown[]> | undefined> {
  const opening = indexedDB.open(name);
  // It would be made now.
  opening.onupgradeneeded = () => opening.transaction?.abort();
  const db = await settled(opening).catch(() => undefined);
  if (!db) return undefined;
  const stores = [...db.objectStoreNames];
  const tx = db.transaction(stores);
  const lists = await Promise.all(stores.map((store) => settled(tx.objectStore(store).getAll())));
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

/** Everything that is known and stored. */
export async function exportAll({ profile, configuration: { storageName = 'oncue' } }: Page): Promise<Record<string, unknown>> {
  const all = { attributes: await profile.ask('getAll'), stored: await dump(storageName).catch(() => undefined) };
  return JSON.parse(JSON.stringify(all, readable));
}
