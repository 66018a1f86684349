// What a partition knows: one engine for each attribute key. A pure function of the partition's log and the registry's.
import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { createEngine, type Definitions, type Engine, type FiredIntervention } from '@oncue/engine';
import { Deliveries, type Delivery } from '../engine_host/delivery.js';
import type { GroupVersion, Values } from '../engine_host/host.js';
import type { State } from '../engine_host/keeper.js';
import type { Erasure, MachineOptions } from '../engine_host/machine.js';
import { withDelivery } from '../registry/bundle.js';
import type { Registry } from '../registry/objects.js';
import type { Entry, Opened, Snapshot } from '../storage/store.js';
import { JOINT, type Layout } from './layout.js';

interface KeyEngine {
  readonly engine: Engine;
  readonly deliveries: Deliveries;
  etag: string;
}

interface HostJson {
  readonly revision: number;
  /** What was told to whom, by engine. */
  readonly told: Readonly<Record<string, readonly string[]>>;
}

export interface PartitionOptions {
  readonly engine: MachineOptions;
  /** Whether this is the partition of the joint engine. */
  readonly isJoint: boolean;
  /** The layout of a revision that the process knows. */
  layoutAt(revision: number): Layout;
}

/** Engines of one partition draw different intervention ids. */
function seedFor(seed: string, name: string): string {
  return createHash('sha256').update(`${seed}/${name}`).digest().readBigUInt64BE().toString();
}

export class PartitionMachine implements State {
  seq = 0;
  readonly erasures: Erasure[] = [];
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
    this.adopt(host?.told);
    if (!snapshot) return;
    this.seq = snapshot.seq;
    for (const [name, bytes] of Object.entries(deserialize(snapshot.engine) as Record<string, Uint8Array>)) {
      this.engines.get(name)?.engine.restore(new Uint8Array(bytes));
    }
  }

  get registry(): Registry {
    return this.layout.registry;
  }

  /** Makes the engines those of the layout; an engine whose definitions did not change is left alone. */
  private adopt(told: HostJson['told'] = {}): void {
    const wanted = [...this.layout.engines].filter(([name]) => (name === JOINT) === this.options.isJoint);
    for (const [name, { text, etag }] of wanted) {
      const known = this.engines.get(name);
      if (!known) {
        const seed = seedFor(this.opened.seed, name);
        const engine = createEngine<Definitions>({ ...this.options.engine, definitions: text as unknown as Definitions, seed, wake: 'all', explainFires: true });
        this.engines.set(name, { engine, etag, deliveries: new Deliveries(told[name]) });
      } else if (known.etag !== etag) {
        known.engine.load(text as unknown as Definitions);
        known.etag = etag;
      }
    }
    for (const [name, { engine }] of this.engines) {
      if (wanted.some(([one]) => one === name)) continue;
      engine.dispose();
      this.engines.delete(name);
    }
  }

  apply(entry: Entry): Delivery[] {
    this.seq = entry.seq;
    switch (entry.kind) {
      case 'event':
        return (entry.keys ?? []).flatMap((name) => this.use(name, (engine) => engine.track(entry.body, { now: entry.at, ...(entry.format && { format: entry.format }) })));
      case 'tick':
        return [...this.engines.keys()].flatMap((name) => this.use(name, (engine) => engine.tick(entry.at)));
      case 'registry':
        this.layout = this.options.layoutAt(entry.revision ?? 0);
        this.adopt();
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
    for (const { engine, deliveries } of this.engines.values()) {
      engine.forget(key, id);
      deliveries.forget(key, id);
    }
    this.erasures.push({ key, id });
  }

  nextWake(): number {
    let next = Infinity;
    for (const { engine } of this.engines.values()) next = Math.min(next, engine.nextWake());
    return next;
  }

  knows(key: string, id: string): boolean {
    return [...this.engines.values()].some(({ engine }) => engine.ids(key).includes(id));
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
    const told = Object.fromEntries([...this.engines].map(([name, { deliveries }]) => [name, deliveries.toJSON()]));
    const host: HostJson = { revision: this.layout.revision, told };
    const engines = Object.fromEntries([...this.engines].map(([name, { engine }]) => [name, engine.snapshot()]));
    return { seq: this.seq, host: JSON.stringify(host), engine: serialize(engines) };
  }

  dispose(): void {
    for (const { engine } of this.engines.values()) engine.dispose();
    this.engines.clear();
  }
}
