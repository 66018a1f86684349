// One of several servers on Redis: takes any request, computes its share of the partitions.
import { randomUUID } from 'node:crypto';
import { load } from '@oncue/engine';
import { BaseHost } from '../engine_host/base_host.js';
import type { Delivery } from '../engine_host/delivery.js';
import type { GroupVersion, Host, HostGauges, HostOptions, Values } from '../engine_host/host.js';
import type { Change, Registry } from '../registry/objects.js';
import { askRedis, type Raw } from '../storage/redis/client.js';
import { DurabilityCheck, readSizes } from '../storage/redis/durability.js';
import { KEYS } from '../storage/redis/keys.js';
import { PartitionStore } from '../storage/redis/partition_store.js';
import { StreamReader } from '../storage/redis/stream_reader.js';
import { type Placed, Writer } from '../storage/redis/writer.js';
import { type Durability, type Entry, type Erasure, StoreError } from '../storage/store.js';
import { connect, type Connections, destroy } from './connections.js';
import { dueCopies } from './first_places.js';
import type { Layout } from './layout.js';
import { Ownership } from './ownership.js';
import type { PartitionHost } from './partition.js';
import type { Question } from './peers.js';
import { partitionOf } from './place.js';
import { RegistryLog } from './registry_log.js';
import { type KnownEvent, type NewEvent, Router } from './router.js';
import { settle } from './settings.js';

/** How long a question may take with all its repetitions: a dead server's partitions are taken over within this. */
const LONGEST_ASK_MS = 15_000;
/** Every server hears of an id that is erased, also one that computes no partition now. */
const FORGOTTEN = 'oncue:forgotten';
const HEALTH_MS = 10_000;
const EVENTS_PAGE = 500;
/** Erasing reads whole logs. */
const LONGEST_FORGET_MS = 120_000;

interface FleetOptions extends HostOptions {
  readonly url: string;
  /** Taken from Redis when it was settled before. */
  readonly partitions: number;
}

const deliveryIn = (message: Raw['message']): Delivery => JSON.parse(message.body ?? '{}') as Delivery;

export class FleetHost extends BaseHost implements Host {
  private readonly registryLog: RegistryLog;
  private readonly writer: Writer;
  private readonly reader: StreamReader;
  private readonly commonReader: StreamReader;
  private readonly parts: PartitionHost;
  private readonly ownership: Ownership;
  private router: { readonly revision: number; readonly router: Router } | undefined;
  private warnedOf = new Set<string>();
  private applied = 0;
  /** Revision of the registry that every partition is known to have reached. */
  private spread = 0;

  private constructor(
    private readonly connections: Connections,
    /** Without the joint one. */
    private readonly partitions: number,
    seed: bigint,
    private readonly durable: DurabilityCheck,
    options: FleetOptions,
  ) {
    super(options);
    const { client, writers, partitionReader, commonReader } = connections;
    this.registryLog = new RegistryLog(client, (layout) => this.follow(layout));
    this.writer = new Writer(writers, options.retentionDays);
    this.reader = new StreamReader(partitionReader, client);
    this.commonReader = new StreamReader(commonReader, client);
    this.parts = {
      shared: { client, reader: this.reader, writer: this.writer, seed, reach: (revision) => this.registryLog.reach(revision) },
      partitions,
      options: { ...options, onApplied: (entry, ms) => this.count(entry, ms) },
      layoutAt: (revision) => this.registryLog.layoutAt(revision),
      lossesBetween: (after, last) => this.registryLog.lossesBetween(after, last),
    };
    this.ownership = new Ownership(randomUUID(), this.parts, () => this.registryLog.revision);
    options.health.whenFailed(() => void this.ownership.abandon());
  }

  /** Joins the servers on this Redis. */
  static async start(options: FleetOptions): Promise<FleetHost> {
    await load();
    const connections = await connect(options.url, options.onTrouble);
    try {
      const durable = new DurabilityCheck(connections.client, options.onTrouble);
      await durable.run();
      const { partitions, seed } = await settle(connections.client, options.partitions, options.engine ?? {});
      const host = new FleetHost(connections, partitions, seed, durable, options);
      await host.open();
      return host;
    } catch (error) {
      destroy(connections);
      throw error;
    }
  }

