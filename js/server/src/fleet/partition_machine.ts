// What a partition knows: one engine for each attribute key. A pure function of the partition's log and the registry's.
import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { createEngine, type Definitions, type Engine, type FiredIntervention } from '@oncue/engine';
import { Deliveries, type Delivery } from '../engine_host/delivery.js';
import type { GroupVersion, Values } from '../engine_host/host.js';
import type { KnownErasure, State } from '../engine_host/keeper.js';
import type { MachineOptions } from '../engine_host/machine.js';
import { withDelivery } from '../registry/bundle.js';
import type { Registry } from '../registry/objects.js';
import type { Entry, Erasure, Opened, Snapshot } from '../storage/store.js';
import { JOINT, type Layout, registeredText } from './layout.js';

interface KeyEngine {
  readonly engine: Engine;
  readonly deliveries: Deliveries;
  etag: string;
}

/** What was told to whom, by engine. */
type Told = Readonly<Record<string, readonly string[] | Uint8Array>>;

interface HostJson {
  readonly revision: number;
  /** Of older snapshots, by engine. */
  readonly told?: Told;
}

export interface PartitionOptions {
  readonly engine: MachineOptions;
  /** Whether this is the partition of the joint engine. */
  readonly isJoint: boolean;
  /** The layout of a revision that the process knows. */
  layoutAt(revision: number): Layout;
  /** Those between two revisions (the first one excluded) at which values lost their definition. */
  lossesBetween(after: number, last: number): readonly Layout[];
}

/** Engines of one partition draw different intervention ids. */
function seedFor(seed: string, name: string): string {
  return createHash('sha256').update(`${seed}/${name}`).digest().readBigUInt64BE().toString();
}

export class PartitionMachine implements State {
  seq = 0;
  readonly erasures: KnownErasure[] = [];
  private layout: Layout;
  private readonly engines = new Map<string, KeyEngine>();

  /** @throws when the snapshot cannot be used */
  constructor(
    private readonly opened: Opened,
    private readonly options: PartitionOptions,
  ) {
    const { snapshot } = opened;
    const host = snapshot && (JSON.parse(snapshot.host) as HostJson);
    this.layout = options.layoutAt(host?.revision ?? 0);
    this.adopt(host?.told ?? (snapshot?.told && (deserialize(snapshot.told) as Told)));
    if (!snapshot) return;
    this.seq = snapshot.seq;
    this.erasures.push(...(snapshot.erasures ?? []));
    for (const [name, bytes] of Object.entries(deserialize(snapshot.engine) as Record<string, Uint8Array>)) {
      this.engines.get(name)?.engine.restore(new Uint8Array(bytes));
    }
  }

  get registry(): Registry {
    return this.layout.registry;
  }

  /**
   * Makes the engines those of the layout; an engine whose definitions did not change is left alone.
   * @param loses whether values of what is registered no longer have to go
   */
  private adopt(told: Told = {}, loses = false): void {
    const wanted = [...this.layout.engines].filter(([name]) => (name === JOINT) === this.options.isJoint);
    for (const [name, { text, etag }] of wanted) {
      const known = this.engines.get(name);
      if (!known) {
        this.engines.set(name, { engine: this.createEngine(name, text), etag, deliveries: new Deliveries(told[name]) });
        continue;
      }
      const kept = loses && name !== JOINT ? this.keepRegistered(name, known.engine) : undefined;
      if (known.etag !== etag) known.engine.load(text as unknown as Definitions);
      if (kept) known.engine.restore(kept);
      known.etag = etag;
    }
    for (const [name, { engine }] of this.engines) {
      if (wanted.some(([one]) => one === name)) continue;
      engine.dispose();
      this.engines.delete(name);
    }
  }

  /** The joint engine sees nothing of a key that no intervention needs: what it knew of it would be wrong later. */
  private createEngine(name: string, text: string): Engine {
    const options = { ...this.options.engine, seed: seedFor(this.opened.seed, name), wake: 'all', explainFires: true, keepUnknown: name !== JOINT } as const;
    return createEngine<Definitions>({ ...options, definitions: text as unknown as Definitions });
  }

