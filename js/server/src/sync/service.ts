// Sync without HTTP, timers or a clock of its own: what each question changes, and what is answered.
import { append, type AppendAnswer, type Head, type SyncEngine } from './engine_calls.js';
import { LoadedIds, type LoadedId } from './loaded_ids.js';
import { type Maybe, Queues, run, type Steps, wait } from '../storage/sync/maybe.js';
import { type Id, placeOf } from './place.js';
import { Published } from './published.js';
import type { ClaimReply, ClaimRequest, Hello, StateAnswer, Upload, UploadAnswer } from './service_types.js';
import { StoreError } from '../storage/store.js';
import type { SyncEntry, SyncStore } from '../storage/sync/store.js';

const DAY_MS = 86_400_000;

export interface SyncServiceOptions {
  readonly store: SyncStore;
  /** What is published at this moment: JSON of a bundle, or of several. */
  definitions(): string;
  /**
   * An engine with `syncSource: 'facts'` that has loaded `former`, in any order, and last `definitions`: which are those that
   * are published, or those with the groups of `former` under other names.
   */
  createEngine(definitions: string, former: readonly string[]): SyncEngine;
  /** Epoch ms. */
  now(): number;
  /** How far a fact may be ahead of the server's clock; default 60 s. */
  readonly futureMs?: number;
  /** How long a claim holds until it is confirmed; default 30 s. */
  readonly leaseMs?: number;
  /** Default 256. */
  readonly mostReplicas?: number;
  /** Ids that the engine holds at a time; default 5,000. */
  readonly mostIds?: number;
  /** Entries after which they are folded into a state; default 64. */
  readonly compactEvery?: number;
  /** How long an entry waits at most to be folded, once there is an upload; default a day. */
  readonly compactAfterMs?: number;
  /** Entries that a stream can go on from, though they are folded; default 1,000. */
  readonly keptEntries?: number;
  /** How long those are kept; default 7 days. */
  readonly keptMs?: number;
  /** Facts older than this may be refused; default and least 90 days. */
  readonly floorMs?: number;
}

const CONFLICT_TRIES = 5;
const MOST_REPLICAS = 256;
const EVENT_ID = /^([0-9a-f]+)-(0|[1-9][0-9]{0,14})$/;

export class SyncService {
  private readonly ids: LoadedIds;
  private readonly queues = new Queues();
  private readonly published: Published;
  private generation = '';

  constructor(private readonly options: SyncServiceOptions) {
    const { store, now, mostIds = 5_000 } = options;
    this.published = new Published({ ...options, onChange: () => this.ids.reset() });
    this.ids = new LoadedIds(store, () => this.published.createEngine(), mostIds, now);
  }

  /** Opens the store; has to be the first call. */
  open(): Maybe<void> {
    return run(this.openSteps());
  }

  private *openSteps(): Steps<void> {
    const { generation, definitions } = yield* wait(this.options.store.open());
    this.generation = generation;
    this.published.know(definitions);
    yield* this.published.redefine();
  }

  /** Takes notice of definitions before devices can have them. */
  notice(): Maybe<void> {
    return run(this.published.redefine());
  }

  /** Ids that the engine holds at the moment. */
  get loadedIds(): number {
    return this.ids.size;
  }

  private on<T>(id: Id, begin: () => Steps<T>): Maybe<T> {
    return this.queues.run(placeOf(id), () => this.withDefinitions(begin));
  }

  private *withDefinitions<T>(begin: () => Steps<T>): Steps<T> {
    yield* this.published.redefine();
    return yield* begin();
  }

  /** Of the definitions that a device uploads with: published now, before, or never here. */
  standing(digest: string): 'present' | 'former' | 'unknown' {
    return this.published.standing(digest);
  }

  /** Facts of a device: all of them are kept and durable, or none is. */
  upload(id: Id, upload: Upload): Maybe<UploadAnswer> {
    return this.on(id, () => this.uploadSteps(id, upload));
  }

  private *uploadSteps(id: Id, upload: Upload): Steps<UploadAnswer> {
    for (let left = CONFLICT_TRIES; ; left--) {
      const loaded = yield* this.ids.get(id);
      if (this.isFull(loaded, upload.replica)) return { code: 'replicas', now: this.options.now() };
      const answer = this.check(loaded, upload);
      if (answer.status === 'definitions' && (yield* this.published.learn())) continue;
      if (answer.status !== 'ok') return this.refusal(loaded, answer);
      const outcome = yield* this.keep(loaded, upload, answer);
      if (outcome === 'kept') {
        yield* this.compactWhenDue(loaded);
        return { code: 'ok', n: answer.n, chain: answer.chain, now: this.options.now() };
      }
      if (outcome === 'replicas') return { code: 'replicas', now: this.options.now() };
      if (left === 0) throw new StoreError('other processes write to this id all the time');
    }
  }

  /** Asked before the engine takes anything in, so that nothing has to be taken back. */
  private isFull(loaded: LoadedId, replica: string): boolean {
    const { mostReplicas = MOST_REPLICAS } = this.options;
    const replicas = this.ids.replicas(loaded);
    return replicas.size >= mostReplicas && !replicas.has(replica);
  }

