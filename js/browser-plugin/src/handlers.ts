import type { BrowserTracker, Logger, Payload } from '@snowplow/browser-tracker';
import { buildInterventionEntity, buildMeasurementData, measure } from './measurement.js';
import type { StreamFetcher } from './receive/fetcher.js';
import type { Fetcher, HandlerId, Intervention, InterventionHandler, MeasurementEvents, MeasurementOptions, TrackerId } from './types.js';

/** Interventions kept for a tracker that has no handler yet. */
const UNDELIVERED_MAX = 100;
/** Ids remembered so that one intervention is delivered once, whoever sends it. */
const REMEMBERED_IDS_MAX = 1000;

type Handlers = Map<HandlerId, InterventionHandler>;
type HandlerList = Record<HandlerId, InterventionHandler>;

/** Somewhere interventions can be delivered: a tracker on which the plugin is active. */
export interface Outlet {
  tracker: BrowserTracker;
  measurement: MeasurementOptions;
  log: Logger;
  /** Deliveries that wait for a first handler. */
  unhandled: (() => void)[];
  isEnabled: () => boolean;
  /** Whether a connection to a server is to be open: with consent, in the tab that leads. */
  canReceive: () => boolean;
  /** Whether its events count: not those of a second tracker that sends the same. */
  counts: () => boolean;
  /** What a server sent for this tracker's visitor. */
  receive: (intervention: Intervention, tracker: BrowserTracker) => void;
  receiver?: StreamFetcher | Fetcher;
  /** Its latest event that may be used. */
  latest?: Payload;
}

/** Handlers given before any tracker was active; every tracker starts with them. */
const EVERY_TRACKER = '';
const registry = new Map<TrackerId, Handlers>();
const outlets = new Map<TrackerId, Outlet>();
const deliveredIds = new Set<string>();
let onAdded = (): void => {};

function handlersOf(id: TrackerId): Handlers {
  let handlers = registry.get(id);
  if (!handlers) registry.set(id, (handlers = new Map()));
  return handlers;
}

function put(handlers: Handlers, list: HandlerList): void {
  for (const [id, handler] of Object.entries(list)) {
    if (typeof handler === 'function') handlers.set(id, handler);
  }
}

export function openOutlet(outlet: Outlet, list: HandlerList): void {
  const { id } = outlet.tracker;
  outlets.set(id, outlet);
  const own = handlersOf(id);
  for (const [name, handler] of handlersOf(EVERY_TRACKER)) {
    if (!own.has(name)) own.set(name, handler);
  }
  put(own, list);
  flush(outlet);
  onAdded();
}

export const canHandle = ({ tracker }: Outlet): boolean => handlersOf(tracker.id).size > 0;

export function closeOutlet(outlet: Outlet): void {
  outlets.delete(outlet.tracker.id);
  registry.delete(outlet.tracker.id);
}

export function forgetInterventions(): void {
  deliveredIds.clear();
  for (const outlet of outlets.values()) outlet.unhandled.length = 0;
}

export function countUndelivered(): number {
  let count = 0;
  for (const outlet of outlets.values()) count += outlet.unhandled.length;
  return count;
}

/**
 * Calls the given handlers for interventions from now on; a handler with the same id is replaced. Interventions that
 * fired while a tracker had no handler at all (the latest 100) are delivered now.
 * @param handlers handler id -> function
 * @param trackers ids of the trackers; default: all, those activated later included
 */
export function addInterventionHandlers(handlers: HandlerList, trackers?: TrackerId[]): void {
  for (const id of trackers ?? [EVERY_TRACKER, ...outlets.keys()]) {
    put(handlersOf(id), handlers);
    const outlet = outlets.get(id);
    if (outlet) flush(outlet);
  }
  onAdded();
}

/** Calls `listener` whenever there are new handlers. */
export function whenHandlersAdded(listener: () => void): void {
  onAdded = listener;
}

