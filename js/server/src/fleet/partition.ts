// One partition while this server computes it.
import { Keeper } from '../engine_host/keeper.js';
import type { HostOptions } from '../engine_host/host.js';
import { PartitionStore, type Shared } from '../storage/redis/partition_store.js';
import { Announcer } from './announcer.js';
import type { Layout } from './layout.js';
import { PartitionMachine, type PartitionOptions } from './partition_machine.js';
import type { Answer, Question } from './peers.js';

export interface PartitionHost {
  readonly shared: Shared;
  /** Without the joint one. */
  readonly partitions: number;
  readonly options: HostOptions;
  layoutAt(revision: number): Layout;
  lossesBetween(after: number, last: number): readonly Layout[];
}

export class Partition {
  private constructor(
    private readonly store: PartitionStore,
    private readonly keeper: Keeper<PartitionMachine>,
    private readonly announcer: Announcer,
    private readonly health: HostOptions['health'],
  ) {}

  /** Goes on where the server before left off. */
  static async open(number: number, { shared, partitions, options, layoutAt, lossesBetween }: PartitionHost): Promise<Partition> {
    const store = new PartitionStore(shared, number);
    const opened = await store.open();
    const machineOptions: PartitionOptions = { engine: options.engine ?? {}, isJoint: number === partitions, layoutAt, lossesBetween };
    const machine = await Partition.machine(store, opened, machineOptions, shared, options);
    const { onFired, onTrouble } = options;
    const announcer = new Announcer({ partition: number, partitions, client: shared.client, syncKeys: options.engine?.syncKeys ?? [], saveTold: (seq) => store.saveTold(seq), onFired, onTrouble });
    store.tellAll = () => announcer.flush();
    try {
      const keeper = await Keeper.start(store, machine, { ...options, told: opened.told, onDelivery: (delivery, { seq }) => announcer.add(delivery, seq) });
      return new Partition(store, keeper, announcer, options.health);
    } catch (error) {
      announcer.close();
      throw error;
    }
  }

  private static async machine(store: PartitionStore, opened: Awaited<ReturnType<PartitionStore['open']>>, options: PartitionOptions, shared: Shared, { onTrouble, health }: HostOptions): Promise<PartitionMachine> {
    const { seed, snapshot } = opened;
    if (!snapshot) return new PartitionMachine({ seed }, options);
    try {
      await shared.reach((JSON.parse(snapshot.host) as { revision: number }).revision);
      return new PartitionMachine({ seed, snapshot }, options);
    } catch (error) {
      if (health.notice(error, `reading the snapshot of partition ${store.partition}`)) throw error;
      onTrouble(error, `reading the snapshot of partition ${store.partition}; its log is read from its start`);
      return new PartitionMachine({ seed }, options);
    }
  }

  get applied(): number {
    return this.keeper.state.seq;
  }

  get told(): number {
    return this.keeper.state.told;
  }

  /** Makes the partition take over the definitions of this revision, if it has not. */
  async adopt(revision: number): Promise<void> {
    await this.store.append([{ kind: 'registry', revision, body: '' }]);
  }

  async answer(question: Question): Promise<Answer> {
    if (question.kind === 'forget') return { found: await this.keeper.forget(question) };
    if (question.kind === 'ids') return { ids: this.health.use(() => this.keeper.state.ids(question.key, question.limit)) };
    const { key, ids, groups, now } = question;
    // Whoever was told that an event is kept sees it counted.
    await this.store.until(await this.store.end());
    return { values: this.health.use(() => this.keeper.state.values(key, ids, groups, now)) };
  }

  /** Another server has it. */
  async drop(): Promise<void> {
    this.announcer.close();
    await this.keeper.drop();
  }

  /** Saves what it knows for the next. */
  async close(): Promise<void> {
    await this.keeper.close();
    await this.announcer.flush();
    this.announcer.close();
  }
}
