/** Milliseconds between two attempts: the first wait, doubled up to the last one; half of it is left to chance. */
const FIRST_WAIT = 1000;
const LAST_WAIT = 60_000;

export interface Backoff {
  /** Resolves after a wait that grows with every failure, or when the network is back, or `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>;
  reset(): void;
}

/** Resolves after `ms`, at once when `signal` aborts, and when `early` happens to the window. */
export function sleep(ms: number, signal: AbortSignal, early?: string): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      if (early) removeEventListener(early, done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (early) addEventListener(early, done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

export function createBackoff(): Backoff {
  let failures = 0;
  return {
    wait: (signal) => sleep(Math.min(FIRST_WAIT * 2 ** failures++, LAST_WAIT) * (0.5 + Math.random() / 2), signal, 'online'),
    reset: () => (failures = 0),
  };
}