/** Whether an intervention would find a handler on any tracker; one that shows nothing, if that is asked for. */
export const hasHandlers = (isBackground?: boolean): boolean =>
  [...outlets.keys()].some((id) => [...handlersOf(id).values()].some(({ background }) => background || !isBackground));

/**
 * Stops calling the handlers with these ids.
 * @param trackers ids of the trackers; default: all
 */
export function removeInterventionHandlers(handlerIds: HandlerId | HandlerId[], trackers?: TrackerId[]): void {
  for (const id of trackers ?? [...registry.keys()]) {
    for (const name of ([] as HandlerId[]).concat(handlerIds)) registry.get(id)?.delete(name);
  }
}

function flush(outlet: Outlet): void {
  if (!canHandle(outlet)) return;
  for (const deliverNow of outlet.unhandled.splice(0)) deliverNow();
}

/**
 * Delivers an intervention once to the handlers of a tracker. Never throws, never calls them at once unless told to.
 * @param from the tracker whose event fired it; the first one stands in for one that this page does not have
 * @param isAnonymous whether nothing of it may be stored
 * @param isOwnTask whether handlers are called at once: the caller is neither inside track() nor in the page's code, and has
 * just looked whether the visitor looks
 * @param isBackground whether only the handlers that show nothing are called, or only the others; default all
 */
export function dispatch(intervention: Intervention, from: TrackerId | undefined, isAnonymous?: boolean, isOwnTask?: boolean, isBackground?: boolean): void {
  const { intervention_id } = intervention;
  const outlet = outlets.get(from ?? '') ?? outlets.values().next().value;
  if (!outlet || deliveredIds.has(intervention_id)) return;
  if (isBackground) return deliver(intervention, outlet, isAnonymous, isOwnTask, isBackground);
  deliveredIds.add(intervention_id);
  if (deliveredIds.size > REMEMBERED_IDS_MAX) deliveredIds.delete(deliveredIds.values().next().value as string);

  if (canHandle(outlet)) return deliver(intervention, outlet, isAnonymous, isOwnTask, isBackground);
  outlet.log.warn(`OnCue: no handlers registered for intervention ${intervention.name}; kept for the first one added`);
  outlet.unhandled.push(() => deliver(intervention, outlet, isAnonymous));
  if (outlet.unhandled.length > UNDELIVERED_MAX) outlet.unhandled.shift();
}

function deliver(intervention: Intervention, outlet: Outlet, isAnonymous?: boolean, isOwnTask?: boolean, isBackground?: boolean): void {
  const { tracker, log, measurement } = outlet;
  // Both as they are now: a handler may change the intervention, or the list of handlers.
  const handlers = [...handlersOf(tracker.id)].filter(([, { background }]) => isBackground === undefined || !!background === isBackground);
  if (!handlers.length) return;
  const entity = measurement && buildInterventionEntity(intervention);
  const report = (event: MeasurementEvents, ids: HandlerId[], reason?: unknown): void => {
    if (!entity) return;
    try {
      measure(tracker, measurement, event, intervention, entity, buildMeasurementData(event, ids, reason));
    } catch (error) {
      log.error(`OnCue: ${event} was not tracked`, error);
    }
  };
  // Otherwise deferred, so that no event is tracked, and no page code runs, inside the tracker's own track().
  const run = isOwnTask ? (work: () => void): void => work() : setTimeout;
  run(() => report('delivery', handlers.map(([id]) => id)));
  for (const [id, handler] of handlers) {
    const accept = (): void => report('dispatch_accept', [id]);
    const reject = (reason: unknown): void => {
      log.error(`OnCue: handler ${id} failed`, reason);
      report('dispatch_error', [id], reason);
    };
    run(() => {
      try {
        const result = handler(intervention, tracker, isAnonymous) as PromiseLike<unknown> | undefined;
        if (typeof result?.then === 'function') Promise.resolve(result).then(accept, reject);
        else accept();
      } catch (error) {
        reject(error);
      }
    });
  }
}
