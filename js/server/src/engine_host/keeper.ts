// Brings one log and its state together: appends, applies, lets time pass, and takes snapshots.
import type { Registry } from '../registry/objects.js';
import { bytesOf, type Entry, type Erasure, type NewEntry, type Snapshot, type Store, StoreError } from '../storage/store.js';
import type { Delivery } from './delivery.js';
import { AsideTrap } from './aside.js';
import type { EngineHealth } from './engine_health.js';
import { eraseTraces } from './erasure.js';

/** Of several processes, one reads the log of another while it answers requests. */
const READ_ENTRIES = 500;
/** setTimeout's longest delay; a later wake is armed again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const TICK_RETRY_MS = 50;
/** The store failed: trying more often would only tell of it more often. */
const TICK_FAILED_MS = 1_000;
const DAY_MS = 86_400_000;
/** Where little happens, snapshots are rare, and entries would be kept for longer than they should. */
const EXPIRE_MS = 3_600_000;
/** Taking a snapshot of this size takes some ms. */
const ASIDE_BYTES = 256 * 1024;
/** About as much as an entry adds to the log, or to the state. */
const ENTRY_BYTES = 1_024;

/** An id that was forgotten; whether anything was known of it. */
export type KnownErasure = Erasure & { readonly known?: boolean };

/** A pure function of a log. */
export interface State {
  /** The last entry applied. */
  readonly seq: number;
  readonly registry: Registry;
  /** Ids whose past is still in the store. */
  readonly erasures: KnownErasure[];
  /** Makes one entry part of the state; returns what it fired. */
  apply(entry: Entry): Delivery[];
  /** Epoch ms of the next moment at which time alone could fire something; Infinity: never. */
  nextWake(): number;
  snapshot(): Snapshot;
  dispose(): void;
}

export interface KeeperOptions {
  readonly health: EngineHealth;
  readonly snapshotEvery: number;
  readonly retentionDays: number;
  /** At most as long (ms) after that an entry is removed; default an hour. */
  readonly expireEveryMs?: number;
  /**
   * Takes and saves the snapshot of what the log makes of everything up to an entry, somewhere else than on this thread.
   * @returns its bytes
   */
  readonly saveAside?: (upTo: number, erasures: readonly Erasure[]) => Promise<number>;
  /** Bytes of a snapshot above which it is taken there. */
  readonly asideBytes?: number;
  /** Of the snapshot that the state was made from. */
  readonly snapshotBytes?: number;
  /** Deliveries of entries up to this one have been told already; default all that are there at the start. */
  readonly told?: number;
  onDelivery(delivery: Delivery, entry: Entry): void;
  onTrouble(error: unknown, doing: string): void;
  onApplied?(entry: Entry, ms: number): void;
}

export class Keeper<S extends State = State> {
  private timer: NodeJS.Timeout | undefined;
  private sinceSnapshot = 0;
  private saving: Promise<unknown> = Promise.resolve();
  /** What is to be saved next, when that has not begun. */
  private queued: Promise<void> | undefined;
  /** Erased ids, and whether anything was known of them, until whoever asked is told. */
  private readonly erased = new Map<string, boolean>();
  private bytes: number;
  private savedSeq: number;
  /** When the snapshot began, epoch ms; 0: before this process. */
  private savedAt = 0;
  private expiry: NodeJS.Timeout | undefined;
  private isClosed = false;

  private constructor(
    private readonly store: Store,
    readonly state: S,
    private readonly options: KeeperOptions,
  ) {
    this.bytes = options.snapshotBytes ?? 0;
    this.savedSeq = state.seq;
  }

  /** Brings the state to the end of the log and keeps it there. When that fails the store and the state are let go. */
  static async start<S extends State>(store: Store, state: S, options: KeeperOptions): Promise<Keeper<S>> {
    const keeper = new Keeper(store, state, options);
    try {
      await keeper.begin();
      return keeper;
    } catch (error) {
      await keeper.drop().catch(() => {});
      throw error;
    }
  }

