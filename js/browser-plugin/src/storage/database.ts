/** The database's stores. */
export const STORES = ['state', 'log', 'corrupt'];

/** webhookHandler's own database, and its one store: posts that wait. */
export const WEBHOOKS = 'oncue-webhooks';
export const POSTS = 'posts';

/** Another tab leads: what was written counts for nothing. */
export class Deposed extends Error {}

export const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export function makeStores(db: IDBDatabase): void {
  for (const store of STORES) db.createObjectStore(store, { autoIncrement: store !== 'state' });
}

/**
 * The database, or undefined when there is none and none shall be made.
 * @param make its stores
 */
export function open(name: string, make?: (db: IDBDatabase) => void): Promise<IDBDatabase | undefined> {
  const request = indexedDB.open(name, 1);
  let isMissing = false;
  request.onupgradeneeded = () => {
    if (make) make(request.result);
    else {
      isMissing = true;
      request.transaction?.abort();
    }
  };
  return done(request).catch((error) => {
    if (!isMissing) throw error;
    return undefined;
  });
}

/** Resolves when the transaction is complete. */
export function transact<T>(
  db: IDBDatabase,
  work: (state: IDBObjectStore, log: IDBObjectStore, tx: IDBTransaction) => T,
  mode: IDBTransactionMode = 'readwrite'
): Promise<T> {
  return new Promise((resolve, reject) => {
    // Relaxed: the browser has it, so neither a crash of the tab nor of the browser loses it; only a power cut can.
    const tx = db.transaction(STORES, mode, { durability: 'relaxed' });
    const result = work(tx.objectStore('state'), tx.objectStore('log'), tx);
    tx.oncomplete = () => resolve(result);
    tx.onabort = () => reject(tx.error ?? new Deposed());
  });
}
