import type { Logger } from '@snowplow/browser-tracker';
import type { Fired, TabEvent } from '../tabs/protocol.js';
import { Deposed, type Entry, type NewBase, type Store, type Stored } from './store.js';

/** Events between two snapshots: replaying them takes a few milliseconds. */
const SNAPSHOT_EVERY = 200;
/** Transactions under way before what comes next waits for one to end, so that many events share one. */
const WRITES_MAX = 3;
/** Characters: all notes together take little of what localStorage has room for, since the page needs it too. */
const NOTE_MAX = 1e4;
/** What only localStorage has goes into the database after a while, since browsers take their time to write that to disk, ms. */
const NOTES_MS = 30_000;
/** The same for what was shown, which nobody wants to see again, ms. */
const SHOWN_MS = 1000;
/** After a write that failed, as on a full disk, until the whole state is tried again, ms. */
const RETRY_MS = 30_000;

export interface Journal {
  /** `stored` has been read: from now on there are writes. */
  start(stored: Stored): void;
  /** What happened, in order. Written in one transaction once the running task ends, what is not noted before. */
  entry(entry: Entry): void;
  /**
   * Notes the first event that was said and is not written yet, and with it what this tab shows of it at once.
   * @returns whether `event` is noted
   */
  note(event?: TabEvent): boolean;
  addFired(fired: Fired): void;
  addDone(id: string): void;
  /** Calls back when all that was said so far is durable, in order; soon in memory. Not when another tab leads. */
  whenDurable(action: () => void): void;
  /** Writes to the database what is only noted, and what waits, for another tab that is about to lead, or since this one may be gone soon. */
  settleNotes(): void;
  /** Goes on in memory. */
  fail(error: unknown): void;
  /** Replaces the log by a snapshot. */
  compact(): void;
  /** Why nothing is stored; undefined when all is well, or well again. */
  readonly trouble: string | undefined;
  /** Of what is stored, about: the last snapshot, its definitions and the log. */
  readonly bytes: number;
}

/**
 * Collects what one task says and writes it as one record, so that a tab that dies loses at most the running task. Events
 * are noted (notes.ts) while no transaction is under way, with what is shown of them at once; the next one repeats them.
 * @param makeBase the state that stands for everything said so far; undefined while there is none
 * @param mayWait whether other tabs keep the events until they are written
 * @param onDeposed another tab leads
 */
