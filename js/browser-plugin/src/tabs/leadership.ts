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
  let held: object | undefined;
  let release: (() => void) | undefined;
  let queued: AbortController | undefined;

  function request(options: LockOptions): void {
    const grant = {};
    const { signal } = options;
    navigator.locks
      .request(name, options, () => {
        if (signal) queued = undefined;
        held = grant;
        onWon();
        return new Promise<void>((resolve) => (release = resolve));
      })
      .catch((error) => {
        if (error?.name === 'SecurityError') return onWon();
        if (held !== grant) return undefined;
        held = undefined;
        onLost();
        return campaign();
      });
  }

  function campaign(): void {
    if (queued || held) return;
    queued = new AbortController();
    request({ signal: queued.signal });
  }

  return {
    campaign,
    seize: () => request({ steal: true }),
    resign() {
      held = undefined;
      release?.();
      queued?.abort();
      queued = release = undefined;
    },
  };
}

/** Stands in for a leadership that is loaded when it is first used. */
export function loadLeadership(load: () => Promise<Leadership>, onFailed: (error: unknown) => void): Leadership {
  let loaded: Promise<Leadership> | undefined;
  const call = (method: keyof Leadership) => () => void (loaded ??= load()).then((it) => it[method](), onFailed);
  return { campaign: call('campaign'), seize: call('seize'), resign: call('resign') };
}
