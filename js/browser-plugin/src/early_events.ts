import type { Payload } from '@snowplow/browser-tracker';

/** Events kept until the engine is ready: more than any page tracks in the seconds that takes. */
export const EARLY_EVENTS_MAX = 1000;

export interface EarlyEvent<T> {
  source: T;
  /** A copy: its values are strings and numbers only, so nothing the page does later changes it. */
  payload: Payload;
  /** Epoch milliseconds at which it happened. */
  at: number;
}

export interface EarlyEvents<T> {
  add(source: T, payload: Payload, at: number): void;
  /** All events in order; the list is empty afterwards. */
  drain(): EarlyEvent<T>[];
  readonly size: number;
  /** Events that found the list full and pushed out the oldest one. */
  readonly dropped: number;
}

/** `source` is whatever the caller needs to take the event up again. */
export function createEarlyEvents<T>(max = EARLY_EVENTS_MAX): EarlyEvents<T> {
  let events: EarlyEvent<T>[] = [];
  let dropped = 0;
  return {
    add(source, payload, at) {
      if (events.length >= max) {
        events.shift();
        dropped++;
      }
      events.push({ source, payload: { ...payload }, at });
    },
    drain() {
      const drained = events;
      events = [];
      return drained;
    },
    get size() {
      return events.length;
    },
    get dropped() {
      return dropped;
    },
  };
}
