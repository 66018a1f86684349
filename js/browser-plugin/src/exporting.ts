// What exportLocalSignals loads.

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Everything in the database, by store; undefined when there is none, or it cannot be read. */
async function dump(name: string): Promise<Record<string, unknown[]> | undefined> {
  try {
    const request = indexedDB.open(name);
    // A database that is made now was not there.
    request.onupgradeneeded = () => request.transaction?.abort();
    const db = await done(request);
    const stores = [...db.objectStoreNames];
    const tx = db.transaction(stores);
    const lists = await Promise.all(stores.map((store) => done<unknown[]>(tx.objectStore(store).getAll())));
    db.close();
    return Object.fromEntries(stores.map((store, n) => [store, lists[n] as unknown[]]));
  } catch {
    return undefined;
  }
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

/** @param name of the database */
export async function exportAll(attributes: unknown, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(JSON.stringify({ attributes, stored: await dump(name) }, readable));
}
