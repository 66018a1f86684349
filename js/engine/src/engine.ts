import { OnCueError, type Problem } from './errors.js';
import type { Definitions } from './definitions.js';
import { type CreateOptions, optionsJson } from './options.js';
import { loadedGlue, loadFull } from './loader.js';
import type { Glue, Handle } from './glue.js';
import type { AttributeExplanation, FiredIntervention, InterventionExplanation, ReceivedIntervention } from './intervention.js';
import { type Id, jsonOf, need, needObject, textOf } from './arguments.js';
import { Extractor, type RawJson } from './extractor.js';
import type { Catalog, EngineStats } from './stats.js';
import type { SyncAnswer, SyncCommand } from './sync.js';
import type { Attributes, GroupAttributes, GroupName, KeyName, ServiceAttributes, ServiceName } from './values.js';

/** A tracker payload (default), enriched JSON of an Analytics SDK, or enriched TSV with 131 columns. */
export type EventFormat = 'payload' | 'enriched-json' | 'enriched-tsv';

export interface TrackOptions {
  /** Epoch ms; default the host's clock. */
  now?: number;
  format?: EventFormat;
  /** The event's JSON objects as the tracker's `pb.getJson()` holds them, of its own payload: with these nothing is parsed. */
  raw?: RawJson;
}

export const FORMATS: Record<EventFormat, number> = { payload: 0, 'enriched-json': 1, 'enriched-tsv': 2 };
const NO_OPTIONS: TrackOptions = {};
// Returned whenever nothing fired, so that an ordinary event allocates nothing.
const NOTHING: readonly FiredIntervention[] = Object.freeze([]);

const abandoned = new FinalizationRegistry(({ glue, handle }: { glue: Glue; handle: Handle }) => glue.destroy(handle));

const parsed = <T>(json: string): T | undefined => (json ? (JSON.parse(json) as T) : undefined);

function codeOf(format: EventFormat): number {
  need(Object.hasOwn(FORMATS, format), 'format', `one of ${Object.keys(FORMATS)}`);
  return FORMATS[format];
}

function idsJson(ids?: Record<string, Id>): string {
  if (!ids) return '';
  needObject(ids, 'ids');
  return JSON.stringify(ids, (key, value) => (key ? textOf(value, key) : value));
}

interface Counts {
  [name: string]: number | Counts;
}

/** `counts` with what is in `more` added. */
function sum(counts: Counts, more: Counts): Counts {
  for (const name in more) {
    const one = more[name];
    counts[name] = typeof one === 'object' ? sum(counts[name] as Counts, one) : ((counts[name] ?? 0) as number) + (one as number);
  }
  return counts;
}

function checkTime(now: number): number {
  if (Number.isFinite(now)) return now;
  throw new OnCueError('bad_time', `"now" must be a number of milliseconds since 1970, not ${now}.`);
}

/** Attributes and interventions of one set of definitions. Made by createEngine(). */
export class Engine<const D extends Definitions = Definitions> {
  /** What core would like you to know about the loaded definitions. */
  warnings: readonly Problem[] = [];

  private glue: Glue = loadedGlue();
  private handle: Handle;
  private readonly options: string;
  private definitions = '';
  /** Before upgrade(). */
  private beforeUpgrade: Counts = {};
  private extractor!: Extractor;
  private asksForTimes?: boolean;

  constructor(given: CreateOptions<D>) {
    needObject(given, 'options');
    const { definitions, ...options } = given;
    const { glue } = this;
    this.handle = glue.create((this.options = optionsJson(options)));
    if (!this.handle) throw this.failure('invalid_options', 'The options cannot be used');
    try {
      this.load(definitions);
    } catch (error) {
      this.dispose();
      throw error;
    }
    abandoned.register(this, { glue, handle: this.handle }, this);
  }

  /**
   * Replaces the definitions; attributes whose definition is unchanged keep their values.
   * @returns the warnings
   * @throws {OnCueError} `bad_argument`; `invalid_definitions` with every problem; `needs_full` where upgrade() has to come
   *   first; the previous definitions stay active
   */
  load(definitions: Definitions): readonly Problem[] {
    const { glue, handle } = this.live();
    const json = jsonOf(definitions, 'definitions');
    if (!glue.load(handle, json)) throw this.failure('invalid_definitions', 'The definitions have errors');
    this.definitions = json;
    this.prepareExtractor();
    return (this.warnings = this.report().warnings);
  }

  /** Whether explain() answers without upgrade(). */
  get canExplain(): boolean {
    return !this.live().glue.isPlain;
  }

  /**
   * In a browser that has loaded oncue.plain.wasm (load({engine})): loads oncue.page.wasm and goes on in it, after which
   * explain() answers and load() takes any definitions. Elsewhere it has nothing to do.
   * @throws {OnCueError} as load() of the module does; then the engine stays as it was
   */
  async upgrade(): Promise<void> {
    const full = await loadFull();
    const { glue, handle } = this.live();
    if (glue === full) return;
    const next = full.create(this.options);
    full.load(next, this.definitions);
    full.restore(next, new Uint8Array(glue.snapshot(handle)));
    const { ids, contexts, latches, memoryBytes, ...counted } = this.stats();
    this.beforeUpgrade = counted as unknown as Counts;
    this.dispose();
    this.glue = full;
    this.handle = next;
    this.prepareExtractor();
    abandoned.register(this, { glue: full, handle: next }, this);
  }