  private check(loaded: LoadedId, { replica, base, chain, facts, epoch }: Upload): AppendAnswer {
    const { now, futureMs = 60_000 } = this.options;
    const command = { replica, base, chain, facts, epoch, newest: now() + futureMs };
    return this.ids.with(loaded, (engine) => append(engine, loaded, command, now()));
  }

  private refusal({ floor }: LoadedId, answer: AppendAnswer & { status: string }): UploadAnswer {
    const now = this.options.now();
    if (answer.status === 'ok') throw new Error('not a refusal');
    const { status, n, chain, epoch } = answer;
    if (status === 'gap' || status === 'fork') return { code: status, n, chain, now };
    if (status === 'epoch') return { code: 'epoch', epoch, now };
    // What is known already must not be changed by what is refused: the device acknowledges it first.
    if (status === 'floor') return { code: 'floor', floor, n, chain, now };
    if (status === 'future') return { code: 'future', n, chain, now };
    return { code: status, now };
  }

  /** Makes durable what the engine has taken in; where that fails, the engine must not know it either. */
  private *keep(loaded: LoadedId, upload: Upload, answer: AppendAnswer & { status: 'ok' }): Steps<'kept' | 'conflict' | 'replicas'> {
    const { n, chain, fresh, chains } = answer;
    if (fresh === 0) return 'kept';
    const { store, now, mostReplicas = MOST_REPLICAS } = this.options;
    const known = upload.facts.length - fresh;
    const base: Head = { n: n - fresh, chain: known === 0 ? upload.chain : (chains[known - 1] ?? '') };
    const { key, epoch, floor, place } = loaded;
    const { replica } = upload;
    const body = JSON.stringify({ replica, base: base.n, chain, facts: upload.facts.slice(known) });
    const kept = yield* this.write(() => store.append(place, { key, epoch, floor, replica, base, next: { n, chain }, at: now(), body, mostReplicas }));
    if (kept.outcome === 'ok') this.ids.wrote(loaded, kept.cursor);
    loaded.replicas?.add(replica);
    if (kept.outcome === 'ok' || kept.outcome === 'known') return 'kept';
    // The engine has what the store has not. Where it was replaced meanwhile, the present one never had it.
    if (this.ids.holds(loaded)) this.ids.reset();
    return kept.outcome;
  }

  /** Waits for a change of the store. Where that fails nobody knows whether it is there: what is held may be more, or less. */
  private *write<T>(written: () => Maybe<T>): Steps<T> {
    try {
      return yield* wait(written());
    } catch (error) {
      this.ids.reset();
      throw error;
    }
  }

  private *compactWhenDue(loaded: LoadedId): Steps<void> {
    const { compactEvery = 64, compactAfterMs = DAY_MS, now } = this.options;
    // The append took its time: where nothing of the id is left here, a later upload folds it.
    if (!this.ids.holds(loaded)) return;
    const isOld = loaded.unfoldedSince !== undefined && now() - loaded.unfoldedSince >= compactAfterMs;
    if (isOld || loaded.cursor - loaded.stateCursor >= compactEvery) yield* this.compact(loaded);
  }

  private *compact(loaded: LoadedId): Steps<void> {
    const { store, now, keptEntries = 1_000, keptMs = 7 * DAY_MS } = this.options;
    yield* this.raiseFloor(loaded);
    yield* this.published.learn();
    if (!this.ids.holds(loaded)) return;
    const { cursor, place, epoch, dropped } = loaded;
    const { state } = this.ids.state(loaded);
    const oldest = yield* wait(store.read(place, dropped, keptEntries));
    const tooOld = oldest.filter((entry) => entry.at < now() - keptMs && entry.cursor <= cursor).at(-1)?.cursor ?? dropped;
    const drop = Math.max(tooOld, cursor - keptEntries, dropped);
    yield* this.write(() => store.compact(place, { epoch, cursor, text: state, drop }));
    loaded.stateCursor = cursor;
    loaded.unfoldedSince = undefined;
    loaded.dropped = drop;
  }

  /** What is this old no device brings any more, so that segments that are dead can go. */
  private *raiseFloor(loaded: LoadedId): Steps<void> {
    const { store, now, floorMs = 90 * DAY_MS } = this.options;
    const floor = now() - Math.max(floorMs, 90 * DAY_MS);
    if (floor - loaded.floor < DAY_MS) return;
    const cursor = yield* this.write(() => store.raiseFloor(loaded.place, loaded.epoch, floor, now()));
    // A floor drops what nothing before it keeps alive: where others have written in between, it is read in its place.
    if (cursor !== loaded.cursor + 1 || !this.ids.holds(loaded)) return;
    this.ids.raise(loaded, floor);
    this.ids.wrote(loaded, cursor);
  }

  /** Everything about an id, for a device that is new or has lost its way. */
  state(id: Id): Maybe<StateAnswer> {
    return this.on(id, () => this.stateSteps(id));
  }

