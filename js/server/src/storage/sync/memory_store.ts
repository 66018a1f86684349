// A store in memory, for simulations: what a synced disk would have after a crash is exactly what calls have returned.
import { claimBody, granted, type HeldClaim, isGranted } from './claims.js';
import { type Append, type Appended, type ClaimAnswer, type ClaimAsked, type Compaction, type EntryKind, type FinalClaim, type Kept, type KnownDefinitions, NOTHING_KEPT, type Place, type SyncEntry, type SyncOpened, type SyncStore } from './store.js';
import { Wakes } from './wakes.js';

interface Head {
  readonly n: number;
  readonly chain: string;
}

interface Id {
  epoch: number;
  floor: number;
  cursor: number;
  dropped: number;
  state?: { readonly cursor: number; readonly text: string };
  log: SyncEntry[];
  readonly replicas: Map<string, Head>;
  readonly claims: Map<string, HeldClaim & FinalClaim>;
}

const NO_FACTS: Head = { n: 0, chain: '0'.repeat(16) };
const isSame = (a: Head, b: Head): boolean => a.n === b.n && a.chain === b.chain;
const emptyId = (epoch: number, cursor: number): Id => ({ epoch, floor: 0, cursor, dropped: cursor, log: [], replicas: new Map(), claims: new Map() });

export class MemorySyncStore implements SyncStore {
  readonly isShared = false;
  private readonly ids = new Map<Place, Id>();
  private readonly definitions = new Map<string, KnownDefinitions>();
  private wakes = new Wakes();

  constructor(private readonly generation = '1') {}

  open(): SyncOpened {
    // Whoever listened belonged to a process that is gone.
    this.wakes = new Wakes();
    return { generation: this.generation, definitions: [...this.definitions.values()] };
  }

  private id(place: Place): Id {
    let id = this.ids.get(place);
    if (!id) this.ids.set(place, (id = emptyId(0, 0)));
    return id;
  }

  private publish(place: Place, kind: EntryKind, at: number, body: string): number {
    const id = this.id(place);
    id.log.push({ cursor: ++id.cursor, kind, at, body });
    this.wakes.wake(place);
    return id.cursor;
  }

  load(place: Place): Kept {
    const id = this.ids.get(place);
    if (!id) return NOTHING_KEPT;
    const { epoch, floor, cursor, dropped, state } = id;
    const tail = this.read(place, state?.cursor ?? 0);
    return { epoch, floor, cursor, dropped, tail, ...(state && { state }) };
  }

  read(place: Place, cursor: number, limit = Infinity): readonly SyncEntry[] {
    const log = this.ids.get(place)?.log ?? [];
    const first = Math.max(0, cursor + 1 - (log[0]?.cursor ?? 1));
    return log.slice(first, first + limit);
  }

  append(place: Place, { epoch, floor, replica, base, next, at, body, mostReplicas }: Append): Appended {
    const id = this.id(place);
    const head = id.replicas.get(replica);
    if (id.epoch !== epoch || id.floor !== floor) return { outcome: 'conflict' };
    if (head && isSame(head, next)) return { outcome: 'known' };
    if (!isSame(head ?? NO_FACTS, base)) return { outcome: 'conflict' };
    if (!head && id.replicas.size >= mostReplicas) return { outcome: 'replicas' };
    id.replicas.set(replica, next);
    return { outcome: 'ok', cursor: this.publish(place, 'facts', at, body) };
  }

  claim(place: Place, _key: string, asked: ClaimAsked): ClaimAnswer {
    const id = this.id(place);
    const body = claimBody(asked);
    const held = id.claims.get(body);
    if (id.epoch !== asked.epoch) return { outcome: 'epoch', epoch: id.epoch };
    if (!isGranted(held, asked)) return { outcome: 'taken' };
    const now = granted(held, asked);
    const published = now.isFinal && held?.isFinal !== true;
    id.claims.set(body, { ...now, name: asked.name, version: asked.version });
    if (published) this.publish(place, 'claim', asked.now, body);
    return { outcome: 'granted', published };
  }

  claims(place: Place): FinalClaim[] {
    const all = [...(this.ids.get(place)?.claims.values() ?? [])];
    return all.filter(({ isFinal }) => isFinal).map(({ name, version }) => ({ name, version }));
  }

  forget(place: Place, _key: string, now: number): { epoch: number; known: boolean } {
    const { epoch, cursor, replicas, claims } = this.id(place);
    this.ids.set(place, emptyId(epoch + 1, cursor));
    this.publish(place, 'forget', now, JSON.stringify({ epoch: epoch + 1 }));
    return { epoch: epoch + 1, known: replicas.size + claims.size > 0 };
  }

  raiseFloor(place: Place, epoch: number, floor: number, now: number): number {
    const id = this.id(place);
    if (id.epoch !== epoch || id.floor >= floor) return 0;
    id.floor = floor;
    return this.publish(place, 'floor', now, JSON.stringify({ floor }));
  }

  compact(place: Place, { epoch, cursor, text, drop }: Compaction): void {
    const id = this.id(place);
    if (id.epoch !== epoch || (id.state?.cursor ?? 0) > cursor || id.cursor < cursor) return;
    id.state = { cursor, text };
    id.log = id.log.filter((entry) => entry.cursor > drop);
    id.dropped = Math.max(id.dropped, drop);
  }

  remember(definitions: KnownDefinitions): void {
    this.definitions.set(definitions.digest, definitions);
  }

  definitionsBeyond(count: number): readonly KnownDefinitions[] {
    return this.definitions.size > count ? [...this.definitions.values()] : [];
  }

  watch(place: Place, wake: () => void): () => void {
    this.wakes.add(place, wake);
    return () => void this.wakes.remove(place, wake);
  }

  close(): void {}
}
