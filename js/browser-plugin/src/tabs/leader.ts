import type { Engine } from '@oncue/engine';
import type { Logger, Payload } from '@snowplow/browser-tracker';
import { giveTo, recover } from '../storage/recovery.js';
import { createShowing, type Gate, type Showing, type ShowingHost } from './showing.js';
import type { RawJson } from '../raw.js';
import { Deposed, type Entry, type NewBase, type Store, type Stored } from '../storage/store.js';
import { createAlarm } from '../alarm.js';
import { UNAVAILABLE } from '../loading.js';
import { announce, isWatched } from '../activity.js';
import type { Intervention } from '../types.js';
import type { Fired, TabEvent } from './protocol.js';
import { createJournal, type Journal } from '../storage/journal.js';

/** Ticks between two early events; a bound on work, never reached by real definitions. */
const CATCH_UP_MAX = 1000;
/** Events kept until the engine is ready: more than any page tracks in the seconds that takes. */
const EARLY_EVENTS_MAX = 1000;
/** Warnings of definitions that are as often meant so as not. */
const OFTEN_MEANT = /^(no_ttl|not_published|not_computed)$/;
/** A snapshot says its version here, and from that one on that there is something to sync. */
const SNAPSHOT_VERSION_AT = 4;
const SYNCED_VERSION = 3;

export interface LeaderHost extends Pick<ShowingHost, 'me' | 'focus' | 'isAlone' | 'offer' | 'show'> {
  log: Logger;
  store: Store;
  /** Resolves when makeEngine works, to the definitions as JSON. Where they are UNAVAILABLE now, those that are stored stay. */
  loaded: Promise<string>;
  makeEngine(definitions: string, seed: string): Engine;
  /** Those of an earlier page (JSON) are used. */
  onUnread(definitions: string, error: Error): void;
  /** Resolves when makeEngine works with these too. */
  prepare(definitions: string): Promise<void>;
  /** Whether `extend` makes sense here. */
  isSyncing: boolean;
  /** Whether the engine cannot take this one in before `extend` has resolved. */
  isBeyond(entry: Entry): boolean;
  /** From then on makeEngine makes engines that sync. */
  extend(): Promise<void>;
  /** The engine is as it was stored: whoever else gives it inputs begins, and says when an intervention may be shown. */
  attach: Attach;
  /** @param areBackground whether those that show nothing are meant */
  hasHandlers(areBackground?: boolean): boolean;
  /** Calls this tab's handlers that show nothing. */
  runBackground(fired: Fired): void;
  /** Consent: while it says no, time fires nothing. */
  isEnabled(): boolean;
  /** These are durable, or as safe as they will ever be. */
  onSaved(keys: string[]): void;
  onDeposed(): void;
  /** The engine cannot go on. */
  onFailed(error: unknown): void;
}

/** @param engine the one that is stored */
export type Attach = (engine: Engine, leader: Leader) => Gate | undefined;

/** The tab that has the engine: takes in the events of all tabs, stores them, and has what fires shown. */
export interface Leader {
  /** Resolves when the engine is there, or never will be. */
  readonly begun: Promise<void>;
  /** Undefined until what is stored has been read. */
  readonly engine: Engine | undefined;
  /** Those in use, as JSON. */
  readonly definitions: string | undefined;
  readonly journal: Journal;
  readonly showing: Showing | undefined;
  readonly early: number;
  readonly dropped: number;
  /**
   * @param payload and raw spare the engine the text
   * @returns whether it is durable, or as safe as it will ever be; if not, onSaved will tell
   */
  accept(event: TabEvent, payload?: Payload, raw?: RawJson): boolean;
  deliver(fired: Fired): void;
  /** Goes on with other definitions (JSON) and the values of what stays the same; bad ones are reported once, and left. */
  update(definitions: string): void;
  /** Looks at the clock. */
  wake(): void;
  /** Frees the engine; what was accepted is written. */
  end(): void;
}

const randomSeed = (): string => String(crypto.getRandomValues(new BigUint64Array(1))[0]);