  /** As Machine.keepRegistered(), of the engine of one key. */
  private keepRegistered(key: string, engine: Engine): Uint8Array {
    const sieve = createEngine<Definitions>({ ...this.options.engine, definitions: registeredText(this.layout, key) as unknown as Definitions, seed: 0 });
    try {
      sieve.restore(engine.snapshot());
      return sieve.snapshot();
    } finally {
      sieve.dispose();
    }
  }

  private reach(revision: number): void {
    // Also of revisions that came with others in one step.
    const losses = this.engines.size > 0 ? this.options.lossesBetween(this.layout.revision, revision) : [];
    for (const layout of losses) {
      this.layout = layout;
      this.adopt(undefined, true);
    }
    this.layout = this.options.layoutAt(revision);
    this.adopt();
  }

  apply(entry: Entry): Delivery[] {
    this.seq = entry.seq;
    switch (entry.kind) {
      case 'event':
        return (entry.keys ?? []).flatMap((name) => this.use(name, (engine) => engine.track(entry.body, { now: entry.at, ...(entry.format && { format: entry.format }) })));
      case 'tick':
        return [...this.engines.keys()].flatMap((name) => this.use(name, (engine) => engine.tick(entry.at)));
      case 'registry':
        this.reach(entry.revision ?? 0);
        return [];
      case 'forget':
        this.forget(JSON.parse(entry.body) as Erasure);
        return [];
    }
  }

  private use(name: string, call: (engine: Engine) => readonly FiredIntervention[]): Delivery[] {
    const one = this.engines.get(name);
    if (!one) return [];
    const fired = call(one.engine);
    if (fired.length === 0) return [];
    return fired.map((each) => ({ ...one.deliveries.of(each, this.refires(each)), home: name })).filter(({ targets }) => targets.length > 0);
  }

  private refires({ name, version }: FiredIntervention): boolean {
    const definition = this.registry.get('interventions', `${name}/${version}`);
    const delivery = definition && withDelivery(this.registry, definition).delivery;
    return (delivery as { refire?: unknown } | undefined)?.refire === 'edge';
  }

  private forget({ key, id }: Erasure): void {
    let known = false;
    for (const { engine, deliveries } of this.engines.values()) {
      known = engine.forget(key, id) || known;
      deliveries.forget(key, id);
    }
    this.erasures.push({ key, id, known });
  }

  /** As Machine.told. */
  get told(): number {
    let sum = 0;
    for (const { deliveries } of this.engines.values()) sum += deliveries.size;
    return sum;
  }

  nextWake(): number {
    let next = Infinity;
    for (const { engine } of this.engines.values()) next = Math.min(next, engine.nextWake());
    return next;
  }

  /** As Host.ids(), of ids that belong here. */
  ids(key: string, limit: number): string[] {
    return this.engines.get(key)?.engine.ids(key).slice(0, limit) ?? [];
  }

  /** As Host.values(), of ids that belong here. */
  values(key: string, ids: readonly string[], groups: readonly GroupVersion[], now: number): Values[][] {
    const engine = this.engines.get(key)?.engine;
    return ids.map((id) => groups.map(({ name, version }) => (engine?.groupAttributes(name, id, { version, now }) as Values | undefined) ?? {}));
  }

  snapshot(): Snapshot {
    const told = Object.fromEntries([...this.engines].map(([name, { deliveries }]) => [name, deliveries.toBytes()]));
    const host: HostJson = { revision: this.layout.revision };
    const engines = Object.fromEntries([...this.engines].map(([name, { engine }]) => [name, engine.snapshot()]));
    return { seq: this.seq, host: JSON.stringify(host), engine: serialize(engines), told: serialize(told) };
  }

  dispose(): void {
    for (const { engine } of this.engines.values()) engine.dispose();
    this.engines.clear();
  }
}