  private async open(): Promise<void> {
    const { client, subscriber } = this.connections;
    // It may have come back with other settings, or be another one.
    client.on('ready', () => void this.durable.run());
    const [latest] = (await client.xRevRange(KEYS.fires, '+', '-', { COUNT: 1 })) as Raw[];
    this.commonReader.follow(KEYS.fires, latest?.id ?? '0-0', (messages) => {
      for (const { message } of messages) this.options.onDelivery(deliveryIn(message));
    });
    await subscriber.subscribe(FORGOTTEN, (text) => this.options.onForgotten?.(JSON.parse(text) as Erasure));
    await this.registryLog.open(this.commonReader);
    this.warn(this.registryLog.latest);
    await this.ownership.start(subscriber);
  }

  private count(entry: Entry, ms: number): void {
    this.applied++;
    this.options.onApplied?.(entry, ms);
  }

  private follow(layout: Layout): void {
    this.warn(layout);
    this.ownership.adopt(layout.revision);
  }

  private warn({ joint }: Layout): void {
    for (const [name, why] of joint) {
      if (this.warnedOf.has(name)) continue;
      this.options.onTrouble(new Error(`intervention ${name} is computed by one server for all ids: ${why}`), 'spreading interventions over the servers');
    }
    this.warnedOf = new Set(joint.keys());
  }

  get registry(): Registry {
    return this.registryLog.latest.registry;
  }

  get definitions(): Layout['definitions'] {
    return this.registryLog.latest.definitions;
  }

  private readonly memoryBytes = (): number => this.routerNow().memoryBytes;

  readonly gauges: HostGauges = {
    waiting: () => this.writer.waiting,
    applied: () => this.applied,
    partitions: () => this.ownership.size,
    told: () => this.ownership.told,
    memoryBytes: () => this.options.health.measure(this.memoryBytes),
    storeBytes: () => readSizes(this.connections.client),
  };

  private routerNow(): Router {
    const { latest } = this.registryLog;
    if (this.router?.revision === latest.revision) return this.router.router;
    this.router?.router.dispose();
    this.router = { revision: latest.revision, router: new Router(latest, this.partitions) };
    return this.router.router;
  }

  async addEvents(events: readonly NewEvent[]): Promise<boolean[]> {
    this.options.health.admit(this.memoryBytes);
    const start = performance.now();
    const isNew = new Array<boolean>(events.length).fill(false);
    const rejections = new Array<string>(events.length).fill('');
    // Without an id of its own it is recognised at least here, where it may have to be sent twice.
    const known = events.map((event): KnownEvent => ({ ...event, eventId: event.eventId || randomUUID() }));
    let open = events.map((_event, i) => i);
    while (open.length > 0) {
      const router = this.routerNow();
      const placements = open.map((i) => router.place(known[i] as KnownEvent, Date.now()));
      open.forEach((i, at) => (rejections[i] = placements[at]?.rejection ?? ''));
      const due = await dueCopies(this.connections.client, placements);
      const placed = due.flatMap((copies, at) => copies.map((copy) => ({ i: open[at] as number, copy })));
      const seqs = await this.writer.append(placed.map(({ copy }): Placed => copy));
      // Who is the first to say where it goes has brought it.
      placed.forEach(({ i, copy }, at) => (isNew[i] ||= copy.kind === 'placed' && (seqs[at] ?? 0) > 0));
      // Definitions have changed meanwhile: with the new ones the event may belong elsewhere too.
      const newest = Math.max(0, ...seqs.map((seq) => -seq));
      if (newest === 0) break;
      open = [...new Set(placed.filter((_copy, at) => (seqs[at] ?? 0) < 0).map(({ i }) => i))];
      await this.registryLog.reach(newest);
    }
    this.tellOfEvents(isNew, start);
    rejections.forEach((reason, i) => isNew[i] && reason !== '' && this.options.onRejected?.(reason));
    return isNew;
  }

  async change<T extends { readonly changes: readonly Change[] }>(plan: (registry: Registry) => T): Promise<T> {
    this.options.health.check();
    const result = await this.registryLog.change(plan);
    await this.spreadDefinitions();
    return result;
  }

