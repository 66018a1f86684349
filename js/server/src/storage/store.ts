// The log of everything that changes the server, and snapshots of what it has made of the server. The state is a pure
// function of the log, so whoever reads the same log has the same state.

/** An event, time passing, a change of definitions (in a partition: that the registry has reached a revision), or an id to be forgotten. */
export type EntryKind = 'event' | 'tick' | 'registry' | 'forget';

/** How the body of an event is written; as in @oncue/engine. */
export type Format = 'payload' | 'enriched-json' | 'enriched-tsv';

export interface NewEntry {
  readonly kind: EntryKind;
  /** Of events only. */
  readonly format?: Format;
  /** Of events only: a second event with the same id is refused. */
  readonly eventId?: string;
  /** Of ticks: a store of several processes refuses it when its log has reached this moment (epoch ms) already. */
  readonly wake?: number;
  /** Of events in a partition: the attribute keys whose ids it counts for there. */
  readonly keys?: readonly string[];
  /** Of events in a partition: the registry's revision by which it was decided where they go; of `registry`: the new one. */
  readonly revision?: number;
  /** An event's text; JSON otherwise. */
  readonly body: string;
}

export interface Entry extends NewEntry {
  /** 1, 2, 3 ... in the order in which entries count; gaps are allowed. */
  readonly seq: number;
  /** Epoch ms of receipt; never less than the entry's before. */
  readonly at: number;
}

export interface Snapshot {
  /** The last entry it contains. */
  readonly seq: number;
  /** Registry as JSON. */
  readonly host: string;
  readonly engine: Uint8Array;
  /** Who was told of what; older snapshots have that in `host`. */
  readonly told?: Uint8Array;
  /** Ids that it holds no more, and whose past may still be in the log. */
  readonly erasures?: readonly Erasure[];
}

/** About as much as it takes. */
export const bytesOf = ({ host, engine, told }: Snapshot): number => host.length + engine.length + (told?.length ?? 0);

/** An id to be forgotten. */
export interface Erasure {
  readonly key: string;
  readonly id: string;
}

export interface Opened {
  /** Decimal text, drawn once for this store: seed of intervention ids. */
  readonly seed: string;
  readonly snapshot?: Snapshot;
}

/** Receives entries in order, each exactly once. Must not throw. */
export type Apply = (entries: readonly Entry[]) => void;

/** A page of a search. */
export interface Found {
  readonly entries: readonly Entry[];
  readonly upTo: number;
}

export interface Store {
  open(): Promise<Opened>;
  /** Entries after `seq`, oldest first, at most `limit`. */
  read(after: number, limit: number): Promise<Entry[]>;
  /** From now on every entry after `seq` is handed to `apply`. */
  follow(after: number, apply: Apply): void;
  /**
   * Adds entries in this order; resolves when they are durable and applied.
   * @returns for each its seq, or null when it was refused: a repeated event, a tick that is out of date
   */
  append(entries: readonly NewEntry[]): Promise<(number | null)[]>;
  /** Replaces the previous snapshot. */
  saveSnapshot(snapshot: Snapshot): Promise<void>;
  /** Notes that the past of the snapshot's `erasures` is gone, and leaves nothing of it behind. */
  settle(): Promise<void>;
  /**
   * Looks at a page of entries after `after`, up to `upTo`.
   * @returns the events and erasures among them whose text contains `text`, and up to where it has looked
   */
  search(text: string, after: number, upTo: number): Promise<Found>;
  /** Removes entries for good. */
  erase(seqs: readonly number[]): Promise<void>;
  /** Removes entries that a snapshot holds and that are older than `before` (epoch ms). */
  expire(before: number): Promise<void>;
  /** Rejects when the store cannot be used. */
  check(): Promise<void>;
  /** Entries waiting to be written. */
  waiting(): number;
  close(): Promise<void>;
}

/**
 * Whether what was acknowledged outlives a crash of the store: `synced`, it does; `unsynced`, some of it may not; `unknown`,
 * the store does not tell.
 */
export type Durability = 'synced' | 'unsynced' | 'unknown';

/** The store is full, gone or broken: nothing was acknowledged. */
export class StoreError extends Error {
  override name = 'StoreError';
}
