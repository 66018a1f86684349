// Direct interventions: told to the streams of this process, and of others where there are any (redis_exchange.ts).
import type { Hub } from './hub.js';
import type { Message, Target } from './message.js';

export interface Exchange {
  /** @returns to how many streams it went; with several processes 1 stands for "at least one" */
  push(message: Message, targets: readonly Target[]): Promise<number>;
  /** Pushes that other processes have not answered yet. */
  waiting(): number;
  close(): Promise<void>;
}

export const localExchange = (hub: Hub): Exchange => ({
  push: async (message, targets) => hub.deliver(message, targets),
  waiting: () => 0,
  close: async () => {},
});
