import type { Fired, TabEvent } from '../tabs/protocol.js';
import { Deposed, done, makeStores, open, transact, WEBHOOKS } from './database.js';
import { readNotes, removeNotes, writeNote, type Noted } from './notes.js';

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

export type NewRecord = Required<Omit<LogRecord, 'term'>>;

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

export type NewBase = Omit<Base, 'term'>;

export interface Stored {
  base?: Base;
  log: LogRecord[];
}

/** Notes after which a transaction takes over what they say: what a tab of another process has to read. */
const NOTES_MAX = 32;
/** Corrupt records kept for a developer to look at. */
const SET_ASIDE_MAX = 5;

export interface Store {
  /**
   * Begins a reign and returns what is stored; creates no database where there is none.
   * @param makeFirst the base of a database that has none, since this reign makes it or whoever made it died too early: a log
   *   without a seed would give other ids at each replay
   * @param mode readonly: only returns what is stored, where nothing can be written
   */
  begin(makeFirst: () => NewBase, mode?: IDBTransactionMode): Promise<Stored>;
  /** Whether there is a database: the first `append` makes it. */
  readonly exists: boolean;
  /**
   * Writes an event, or what is shown, down where a tab that dies does not lose it; a transaction that is begun later has to
   * repeat it.
   * @returns false where that cannot be, or it is time for a transaction
   */
  note(event: Noted): boolean;
  /** Resolves when the record is durable; rejects with Deposed when another tab has begun a reign. */
  append(record: NewRecord): Promise<void>;
  /** Puts `base` in the place of everything stored so far. */
  save(base: NewBase): Promise<void>;
  /** Keeps what cannot be used out of the way, of all such the latest; before anything that is written later. */
  setAside(what: unknown): Promise<void>;
  /** Deletes the database, and webhookHandler's: it need not be on this page. */
  erase(): Promise<void>;
  close(): void;
}

/** @param mayNote whether whoever leads next reads notes */
export function createStore(name: string, mayNote = (): boolean => true): Store {
  let db: IDBDatabase | undefined;
  let term = 1;
  let founding: Promise<void> | undefined;
  let makeFirst: () => NewBase;
  let isClosed = false;
  let slot = 0;
  /** There is a base to build upon, and room. */
  let canNote = false;

  function keep(opened: IDBDatabase | undefined): void {
    if (!opened) return;
    // Somebody deletes the database: holding on would block them. Or the browser has closed it: another reign opens it again.
    opened.onversionchange = opened.onclose = close;
    db = opened;
    if (isClosed) close();
  }

  function close(): void {
    isClosed = true;
    canNote = false;
    db?.close();
    db = undefined;
  }

  function use(): IDBDatabase {
    if (!db) throw new Deposed();
    return db;
  }

  async function put(base: NewBase, expected?: number): Promise<void> {
    slot = 0;
    await transact(use(), (state, log, tx) => {
      const request = state.get('term');
      request.onsuccess = () => {
        if (request.result !== expected) return tx.abort();
        state.put(term, 'term');
        state.put({ ...base, term }, 'base');
        log.clear();
      };
    });
    // None is made while a transaction is under way.
    removeNotes(name, term + 1);
  }

  /** What follows waits for it: where another tab is faster, nothing of this one may get into its database. */
  async function found(): Promise<void> {
    try {
      if (!isClosed) keep(await open(name, makeStores));
      await put(makeFirst());
    } catch (error) {
      // Once more with what comes next.
      db?.close();
      db = founding = undefined;
      throw error;
    }
    // Of a database that somebody deleted.
    removeNotes(name);
    canNote = true;
  }

  function note(event: Noted): boolean {
    if (!canNote || slot >= NOTES_MAX || !mayNote()) return false;
    try {
      writeNote(name, term, slot, event);
      slot++;
    } catch {
      canNote = false;
    }
    return canNote;
  }

  async function append(record: NewRecord): Promise<void> {
    slot = 0;
    // Without a detour when it is open: the browser has the record before anything can happen to this tab.
    if (!db || founding) await (founding ??= found());
    const check = await transact(use(), (state, log, tx) => {
      log.add({ term, ...record });
      const request = state.get('term');
      tx.commit?.();
      return request;
    }).catch((error) => {
      // What fired is shown all the same: with them it would be again.
      if (record.fired.length || record.done.length) removeNotes(name);
      throw error;
    });
    if (check.result !== term) throw new Deposed();
  }

  /** What transactions do not know of: another process may have died before the next one was due. */
  function addNotes(base: Base | undefined, log: LogRecord[]): LogRecord[] {
    for (const note of readNotes(name)) {
      const replayed = Math.max(note.term, base?.term ?? 0);
      let at = 0;
      // Before what a later reign made of it. Those that a transaction has as well are events that the engine knows.
      while ((log[at]?.term as number) <= replayed) at++;
      log.splice(at, 0, { term: replayed, entries: note.event ? [note.event] : [], done: note.done });
    }
    return log;
  }

  return {
    get exists() {
      return !!(db ?? founding);
    },
    async begin(given, mode) {
      makeFirst = given;
      if (!db) keep(await open(name));
      if (!db) return { log: [] };
      const [base, log] = await transact(db, (state, log) => {
        const request = state.get('term');
        const base = state.get('base');
        if (!mode) {
          base.onsuccess = () => {
            term = (request.result || 0) + 1;
            state.put(term, 'term');
            // From here on records of an earlier term are those of a tab that does not know yet.
            log.add({ term });
            if (!base.result) state.put({ ...makeFirst(), term }, 'base');
          };
        }
        return [base, log.getAll()];
      }, mode);
      canNote = !mode;
      return { base: base.result, log: addNotes(base.result, log.result) };
    },
    note,
    append,
    async save(base) {
      if (!db || founding) await (founding ??= found());
      return put(base, term);
    },
    async setAside(what) {
      const corrupt = db?.transaction('corrupt', 'readwrite').objectStore('corrupt');
      if (corrupt) corrupt.add(what).onsuccess = ({ target }) => corrupt.delete(IDBKeyRange.upperBound((target as IDBRequest).result - SET_ASIDE_MAX));
    },
    async erase() {
      close();
      removeNotes(name);
      await Promise.all([name, WEBHOOKS].map((database) => done(indexedDB.deleteDatabase(database))));
    },
    close,
  };
}
