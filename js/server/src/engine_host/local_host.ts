// One process on a data file: one log, one state.
import { load } from '@oncue/engine';
import type { Change, Registry } from '../registry/objects.js';
import type { Call } from '../storage/sqlite_thread.js';
import type { SqliteStore } from '../storage/sqlite_store.js';
import { bytesOf, type Durability, type Entry, type NewEntry } from '../storage/store.js';
import { runAside } from './aside.js';
import { BaseHost } from './base_host.js';
import type { GroupVersion, Host, HostGauges, HostOptions, Values } from './host.js';
import { Keeper, type KeeperOptions } from './keeper.js';
import { Machine } from './machine.js';
import { unreadable } from './rejection.js';

export class LocalHost extends BaseHost implements Host {
  private changes: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly store: SqliteStore,
    private readonly keeper: Keeper<Machine>,
    options: HostOptions,
  ) {
    super(options);
  }

  /** Opens the store and brings the state to the end of its log; closes the store again when that fails. */
  static async start(store: SqliteStore, options: HostOptions): Promise<LocalHost> {
    try {
      await load();
      const opened = await store.open();
      let machine = new Machine(opened, options.engine);
      if (machine.refusedSnapshot !== undefined) {
        options.onTrouble(machine.refusedSnapshot, 'reading the snapshot; the log is read from its start');
        machine = new Machine({ seed: opened.seed }, options.engine);
      }
      const onDelivery: HostOptions['onDelivery'] = (delivery) => {
        options.onFired(delivery);
        options.onDelivery(delivery);
      };
      const onApplied: HostOptions['onApplied'] = (entry, ms) => {
        options.onApplied?.(entry, ms);
        if (entry.kind !== 'event' || options.health.state === 'failed') return;
        const reason = unreadable(machine.engine);
        if (reason !== '') options.onRejected?.(reason);
      };
      const { snapshot } = opened;
      const saveAside: KeeperOptions['saveAside'] = (upTo, erasures) =>
        runAside<number>({ kind: 'snapshot', engine: options.engine ?? {}, upTo, ...(store.partBytes && { partBytes: store.partBytes }), erasures }, (question, parameters) => {
          const [room, method] = question.split('.') as [Call['room'], Call['method']];
          return store.ask(room, method, parameters);
        });
      const snapshotBytes = snapshot ? bytesOf(snapshot) : 0;
      return new LocalHost(store, await Keeper.start(store, machine, { ...options, onDelivery, onApplied, saveAside, snapshotBytes }), options);
    } catch (error) {
      await store.close().catch(() => {});
      throw error;
    }
  }

  get registry(): Registry {
    return this.keeper.state.registry;
  }

  get definitions(): Machine['definitions'] {
    return this.keeper.state.definitions;
  }

  private readonly memoryBytes = (): number => this.keeper.state.engine.stats().memoryBytes;

  readonly gauges: HostGauges = {
    waiting: () => this.store.waiting(),
    applied: () => this.keeper.state.seq,
    partitions: () => 1,
    told: () => this.keeper.state.told,
    storeBytes: () => this.store.bytes(),
    snapshot: () => this.keeper.snapshotSeq,
    memoryBytes: () => this.options.health.measure(this.memoryBytes),
  };

  async addEvents(events: readonly Omit<NewEntry, 'kind'>[]): Promise<boolean[]> {
    this.options.health.admit(this.memoryBytes);
    const start = performance.now();
    const seqs = await this.keeper.append(events.map((event) => ({ ...event, kind: 'event' as const })));
    const isNew = seqs.map((seq) => seq !== null);
    this.tellOfEvents(isNew, start);
    return isNew;
  }

  change<T extends { readonly changes: readonly Change[] }>(plan: (registry: Registry) => T): Promise<T> {
    const planned = this.changes.then(async () => {
      this.options.health.check();
      const result = plan(this.registry);
      if (result.changes.length > 0) await this.keeper.append([{ kind: 'registry', body: JSON.stringify(result.changes) }]);
      return result;
    });
    this.changes = planned.catch(() => {});
    return planned;
  }

  async forget(key: string, id: string): Promise<boolean> {
    this.options.health.check();
    return this.keeper.forget({ key, id });
  }

  async ids(key: string, limit: number): Promise<string[]> {
    return this.options.health.use(() => this.keeper.state.engine.ids(key)).slice(0, limit);
  }

  async values(_key: string, ids: readonly string[], groups: readonly GroupVersion[], now: number): Promise<Values[][]> {
    const { engine } = this.keeper.state;
    const valuesOf = (id: string) => groups.map(({ name, version }) => (engine.groupAttributes(name, id, { version, now }) as Values | undefined) ?? {});
    return this.options.health.use(() => ids.map(valuesOf));
  }

  protected events = (since: number, limit: number): AsyncIterable<readonly Entry[]> => this.store.events(since, limit);
  durability = (): Durability => 'synced';
  check = (): Promise<void> => this.store.check();
  close = (): Promise<void> => this.keeper.close();
}