export function createLeader(host: LeaderHost): Leader {
  const { store, log } = host;
  const alarm = createAlarm(() => guard(wake));
  const journal = createJournal(store, () => (showing && !isGrowing ? makeBase() : undefined), () => !host.isAlone(), host.onDeposed, log);
  const early: TabEvent[] = [];
  let dropped = 0;
  let seed = randomSeed();
  let definitions: string | undefined;
  /** Those given last, good or bad. */
  let latest: string | undefined;
  let kept: Engine | undefined;
  /** Takes the events without `duid`: nothing of them is ever stored. Gone with the next event that has one. */
  let anonymous: Engine | undefined;
  /** The engine is about to be replaced by one that takes more: inputs wait. */
  let isGrowing = false;
  /** Definitions that came meanwhile. */
  let wanted = '';
  let showing: Showing | undefined;
  let gate: Gate | undefined;
  /** Interventions that came before the engine. */
  const delivered: Fired[] = [];
  let hasEnded = false;

  function guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      // What the engine fails at, the next page's takes in.
      journal.note();
      if (!hasEnded) host.onFailed(error);
    }
  }

  function makeBase(): NewBase {
    const waiting = [...(showing?.waiting.values() ?? [])].filter((fired) => !fired.anonymous);
    return { seed, definitions, bytes: kept?.snapshot(), waiting, savedAt: Date.now() };
  }

  async function begin(): Promise<void> {
    // Events that come before the engine are stored at once: many a page is left before it is ready.
    const reading = store.begin(makeBase).catch((error) => {
      journal.fail(error);
      // A full disk can still be read.
      return store.begin(makeBase, 'readonly').catch((): Stored => ({ log: [] }));
    });
    reading.then(journal.start);
    let unread: unknown;
    const [stored, read] = await Promise.all([
      reading,
      host.loaded.catch((error) => {
        if (error.code !== UNAVAILABLE) throw error;
        unread = error;
      }),
    ]);
    const current = read ?? stored.base?.definitions;
    if (current === undefined) throw unread;
    if (unread) host.onUnread(current, unread as Error);
    const isSynced = (stored.base?.bytes?.[SNAPSHOT_VERSION_AT] ?? 0) >= SYNCED_VERSION;
    if ((isSynced && host.isSyncing) || stored.log.some(({ entries }) => entries?.some(host.isBeyond)) || early.some(host.isBeyond)) await host.extend();
    if (stored.base?.definitions) await host.prepare(stored.base.definitions);
    if (hasEnded) return;
    seed = stored.base?.seed ?? seed;
    definitions = latest = stored.base?.definitions ?? current;
    const report = (error: unknown): void => log.error('OnCue: a stored record cannot be used: set aside', error);
    const recovered = await recover(stored, () => makeStoredEngine(current), store, report);
    if (hasEnded) return;
    kept = recovered.engine;
    update(current);
    gate = host.attach(kept, leader);
    const showingHost = {
      ...host,
      settle,
      post,
      get gate() {
        return gate;
      },
    };
    showing = createShowing(showingHost, recovered.waiting);
    announce({ type: 'start' }, log);
    for (const { pointer, code, message } of kept.warnings) log[OFTEN_MEANT.test(code) ? 'info' : 'warn'](`OnCue: definitions #${pointer}: ${message}`);
    for (const fired of recovered.unrecorded) journal.addFired(fired);
    for (const fired of delivered) showing.add(fired);
    takeEarly();
    if (stored.log.length || stored.base?.definitions !== definitions) journal.compact();
    wake();
    showing.retry();
  }

  /** Under the definitions the log was written with, where they still load. */
  function makeStoredEngine(current: string): Engine {
    if (definitions !== undefined && definitions !== current) {
      try {
        return host.makeEngine(definitions, seed);
      } catch {
        // Written by a version that accepted them.
      }
    }
    return host.makeEngine((definitions = latest = current), seed);
  }

  function update(text: string): void {
    if (text === latest || !kept) return;
    if (isGrowing) {
      wanted = text;
      return;
    }
    latest = text;
    try {
      kept.load(text);
      anonymous?.load(text);
      definitions = text;
      alarm.arm(kept.nextWake());
      // What comes next is to be read with these.
      journal.compact();
    } catch (error) {
      const report = (reason: unknown): void => log.error('OnCue: new definitions are refused, those before stay', reason);
      if ((error as { code?: string }).code !== 'needs_full') return report(error);
      latest = definitions;
      Promise.all([kept.upgrade(), anonymous?.upgrade()]).then(() => update(text)).catch(report);
    }
  }

  function takeEarly(): void {
    while (early.length && canTake(early[0] as TabEvent)) catchUp(early.shift() as TabEvent);
  }

  function canTake(event: TabEvent): boolean {
    if (!isGrowing && host.isBeyond(event)) grow().catch((error) => hasEnded || host.onFailed(error));
    return !isGrowing;
  }

  /** The engine goes on in another one that syncs; what comes meanwhile is stored, and waits. */
  async function grow(): Promise<void> {
    isGrowing = true;
    await host.extend();
    const old = kept;
    if (!old) return;
    kept = host.makeEngine(definitions as string, seed);
    kept.restore(old.snapshot());
    old.dispose();
    isGrowing = false;
    gate = host.attach(kept, leader);
    takeEarly();
    journal.compact();
    if (wanted) update(wanted);
    wanted = '';
    wake();
    showing?.retry();
  }

  function choose(event: TabEvent): Engine {
    if (event.anonymous) return (anonymous ??= host.makeEngine(definitions as string, randomSeed()));
    anonymous?.dispose();
    anonymous = undefined;
    return kept as Engine;
  }

  function catchUp(event: TabEvent): void {
    const engine = choose(event);
    for (let n = 0; engine.nextWake() < event.at && n < CATCH_UP_MAX; n++) tick(engine, engine.nextWake());
    take(engine, event);
  }

  function take(engine: Engine, event: TabEvent, payload?: Payload, raw?: RawJson): void {
    const { at, tracker, text } = event;
    const begun = isWatched() ? performance.now() : -1;
    const fired = giveTo(engine, event, payload, raw);
    // Before anybody is told: a listener may clear everything, after which this engine is gone.
    alarm.arm(engine.nextWake());
    for (const intervention of fired) deliver({ intervention, tracker, anonymous: event.anonymous });
    // Nobody asks else, and it is a text to be read from the engine's memory.
    const rejection = event.door || begun >= 0 ? engine.rejection() || undefined : undefined;
    if (event.door && rejection) log.info(`OnCue: left out what a server sent (${rejection})`, text);
    if (begun < 0) return;
    if (event.door) return announce({ type: 'receive', intervention: JSON.parse(text), fired, rejection: rejection ?? '' }, log);
    const microseconds = (performance.now() - begun) * 1000;
    const known = payload ?? (JSON.parse(text) as Payload);
    const door = raw ? 'objects' : 'text';
    announce({ type: 'event', at, microseconds, door, fired, rejection, payload: known, raw }, log);
  }

  function tick(engine: Engine, at: number): void {
    const begun = isWatched() ? performance.now() : -1;
    const fired = engine.tick(at) as Intervention[];
    if (!anonymous) journal.entry(at);
    for (const intervention of fired) deliver({ intervention, anonymous: !!anonymous });
    if (begun >= 0) announce({ type: 'tick', at, microseconds: (performance.now() - begun) * 1000, fired }, log);
  }

  function wake(): void {
    const engine = anonymous ?? kept;
    if (!engine || isGrowing || !host.isEnabled()) return;
    const now = Date.now();
    if (engine.nextWake() <= now) tick(engine, now);
    alarm.arm(engine.nextWake());
  }

  function settle(fired: Fired, action: () => void): void {
    if (fired.anonymous) return void setTimeout(action);
    journal.addDone(fired.intervention.intervention_id);
    journal.whenDurable(action);
  }

  function post(fired: Fired): void {
    if (!host.isEnabled() || !host.hasHandlers(true)) return;
    fired.isPosted = true;
    const run = (): void => host.runBackground(fired);
    // The page may be about to go, and nothing is stored that could run it later.
    if (fired.anonymous) queueMicrotask(run);
    else {
      journal.addFired(fired);
      journal.whenDurable(run);
    }
  }

  function deliver(fired: Fired): void {
    if (!host.hasHandlers()) log.warn(`OnCue: no handlers registered for intervention ${fired.intervention.name}; kept for the first one added`);
    if (!fired.anonymous) journal.addFired(fired);
    if (showing) showing.add(fired);
    else delivered.push(fired);
  }

  function accept(event: TabEvent, payload?: Payload, raw?: RawJson): boolean {
    const { key, anonymous } = event;
    if (!anonymous) journal.entry(event);
    if (kept && canTake(event)) guard(() => take(choose(event), event, payload, raw));
    // Other tabs bound what they have under way themselves.
    else if (early.push(event) > EARLY_EVENTS_MAX && host.isAlone()) {
      early.shift();
      dropped++;
    }
    const isSaved = anonymous || journal.note(event);
    if (!isSaved) journal.whenDurable(() => host.onSaved([key]));
    return isSaved;
  }

  const begun = begin().catch((error) => {
    if (error instanceof Deposed) host.onDeposed();
    else if (!hasEnded) host.onFailed(error);
  });

  const leader: Leader = {
    begun,
    get engine() {
      return anonymous ?? kept;
    },
    get definitions() {
      return definitions;
    },
    journal,
    get showing() {
      return showing;
    },
    get early() {
      return early.length;
    },
    get dropped() {
      return dropped;
    },
    accept,
    deliver,
    update,
    wake: () => guard(wake),
    end() {
      hasEnded = true;
      alarm.disarm();
      journal.settleNotes();
      for (const engine of [anonymous, kept]) {
        try {
          engine?.dispose();
        } catch {
          // A trapped wasm instance cannot even be disposed of; it goes with the last reference.
        }
      }
      anonymous = kept = undefined;
      store.close();
    },
  };
  return leader;
}
