// What the routes ask of a server's inside, whether it is one process on a file or one of several on Redis.
import type { Change, Registry } from '../registry/objects.js';
import type { Durability, Entry, Erasure, NewEntry } from '../storage/store.js';
import type { Delivery } from './delivery.js';
import type { EngineHealth } from './engine_health.js';
import type { MachineOptions } from './machine.js';

/** A version of an attribute group. */
export interface GroupVersion {
  readonly name: string;
  readonly version: number;
}

export type Values = Readonly<Record<string, unknown>>;

export interface Host {
  readonly registry: Registry;
  /** Names of every attribute key there is, those that only a group spells out among them. */
  keyNames(): Set<string>;
  /** Text and strong entity tag of what is published. */
  readonly definitions: { readonly text: string; readonly etag: string };
  /** Adds events; resolves when they are durable: whoever reads from then on sees them. @returns for each whether it was new */
  addEvents(events: readonly Omit<NewEntry, 'kind'>[]): Promise<boolean[]>;
  /**
   * Changes the registry. Changes are planned one after the other, each on what the one before left.
   * @param plan what to change; throws to refuse
   */
  change<T extends { readonly changes: readonly Change[] }>(plan: (registry: Registry) => T): Promise<T>;
  /** Erases an id: its values, its latches, and the events that name it. @returns false when nothing was known of it */
  forget(key: string, id: string): Promise<boolean>;
  /** Ids of `key` that hold values, at most `limit`, sorted. */
  ids(key: string, limit: number): Promise<string[]>;
  /** For each id the values of each of these groups, whose key is `key`, as of `now` (epoch ms). */
  values(key: string, ids: readonly string[], groups: readonly GroupVersion[], now: number): Promise<Values[][]>;
  /**
   * What a definition would give over the newest events since then.
   * @param text body of the request, JSON @param now epoch ms
   * @throws {HttpError} when the body is not as it should be
   */
  preview(kind: 'group' | 'intervention', text: string, now: number): Promise<object>;
  /** Rejects when the store does not answer. */
  check(): Promise<void>;
  durability(): Durability;
  readonly gauges: HostGauges;
  /** Saves the state and closes the store. */
  close(): Promise<void>;
}

/** What is read when Prometheus asks. */
export interface HostGauges {
  /** Entries waiting to be written. */
  waiting(): number;
  /** Entries applied: of a file the last one's number, on Redis how many this process has applied. */
  applied(): number;
  /** Logs that this process computes: 1 on a file. */
  partitions(): number;
  /** Targets that were told of something and must not be told again, each once for each intervention; held outside of the engine. */
  told(): number;
  memoryBytes(): number;
  /** What the store takes, by what it is; nothing where it does not answer. */
  storeBytes(): Promise<Readonly<Record<string, number>>>;
  /** On a file, the last entry in the snapshot. */
  snapshot?(): number;
}

export interface HostOptions {
  readonly health: EngineHealth;
  readonly engine?: MachineOptions;
  /** Entries between two snapshots. */
  readonly snapshotEvery: number;
  /** Bytes of a snapshot above which it is taken on another thread; default 256 KiB. */
  readonly asideBytes?: number;
  /** Days for which events stay in the store: for previews, and to recognise repeated ones. */
  readonly retentionDays: number;
  /** How often (ms) older ones are looked for; default an hour. */
  readonly expireEveryMs?: number;
  /** Told of everything that fires from now on, so that its subscribers are told. */
  onDelivery(delivery: Delivery): void;
  /** Told of every intervention that this process computed: of several processes one is told. */
  onFired(delivery: Delivery): void;
  /** Told of what goes wrong outside of any request. */
  onTrouble(error: unknown, doing: string): void;
  /** Told of an id that was erased by any of several processes. */
  onForgotten?(erasure: Erasure): void;
  /** Told how long an entry took, ms. */
  onApplied?(entry: Entry, ms: number): void;
  /** Told of the outcome of events, and how long they took to be durable, ms. */
  onEvents?(accepted: number, repeated: number, ms: number): void;
  /** Told why an event that was accepted counts for nothing, as the engine cannot read it: of several processes one is told, once. */
  onRejected?(reason: string): void;
}
