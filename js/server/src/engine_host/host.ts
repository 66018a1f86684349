// Brings log and state together: appends, applies, lets time pass, and takes snapshots.
import { load } from '@oncue/engine';
import type { Change, Registry } from '../registry/objects.js';
import type { Entry, NewEntry, Store } from '../storage/store.js';
import type { Delivery } from './delivery.js';
import { eraseTraces } from './erasure.js';
import { Machine, type MachineOptions } from './machine.js';

const READ_ENTRIES = 5_000;
/** setTimeout's longest delay; a later wake is armed again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A change that another process overtook is planned again this often. */
const CHANGE_TRIES = 20;
const TICK_RETRY_MS = 50;
const DAY_MS = 86_400_000;

/** A version of an attribute group. */
export interface GroupVersion {
  readonly name: string;
  readonly version: number;
}

export type Values = Readonly<Record<string, unknown>>;

export interface HostOptions {
  readonly engine?: MachineOptions;
  /** Entries between two snapshots. */
  readonly snapshotEvery: number;
  /** Days for which events stay in the store: for previews, and to recognise repeated ones. */
  readonly retentionDays: number;
  /** Told of everything that fires from now on. */
  onDelivery(delivery: Delivery): void;
  /** Told of what goes wrong outside of any request. */
  onTrouble(error: unknown, doing: string): void;
  /** Told how long an entry took, ms. */
  onApplied?(entry: Entry, ms: number): void;
  /** Told of the outcome of events, and how long they took to be durable and counted, ms. */
  onEvents?(accepted: number, repeated: number, ms: number): void;
}

export class Host {
  private timer: NodeJS.Timeout | undefined;
  private sinceSnapshot = 0;
  private saving: Promise<number> = Promise.resolve(0);
  private isClosed = false;
  private changes: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly store: Store,
    private readonly machine: Machine,
    private readonly options: HostOptions,
  ) {}

  /** Opens the store and brings the state to the end of its log; closes the store again when that fails. */
  static async start(store: Store, options: HostOptions): Promise<Host> {
    try {
      return await Host.open(store, options);
    } catch (error) {
      await store.close().catch(() => {});
      throw error;
    }
  }

  private static async open(store: Store, options: HostOptions): Promise<Host> {
    await load();
    const opened = await store.open();
    let machine = new Machine(opened, options.engine);
    if (machine.refusedSnapshot !== undefined) {
      options.onTrouble(machine.refusedSnapshot, 'reading the snapshot; the log is read from its start');
      machine = new Machine({ seed: opened.seed }, options.engine);
    }
    const host = new Host(store, machine, options);
    await host.catchUp();
    store.follow(machine.seq, (entries) => host.receive(entries));
    if (machine.erasures.length > 0) await host.save();
    host.arm();
    return host;
  }

  private async catchUp(): Promise<void> {
    for (;;) {
      const entries = await this.store.read(this.machine.seq, READ_ENTRIES);
      for (const entry of entries) this.machine.apply(entry);
      this.sinceSnapshot += entries.length;
      if (entries.length < READ_ENTRIES) return;
    }
  }

  get registry(): Registry {
    return this.machine.registry;
  }

  get engine(): Machine['engine'] {
    return this.machine.engine;
  }

  /** Names of every attribute key there is, those that only a group spells out among them. */
  keyNames(): Set<string> {
    return this.registry.keyNames();
  }

  /** Text and strong entity tag of what is published. */
  get definitions(): Machine['definitions'] {
    return this.machine.definitions;
  }

  /** The last entry applied. */
  get seq(): number {
    return this.machine.seq;
  }

  /** For each id the values of each of these groups, whose key is `key`, as of `now` (epoch ms). */
  async values(_key: string, ids: readonly string[], groups: readonly GroupVersion[], now: number): Promise<Values[][]> {
    return ids.map((id) => groups.map(({ name, version }) => this.engine.groupAttributes(name, id, { version, now }) ?? {}));
  }

  /** Adds events; resolves when they are durable and counted. @returns for each whether it was new */
  async addEvents(events: readonly Omit<NewEntry, 'kind'>[]): Promise<boolean[]> {
    const start = performance.now();
    const seqs = await this.store.append(events.map((event) => ({ ...event, kind: 'event' as const })));
    const isNew = seqs.map((seq) => seq !== null);
    const accepted = isNew.filter(Boolean).length;
    this.options.onEvents?.(accepted, isNew.length - accepted, performance.now() - start);
    return isNew;
  }

  /**
   * Changes the registry. Changes are planned one after the other, each on what the one before left.
   * @param plan what to change; throws to refuse
   */
  change<T extends { readonly changes: readonly Change[] }>(plan: (registry: Registry) => T): Promise<T> {
    const planned = this.changes.then(() => this.changeNow(plan));
    this.changes = planned.catch(() => {});
    return planned;
  }

  private async changeNow<T extends { readonly changes: readonly Change[] }>(plan: (registry: Registry) => T): Promise<T> {
    for (let left = CHANGE_TRIES; ; left--) {
      const { revision } = this.registry;
      const result = plan(this.registry);
      if (result.changes.length === 0) return result;
      const [seq] = await this.store.append([{ kind: 'registry', revision, body: JSON.stringify(result.changes) }]);
      if (seq !== null) return result;
      if (left === 0) throw new Error('The registry is being changed by other processes all the time');
    }
  }

  /** Erases an id: its values, its latches, and the events that name it. @returns false when nothing was known of it */
  async forget(key: string, id: string): Promise<boolean> {
    const known = this.engine.ids(key).includes(id);
    await this.store.append([{ kind: 'forget', body: JSON.stringify({ key, id }) }]);
    const erased = await this.save();
    return known || erased > 0;
  }

  private receive(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const start = performance.now();
      try {
        for (const delivery of this.machine.apply(entry)) this.options.onDelivery(delivery);
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
    const wake = this.engine.nextWake();
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
    }
  }

  /** Saves a snapshot, erases what is to be forgotten, and drops what is too old. @returns how many events it erased */
  private save(): Promise<number> {
    this.sinceSnapshot = 0;
    this.saving = this.saving.catch(() => 0).then(() => this.saveNow());
    return this.saving;
  }

  private async saveNow(): Promise<number> {
    const erasures = this.machine.erasures.splice(0);
    try {
      await this.store.saveSnapshot(this.machine.snapshot());
      let erased = 0;
      for (const erasure of erasures) erased += await eraseTraces(this.store, this.registry, erasure);
      await this.store.expire(Date.now() - this.options.retentionDays * DAY_MS);
      return erased;
    } catch (error) {
      this.machine.erasures.push(...erasures);
      throw error;
    }
  }

  /** Resolves when the store answers. */
  check(): Promise<void> {
    return this.store.check();
  }

  /** Events received at or after `since` (epoch ms), at most the newest `limit`. */
  events(since: number, limit: number): Promise<Entry[]> {
    return this.store.events(since, limit);
  }

  /** Saves the state and closes the store. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    if (this.sinceSnapshot > 0) await this.save();
    await this.store.close();
    this.engine.dispose();
  }
}