  private async begin(): Promise<void> {
    const { store, state } = this;
    await this.catchUp();
    store.follow(state.seq, (entries) => this.receive(entries));
    if (state.erasures.length > 0 && !this.hasFailed) await this.save();
    this.arm();
    this.armExpiry();
  }

  private async catchUp(): Promise<void> {
    for (;;) {
      const entries = await this.store.read(this.state.seq, READ_ENTRIES);
      for (const entry of entries) this.catchUpWith(entry);
      this.sinceSnapshot += entries.length;
      if (entries.length < READ_ENTRIES || this.hasFailed) return;
    }
  }

  private catchUpWith(entry: Entry): void {
    const { told = Infinity } = this.options;
    const deliveries = this.apply(entry);
    if (entry.seq > told) for (const delivery of deliveries) this.options.onDelivery(delivery, entry);
  }

  /** One entry that cannot be applied must not keep all others back, now or at the next start. */
  private apply(entry: Entry): Delivery[] {
    if (this.hasFailed) return [];
    try {
      return this.state.apply(entry);
    } catch (error) {
      const doing = `applying entry ${entry.seq} of the log`;
      if (!this.options.health.notice(error, doing)) this.options.onTrouble(error, doing);
      return [];
    }
  }

  private get hasFailed(): boolean {
    return this.options.health.state === 'failed';
  }

  append(entries: readonly NewEntry[]): Promise<(number | null)[]> {
    return this.store.append(entries);
  }

  /** Erases an id from state and log. @returns whether anything was known of it */
  async forget({ key, id }: Erasure): Promise<boolean> {
    const name = JSON.stringify({ key, id });
    this.erased.set(name, this.erased.get(name) ?? false);
    try {
      await this.store.append([{ kind: 'forget', body: name }]);
      await this.save();
      return this.erased.get(name) ?? false;
    } finally {
      this.erased.delete(name);
    }
  }