export function createJournal(
  store: Store,
  makeBase: () => NewBase | undefined,
  mayWait: () => boolean,
  onDeposed: () => void,
  log: Logger
): Journal {
  let entries: Entry[] = [];
  let fired: Fired[] = [];
  let ids: string[] = [];
  let actions: (() => void)[] = [];
  let noted: TabEvent[] = [];
  let notedIds: string[] = [];
  let isStarted = false;
  let isScheduled = false;
  let isDeposed = false;
  let trouble: string | undefined;
  /** Epoch ms; only where this tab's writes have been taken before. */
  let retryAt = Infinity;
  let logged = 0;
  let writes = 0;
  let bytes = 0;

  const sizeOf = (base?: NewBase): number => (base?.bytes?.length ?? 0) + (base?.definitions?.length ?? 0);

  /** Neither a time has a text nor what cannot be read, which is set aside later. */
  function count(entries: Entry[] = []): void {
    for (const entry of entries) bytes += (entry as TabEvent | null)?.text?.length ?? 8;
  }

  function schedule(): void {
    // Every event asks for it, and queueMicrotask() takes a detour through the browser.
    if (!isScheduled) Promise.resolve().then(write);
    isScheduled = true;
  }

  function settle(writing: Promise<void>, then: (() => void)[]): void {
    writes++;
    const go = (): void => {
      noted = [];
      notedIds = [];
      if (--writes < WRITES_MAX) flush();
      if (!isDeposed) for (const action of then) action();
    };
    writing.then(go, (error) => {
      if (isDeposed) return;
      if (error instanceof Deposed) {
        isDeposed = true;
        return onDeposed();
      }
      fail(error);
      retryAt = Date.now() + RETRY_MS;
      go();
    });
  }

  /** There may be room again. What happens meanwhile is in the next snapshot. */
  function retry(): void {
    if (Date.now() < retryAt) return;
    retryAt = Infinity;
    const base = makeBase();
    const stored = base ? store.save(base) : Promise.reject();
    settle(
      stored.then(() => {
        trouble = undefined;
        compact();
      }),
      []
    );
  }

  function fail(error: unknown): void {
    if (trouble) return;
    trouble = String(error);
    log.warn(`OnCue: nothing can be stored, what is known goes with this page: ${trouble}`);
  }

  const settleNotes = (): void => flush(noted.length + notedIds.length && !writes);

  function write(): void {
    isScheduled = false;
    note();
    if (writes < WRITES_MAX || !mayWait()) flush();
  }

  /** What is no event is rare. Only a UUID tells the engine that it has an event already. */
  const isNotable = ({ key, door, text }: TabEvent): boolean => key?.length === 36 && !door && text.length <= NOTE_MAX;

  function note(said?: TabEvent): boolean {
    const [event, next] = entries as (TabEvent | undefined)[];
    // Other tabs might read too late that it was shown, and show it once more.
    const areShown = ids.length > 0 && !next && !mayWait() && fired.every(({ intervention }) => ids.includes(intervention.intervention_id));
    if (isStarted && !writes && !trouble && (event ? isNotable(event) : areShown)) {
      const text = areShown ? (event ? `${event.text}\n` : '') + JSON.stringify({ done: ids }) : (event as TabEvent).text;
      if (store.note({ ...event, text })) {
        if (event && noted.push(event) === 1) setTimeout(settleNotes, NOTES_MS);
        entries.shift();
        if (areShown) leaveToNote();
      }
    }
    // Whoever said another one meanwhile may have noted this one.
    return noted.includes(said as TabEvent);
  }

  function leaveToNote(): void {
    if (!notedIds.length) setTimeout(settleNotes, SHOWN_MS);
    notedIds = [...notedIds, ...ids];
    // Nothing is shown inside track().
    for (const action of actions) setTimeout(action);
    fired = [];
    ids = [];
    actions = [];
  }

  function flush(isForced?: number | boolean): void {
    if (!isStarted || !(entries.length || fired.length || ids.length || actions.length || isForced)) return;
    const record = { entries, fired, done: ids };
    const then = actions;
    entries = [];
    fired = [];
    ids = [];
    actions = [];
    if (isDeposed) return;
    if (trouble) {
      retry();
      // A task, which a transaction would end in too: what is shown may fire what is shown next.
      return settle(new Promise((resolve) => setTimeout(resolve)), then);
    }
    // Also while another one with them is under way: that one may fail.
    record.entries = [...noted, ...record.entries];
    record.done = [...notedIds, ...record.done];
    // The store makes it with the first record.
    if (!store.exists) bytes = sizeOf(makeBase());
    count(record.entries);
    logged += record.entries.length;
    // Even an empty record: its transaction follows those before it.
    settle(store.append(record), then);
    if (logged > SNAPSHOT_EVERY) compact();
  }

  function compact(): void {
    const base = makeBase();
    if (!base || trouble) return;
    logged = 0;
    bytes = sizeOf(base);
    settle(store.save(base), []);
  }

  return {
    start({ base, log }) {
      isStarted = true;
      bytes = sizeOf(base);
      for (const { entries } of log) count(entries);
      flush();
    },
    entry(entry) {
      entries.push(entry);
      schedule();
    },
    note,
    addFired(one) {
      fired.push(one);
      schedule();
    },
    addDone(id) {
      ids.push(id);
      schedule();
    },
    whenDurable(action) {
      actions.push(action);
      schedule();
    },
    settleNotes,
    fail,
    compact() {
      flush();
      if (!isDeposed && store.exists) compact();
    },
    get trouble() {
      return trouble;
    },
    get bytes() {
      return bytes;
    },
  };
}
