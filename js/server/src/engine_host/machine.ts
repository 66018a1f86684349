// The server's state: a pure function of the log. Registry and engine change here and nowhere else.
import { isDeepStrictEqual } from 'node:util';
import { createEngine, type Definitions, type Engine, type FiredIntervention } from '@oncue/engine';
import { type Bundle, describe, engineBundle, publishedBundle, registeredBundle, withDelivery } from '../registry/bundle.js';
import { type Change, Registry, type RegistryJson } from '../registry/objects.js';
import type { Entry, Erasure, Opened, Snapshot } from '../storage/store.js';
import { Deliveries, type Delivery } from './delivery.js';
import type { KnownErasure, State } from './keeper.js';

export interface MachineOptions {
  /** Most recent events a window keeps. */
  readonly windowEventLimit?: number | 'unlimited';
  /** Ids kept of each attribute key, those seen last; default all. */
  readonly maxIdsPerKey?: number;
  /** Attribute keys that devices compute: events do not touch their groups here. */
  readonly syncKeys?: readonly string[];
  readonly syncSource?: 'facts';
}

interface HostJson {
  readonly registry: RegistryJson;
  /** Of older snapshots. */
  readonly told?: readonly string[];
}

const textOf = (bundle: Bundle): string => JSON.stringify(bundle);

/** Whether values that are known belong to nothing any more: a group or key is deleted, or means something else. */
export function losesDefinition(registry: Registry, { shelf, id, object }: Change): boolean {
  if (shelf !== 'attribute_groups' && shelf !== 'attribute_keys') return false;
  const before = registry.get(shelf, id);
  return before !== undefined && !isDeepStrictEqual(before, object && { ...object, is_published: before.is_published });
}

const FIRST_DEFINITIONS = describe(publishedBundle(new Registry()));

export class Machine implements State {
  readonly registry: Registry;
  readonly engine: Engine;
  /** The last entry that was applied. */
  seq: number;
  /** What is published, as text with its entity tag. */
  definitions = FIRST_DEFINITIONS;
  /** Ids whose past is still in the store. */
  readonly erasures: KnownErasure[] = [];
  /** Why a snapshot could not be used; the log was read from its start instead. */
  readonly refusedSnapshot: unknown;
  private readonly deliveries: Deliveries;

  constructor({ seed, snapshot }: Opened, private readonly options: MachineOptions = {}) {
    const host = snapshot && (JSON.parse(snapshot.host) as HostJson);
    this.registry = host ? Registry.from(host.registry) : new Registry();
    this.deliveries = new Deliveries(host?.told ?? snapshot?.told);
    this.definitions = describe(publishedBundle(this.registry));
    this.seq = snapshot?.seq ?? 0;
    this.engine = createEngine<Definitions>({ ...options, definitions: textOf(engineBundle(this.registry)), seed, wake: 'all', explainFires: true, keepUnknown: true });
    try {
      if (snapshot) this.engine.restore(snapshot.engine);
      this.erasures.push(...(snapshot?.erasures ?? []));
    } catch (error) {
      this.refusedSnapshot = error;
    }
  }

  /** Makes one entry part of the state; returns what it fired. */
  apply(entry: Entry): Delivery[] {
    this.seq = entry.seq;
    switch (entry.kind) {
      case 'event':
        return this.deliver(this.engine.track(entry.body, { now: entry.at, format: entry.format }));
      case 'tick':
        return this.deliver(this.engine.tick(entry.at));
      case 'registry':
        this.change(JSON.parse(entry.body) as Change[], entry.at);
        return [];
      case 'forget':
        this.forget(JSON.parse(entry.body) as Erasure);
        return [];
    }
  }

  private deliver(fired: readonly FiredIntervention[]): Delivery[] {
    return fired.map((one) => this.deliveries.of(one, this.refires(one))).filter(({ targets }) => targets.length > 0);
  }

  private refires({ name, version }: FiredIntervention): boolean {
    const definition = this.registry.get('interventions', `${name}/${version}`);
    const delivery = definition && withDelivery(this.registry, definition).delivery;
    return (delivery as { refire?: unknown } | undefined)?.refire === 'edge';
  }

  private change(changes: readonly Change[], at: number): void {
    const loses = changes.some((change) => losesDefinition(this.registry, change));
    const before = textOf(engineBundle(this.registry));
    this.registry.apply(changes, at);
    this.definitions = describe(publishedBundle(this.registry));
    const next = textOf(engineBundle(this.registry));
    const kept = loses ? this.keepRegistered() : undefined;
    if (next !== before) this.engine.load(next);
    if (kept) this.engine.restore(kept);
  }

  /** The state without the values of what is registered no longer: the engine keeps what it does not know. */
  private keepRegistered(): Uint8Array {
    const sieve = createEngine<Definitions>({ ...this.options, definitions: textOf(registeredBundle(this.registry)), seed: 0 });
    try {
      sieve.restore(this.engine.snapshot());
      return sieve.snapshot();
    } finally {
      sieve.dispose();
    }
  }

  private forget({ key, id }: Erasure): void {
    const known = this.engine.forget(key, id);
    this.deliveries.forget(key, id);
    this.erasures.push({ key, id, known });
  }

  /** How many targets are kept that were told of something, each once for each intervention. */
  get told(): number {
    return this.deliveries.size;
  }

  nextWake(): number {
    return this.engine.nextWake();
  }

  dispose(): void {
    this.engine.dispose();
  }

  snapshot(): Snapshot {
    const host: HostJson = { registry: this.registry.toJSON() };
    return { seq: this.seq, host: JSON.stringify(host), engine: this.engine.snapshot(), told: this.deliveries.toBytes() };
  }
}
