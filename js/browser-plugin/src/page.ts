import { appendToPayload, replaceContexts } from './entities.js';
import type { Logger, Payload, SelfDescribingJson } from '@snowplow/browser-tracker';
import { createEngine, load, type CreateOptions, type Definitions, type Engine } from '@oncue/engine';
import { createProfile } from './tabs/profile.js';
import { explainFailure, readDefinitions, UNAVAILABLE } from './loading.js';
import type { RawJson } from './raw.js';
import { dispatch, forgetInterventions, hasHandlers, whenHandlersAdded, type Outlet } from './handlers.js';
import { readAnswers } from './reading.js';
import type { OwnProfile, Profile } from './tabs/profile_types.js';
import type { Attach } from './tabs/leader.js';
import type { TabEvent } from './tabs/protocol.js';
import type { Intervention, OnCueConfiguration, PluginStats } from './types.js';

/** What this page has to do with the engine: hands events over, shows interventions, says how it goes. */
export interface Page {
  readonly configuration: OnCueConfiguration;
  readonly state: 'loading' | 'ready' | 'failed';
  readonly profile: Profile;
  /** The engine, when this tab leads. */
  readonly engine: Engine | undefined;
  /** As JSON; undefined until they are read. */
  readonly definitions: Definitions | undefined;
  /** Whether this tab is the one that receives from servers: it leads, or nobody does since the engine has failed. */
  readonly canReceive: boolean;
  /** Another engine with the same definitions and options. */
  create(): Engine;
  /** The bytes of the engine's state, whichever tab has it; undefined when that does not answer. */
  snapshot(): Promise<Uint8Array | undefined>;
  /** Takes in an event that happens now. Never throws. */
  ingest(outlet: Outlet, payload: Payload, raw: RawJson | undefined): void;
  /**
   * Takes in what a server sent: what was delivered already, by id or by its latch, is not delivered again. Never throws.
   * @param isAnonymous whether it is to leave no trace on disk
   */
  receive(outlet: Outlet, intervention: Intervention, isAnonymous: boolean): void;
  /** Forgets every event, value, fired and undelivered intervention, in all tabs; goes on as on a first visit. */
  clear(): Promise<void>;
  /** Everything that is known and stored. */
  exportAll(): Promise<Record<string, unknown>>;
  stop(): void;
  stats(): Omit<PluginStats, 'skipped'>;
}

export interface PageHost {
  log: Logger;
  /** The consent gate: until it first answers true, nothing is read or written and no tab hears of this one. */
  isEnabled(): boolean;
  /** Whether interventions come from a server: then definitions are not needed. */
  isReceiving(): boolean;
  /** Whether this tab receives, or an event of another tab, has changed. */
  onReceiver(): void;
  /** The leader sees the events of all tabs. */
  onOtherEvent(event: TabEvent): void;
  /** Everything was forgotten. */
  onClear(): void;
}

/** A browser meets a new session id at every visit, and seldom another visitor. */
const KEPT = { sessionIdsMs: 86_400_000, maxIdsPerKey: 1000 };

const USER_KEY = 'user_id';
/** Of an event: somebody is signed in, or it names the key. */
const MAY_BE_SYNCED = /"uid":|"user_id"/;

/** Between two looks whether there are new definitions, ms. */
const REFRESH_MS = 300_000;

