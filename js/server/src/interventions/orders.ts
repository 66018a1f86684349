// Direct interventions that other processes have not answered yet.

const LONGEST_WAIT_MS = 1_000;

interface Order {
  answers: number;
  /** Undefined until it is known how many processes there are. */
  receivers?: number;
  done(sent: number): void;
  fail(error: Error): void;
}

/** One stream is enough to know; that there was none is known when all have answered. */
function settle(order: Order, sent: number): void {
  if (sent > 0 || order.answers === order.receivers) order.done(sent);
}

export class Orders {
  private readonly open = new Map<string, Order>();

  /** @returns to how many streams it went, as far as is known in time; to be ended by `remove` */
  add(id: string): Promise<number> {
    const sent = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => resolve(0), LONGEST_WAIT_MS);
      const ended = <T>(how: (value: T) => void) => (value: T) => {
        clearTimeout(timer);
        how(value);
      };
      this.open.set(id, { answers: 0, done: ended(resolve), fail: ended(reject) });
    });
    // Nobody may be waiting for it yet when it fails.
    sent.catch(() => {});
    return sent;
  }

  /** @param receivers processes that were asked */
  expect(id: string, receivers: number): void {
    const order = this.open.get(id);
    if (!order) return;
    order.receivers = receivers;
    settle(order, 0);
  }

  answered(id: string, sent: number): void {
    const order = this.open.get(id);
    if (!order) return;
    order.answers++;
    settle(order, sent);
  }

  /** Answers cannot be heard any more. */
  fail(error: Error): void {
    for (const order of this.open.values()) order.fail(error);
  }

  remove(id: string): void {
    this.open.get(id)?.done(0);
    this.open.delete(id);
  }

  get size(): number {
    return this.open.size;
  }
}