  private receive(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const start = performance.now();
      for (const delivery of this.apply(entry)) this.options.onDelivery(delivery, entry);
      this.options.onApplied?.(entry, performance.now() - start);
    }
    this.sinceSnapshot += entries.length;
    if (this.sinceSnapshot >= this.snapshotEvery && !this.hasFailed) void this.save().catch((error) => this.options.onTrouble(error, 'saving a snapshot'));
    this.arm();
  }

  private arm(): void {
    clearTimeout(this.timer);
    if (this.isClosed) return;
    const wake = this.nextWake();
    if (wake === Infinity) return;
    const wait = Math.min(Math.max(0, wake - Date.now()), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => void this.wake(wake), wait);
  }

  private nextWake(): number {
    if (this.hasFailed) return Infinity;
    try {
      return this.state.nextWake();
    } catch (error) {
      if (!this.options.health.notice(error, 'asking when to wake')) throw error;
      return Infinity;
    }
  }

  private armIn(ms: number): void {
    clearTimeout(this.timer);
    if (!this.isClosed) this.timer = setTimeout(() => this.arm(), ms);
  }

  private async wake(wake: number): Promise<void> {
    if (Date.now() < wake) return this.arm();
    try {
      // Time passing is an entry like any other: replaying the log must see it pass at the same moments.
      const [seq] = await this.store.append([{ kind: 'tick', wake, body: '' }]);
      // Another process let it pass, or the store's clock is behind ours.
      if (seq === null) this.armIn(TICK_RETRY_MS);
    } catch (error) {
      this.options.onTrouble(error, 'letting time pass');
      this.armIn(TICK_FAILED_MS);
    }
  }

  private armExpiry(): void {
    if (this.isClosed) return;
    // Partitions that begin together should not all take a snapshot at once.
    this.expiry = setTimeout(() => void this.expire(), (this.options.expireEveryMs ?? EXPIRE_MS) * (1 - Math.random() / 2));
    this.expiry.unref();
  }

  private get expiresBefore(): number {
    return Date.now() - this.options.retentionDays * DAY_MS;
  }

  /** Drops what is too old; only what a snapshot holds can go, so one is saved where that is as old. */
  private async expire(): Promise<void> {
    try {
      if (this.queued || (this.state.seq > this.savedSeq && this.savedAt < this.expiresBefore)) await this.save();
      else await (this.saving = this.saving.catch(() => {}).then(() => this.store.expire(this.expiresBefore)));
    } catch (error) {
      this.options.onTrouble(error, 'removing what is too old');
    }
    this.armExpiry();
  }

  /** A large snapshot is worth it only when reading it saves reading about as much of the log. */
  private get snapshotEvery(): number {
    const { snapshotEvery } = this.options;
    return this.isLarge ? Math.max(snapshotEvery, this.bytes / ENTRY_BYTES) : snapshotEvery;
  }

  /** Whether taking a snapshot here would keep others waiting, as far as can be told before. */
  private get isLarge(): boolean {
    const { saveAside, asideBytes = ASIDE_BYTES } = this.options;
    return saveAside !== undefined && this.bytes + (this.state.seq - this.savedSeq) * ENTRY_BYTES > asideBytes;
  }

  /** Saves a snapshot, erases what is to be forgotten, and drops what is too old. All who ask before it begins share one. */
  private save(): Promise<void> {
    this.sinceSnapshot = 0;
    this.queued ??= this.saving.catch(() => {}).then(() => {
      this.queued = undefined;
      return this.saveNow();
    });
    this.saving = this.queued;
    return this.queued;
  }

  private async saveNow(): Promise<void> {
    const { state, store } = this;
    // Nothing that a failed engine holds may replace what is saved.
    this.options.health.check();
    const erasures = state.erasures.splice(0);
    const start = Date.now();
    try {
      const upTo = await this.saveState(erasures);
      this.savedAt = start;
      for (const erasure of erasures) {
        const { key, id, known = false } = erasure;
        const name = JSON.stringify({ key, id });
        const count = await eraseTraces(store, state.registry, erasure, upTo);
        // Of one that was resumed nobody asks.
        if (this.erased.has(name)) this.erased.set(name, known || count > 0 || this.erased.get(name) === true);
      }
      if (erasures.length > 0) await store.settle();
      await store.expire(this.expiresBefore);
    } catch (error) {
      state.erasures.push(...erasures);
      throw error;
    }
  }

  /** @returns the last entry in what was saved */
  private async saveState(erasures: readonly KnownErasure[]): Promise<number> {
    const pending = erasures.map(({ key, id }) => ({ key, id }));
    const { saveAside, onTrouble } = this.options;
    if (saveAside && this.isLarge && !this.isClosed) {
      const upTo = this.state.seq;
      try {
        this.bytes = await saveAside(upTo, pending);
        return (this.savedSeq = upTo);
      } catch (error) {
        // What has not enough memory there has less here.
        if (error instanceof StoreError || error instanceof AsideTrap) throw error;
        onTrouble(error, 'taking a snapshot on another thread; it is taken on this one');
      }
    }
    const later = this.state.erasures.map(({ key, id }) => ({ key, id }));
    const snapshot = { ...this.options.health.use(() => this.state.snapshot()), erasures: [...pending, ...later] };
    await this.store.saveSnapshot(snapshot);
    this.bytes = bytesOf(snapshot);
    return (this.savedSeq = snapshot.seq);
  }

  /** The last entry in the snapshot. */
  get snapshotSeq(): number {
    return this.savedSeq;
  }

  /** Lets go without a word: another process goes on from the log. */
  async drop(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    clearTimeout(this.expiry);
    await this.saving.catch(() => {});
    await this.store.close();
    this.dispose();
  }

  private dispose(): void {
    if (this.hasFailed) return;
    try {
      this.state.dispose();
    } catch (error) {
      if (!this.options.health.notice(error, 'letting the engine go')) throw error;
    }
  }

  /** Saves the state and closes the store. Where it cannot be saved, the log has everything, and the next start takes longer. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    clearTimeout(this.expiry);
    if (this.sinceSnapshot > 0 && !this.hasFailed) await this.save().catch((error: unknown) => this.options.onTrouble(error, 'saving a snapshot at the end'));
    await this.drop();
  }
}