  /** Before a change is answered no partition takes events that were sent without knowing of it. */
  private async spreadDefinitions(): Promise<void> {
    const { revision } = this.registryLog;
    // Also of a change that was made when this failed and that is asked for again: then there is nothing left to change.
    if (revision <= this.spread) return;
    await this.writer.append(this.everywhere().map((partition) => ({ kind: 'registry', revision, body: '', partition })));
    this.spread = Math.max(this.spread, revision);
  }

  private everywhere(): number[] {
    return Array.from({ length: this.partitions + 1 }, (_none, i) => i);
  }

  async values(key: string, ids: readonly string[], groups: readonly GroupVersion[], now: number): Promise<Values[][]> {
    this.options.health.check();
    const places = new Map<number, number[]>();
    ids.forEach((id, i) => {
      const partition = partitionOf(key, id, this.partitions);
      places.set(partition, [...(places.get(partition) ?? []), i]);
    });
    const indexes = [...places.values()];
    const questions = [...places].map(([partition, own]): Question => ({ kind: 'values', partition, key, ids: own.map((i) => ids[i] ?? ''), groups, now }));
    const answers = await this.ownership.ask(questions, LONGEST_ASK_MS);
    const rows = new Array<Values[]>(ids.length).fill([]);
    answers.forEach((answer, at) => {
      if (answer && 'values' in answer) indexes[at]?.forEach((i, row) => (rows[i] = answer.values[row] ?? []));
    });
    return rows;
  }

  async ids(key: string, limit: number): Promise<string[]> {
    this.options.health.check();
    const questions = this.everywhere().map((partition): Question => ({ kind: 'ids', partition, key, limit }));
    const answers = await this.ownership.ask(questions, LONGEST_ASK_MS);
    return answers.flatMap((answer) => (answer && 'ids' in answer ? answer.ids : [])).sort().slice(0, limit);
  }

  async forget(key: string, id: string): Promise<boolean> {
    this.options.health.check();
    // Copies of its events lie in other ids' partitions, and so do latches of interventions that had it as a target.
    const questions = this.everywhere().map((partition): Question => ({ kind: 'forget', partition, key, id }));
    const answers = await this.ownership.ask(questions, LONGEST_FORGET_MS);
    await askRedis(() => this.forgetFires(key, id));
    await askRedis(() => this.connections.client.publish(FORGOTTEN, JSON.stringify({ key, id })));
    return answers.some((answer) => answer !== null && 'found' in answer && answer.found);
  }

  private async forgetFires(key: string, id: string): Promise<void> {
    const { client } = this.connections;
    await client.del(KEYS.claims(partitionOf(key, id, this.partitions), key, id));
    const fires = (await client.xRange(KEYS.fires, '-', '+')) as Raw[];
    const named = fires.filter(({ message }) => deliveryIn(message).targets.some((target) => target.name === key && target.id === id));
    if (named.length > 0) await client.xDel(KEYS.fires, named.map((one) => one.id));
  }

  /** Gathered first, as each partition has its own, and handed on in pages. */
  protected async *events(since: number, limit: number): AsyncGenerator<Entry[]> {
    const newest = (entries: Entry[]) => entries.sort((a, b) => a.at - b.at).slice(-limit);
    let found: Entry[] = [];
    let oldest = since;
    for (const partition of this.everywhere()) {
      const own = await askRedis(() => new PartitionStore(this.parts.shared, partition).events(oldest, limit));
      found = found.concat(own);
      if (found.length < 2 * limit) continue;
      found = newest(found);
      oldest = found[0]?.at ?? since;
    }
    found = newest(found);
    for (let start = 0; start < found.length; start += EVENTS_PAGE) yield found.slice(start, start + EVENTS_PAGE);
  }

  durability = (): Durability => this.durable.state;

  async check(): Promise<void> {
    if (!this.connections.client.isReady) throw new StoreError('Redis is not connected');
    // A write: a Redis whose memory is full, or that is a replica, still answers what only reads.
    await this.connections.client.set(KEYS.health, '1', { expiration: { type: 'PX', value: HEALTH_MS } });
  }

  async close(): Promise<void> {
    await this.ownership.close(await this.check().then(() => true, () => false));
    this.reader.close();
    this.commonReader.close();
    if (this.options.health.state !== 'failed') this.router?.router.dispose();
    destroy(this.connections);
  }
}
