/** Which tab leads: at most one of those that share a name. */
export interface Leadership {
  /** Lines up for the lead. */
  campaign(): void;
  /** Takes the lead at once, from a tab that offers it or does not answer. */
  seize(): void;
  /** Gives the lead up, or the place in the line. */
  resign(): void;
}

/**
 * By a Web Lock, which the browser takes from a tab that dies.
 * @param onWon also when there is nobody to share with: a sandboxed page without storage has no locks either
 * @param onLost another tab has seized the lead; this one has lined up again
 */
export function createLockLeadership(name: string, onWon: () => void, onLost: () => void): Leadership {
  /** Of every lock held: a request in line and one that seizes can both be granted, and be heard of in any order. */
  const releases = new Set<() => void>();
  let queued: AbortController | undefined;
  /** It holds a lock, or one that it seizes is to be granted. */
  let isHolding = false;
  let resigned = 0;

  function request(options: LockOptions): void {
    const before = resigned;
    let release: (() => void) | undefined;
    const hold = (resolve: () => void): void => {
      // Nobody can call off a request that seizes.
      if (before !== resigned) return resolve();
      if (options.signal) queued = undefined;
      releases.add((release = resolve));
      isHolding = true;
      onWon();
    };
    navigator.locks
      .request(name, options, () => new Promise<void>(hold))
      .catch((error) => {
        if (error?.name === 'SecurityError') return onWon();
        const wasHeld = releases.delete(release!);
        isHolding = releases.size > 0;
        if (!wasHeld || isHolding) return undefined;
        onLost();
        return campaign();
      });
  }

  function campaign(): void {
    if (queued || releases.size) return;
    queued = new AbortController();
    request({ signal: queued.signal });
  }

  return {
    campaign,
    // It may be told to by a tab that has not heard yet that this one did.
    seize() {
      if (!isHolding) request({ steal: true });
      isHolding = true;
    },
    resign() {
      resigned++;
      isHolding = false;
      for (const release of releases) release();
      releases.clear();
      queued?.abort();
      queued = undefined;
    },
  };
}

/** Stands in for a leadership that is loaded when it is first used. */
export function loadLeadership(load: () => Promise<Leadership>, onFailed: (error: unknown) => void): Leadership {
  let loaded: Promise<Leadership> | undefined;
  const call = (action: (leadership: Leadership) => void) => () => void (loaded ??= load()).then(action, onFailed);
  return { campaign: call((it) => it.campaign()), seize: call((it) => it.seize()), resign: call((it) => it.resign()) };
}
