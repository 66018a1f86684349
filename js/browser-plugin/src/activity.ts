import type { Logger, Payload } from '@snowplow/browser-tracker';
import { EVENT_FIELD, readJson } from './encoded.js';
import type { Activity, ActivityListener } from './types.js';
import type { RawJson } from './raw.js';

const listeners = new Set<ActivityListener>();

/** Whether anybody listens: when not, nothing is measured or put together. */
export const isWatched = (): boolean => listeners.size > 0;

/**
 * A developer's aid: tells `listener` of every event taken in and every time-driven evaluation.
 * @returns a function that ends the subscription
 */
export function subscribeToActivity(listener: ActivityListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A listener that throws neither keeps the others from hearing nor reaches the tracker. */
export function announce(activity: Activity, log: Logger): void {
  for (const listener of listeners) {
    try {
      listener(activity);
    } catch (error) {
      log.error('OnCue: an activity listener failed', error);
    }
  }
}

const EVENT_NAMES: Record<string, string> = {
  pv: 'page_view',
  pp: 'page_ping',
  se: 'event',
  ev: 'event',
  tr: 'transaction',
  ti: 'transaction_item',
};

/** The `event_name` of an event, for display; the payload's `e` where it has none. */
export function nameEvent(payload: Payload, raw?: RawJson): string {
  const type = String(payload.e);
  if (type !== 'ue') return EVENT_NAMES[type] ?? type;
  try {
    return readJson(payload, EVENT_FIELD, raw).data.schema.split('/')[1] ?? type;
  } catch {
    return type;
  }
}
