import type { Logger } from '@snowplow/browser-tracker';
import type { Activity, ActivityListener } from './types.js';

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
