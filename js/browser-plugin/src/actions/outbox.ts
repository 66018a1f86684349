import { open, POSTS, WEBHOOKS } from '../storage/database.js';
import type { Post } from './types.js';

/** Posts to one URL that wait, oldest first. In IndexedDB from the first post on, or in memory where that refuses. */
export interface Outbox {
  /**
   * A post that waits already stays as it is.
   * @param isAnonymous nothing of it may be stored: it goes with the page
   */
  add(post: Post, isAnonymous?: boolean): Promise<void>;
  /** Does nothing when the post is gone: forgotten while it was under way. */
  update(post: Post): Promise<void>;
  remove(post: Post): Promise<void>;
  list(): Promise<Post[]>;
  clear(): Promise<void>;
}

const makeStore = (db: IDBDatabase): unknown => db.createObjectStore(POSTS, { keyPath: ['url', 'id'] });

function replace(store: IDBObjectStore, post: Post): IDBRequest {
  const request = store.openCursor([post.url, post.id]);
  request.onsuccess = () => request.result?.update(post);
  return request;
}

/**
 * One transaction, resolved when it is durable; rejects when there is no database and `make` is not given. The connection is
 * not kept: it would keep others from deleting.
 */
async function transact<T>(mode: IDBTransactionMode, action: (store: IDBObjectStore) => IDBRequest<T>, make?: typeof makeStore): Promise<T> {
  const database = await open(WEBHOOKS, make);
  if (!database) throw new Error('no post was ever stored');
  try {
    const transaction = database.transaction(POSTS, mode);
    const request = action(transaction.objectStore(POSTS));
    return await new Promise<T>((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export function createOutbox(url: string): Outbox {
  /** Posts that the database refused, and anonymous ones. */
  const memory = new Map<string, Post>();
  const range = (): IDBKeyRange => IDBKeyRange.bound([url], [url, []]);
  const key = ({ id }: Post): string[] => [url, id];

  /** @returns undefined when there is no database */
  const attempt = <T>(mode: IDBTransactionMode, action: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> =>
    Promise.resolve()
      .then(() => transact(mode, action))
      .catch(() => undefined);

  return {
    async add(post, isAnonymous) {
      if (memory.has(post.id)) return;
      if (isAnonymous) return void memory.set(post.id, post);
      try {
        await transact('readwrite', (store) => store.add(post), makeStore);
      } catch (error) {
        if ((error as DOMException | null)?.name !== 'ConstraintError') memory.set(post.id, post);
      }
    },
    async update(post) {
      if (memory.has(post.id)) memory.set(post.id, post);
      else await attempt('readwrite', (store) => replace(store, post));
    },
    async remove(post) {
      if (!memory.delete(post.id)) await attempt('readwrite', (store) => store.delete(key(post)));
    },
    async list() {
      const stored = (await attempt<Post[]>('readonly', (store) => store.getAll(range()))) ?? [];
      return [...stored, ...memory.values()].sort((one, other) => one.at - other.at);
    },
    async clear() {
      memory.clear();
      await attempt('readwrite', (store) => store.delete(range()));
    },
  };
}
