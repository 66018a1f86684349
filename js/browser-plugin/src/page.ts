import { createEngine, load, type Definitions, type Engine } from '@oncue/engine';
import type { Logger, Payload, SelfDescribingJson } from '@snowplow/browser-tracker';
import { announce, isWatched } from './activity.js';
import { createAlarm } from './alarm.js';
import { createEarlyEvents } from './early_events.js';
import { appendToPayload, appendToRaw } from './entities.js';
import { explainFailure, readDefinitions } from './loading.js';
import { dispatch, forgetInterventions, type Outlet } from './handlers.js';
import type { RawJson } from './raw.js';
import type { Intervention, OnCueConfiguration, PluginStats } from './types.js';

/** The engine of this page and what keeps it going: events that came early, the timer, what to do when it fails. */
export interface Page {
  readonly configuration: OnCueConfiguration;
  /** `idle`: without definitions, interventions come from a server only. */
  readonly state: PluginStats['state'];
  readonly engine: Engine | undefined;
  /** As read; undefined until the engine is ready. */
  readonly definitions: Definitions | undefined;
  /** Another engine with the same definitions and options. */
  create(): Engine;
  /** Takes in an event that happens now. Never throws. */
  ingest(outlet: Outlet, payload: Payload, raw: RawJson | undefined): void;
  /**
   * Takes in what a server sent: what this page has delivered already, by id or by its latch, it does not deliver again.
   * Never throws.
   */
  receive(outlet: Outlet, intervention: Intervention): void;
  /** Forgets every event, value, fired and undelivered intervention; goes on as on a first visit. */
  clear(): void;
  stop(): void;
  stats(): Pick<PluginStats, 'state' | 'failure' | 'waiting' | 'dropped' | 'engine'>;
}

/** Ticks between two early events; a bound on work, never reached by real definitions. */
const CATCH_UP_MAX = 1000;

/**
 * @param isEnabled the consent gate: while it answers false, time fires nothing
 * @param isReceiving whether interventions come from a server
 */
