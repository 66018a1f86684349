// What the server keeps of synced ids. A store knows numbers, chains and bytes; what they mean is the engine's business.
import type { Maybe } from './maybe.js';

/** Where an id's data lies: a hash, so that neither keys nor files name the id. */
export type Place = string;

export type EntryKind = 'facts' | 'claim' | 'forget' | 'floor';

/** One thing that happened to an id. */
export interface SyncEntry {
  /** 1, 2, 3 ... without gaps, per id. */
  readonly cursor: number;
  readonly kind: EntryKind;
  /** Epoch ms. */
  readonly at: number;
  /** JSON, as streams carry it. */
  readonly body: string;
}

export interface Kept {
  readonly epoch: number;
  /** Epoch ms; facts received before it are refused. */
  readonly floor: number;
  /** Of the last entry; 0 before the first. */
  readonly cursor: number;
  /** The last entry that was dropped; 0 when none was. */
  readonly dropped: number;
  /** Compacted facts, with the last entry that they contain. */
  readonly state?: { readonly cursor: number; readonly text: string };
  /** Entries that `state` does not contain, oldest first. */
  readonly tail: readonly SyncEntry[];
}

export const NOTHING_KEPT: Kept = { epoch: 0, floor: 0, cursor: 0, dropped: 0, tail: [] };

export interface Append {
  readonly key: string;
  readonly epoch: number;
  readonly floor: number;
  readonly replica: string;
  /** What the store must hold of the replica: its number of facts and their chain. */
  readonly base: { readonly n: number; readonly chain: string };
  /** What it holds afterwards. */
  readonly next: { readonly n: number; readonly chain: string };
  readonly at: number;
  readonly body: string;
  /** A replica beyond this number is refused. */
  readonly mostReplicas: number;
}

/** `known`: the store holds exactly `next` already. `conflict`: it holds something else than `base`, or another epoch or floor. */
export type Appended = { readonly outcome: 'ok'; readonly cursor: number } | { readonly outcome: 'known' | 'conflict' | 'replicas' };

export interface ClaimAsked {
  readonly epoch: number;
  readonly name: string;
  readonly version: number;
  readonly interventionId: string;
  readonly isFinal: boolean;
  /** Epoch ms. */
  readonly now: number;
  readonly leaseMs: number;
}

/** `published`: a final claim that was not final before, so that there is a new entry. */
export type ClaimAnswer = { readonly outcome: 'granted'; readonly published: boolean } | { readonly outcome: 'taken' } | { readonly outcome: 'epoch'; readonly epoch: number };

export interface FinalClaim {
  readonly name: string;
  readonly version: number;
}

export interface Compaction {
  readonly epoch: number;
  /** The last entry that `text` contains. */
  readonly cursor: number;
  readonly text: string;
  /** Entries up to this one, which `text` contains, are dropped. */
  readonly drop: number;
}

export interface SyncOpened {
  /** Drawn once for this store: cursors of another one mean nothing here. */
  readonly generation: string;
  /** Every version of the definitions that was ever published, in no order. */
  readonly definitions: readonly KnownDefinitions[];
}

export interface KnownDefinitions {
  /** As the engine makes it of the synced computations. */
  readonly digest: string;
  readonly text: string;
}

/** Every change is durable when it returns or resolves. Rejects with StoreError: then the change may or may not be kept. */
export interface SyncStore {
  /** Other processes write to it too. */
  readonly isShared: boolean;
  open(): Maybe<SyncOpened>;
  load(place: Place): Maybe<Kept>;
  /** Entries after `cursor`, oldest first; none are left out between them. */
  read(place: Place, cursor: number, limit: number): Maybe<readonly SyncEntry[]>;
  /** Checks, appends and publishes with nothing in between. */
  append(place: Place, append: Append): Maybe<Appended>;
  claim(place: Place, key: string, asked: ClaimAsked): Maybe<ClaimAnswer>;
  claims(place: Place): Maybe<readonly FinalClaim[]>;
  /** Erases everything of an id but its epoch, which rises by one. @returns the epoch, and whether anything was known */
  forget(place: Place, key: string, now: number): Maybe<{ readonly epoch: number; readonly known: boolean }>;
  /** @returns the cursor of the new entry; 0 when the floor did not rise, as with another epoch */
  raiseFloor(place: Place, epoch: number, floor: number, now: number): Maybe<number>;
  /** Does nothing where the state is newer, of another epoch, or of entries that the store does not have, as after a loss. */
  compact(place: Place, compaction: Compaction): Maybe<void>;
  remember(definitions: KnownDefinitions): Maybe<void>;
  /** All that were remembered; none when there are no more of them than `count`. */
  definitionsBeyond(count: number): Maybe<readonly KnownDefinitions[]>;
  /** `wake` is called after entries were added to an id, by whichever process. @returns ends it */
  watch(place: Place, wake: () => void): Maybe<() => void>;
  close(): Maybe<void>;
}
