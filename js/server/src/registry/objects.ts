// What is registered: attribute keys, attribute groups, services, interventions, and their extension `delivery`.

export const KINDS = ['attribute_keys', 'attribute_groups', 'services', 'interventions'] as const;
export type Kind = (typeof KINDS)[number];
/** `deliveries` holds our extension object of interventions, which the SDK cannot carry. */
type Shelf = Kind | 'deliveries';

export type RegistryObject = Readonly<Record<string, unknown>> & { readonly name: string };
export interface Link {
  readonly name: string;
  readonly version: number;
}

/** `object` null removes it. */
export interface Change {
  readonly shelf: Shelf;
  readonly id: string;
  readonly object: RegistryObject | null;
}

/** A name out of a body that nobody has checked yet: String() throws on objects that have a `toString` of their own. */
export const asText = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

export const isVersioned = (kind: Kind): boolean => kind === 'attribute_groups' || kind === 'interventions';
/** 1 unless given. */
export const versionOf = (object: Readonly<Record<string, unknown>>): number => (typeof object.version === 'number' ? object.version : 1);
export const idOf = (kind: Kind, { name, ...rest }: RegistryObject): string => (isVersioned(kind) ? `${name}/${versionOf(rest)}` : name);
export const linkId = ({ name, version }: Link): string => `${name}/${version}`;
export const isPublished = (object: RegistryObject): boolean => object.is_published === true;

const BUILT_IN: Readonly<Record<string, { key: string; description: string }>> = {
  domain_userid: { key: 'domain_userid', description: 'The domain user ID for the user.' },
  domain_sessionid: { key: 'domain_sessionid', description: 'The domain session ID for the user.' },
  user_id: { key: 'user_id', description: 'The user ID for the user.' },
  network_userid: { key: 'network_userid', description: 'The network user ID for the user.' },
};

/** Keys that exist without being registered. */
const BUILT_IN_KEYS: readonly RegistryObject[] = Object.entries(BUILT_IN).map(([name, rest]) => ({ name, ...rest, is_published: false }));

const byNameAndVersion = (a: RegistryObject, b: RegistryObject): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : versionOf(a) - versionOf(b);

export interface RegistryJson {
  readonly revision: number;
  readonly publishedAt: number | null;
  readonly shelves: Readonly<Record<Shelf, readonly (readonly [string, RegistryObject])[]>>;
}

export class Registry {
  /** Grows by one with every change that was made. */
  revision = 0;
  /** Epoch ms of the last change that touched something published; null before the first. */
  publishedAt: number | null = null;
  private readonly shelves: Record<Shelf, Map<string, RegistryObject>> = {
    attribute_keys: new Map(),
    attribute_groups: new Map(),
    services: new Map(),
    interventions: new Map(),
    deliveries: new Map(),
  };

  get(shelf: Shelf, id: string): RegistryObject | undefined {
    return this.shelves[shelf].get(id);
  }

  /** Sorted by name, then version. */
  list(shelf: Shelf): RegistryObject[] {
    return [...this.shelves[shelf].values()].sort(byNameAndVersion);
  }

  published(kind: Kind): RegistryObject[] {
    return this.list(kind).filter(isPublished);
  }

  /** A registered key, or a built-in one. */
  key(name: string): RegistryObject | undefined {
    return this.get('attribute_keys', name) ?? BUILT_IN_KEYS.find((key) => key.name === name);
  }

  /** Registered and built-in keys, sorted by name. */
  keys(): RegistryObject[] {
    const builtIn = BUILT_IN_KEYS.filter(({ name }) => !this.get('attribute_keys', name));
    return [...builtIn, ...this.list('attribute_keys')].sort(byNameAndVersion);
  }

  /** Names that may stand for an attribute key. */
  keyNames(): Set<string> {
    return new Set(this.keys().map(({ name }) => name));
  }

  apply(changes: readonly Change[], at: number): void {
    this.revision++;
    for (const { shelf, id, object } of changes) {
      const before = this.shelves[shelf].get(id);
      if ((before && isPublished(before)) || (object && isPublished(object))) this.publishedAt = at;
      if (object) this.shelves[shelf].set(id, object);
      else this.shelves[shelf].delete(id);
    }
  }

  /** A copy with changes made, to see whether they would do. */
  with(changes: readonly Change[]): Registry {
    const copy = Registry.from(this.toJSON());
    copy.apply(changes, this.publishedAt ?? 0);
    return copy;
  }

  toJSON(): RegistryJson {
    const { revision, publishedAt, shelves } = this;
    return {
      revision,
      publishedAt,
      shelves: Object.fromEntries(Object.entries(shelves).map(([shelf, map]) => [shelf, [...map]])) as unknown as RegistryJson['shelves'],
    };
  }

  static from({ revision, publishedAt, shelves }: RegistryJson): Registry {
    const registry = new Registry();
    registry.revision = revision;
    registry.publishedAt = publishedAt;
    for (const [shelf, entries] of Object.entries(shelves)) {
      for (const [id, object] of entries) registry.shelves[shelf as Shelf].set(id, object);
    }
    return registry;
  }
}
