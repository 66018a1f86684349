import type { Fired } from './protocol.js';

/** Interventions that wait for a tab; more than any visitor comes back to. */
export const WAITING_MAX = 100;
/** Time for visible tabs to answer, ms: they are awake, so they answer within a few. */
const ANSWER_MS = 200;

export interface ShowingHost {
  readonly me: string;
  /** When this tab was looked at last (epoch ms, Infinity: now); -1 when it cannot show anything. */
  focus(): number;
  isAlone(): boolean;
  /** Asks the other tabs; they answer by `accept`. */
  offer(id: string): void;
  /** Writes down that it is about to be shown, then calls back. */
  settle(fired: Fired, action: () => void): void;
  /** Shows it, in this tab or another. */
  show(tab: string, fired: Fired): void;
}

export interface Showing {
  add(fired: Fired): void;
  accept(id: string, tab: string, focus: number): void;
  /** A tab woke up. */
  retry(): void;
  readonly waiting: Map<string, Fired>;
}

/**
 * The leader's part in showing an intervention once: the visible tab that was looked at last gets it. It is written down
 * as shown before that tab is told, so a crash in between loses it, and none shows it twice.
 */
export function createShowing(host: ShowingHost, waiting: Map<string, Fired>): Showing {
  const bids = new Map<string, { tab: string; focus: number }>();

  function give(fired: Fired, tab: string): void {
    waiting.delete(fired.intervention.intervention_id);
    host.settle(fired, () => host.show(tab, fired));
  }

  function attempt(fired: Fired): void {
    const id = fired.intervention.intervention_id;
    const focus = host.focus();
    if (focus === Infinity || (focus >= 0 && host.isAlone())) return give(fired, host.me);
    if (bids.has(id) || (focus < 0 && host.isAlone())) return;
    bids.set(id, { tab: host.me, focus });
    host.offer(id);
    setTimeout(close, ANSWER_MS, id);
  }

  function close(id: string): void {
    const best = bids.get(id);
    const fired = waiting.get(id);
    bids.delete(id);
    if (best && fired && best.focus >= 0) give(fired, best.tab);
  }

  return {
    waiting,
    add(fired) {
      waiting.set(fired.intervention.intervention_id, fired);
      const [oldest] = waiting.keys();
      if (waiting.size > WAITING_MAX) waiting.delete(oldest as string);
      attempt(fired);
    },
    accept(id, tab, focus) {
      const best = bids.get(id);
      if (!best || focus <= best.focus) return;
      bids.set(id, { tab, focus });
      // Nobody can outbid this, and in a hidden tab the timer may take a minute.
      if (focus === Infinity) close(id);
    },
    retry() {
      for (const fired of [...waiting.values()]) attempt(fired);
    },
  };
}