export function startPage(
  configuration: OnCueConfiguration,
  log: Logger,
  isEnabled: () => boolean,
  isReceiving: () => boolean
): Page {
  const { engine: engineConfiguration = {}, deriveEntities } = configuration;
  const { wasm, ...engineOptions } = engineConfiguration;
  const early = createEarlyEvents<Outlet>();
  let earlyReceived: [Outlet, Intervention][] = [];
  const alarm = createAlarm(() => guard(wake));
  const onReturn = (): void => guard(wake);
  let definitions: Definitions | undefined;
  let engine: Engine | undefined;
  let state: Page['state'] = 'loading';
  let failure: string | undefined;
  let isStopped = false;
  let hasDeriveFailed = false;
  let latest: Outlet | undefined;

  function guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      fail(error);
    }
  }

  function fail(error: unknown): void {
    if (state === 'failed' || isStopped) return;
    state = 'failed';
    failure = explainFailure(error, configuration);
    release();
    log.error(`OnCue is off, the page goes on without it: ${failure}`, error);
    receiveEarly();
  }

  function release(): void {
    alarm.disarm();
    early.drain();
    listen(false);
    const old = engine;
    engine = undefined;
    try {
      old?.dispose();
    } catch {
      // A trapped wasm instance cannot even be disposed of; it goes with the last reference.
    }
  }

  function listen(on: boolean): void {
    if (typeof document === 'undefined') return;
    const method = on ? 'addEventListener' : 'removeEventListener';
    // Timers sleep while the page is hidden, frozen, or the machine is suspended.
    document[method]('visibilitychange', onReturn);
    window[method]('pageshow', onReturn);
  }

  const create = (): Engine =>
    createEngine({ userAgent: navigator.userAgent, ...engineOptions, definitions: definitions as Definitions });

  const announceStart = (): void => announce({ type: 'start' }, log);

  async function start(): Promise<void> {
    const { definitions: given, definitionsUrl } = configuration;
    // A microtask later the page has said whether it receives from a server: then no definitions are needed here.
    await undefined;
    if (given === undefined && !definitionsUrl && isReceiving()) {
      state = 'idle';
      release();
      return receiveEarly();
    }
    const [read] = await Promise.all([readDefinitions(configuration), load({ wasm })]);
    if (isStopped) return;
    definitions = read;
    engine = create();
    for (const { pointer, message } of engine.warnings) log.info(`OnCue: definitions #${pointer}: ${message}`);
    state = 'ready';
    announceStart();
    listen(true);
    for (const { source, payload, at } of early.drain()) {
      for (let n = 0; engine.nextWake() < at && n < CATCH_UP_MAX; n++) tick(engine, engine.nextWake());
      take(engine, source, payload, undefined, at);
    }
    wake();
    receiveEarly();
  }

  function receiveEarly(): void {
    for (const [outlet, intervention] of earlyReceived) receive(outlet, intervention);
    earlyReceived = [];
  }

  function receive(outlet: Outlet, intervention: Intervention): void {
    const leaveOut = (reason: string): void => log.info(`OnCue: left out what a server sent (${reason})`, intervention);
    if (!intervention?.intervention_id) return leaveOut('no intervention_id');
    if (state === 'loading') {
      earlyReceived.push([outlet, intervention]);
      return;
    }
    guard(() => {
      if (!engine) return;
      const fired = engine.receive(intervention) as Intervention[];
      const rejection = engine.rejection();
      if (rejection) leaveOut(rejection);
      alarm.arm(engine.nextWake());
      announce({ type: 'receive', intervention, fired, rejection }, log);
      for (const one of fired) dispatch(one, outlet);
    });
    // Without an engine its id alone tells whether it has been delivered.
    if (!engine) dispatch(intervention, outlet);
  }

  function take(from: Engine, outlet: Outlet, payload: Payload, raw: RawJson | undefined, at: number): void {
    latest = outlet;
    const begun = isWatched() ? performance.now() : -1;
    const fired = from.track(payload, { now: at, raw }) as Intervention[];
    // Before anybody is told: a listener may call clear(), after which this engine is gone.
    alarm.arm(from.nextWake());
    if (begun >= 0) {
      const microseconds = (performance.now() - begun) * 1000;
      const door = raw ? 'objects' : 'text';
      const rejection = from.rejection() || undefined;
      announce({ type: 'event', at, microseconds, door, fired, rejection, payload, raw }, log);
    }
    for (const intervention of fired) dispatch(intervention, outlet);
  }

  function tick(from: Engine, at: number): void {
    const begun = isWatched() ? performance.now() : -1;
    const fired = from.tick(at) as Intervention[];
    if (begun >= 0) announce({ type: 'tick', at, microseconds: (performance.now() - begun) * 1000, fired }, log);
    for (const intervention of fired) dispatch(intervention, latest);
  }

  function wake(): void {
    if (!engine || !isEnabled()) return;
    const now = Date.now();
    if (engine.nextWake() <= now) tick(engine, now);
    alarm.arm(engine.nextWake());
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
    if (state === 'failed' || state === 'idle') return;
    guard(() => {
      const at = Date.now();
      const extra = derive(payload);
      if (extra) {
        if (raw && engine) raw = appendToRaw(raw, extra);
        else payload = appendToPayload(payload, extra);
      }
      if (engine) take(engine, outlet, payload, raw, at);
      else early.add(outlet, payload, at);
    });
  }

  start().catch(fail);

  return {
    configuration,
    get state() {
      return state;
    },
    get engine() {
      return engine;
    },
    get definitions() {
      return definitions;
    },
    create,
    ingest,
    receive,
    clear() {
      early.drain();
      earlyReceived = [];
      alarm.disarm();
      forgetInterventions();
      guard(() => {
        if (!engine) return;
        const old = engine;
        engine = create();
        old.dispose();
        announceStart();
      });
    },
    stop() {
      isStopped = true;
      release();
    },
    stats: () => ({ state, failure, waiting: early.size, dropped: early.dropped, engine: engine?.stats() }),
  };
}
