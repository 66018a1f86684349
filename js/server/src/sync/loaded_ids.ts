// Which ids the engine holds at the moment, and up to where. The store is the truth, this is a cache of it.
import { addFacts, type Facts, mergeState, setEpoch, setFloor, type StateOfId, stateOf, type SyncEngine } from './engine_calls.js';
import { type Steps, wait } from '../storage/sync/maybe.js';
import { type Id, placeOf } from './place.js';
import type { Kept, Place, SyncEntry, SyncStore } from '../storage/sync/store.js';

const PAGE_ENTRIES = 500;

export interface LoadedId extends Id {
  readonly place: Place;
  readonly epoch: number;
  floor: number;
  /** The last entry that the engine has seen. */
  cursor: number;
  /** The last entry of the compacted state. */
  stateCursor: number;
  dropped: number;
  /** Epoch ms of the first entry that the state does not contain; undefined when it contains all. */
  unfoldedSince: number | undefined;
  /** All that have uploaded; undefined until it is asked for. */
  replicas: Set<string> | undefined;
  /** As of `cursor`; undefined when it has to be asked for. */
  view: StateOfId | undefined;
}

export class LoadedIds {
  private ids = new Map<Place, LoadedId>();
  private engine: SyncEngine | undefined;

  /**
   * @param createEngine with the present definitions
   * @param mostIds with more the cache starts anew
   */
  constructor(
    private readonly store: SyncStore,
    private readonly createEngine: () => SyncEngine,
    private readonly mostIds: number,
    private readonly now: () => number,
  ) {}

  get size(): number {
    return this.ids.size;
  }

  get current(): SyncEngine {
    return (this.engine ??= this.createEngine());
  }

  /** Starts anew: with other definitions, or because the engine may hold what the store does not. */
  reset(): void {
    this.engine?.dispose();
    this.engine = undefined;
    this.ids = new Map();
  }

  /** An id as the store has it now. Nothing else may work on the id meanwhile. */
  *get(id: Id): Steps<LoadedId> {
    for (;;) {
      const place = placeOf(id);
      const loaded = this.ids.get(place);
      if (!loaded) {
        const kept = yield* wait(this.store.load(place));
        // Meanwhile the engine may have been replaced; what follows does not wait.
        return this.ids.get(place) ?? this.fill(id, place, kept);
      }
      if (!this.store.isShared || (yield* this.catchUp(loaded))) return loaded;
    }
  }

  private fill({ key, id }: Id, place: Place, kept: Kept): LoadedId {
    if (this.ids.size >= this.mostIds) this.reset();
    const { epoch, floor, cursor, dropped, state, tail } = kept;
    const loaded: LoadedId = { key, id, place, epoch, floor: 0, cursor: state?.cursor ?? dropped, stateCursor: state?.cursor ?? 0, dropped, unfoldedSince: undefined, replicas: undefined, view: undefined };
    try {
      if (epoch > 0) setEpoch(this.current, loaded, epoch, this.now());
      if (state) mergeState(this.current, loaded, state.text, this.now());
      for (const entry of tail) this.apply(loaded, entry);
      this.raise(loaded, floor);
    } catch (error) {
      // Half an id must not stay.
      this.reset();
      throw error;
    }
    loaded.cursor = cursor;
    this.ids.set(place, loaded);
    return loaded;
  }

  /** @returns false when the id has to be loaded anew */
  private *catchUp(loaded: LoadedId): Steps<boolean> {
    for (;;) {
      const entries = yield* wait(this.store.read(loaded.place, loaded.cursor, PAGE_ENTRIES));
      if (this.ids.get(loaded.place) !== loaded) return false;
      if (entries.some(({ kind }) => kind === 'forget')) {
        this.forgot(loaded.place);
        return false;
      }
      if (entries.some(({ cursor }, i) => cursor !== loaded.cursor + 1 + i)) {
        this.reset();
        return false;
      }
      for (const entry of entries) this.apply(loaded, entry);
      if (entries.length < PAGE_ENTRIES) return true;
    }
  }

  private apply(loaded: LoadedId, { cursor, kind, at, body }: SyncEntry): void {
    loaded.cursor = cursor;
    loaded.unfoldedSince ??= at;
    if (kind === 'facts') {
      const facts = JSON.parse(body) as Facts;
      addFacts(this.current, loaded, loaded.epoch, facts, this.now());
      loaded.replicas?.add(facts.replica);
    }
    if (kind === 'floor') this.raise(loaded, (JSON.parse(body) as { floor: number }).floor);
    if (kind !== 'claim') loaded.view = undefined;
  }

  raise(loaded: LoadedId, floor: number): void {
    if (floor <= loaded.floor) return;
    setFloor(this.current, loaded, floor, this.now());
    loaded.floor = floor;
    loaded.view = undefined;
  }

  /** What the id's owner wrote, which the engine has applied already. */
  wrote(loaded: LoadedId, cursor: number): void {
    loaded.view = undefined;
    loaded.unfoldedSince ??= this.now();
    // Whatever another process wrote before it still has to be read.
    if (cursor === loaded.cursor + 1) loaded.cursor = cursor;
  }

  /** An entry that changes no facts was added; where others write as well, it is read with theirs. */
  claimed(place: Place): void {
    const loaded = this.ids.get(place);
    if (loaded && !this.store.isShared) loaded.cursor++;
  }

  /** The epoch rose: what the engine holds is wiped when the id is loaded with it. */
  forgot(place: Place): void {
    this.ids.delete(place);
  }

  replicas(loaded: LoadedId): Set<string> {
    return (loaded.replicas ??= new Set(Object.keys(this.view(loaded).vector)));
  }

  view(loaded: LoadedId): StateOfId {
    return (loaded.view ??= stateOf(this.current, loaded, this.now()));
  }
}
