/**
 * What `task` resolves to; rejects after `ms`, or when `signal` aborts, and then aborts the signal that `task` was given.
 * @param task may ignore its signal: nobody waits for it any longer
 */
export function within<T>(ms: number, task: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const own = new AbortController();
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      own.abort();
      reject(new Error(`no answer in ${ms} ms`));
    };
    const timer = setTimeout(giveUp, ms);
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted) giveUp();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    task(own.signal).finally(end).then(resolve, reject);
  });
}
