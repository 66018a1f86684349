// Which ids the engine holds at the moment, and up to where. The store is the truth, this is a cache of it.
//
// As long as an id is held, the engine has its entries up to `cursor`, all of them and in their order, and beyond those only
// facts that this process is appending or has appended, with no floor and no erasure between. Work on one id is queued, but
// work on any other may start the engine anew, so every wait may end the holding, of all ids at once: after it, ask holds().
// What was read from the engine before a wait stays true of the cursor that was read with it.
import { addFacts, EngineError, type Facts, factsOf, type FactsOfId, mergeState, setEpoch, setFloor, type StateOfId, stateOf, type SyncEngine } from './engine_calls.js';
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
  facts: FactsOfId | undefined;
  state: StateOfId | undefined;
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

  /** Whether the engine still has what `loaded` says; to be asked after every wait. */
  holds(loaded: LoadedId): boolean {
    return this.ids.get(loaded.place) === loaded;
  }

  /**
   * Lets `use` ask the engine about an id, or change it there.
   * @throws when the id is not held: another engine would answer as if nothing were known of it. And what `use` throws:
   * unless that says that nothing has changed, nothing is held any more
   */
  with<T>(loaded: LoadedId, use: (engine: SyncEngine) => T): T {
    if (!this.holds(loaded)) throw new Error('an id that is not held was asked for');
    try {
      return use(this.current);
    } catch (error) {
      if (!(error instanceof EngineError)) this.reset();
      throw error;
    }
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
    const loaded: LoadedId = { key, id, place, epoch, floor: 0, cursor: state?.cursor ?? dropped, stateCursor: state?.cursor ?? 0, dropped, unfoldedSince: undefined, replicas: undefined, facts: undefined, state: undefined };
    this.ids.set(place, loaded);
    try {
      this.with(loaded, (engine) => {
        if (epoch > 0) setEpoch(engine, loaded, epoch, this.now());
        if (state) mergeState(engine, loaded, state.text, this.now());
      });
      for (const entry of tail) this.apply(loaded, entry);
      this.raise(loaded, floor);
    } catch (error) {
      // Half an id must not stay.
      this.reset();
      throw error;
    }
    loaded.cursor = cursor;
    return loaded;
  }

  /** @returns false when the id has to be loaded anew */
  private *catchUp(loaded: LoadedId): Steps<boolean> {
    for (;;) {
      const entries = yield* wait(this.store.read(loaded.place, loaded.cursor, PAGE_ENTRIES));
      if (!this.holds(loaded)) return false;
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
    if (kind === 'facts') {
      const facts = JSON.parse(body) as Facts;
      this.with(loaded, (engine) => addFacts(engine, loaded, loaded.epoch, facts, this.now()));
      loaded.replicas?.add(facts.replica);
    }
    if (kind === 'floor') this.raise(loaded, (JSON.parse(body) as { floor: number }).floor);
    if (kind !== 'claim') this.changed(loaded);
    loaded.unfoldedSince ??= at;
    loaded.cursor = cursor;
  }

  raise(loaded: LoadedId, floor: number): void {
    if (floor <= loaded.floor) return;
    this.with(loaded, (engine) => setFloor(engine, loaded, floor, this.now()));
    loaded.floor = floor;
    this.changed(loaded);
  }

  /** What the id's owner wrote, which the engine has applied already. */
  wrote(loaded: LoadedId, cursor: number): void {
    this.changed(loaded);
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
    return (loaded.replicas ??= new Set(Object.keys(this.facts(loaded).vector)));
  }

  private changed(loaded: LoadedId): void {
    loaded.facts = loaded.state = undefined;
  }

  facts(loaded: LoadedId): FactsOfId {
    return this.with(loaded, (engine) => loaded.state ?? (loaded.facts ??= factsOf(engine, loaded, this.now())));
  }

  state(loaded: LoadedId): StateOfId {
    return this.with(loaded, (engine) => (loaded.state ??= stateOf(engine, loaded, this.now())));
  }
}
