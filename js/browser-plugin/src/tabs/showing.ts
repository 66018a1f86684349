import type { Fired } from './protocol.js';

/** Interventions that wait for a tab; more than any visitor comes back to. */
export const WAITING_MAX = 100;
/** Time for visible tabs to answer, ms: they are awake, so they answer within a few. */
const ANSWER_MS = 200;

export interface ShowingHost {
  readonly me: string;
  /** When this tab was looked at last (epoch ms, Infinity: now, or there is no other); -1 when it cannot show anything. */
  focus(): number;
  isAlone(): boolean;
  /** Asks the other tabs; they answer by `accept`. */
  offer(id: string): void;
  /** Writes down that it is about to be shown, then calls back. */
  settle(fired: Fired, action: () => void): void;
  /**
   * Where others of this visitor may show it as well: calls `settle` when this profile may, otherwise takes it out of what
   * waits, or holds it there, and calls `proceed`.
   */
  readonly gate?: Gate;
  /** Gives it to the handlers that need no screen. */
  post(fired: Fired): void;
  /** Shows it, in this tab or another. */
  show(tab: string, fired: Fired): void;
}

export type Gate = (fired: Fired, settle: () => void, proceed: () => void) => void;

export interface Showing {
  add(fired: Fired): void;
  accept(id: string, tab: string, focus: number): void;
  /** A tab woke up. */
  retry(): void;
  readonly waiting: Map<string, Fired>;
  /** One is being written down and shown. */
  readonly isBusy: boolean;
}

/**
 * The leader's part in showing an intervention once: the visible tab that was looked at last gets it. It is written down
 * as shown before that tab is told, so that none shows it twice, and one is under way at a time: a tab answers an offer
 * after it has shown what it was told before. So a tab that dies takes one with it at most.
 */
export function createShowing(host: ShowingHost, waiting: Map<string, Fired>): Showing {
  let best: { fired: Fired; tab: string; focus: number } | undefined;
  let isBusy = false;

  function give(fired: Fired, tab: string): void {
    best = undefined;
    isBusy = true;
    const settle = (): void => {
      waiting.delete(fired.intervention.intervention_id);
      host.settle(fired, () => {
        // With the handlers, should it be this tab that shows it.
        host.show(tab, fired);
        proceed();
      });
    };
    if (host.gate) host.gate(fired, settle, proceed);
    else settle();
  }

  function proceed(): void {
    isBusy = false;
    next();
  }

  function next(): void {
    const fired = [...waiting.values()].find(({ isHeld }) => !isHeld);
    if (!fired || isBusy) return;
    const focus = host.focus();
    if (focus === Infinity) return give(fired, host.me);
    if (focus < 0 && host.isAlone()) return post();
    if (best?.fired !== fired) {
      best = { fired, tab: host.me, focus };
      setTimeout(close, ANSWER_MS, best);
    }
    // Again while bids are open: this tab, or another that has not heard the first offer, may have come to the front.
    accept(fired.intervention.intervention_id, host.me, focus);
    host.offer(fired.intervention.intervention_id);
  }

  function accept(id: string, tab: string, focus: number): void {
    // Nobody waits for it any more, as after 200 ms of a busy browser: there is a tab that can show something all the same.
    if (!best) next();
    if (best?.fired.intervention.intervention_id !== id || focus <= best.focus) return;
    best.tab = tab;
    best.focus = focus;
    // Nobody can outbid this, and in a hidden tab the timer may take a minute.
    if (focus === Infinity) give(best.fired, tab);
  }

  function close(bids: typeof best): void {
    if (!best || best !== bids) return;
    if (best.focus >= 0) give(best.fired, best.tab);
    else {
      best = undefined;
      post();
    }
  }

  /** Nobody looks. What other devices may show as well is not acted on before it is shown. */
  function post(): void {
    for (const fired of waiting.values()) if (!fired.isPosted && !(host.gate && fired.intervention.claim)) host.post(fired);
  }

  return {
    waiting,
    add(fired) {
      waiting.set(fired.intervention.intervention_id, fired);
      if (waiting.size > WAITING_MAX) waiting.delete(waiting.keys().next().value as string);
      next();
    },
    accept,
    retry: next,
    get isBusy() {
      return isBusy;
    },
  };
}