  /**
   * Lets time pass up to `now`, then takes one event in. A bad event fires nothing and is counted in stats().
   * @param event a tracker payload as object, or an event as text
   * @returns what fired, in order; always the same frozen array when nothing did
   */
  track(event: object | string, { now = Date.now(), format = 'payload', raw }: TrackOptions = NO_OPTIONS): readonly FiredIntervention[] {
    const { glue, handle } = this.live();
    checkTime(now);
    if (typeof event === 'object' && format === 'payload') {
      const length = this.extractor.write(glue, event as Record<string, unknown>, raw);
      if (length >= 0) return this.fired(glue._oncue_track_record(handle, length, now));
    }
    const code = codeOf(format);
    return this.fired(glue.text(handle, jsonOf(event, 'event'), code, now, this.extractor));
  }

  /**
   * Like track(), with the event's own clock, which never runs backwards; time passes wake by wake up to it.
   * @throws {OnCueError} `needs_full` before upgrade(), where load({engine}) has loaded oncue.plain.wasm
   */
  replay(event: object | string, format: EventFormat = 'payload'): readonly FiredIntervention[] {
    const { glue, handle } = this.live();
    const code = codeOf(format);
    this.askForTimes();
    return this.fired(glue.text(handle, jsonOf(event, 'event'), code, undefined, this.extractor));
  }

  /** Lets time pass up to `now` (epoch ms, default the host's clock) and returns what that fired. */
  tick(now = Date.now()): readonly FiredIntervention[] {
    const { glue, handle } = this.live();
    return this.fired(glue._oncue_tick(handle, checkTime(now)));
  }

  /**
   * Lets time pass up to `now`, then takes an intervention that a server sent. Each `intervention_id` is delivered once;
   * one of the loaded definitions only if it has not fired here for its target, which it then counts as having done.
   * @returns what fired, with `event_id: null` for the received one; rejection() tells why it was left out
   */
  receive(intervention: ReceivedIntervention | string, { now = Date.now() }: { now?: number } = NO_OPTIONS): readonly FiredIntervention[] {
    const { glue, handle } = this.live();
    return this.fired(glue.receive(handle, jsonOf(intervention, 'intervention'), checkTime(now)));
  }

  /**
   * Lets time pass up to `now`, then carries out a command of the sync protocol (docs/sync-protocol.md). The first one turns
   * sync on: send `status` right after restore(), before the first event. A command that is wrong answers `error`.
   */
  sync<V extends SyncCommand['do']>(command: SyncCommand & { do: V }, { now = Date.now() }: { now?: number } = NO_OPTIONS): SyncAnswer<V> {
    const { glue, handle } = this.live();
    this.askForTimes();
    const text = glue.sync(handle, jsonOf(command, 'command'), checkTime(now));
    // A call that an artefact does not have answers nothing.
    if (!text) throw new OnCueError('sync_unavailable', 'To sync, call load({sync: true}), or pass load({wasm}) oncue.sync.wasm.');
    const answer = JSON.parse(text);
    answer.fired = this.fired(answer.fired ?? 0);
    return answer;
  }

  /** Epoch ms of the next moment at which tick() could fire something; may be early, never late. Infinity: never. */
  nextWake(): number {
    const { glue, handle } = this.live();
    return glue._oncue_next_wake(handle);
  }

  /** Latest time of any call, epoch ms. */
  now(): number {
    const { glue, handle } = this.live();
    return glue.now(handle);
  }

  /** Why the last track() or replay() did not count its event, or receive() not deliver, such as `duplicate`; `''` when it did. */
  rejection(): string {
    const { glue, handle } = this.live();
    return glue.rejection(handle);
  }

  /** `{group: {attribute: value}}` of the groups under `key`, as of `now`; undefined for an unknown key. */
  attributes<K extends KeyName<D>>(key: K, id: Id, now = Date.now()): Attributes<D, K> | undefined {
    const { glue, handle } = this.live();
    return parsed(glue.attributes(handle, textOf(key, 'key'), textOf(id, 'id'), checkTime(now)));
  }

  /** `{attribute: value}` of one group, default version 1, as of `now`; undefined for an unknown group. */
  groupAttributes<G extends GroupName<D>>(
    group: G,
    id: Id,
    { version = 1, now = Date.now() }: { version?: number; now?: number } = {},
  ): GroupAttributes<D, G> | undefined {
    const { glue, handle } = this.live();
    return parsed(glue.groupAttributes(handle, textOf(group, 'group'), textOf(id, 'id'), checkTime(now), version));
  }

