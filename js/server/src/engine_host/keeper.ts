// Brings one log and its state together: appends, applies, lets time pass, and takes snapshots.
import type { Registry } from '../registry/objects.js';
import type { Entry, NewEntry, Snapshot, Store } from '../storage/store.js';
import type { Delivery } from './delivery.js';
import { eraseTraces } from './erasure.js';
import type { Erasure } from './machine.js';

const READ_ENTRIES = 5_000;
/** setTimeout's longest delay; a later wake is armed again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const TICK_RETRY_MS = 50;
/** The store failed: trying more often would only tell of it more often. */
const TICK_FAILED_MS = 1_000;
const DAY_MS = 86_400_000;

/** A pure function of a log. */
export interface State {
  /** The last entry applied. */
  readonly seq: number;
  readonly registry: Registry;
  /** Ids whose past is still in the store. */
  readonly erasures: Erasure[];
  /** Makes one entry part of the state; returns what it fired. */
  apply(entry: Entry): Delivery[];
  /** Epoch ms of the next moment at which time alone could fire something; Infinity: never. */
  nextWake(): number;
  /** Whether it holds values of an id. */
  knows(key: string, id: string): boolean;
  snapshot(): Snapshot;
  dispose(): void;
}

interface KeeperOptions {
  readonly snapshotEvery: number;
  readonly retentionDays: number;
  /** Deliveries of entries up to this one have been told already; default all that are there at the start. */
  readonly told?: number;
  onDelivery(delivery: Delivery, entry: Entry): void;
  onTrouble(error: unknown, doing: string): void;
  onApplied?(entry: Entry, ms: number): void;
}

export class Keeper<S extends State = State> {
  private timer: NodeJS.Timeout | undefined;
  private sinceSnapshot = 0;
  private saving: Promise<number> = Promise.resolve(0);
  private isClosed = false;

  private constructor(
    private readonly store: Store,
    readonly state: S,
    private readonly options: KeeperOptions,
  ) {}

  /** Brings the state to the end of the log and keeps it there. */
  static async start<S extends State>(store: Store, state: S, options: KeeperOptions): Promise<Keeper<S>> {
    const keeper = new Keeper(store, state, options);
    await keeper.catchUp();
    store.follow(state.seq, (entries) => keeper.receive(entries));
    if (state.erasures.length > 0) await keeper.save();
    keeper.arm();
    return keeper;
  }

  private async catchUp(): Promise<void> {
    for (;;) {
      const entries = await this.store.read(this.state.seq, READ_ENTRIES);
      for (const entry of entries) this.apply(entry);
      this.sinceSnapshot += entries.length;
      if (entries.length < READ_ENTRIES) return;
    }
  }

  private apply(entry: Entry): void {
    const { told = Infinity } = this.options;
    const deliveries = this.state.apply(entry);
    if (entry.seq > told) for (const delivery of deliveries) this.options.onDelivery(delivery, entry);
  }

  append(entries: readonly NewEntry[]): Promise<(number | null)[]> {
    return this.store.append(entries);
  }

  /** Erases an id from state and log. @returns whether anything was known of it */
  async forget({ key, id }: Erasure): Promise<boolean> {
    const known = this.state.knows(key, id);
    await this.store.append([{ kind: 'forget', body: JSON.stringify({ key, id }) }]);
    const erased = await this.save();
    return known || erased > 0;
  }

  private receive(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const start = performance.now();
      try {
        for (const delivery of this.state.apply(entry)) this.options.onDelivery(delivery, entry);
      } catch (error) {
        this.options.onTrouble(error, `applying entry ${entry.seq} of the log`);
      }
      this.options.onApplied?.(entry, performance.now() - start);
    }
    this.sinceSnapshot += entries.length;
    if (this.sinceSnapshot >= this.options.snapshotEvery) void this.save().catch((error) => this.options.onTrouble(error, 'saving a snapshot'));
    this.arm();
  }

  private arm(): void {
    clearTimeout(this.timer);
    if (this.isClosed) return;
    const wake = this.state.nextWake();
    if (wake === Infinity) return;
    const wait = Math.min(Math.max(0, wake - Date.now()), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => void this.wake(wake), wait);
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

  /** Saves a snapshot, erases what is to be forgotten, and drops what is too old. @returns how many events it erased */
  private save(): Promise<number> {
    this.sinceSnapshot = 0;
    this.saving = this.saving.catch(() => 0).then(() => this.saveNow());
    return this.saving;
  }

  private async saveNow(): Promise<number> {
    const { state, store } = this;
    const erasures = state.erasures.splice(0);
    try {
      await store.saveSnapshot(state.snapshot());
      let erased = 0;
      for (const erasure of erasures) erased += await eraseTraces(store, state.registry, erasure);
      await store.expire(Date.now() - this.options.retentionDays * DAY_MS);
      return erased;
    } catch (error) {
      state.erasures.push(...erasures);
      throw error;
    }
  }

  /** Lets go without a word: another process goes on from the log. */
  async drop(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.saving.catch(() => 0);
    await this.store.close();
    this.state.dispose();
  }

  /** Saves the state and closes the store. Where it cannot be saved, the log has everything, and the next start takes longer. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    if (this.sinceSnapshot > 0) await this.save().catch((error: unknown) => this.options.onTrouble(error, 'saving a snapshot at the end'));
    await this.drop();
  }
}