export function startPage(configuration: OnCueConfiguration, host: PageHost): Page {
  const { log, isEnabled } = host;
  const { engine: engineConfiguration = {}, deriveEntities, storageName = 'oncue', sync } = configuration;
  const { wasm, plainWasm, ...engineOptions } = engineConfiguration;
  let definitions: string | undefined;
  /** Keeps the engine in step with a server. */
  let attach: Attach | undefined;
  let failure: string | undefined;
  let isStopped = false;
  /** The definitions could not be had, and have not been since. */
  let isUnread = false;
  let hasDeriveFailed = false;
  /** In case there will be no engine. */
  let earlyReceived: [Outlet, Intervention, isAnonymous: boolean][] = [];

  const optionsOf = (definitions: string, seed?: string): CreateOptions<Definitions> => ({
    ...KEPT,
    userAgent: globalThis.navigator?.userAgent,
    ...engineOptions,
    seed: engineOptions.seed ?? seed,
    definitions,
  });
  /** Loads what these definitions need of the engine. */
  const prepare = (definitions: string): Promise<void> => load({ wasm, plainWasm, engine: optionsOf(definitions) });

  /** Other keys' ids may stand anywhere in an event, what is to be stitched is kept from the first one on, and a file that was named is to be the one that syncs. */
  const isSyncLazy = !wasm && !sync?.stitch && String(sync?.keys ?? USER_KEY) === USER_KEY;

  /** Loads what syncs. */
  async function extend(): Promise<void> {
    const [{ startSync }] = await Promise.all([import('./sync.js'), load({ wasm, sync: true })]);
    attach = startSync(sync!, engineOptions, profile, log, isEnabled);
  }

  const loaded = read();
  const profile: OwnProfile = createProfile({
    name: storageName,
    log,
    // A tab that takes the lead later reads again: it may have been asleep since.
    get loaded() {
      return definitions === undefined ? loaded : read('no-cache').catch(() => definitions as string);
    },
    onUnread(stored, { message }) {
      definitions = stored;
      log.warn(`OnCue: goes on with the definitions of an earlier page: ${message}`);
    },
    makeEngine,
    prepare,
    isSyncing: !!sync,
    isBeyond: (entry) => !!sync && !attach && MAY_BE_SYNCED.test((entry as TabEvent).text),
    extend,
    attach: (engine, leader) => attach?.(engine, leader),
    isEnabled,
    hasHandlers,
    show: ({ intervention, tracker, isPosted, anonymous }) => dispatch(intervention, tracker, anonymous, true, isPosted && false),
    runBackground: ({ intervention, tracker, anonymous }) => dispatch(intervention, tracker, anonymous, true, true),
    onFailed: fail,
    onClear: forget,
    onBack: refresh,
    answer: (method, args) => readAnswers(profile.engine, method, args),
  });

  function makeEngine(definitions: string, seed: string): Engine {
    const engine = createEngine<Definitions>(optionsOf(definitions, seed));
    earlyReceived = [];
    // The first command turns sync on, which is to be so for every event.
    if (attach) engine.sync({ do: 'status', stitchable: !!sync!.stitch });
    return engine;
  }

  function forget(): void {
    forgetInterventions();
    host.onClear();
  }

  function fail(error: unknown): void {
    if (failure || isStopped) return;
    failure = explainFailure(error, configuration);
    profile.leave();
    log.error(`OnCue is off, the page goes on without it: ${failure}`, error);
    for (const [outlet, intervention, isAnonymous] of earlyReceived) dispatch(intervention, outlet.tracker.id, isAnonymous);
    host.onReceiver();
  }

  /** In the tab that leads, and in one that has none. A server that cannot be reached now is asked again the next time. */
  function refresh(): void {
    if (configuration.definitionsUrl && (profile.engine || isUnread)) read('no-cache').then((text) => profile.leader?.update(text), () => {});
  }

  async function read(cache?: RequestCache): Promise<string> {
    // A microtask later the page has said whether it receives from a server.
    await undefined;
    const isBare = configuration.definitions === undefined && !configuration.definitionsUrl && host.isReceiving();
    const extending = sync && !isSyncLazy && extend();
    // Not before an engine with those that are stored would sync, too.
    const orStored = async (error: unknown): Promise<never> => {
      await extending;
      throw error;
    };
    const [read] = await Promise.all([isBare ? '[]' : readDefinitions(configuration, cache).catch(orStored), extending]);
    const text = typeof read === 'string' ? read : JSON.stringify(read);
    await prepare(text);
    definitions ??= text;
    isUnread = false;
    return text;
  }

  function derive(payload: Payload): SelfDescribingJson[] | undefined {
    try {
      const extra = deriveEntities?.(payload);
      // As text and back: what is no JSON fails here and not in the engine, and either door is given the same.
      return Array.isArray(extra) && extra.length ? JSON.parse(JSON.stringify(extra)) : undefined;
    } catch (error) {
      if (!hasDeriveFailed) log.error('OnCue: deriveEntities failed, events go on without', error);
      hasDeriveFailed = true;
      return undefined;
    }
  }

  function ingest(outlet: Outlet, payload: Payload, raw: RawJson | undefined): void {
    if (failure) return;
    try {
      profile.join();
      const extra = derive(payload);
      if (extra) {
        payload = appendToPayload(payload, extra);
        raw &&= replaceContexts(raw, payload);
      }
      const event = {
        key: String(payload.eid),
        tab: profile.tab,
        tracker: outlet.tracker.id,
        at: Date.now(),
        text: JSON.stringify(payload),
        anonymous: !payload.duid,
      };
      profile.submit(event, payload, raw);
    } catch (error) {
      fail(error);
    }
  }

  function receive(outlet: Outlet, intervention: Intervention, isAnonymous: boolean): void {
    const tracker = outlet.tracker.id;
    if (!intervention?.intervention_id) return log.info('OnCue: left out what a server sent without an intervention_id', intervention);
    // Without an engine its id alone tells whether it has been delivered.
    if (failure) return dispatch(intervention, tracker, isAnonymous);
    if (!profile.isReady) earlyReceived.push([outlet, intervention, isAnonymous]);
    try {
      profile.join();
      const text = JSON.stringify(intervention);
      const key = `received ${intervention.intervention_id}`;
      profile.submit({ key, tab: profile.tab, tracker, at: Date.now(), text, anonymous: isAnonymous, door: 'receive' });
    } catch (error) {
      fail(error);
    }
  }

  loaded.catch((error) => {
    // Who leads may have them from an earlier page.
    isUnread = profile.isTakingPart && error.code === UNAVAILABLE;
    if (!isUnread) fail(error);
  });
  profile.onRoleChange(host.onReceiver);
  profile.onEvent((event) => {
    if (event.tab !== profile.tab && !event.door) host.onOtherEvent(event);
  });
  whenHandlersAdded(profile.awake);
  if (isEnabled()) profile.join();
  const timer = setInterval(refresh, REFRESH_MS);

  return {
    configuration,
    get state() {
      if (failure) return 'failed';
      return definitions !== undefined && (!profile.isTakingPart || profile.isReady) ? 'ready' : 'loading';
    },
    profile,
    get engine() {
      return profile.engine;
    },
    get definitions() {
      return profile.leader?.definitions ?? definitions;
    },
    get canReceive() {
      return !!failure || profile.role === 'leading';
    },
    create() {
      return makeEngine(this.definitions as string, '1');
    },
    snapshot: () => profile.ask('snapshot') as Promise<Uint8Array | undefined>,
    ingest,
    receive,
    clear() {
      earlyReceived = [];
      forget();
      return profile.clear();
    },
    exportAll: () => import('./everything.js').then(({ exportAll }) => exportAll(profile, storageName)),
    stop() {
      isStopped = true;
      clearInterval(timer);
      profile.leave();
    },
    stats() {
      const { leader, role, unsaved, dropped } = profile;
      return {
        state: this.state,
        failure,
        role,
        waiting: leader ? leader.early : unsaved,
        undelivered: leader?.showing?.waiting.size ?? 0,
        unsaved: unsaved + Number(leader?.showing?.isBusy ?? 0),
        dropped,
        storage: leader && { bytes: leader.journal.bytes, trouble: leader.journal.trouble },
        engine: leader?.engine?.stats(),
      };
    },
  };
}
