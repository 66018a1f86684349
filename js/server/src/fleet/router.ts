// Where an event goes: to every partition that counts it for one of its ids.
import { createEngine, type Definitions, type Engine, readIds } from '@oncue/engine';
import { unreadable } from '../engine_host/rejection.js';
import { keyNameOf } from '../registry/references.js';
import { publishedBundle } from '../registry/bundle.js';
import type { NewEntry } from '../storage/store.js';
import type { Placed } from '../storage/redis/writer.js';
import { JOINT, type Layout } from './layout.js';
import { partitionOf } from './place.js';

export type NewEvent = Omit<NewEntry, 'kind'>;
/** Knows itself again by its id. */
export type KnownEvent = NewEvent & { readonly eventId: string };

export interface Placement {
  readonly event: KnownEvent;
  /** The partition that remembers where the event went, whatever was published then. */
  readonly home: number;
  /** The registry's, by which this was decided. */
  readonly revision: number;
  /** One for each partition that counts it. */
  readonly copies: readonly Placed[];
  /** Why no engine can read it; '' when they can. */
  readonly rejection: string;
}

/** Reads the keys in use and nothing else of an event. */
function idReader({ registry }: Layout): Engine {
  const attributes = [{ name: 'seen', type: 'int32', aggregation: 'counter' }];
  const keys = new Map(publishedBundle(registry).attribute_groups.map((group) => [keyNameOf(group), group.attribute_key]));
  const groups = [...keys.values()].map((attribute_key, i) => ({ name: `key${i}`, attribute_key, attributes, is_published: true }));
  return createEngine<Definitions>({ definitions: { attribute_groups: groups } as Definitions, seed: 0, timeDriven: false });
}

export class Router {
  private readonly reader: Engine;

  /** @param partitions without the joint one, whose number is `partitions` */
  constructor(
    private readonly layout: Layout,
    private readonly partitions: number,
  ) {
    this.reader = idReader(layout);
  }

  /** An event that has no id of a key has one copy, where previews find it. */
  place(event: KnownEvent, now: number): Placement {
    const ids = Object.entries(readIds(this.reader, event.body, event.format, now));
    const home = partitionOf('', event.eventId, this.partitions);
    const keysOf = new Map<number, string[]>();
    const add = (partition: number, key: string) => keysOf.set(partition, [...(keysOf.get(partition) ?? []), key]);
    for (const [key, id] of ids) if (this.layout.engines.has(key)) add(partitionOf(key, id, this.partitions), key);
    if (ids.some(([key]) => this.layout.jointKeys.has(key))) add(this.partitions, JOINT);
    if (keysOf.size === 0) keysOf.set(home, []);
    const { revision } = this.layout;
    const copies = [...keysOf].map(([partition, keys], i): Placed => ({ ...event, kind: 'event', partition, keys, isFirst: i === 0, revision }));
    return { event, home, revision, copies, rejection: ids.length === 0 ? this.rejectionOf(event, now) : '' };
  }

  /** No engine sees an event without ids, so this one has to; nothing is counted for nobody. */
  private rejectionOf({ body, format }: KnownEvent, now: number): string {
    this.reader.track(body, { now, ...(format && { format }) });
    return unreadable(this.reader);
  }

  /** Of all engines of this process: they share one memory. */
  get memoryBytes(): number {
    return this.reader.stats().memoryBytes;
  }

  dispose(): void {
    this.reader.dispose();
  }
}
