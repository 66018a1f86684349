import type { Fired, TabEvent } from '../tabs/protocol.js';
import { Deposed, done, open, transact } from './database.js';

export { Deposed };

/** An event, or the time (epoch ms) at which the engine looked at the clock. */
export type Entry = TabEvent | number;

/** What one transaction adds to the log. */
export interface LogRecord {
  /** Which reign wrote it. */
  term: number;
  entries?: Entry[];
  /** Interventions that wait for a tab to show them. */
  fired?: Fired[];
  /** Ids of interventions that a tab is about to show: whatever happens, they are not shown again. */
  done?: string[];
}

/** What the log builds upon. */
export interface Base {
  term: number;
  /** Seed of intervention ids: replaying the log gives the same ids again. */
  seed: string;
  /** Definitions under which the log was written, as JSON. */
  definitions?: string;
  bytes?: Uint8Array;
  waiting: Fired[];
  /** Epoch milliseconds. */
  savedAt: number;
}

export interface Stored {
  base?: Base;
  log: LogRecord[];
}

/** Corrupt records kept for a developer to look at. */
const SET_ASIDE_MAX = 5;

export interface Store {
  /**
   * Begins a reign and returns what is stored; creates no database where there is none.
   * @param mode readonly: only returns what is stored, where nothing can be written
   */
  begin(mode?: IDBTransactionMode): Promise<Stored>;
  /** Whether there is a database: the first `save` creates it. */
  readonly exists: boolean;
  readonly term: number;
  /** Resolves when the record is durable; rejects with Deposed when another tab has begun a reign. */
  append(record: Omit<LogRecord, 'term'>): Promise<void>;
  /** Puts `base` in the place of everything stored so far. */
  save(base: Omit<Base, 'term'>): Promise<void>;
  /** Keeps what cannot be used out of the way. */
  setAside(what: unknown): void;
  /** Deletes the database. */
  erase(): Promise<void>;
  close(): void;
}

export function createStore(name: string): Store {
  let db: IDBDatabase | undefined;
  let term = 1;
  let creating: Promise<void> | undefined;
  /** Whether the database has our term, or a transaction is under way that will put it there. */
  let hasTerm = false;
  let isClosed = false;

  function keep(opened: IDBDatabase | undefined): void {
    if (!opened) return;
    // Somebody deletes the database: holding on would block them.
    opened.onversionchange = close;
    db = opened;
    if (isClosed) close();
  }

  function close(): void {
    isClosed = true;
    db?.close();
    db = undefined;
  }

  async function create(): Promise<void> {
    keep(await open(name, true));
  }

  async function use(): Promise<IDBDatabase> {
    if (!db) await (creating ??= create());
    if (!db) throw new Deposed();
    return db;
  }

  async function append(record: Omit<LogRecord, 'term'>): Promise<void> {
    // Without a detour when it is open: the browser has the record before anything can happen to this tab.
    const check = await transact(db ?? (await use()), (state, log, tx) => {
      log.add({ term, ...record });
      const request = state.get('term');
      tx.commit?.();
      return request;
    });
    if (check.result !== term) throw new Deposed();
  }

  return {
    get exists() {
      return !!(db ?? creating);
    },
    get term() {
      return term;
    },
    async begin(mode) {
      if (!db) keep(await open(name, false));
      if (!db) return { log: [] };
      const [base, log] = await transact(db, (state, log) => {
        const request = state.get('term');
        if (!mode) {
          request.onsuccess = () => {
            term = (request.result || 0) + 1;
            hasTerm = true;
            state.put(term, 'term');
            // From here on records of an earlier term are those of a tab that does not know yet.
            log.add({ term });
          };
        }
        return [state.get('base'), log.getAll()];
      }, mode);
      return { base: base.result, log: log.result };
    },
    append,
    async save(base) {
      await transact(db ?? (await use()), (state, log, tx) => {
        const expected = hasTerm ? term : undefined;
        hasTerm = true;
        const request = state.get('term');
        request.onsuccess = () => {
          if (request.result !== expected) return tx.abort();
          state.put(term, 'term');
          state.put({ ...base, term }, 'base');
          log.clear();
        };
      });
    },
    setAside(what) {
      if (!db) return;
      const corrupt = db.transaction('corrupt', 'readwrite').objectStore('corrupt');
      corrupt.getAllKeys().onsuccess = ({ target }) => {
        for (const key of (target as IDBRequest<IDBValidKey[]>).result.slice(0, 1 - SET_ASIDE_MAX)) corrupt.delete(key);
        corrupt.add(what);
      };
    },
    async erase() {
      close();
      await done(indexedDB.deleteDatabase(name));
    },
    close,
  };
}
