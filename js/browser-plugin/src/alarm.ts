/** setTimeout fires at once above this many milliseconds. */
const LONGEST_DELAY = 2 ** 31 - 1;

export interface Alarm {
  /** Rings at epoch millisecond `at` or earlier; keeps an alarm that is already set for an earlier moment. */
  arm(at: number): void;
  disarm(): void;
}

/**
 * One timer. Ringing early is harmless, since whoever is woken looks at the clock and arms again; so a later `at` leaves
 * the running timer alone, and an event costs no timer call unless it brings the moment forward.
 */
export function createAlarm(ring: () => void): Alarm {
  let due = Infinity;
  let handle: ReturnType<typeof setTimeout> | undefined;
  const disarm = (): void => {
    clearTimeout(handle);
    due = Infinity;
  };
  return {
    arm(at) {
      if (!(at < due)) return;
      disarm();
      due = at;
      const delay = Math.min(Math.max(at - Date.now(), 1), LONGEST_DELAY);
      handle = setTimeout(() => {
        disarm();
        ring();
      }, delay);
    },
    disarm,
  };
}