  private *stateSteps(id: Id): Steps<StateAnswer> {
    const loaded = yield* this.ids.get(id);
    const { epoch, digest, vector, state: all } = this.ids.state(loaded);
    const state = this.published.shown(id.key, all);
    const { cursor, floor, place } = loaded;
    const claims = yield* wait(this.options.store.claims(place));
    return { epoch, floor, generation: this.generationOf(epoch), cursor, digest, vector, state, claims, now: this.options.now() };
  }

  /** Cursors of before a forget() mean nothing after it. */
  private generationOf(epoch: number): string {
    return `${this.generation}${epoch.toString(16).padStart(4, '0')}`;
  }

  /** How a stream of this id begins. @param lastEventId of the last event that the device has seen */
  hello(id: Id, replica?: string, lastEventId?: string): Maybe<Hello & { readonly from: number }> {
    return this.on(id, () => this.helloSteps(id, replica, lastEventId));
  }

  private *helloSteps(id: Id, replica?: string, lastEventId?: string): Steps<Hello & { readonly from: number }> {
    const loaded = yield* this.ids.get(id);
    const { epoch, digest, vector } = this.ids.facts(loaded);
    const generation = this.generationOf(epoch);
    const { cursor, dropped } = loaded;
    const [, given, position] = EVENT_ID.exec(lastEventId ?? '') ?? [];
    const isKept = given === generation && Number(position) <= cursor && Number(position) >= dropped;
    const canGoOn = isKept && (Number(position) === cursor || (yield* this.hasEntryAfter(loaded, Number(position))));
    const own = (replica !== undefined && vector[replica]) || null;
    return { generation, epoch, cursor, digest, own, refetch: !canGoOn, now: this.options.now(), from: canGoOn ? Number(position) : cursor };
  }

  /** Another process may have dropped more than is known here. */
  private *hasEntryAfter({ place }: LoadedId, cursor: number): Steps<boolean> {
    const { store } = this.options;
    if (!store.isShared) return true;
    const [next] = yield* wait(store.read(place, cursor, 1));
    return next?.cursor === cursor + 1;
  }

  /** Where the id is: its digest is that of all entries up to the cursor. */
  position(id: Id): Maybe<{ readonly epoch: number; readonly cursor: number; readonly digest: string }> {
    return this.on(id, () => this.positionSteps(id));
  }

  private *positionSteps(id: Id): Steps<{ epoch: number; cursor: number; digest: string }> {
    const loaded = yield* this.ids.get(id);
    const { epoch, digest } = this.ids.facts(loaded);
    return { epoch, cursor: loaded.cursor, digest };
  }

  /** What streams carry, after `cursor`. */
  entries(id: Id, cursor: number, limit: number): Maybe<readonly SyncEntry[]> {
    return this.options.store.read(placeOf(id), cursor, limit);
  }

  watch(id: Id, wake: () => void): Maybe<() => void> {
    return this.options.store.watch(placeOf(id), wake);
  }

  /** Whether a device may show an intervention. */
  claim(id: Id, claim: ClaimRequest): Maybe<ClaimReply> {
    return this.on(id, () => this.claimSteps(id, claim));
  }

  private *claimSteps(id: Id, { epoch, name, version, intervention_id: interventionId, final: isFinal }: ClaimRequest): Steps<ClaimReply> {
    const { store, now, leaseMs = 30_000 } = this.options;
    const asked = { epoch, name, version, interventionId, isFinal, now: now(), leaseMs };
    const answer = yield* this.write(() => store.claim(placeOf(id), id.key, asked));
    if (answer.outcome === 'epoch') return { code: 'epoch', epoch: answer.epoch, now: now() };
    if (answer.outcome === 'taken') return { code: 'ok', granted: false, now: now() };
    if (answer.published) this.ids.claimed(placeOf(id));
    return { code: 'ok', granted: true, lease: isFinal ? null : leaseMs, now: now() };
  }

  /** Erases an id here and on every device, whenever that comes back. @returns the new epoch */
  forget(id: Id): Maybe<{ readonly epoch: number; readonly known: boolean; readonly now: number }> {
    return this.on(id, () => this.forgetSteps(id));
  }

  private *forgetSteps(id: Id): Steps<{ epoch: number; known: boolean; now: number }> {
    const { store, now } = this.options;
    const place = placeOf(id);
    const { epoch, known } = yield* this.write(() => store.forget(place, id.key, now()));
    this.ids.forgot(place);
    return { epoch, known, now: now() };
  }

  /** Reads what the engine knows of an id; `read` must not wait. */
  read<T>(id: Id, read: (engine: SyncEngine) => T): Maybe<T> {
    return this.on(id, () => this.readSteps(id, read));
  }

  private *readSteps<T>(id: Id, read: (engine: SyncEngine) => T): Steps<T> {
    yield* this.ids.get(id);
    return read(this.ids.current);
  }

  close(): Maybe<void> {
    this.published.close();
    this.ids.reset();
    return this.options.store.close();
  }
}