  /** `{key: id, attribute: value ...}` of a service's groups under `key`; undefined for an unknown service. */
  serviceAttributes<S extends ServiceName<D>, K extends KeyName<D>>(
    service: S,
    key: K,
    id: Id,
    now = Date.now(),
  ): ServiceAttributes<D, S, K> | undefined {
    const { glue, handle } = this.live();
    return parsed(glue.serviceAttributes(handle, textOf(service, 'service'), textOf(key, 'key'), textOf(id, 'id'), checkTime(now)));
  }

  /** Ids of `key` that hold state, sorted; with option `rememberIds` every id seen. */
  ids(key: KeyName<D>): string[] {
    const { glue, handle } = this.live();
    return parsed(glue.ids(handle, textOf(key, 'key'))) ?? [];
  }

  /** The id of `key` in the latest event; undefined when it had none. */
  latestId(key: KeyName<D>): string | undefined {
    const { glue, handle } = this.live();
    return glue.latestId(handle, textOf(key, 'key')) || undefined;
  }

  /** Names of what is loaded and active. */
  catalog(): Catalog {
    const { glue, handle } = this.live();
    return JSON.parse(glue.catalog(handle)) as Catalog;
  }

  /**
   * Why an intervention fires or does not, or how an attribute got its value (docs/explain.md).
   * @param name of an intervention, or `group:attribute`
   * @param ids `{key: id}`; default those of the latest event
   * @returns undefined for an unknown name
   * @throws {OnCueError} `needs_full` before upgrade(), where load({engine}) has loaded oncue.plain.wasm
   */
  explain(name: `${string}:${string}`, ids?: Record<string, Id>, now?: number): AttributeExplanation | undefined;
  explain(name: string, ids?: Record<string, Id>, now?: number): InterventionExplanation | undefined;
  explain(name: string, ids?: Record<string, Id>, now = Date.now()): unknown {
    const { glue, handle } = this.live();
    const explain = textOf(name, 'name').includes(':') ? glue.explainAttribute : glue.explainIntervention;
    return parsed(explain(handle, name, idsJson(ids), checkTime(now)));
  }

  /** The whole state as versioned bytes. */
  snapshot(): Uint8Array<ArrayBuffer> {
    const { glue, handle } = this.live();
    return new Uint8Array(glue.snapshot(handle));
  }

  /**
   * Continues from a snapshot.
   * @throws {OnCueError} with core's code when the bytes are corrupt, foreign or newer, `needs_full` where upgrade() has to
   *   come first; the engine stays as it was
   */
  restore(bytes: Uint8Array | ArrayBuffer): void {
    const { glue, handle } = this.live();
    if (bytes instanceof ArrayBuffer) bytes = new Uint8Array(bytes);
    need(bytes instanceof Uint8Array, 'bytes', 'a Uint8Array or ArrayBuffer');
    if ((glue.restore(handle, bytes as Uint8Array) as number) > 0) return;
    const { code = 'snapshot_corrupt', message = 'This snapshot is damaged.' } = this.report().errors[0] ?? {};
    throw new OnCueError(code, message);
  }

  /** Erases an id's values, contexts and latches; false when nothing was known of it. */
  forget(key: KeyName<D>, id: Id): boolean {
    const { glue, handle } = this.live();
    return !!glue.forget(handle, textOf(key, 'key'), textOf(id, 'id'));
  }

  stats(): EngineStats {
    const { glue, handle } = this.live();
    return { ...sum(JSON.parse(glue.stats(handle)), this.beforeUpgrade), memoryBytes: glue.HEAPU8.length } as unknown as EngineStats;
  }

  /** Frees the engine's memory; every later call throws `disposed`. */
  dispose(): void {
    if (!this.handle) return;
    abandoned.unregister(this);
    this.glue.destroy(this.handle);
    this.handle = 0;
  }

  private live(): { glue: Glue; handle: Handle } {
    if (this.handle) return this as unknown as { glue: Glue; handle: Handle };
    throw new OnCueError('disposed', 'This engine was disposed of: create another one.');
  }

  private prepareExtractor(): void {
    this.extractor = new Extractor(this.glue.extractionPlan(this.handle), this.asksForTimes);
  }

  /** From now on events have their own times, whether or not an attribute looks at them. */
  private askForTimes(): void {
    if (this.asksForTimes) return;
    this.asksForTimes = true;
    this.prepareExtractor();
  }

  private fired(count: number): readonly FiredIntervention[] {
    return count === 0 ? NOTHING : (JSON.parse(this.glue.fired(this.handle)) as FiredIntervention[]);
  }

  private report(): { errors: Problem[]; warnings: Problem[] } {
    return JSON.parse(this.glue.report());
  }

  private failure(code: string, sentence: string): OnCueError {
    return new OnCueError(code, `${sentence}:`, this.report().errors);
  }
}

/**
 * An engine with these definitions. Value types follow from definitions written in place or `as const`.
 * @throws {OnCueError} `not_loaded`, `invalid_options`, `invalid_definitions` (with `problems`)
 */
export function createEngine<const D extends Definitions>(options: CreateOptions<D>): Engine<D> {
  return new Engine(options);
}
