// Sync of one server: the service with its engine, its store, streams and tokens.
import { createEngine, type Definitions, type Engine, type SyncCommand } from '@oncue/engine';
import type { GroupVersion, Host, Values } from '../engine_host/host.js';
import type { SyncEngine } from './engine_calls.js';
import { SyncService, type SyncServiceOptions } from './service.js';
import type { SyncStore } from '../storage/sync/store.js';
import { SyncStreams } from './streams.js';
import type { SyncMetrics } from './sync_metrics.js';
import { secretBytes } from './tokens.js';

/** Who may ask for what. */
export interface Access {
  readonly secrets: readonly Uint8Array[];
  /** Keys that are synced. */
  readonly keys: readonly string[];
  now(): number;
}

const NO_DEFINITIONS = JSON.stringify({ attribute_keys: [], attribute_groups: [] });

/** Keys of one device, which never leave it. */
const DEVICE_KEYS = ['domain_userid', 'domain_sessionid'];

interface SyncOptions {
  /** Any of which may have signed a token; at least 32 bytes each. */
  readonly secrets: readonly string[];
  /** Attribute keys that are synced; default `user_id`. */
  readonly keys?: readonly string[];
  readonly store: SyncStore;
  /** Text of the definitions that are published now. */
  definitions(): string;
  readonly service?: Pick<SyncServiceOptions, 'mostReplicas' | 'compactEvery'>;
  readonly pingMs: number;
  readonly mostWaitingBytes: number;
  readonly metrics: SyncMetrics;
  onTrouble(error: unknown, doing: string): void;
}

/** @throws when a key cannot be synced */
export function readSyncKeys(keys: readonly string[] = ['user_id']): readonly string[] {
  const [device] = keys.filter((key) => DEVICE_KEYS.includes(key));
  if (device !== undefined) throw new Error(`${device} is the name of one device and never leaves it: sync another attribute key`);
  if (keys.length === 0) throw new Error('Which attribute keys should be synced? Give at least one');
  return keys;
}

class ServerSyncEngine implements SyncEngine {
  constructor(readonly engine: Engine) {}

  sync = (command: object, now: number): unknown => this.engine.sync(command as SyncCommand, { now });
  dispose = (): void => this.engine.dispose();
}

function createSyncEngine(definitions: string, former: readonly string[], syncKeys: readonly string[]): ServerSyncEngine {
  const options = { definitions: NO_DEFINITIONS, syncKeys, syncSource: 'facts' as const, seed: 0, timeDriven: false };
  const engine = createEngine<Definitions>(options);
  // The first command turns sync on: from then on it knows what it has loaded.
  engine.sync({ do: 'status' });
  for (const one of [...former, definitions]) engine.load(one as unknown as Definitions);
  return new ServerSyncEngine(engine);
}

interface Named {
  readonly name: string;
}
interface WithKey {
  readonly attribute_key: string | Named;
}

/** Only what concerns synced keys: every version of it is kept. */
function syncedPart(definitions: () => string, syncKeys: readonly string[]): () => string {
  let whole: string | undefined;
  let part = NO_DEFINITIONS;
  const keyOf = ({ attribute_key: key }: WithKey): string => (typeof key === 'string' ? key : key.name);
  return () => {
    const text = definitions();
    if (text === whole) return part;
    whole = text;
    const { attribute_keys, attribute_groups } = JSON.parse(text) as { attribute_keys: Named[]; attribute_groups: WithKey[] };
    part = JSON.stringify({
      attribute_keys: attribute_keys.filter(({ name }) => syncKeys.includes(name)),
      attribute_groups: attribute_groups.filter((group) => syncKeys.includes(keyOf(group))),
    });
    return part;
  };
}

export class Sync {
  readonly service: SyncService;
  readonly streams: SyncStreams;
  readonly access: Access;
  readonly metrics: SyncMetrics;

  private constructor({ secrets, keys, store, definitions, metrics, onTrouble, service, ...options }: SyncOptions) {
    const now = (): number => Date.now();
    const syncKeys = readSyncKeys(keys);
    this.metrics = metrics;
    this.access = { secrets: secrets.map(secretBytes), keys: syncKeys, now };
    this.service = new SyncService({ ...service, store, now, definitions: syncedPart(definitions, syncKeys), createEngine: (last, former) => createSyncEngine(last, former, syncKeys) });
    this.streams = new SyncStreams({ ...options, service: this.service, now, onTrouble, onSent: () => metrics.sent.inc(), onDropped: () => metrics.dropped.inc() });
    metrics.watch(() => this.streams.size, () => this.service.loadedIds);
  }

  static async start(options: SyncOptions): Promise<Sync> {
    const sync = new Sync(options);
    try {
      await sync.service.open();
      return sync;
    } catch (error) {
      await sync.service.close();
      throw error;
    }
  }

  isSynced(key: string): boolean {
    return this.access.keys.includes(key);
  }

  /** A host whose values of synced keys are those that devices have uploaded. */
  valuesOver(host: Pick<Host, 'registry' | 'values'>): Pick<Host, 'registry' | 'values'> {
    const values: Host['values'] = (key, ids, groups, now) => (this.isSynced(key) ? this.values(key, ids, groups, now) : host.values(key, ids, groups, now));
    return {
      get registry() {
        return host.registry;
      },
      values,
    };
  }

  private values(key: string, ids: readonly string[], groups: readonly GroupVersion[], now: number): Promise<Values[][]> {
    const read = (id: string) => (engine: SyncEngine) =>
      groups.map(({ name, version }): Values => (engine as ServerSyncEngine).engine.groupAttributes(name, id, { version, now }) ?? {});
    return Promise.all(ids.map(async (id) => this.service.read({ key, id }, read(id))));
  }

  /** @returns whether anything was known of it; false for a key that is not synced */
  async forget(key: string, id: string): Promise<boolean> {
    if (!this.isSynced(key)) return false;
    this.metrics.forgets.inc();
    return (await this.service.forget({ key, id })).known;
  }

  /** Ends the streams; requests may still be under way. */
  endStreams(): void {
    this.streams.close();
  }

  async close(): Promise<void> {
    await this.service.close();
  }
}
