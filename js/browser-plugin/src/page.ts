import { createEngine, load, type Definitions, type Engine } from '@oncue/engine';
import type { Logger, Payload, SelfDescribingJson } from '@snowplow/browser-tracker';
import { appendToPayload, appendToRaw } from './entities.js';
import { explainFailure, readDefinitions } from './loading.js';
import { dispatch, forgetInterventions, hasHandlers, whenHandlersAdded, type Outlet } from './handlers.js';
import type { RawJson } from './raw.js';
import { readAnswers } from './reading.js';
import { createProfile, type Profile } from './tabs/profile.js';
import type { OnCueConfiguration, PluginStats } from './types.js';

/** What this page has to do with the engine: hands events over, shows interventions, says how it goes. */
export interface Page {
  readonly configuration: OnCueConfiguration;
  readonly state: 'loading' | 'ready' | 'failed';
  readonly profile: Profile;
  /** The engine, when this tab leads. */
  readonly engine: Engine | undefined;
  /** Takes in an event that happens now. Never throws. */
  ingest(outlet: Outlet, payload: Payload, raw: RawJson | undefined): void;
  /** Forgets every event, value, fired and undelivered intervention, in all tabs; goes on as on a first visit. */
  clear(): Promise<void>;
  /** Everything that is known and stored. */
  exportAll(): Promise<Record<string, unknown>>;
  stop(): void;
  stats(): Omit<PluginStats, 'skipped'>;
}

/** @param isEnabled the consent gate: until it first answers true, nothing is read or written and no tab hears of this one */
export function startPage(configuration: OnCueConfiguration, log: Logger, isEnabled: () => boolean): Page {
  const { engine: engineConfiguration = {}, deriveEntities, storageName = 'oncue' } = configuration;
  const { wasm, ...engineOptions } = engineConfiguration;
  let isLoaded = false;
  let failure: string | undefined;
  let isStopped = false;
  let hasDeriveFailed = false;

  const loaded = start();
  const profile = createProfile({
    name: storageName,
    log,
    loaded,
    createEngine: (definitions, seed) => createEngine<Definitions>({ ...engineOptions, seed: engineOptions.seed ?? seed, definitions }),
    isEnabled,
    hasHandlers,
    show: ({ intervention, tracker }) => dispatch(intervention, tracker),
    onFailed: fail,
    onClear: forgetInterventions,
    answer: (method, args) => readAnswers(profile.engine, method, args),
  });

  function fail(error: unknown): void {
    if (failure || isStopped) return;
    failure = explainFailure(error, configuration);
    profile.leave();
    log.error(`OnCue is off, the page goes on without it: ${failure}`, error);
  }

  async function start(): Promise<string> {
    const [read] = await Promise.all([readDefinitions(configuration), load({ wasm })]);
    isLoaded = true;
    return typeof read === 'string' ? read : JSON.stringify(read);
  }

  function derive(payload: Payload): SelfDescribingJson[] | undefined {
    try {
      const extra = deriveEntities?.(payload);
      // As text and back: what is no JSON fails here and not in the engine, and either door is given the same.
      return Array.isArray(extra) && extra.length ? JSON.parse(JSON.stringify(extra)) : undefined;
    } catch (error) {
      if (!hasDeriveFailed) log.error('OnCue: deriveEntities failed, events go on without its entities', error);
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
        if (raw) raw = appendToRaw(raw, extra);
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

  loaded.catch(fail);
  whenHandlersAdded(profile.awake);
  if (isEnabled()) profile.join();

  return {
    configuration,
    get state() {
      if (failure) return 'failed';
      return isLoaded && (!profile.isTakingPart || profile.isReady) ? 'ready' : 'loading';
    },
    profile,
    get engine() {
      return profile.engine;
    },
    ingest,
    clear() {
      forgetInterventions();
      return profile.clear();
    },
    async exportAll() {
      // Bytes as base64, payloads as the objects they are.
      const readable = (_key: string, value: unknown): unknown => {
        if (value instanceof Uint8Array) return btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join(''));
        try {
          return typeof value === 'string' && /^[[{]/.test(value) ? JSON.parse(value) : value;
        } catch {
          return value;
        }
      };
      const all = { attributes: await profile.ask('getAll'), stored: await profile.dump() };
      return JSON.parse(JSON.stringify(all, readable));
    },
    stop() {
      isStopped = true;
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
        unsaved,
        dropped,
        storage: leader && { bytes: leader.journal.bytes, trouble: leader.journal.trouble },
        engine: leader?.engine?.stats(),
      };
    },
  };
}
