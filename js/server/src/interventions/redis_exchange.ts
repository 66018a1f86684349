// Direct interventions of several processes on one Redis.
import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import type { Exchange } from './exchange.js';
import type { Hub } from './hub.js';
import type { Message, Target } from './message.js';

const CHANNEL = 'oncue:push';
const LONGEST_WAIT_MS = 1_000;

interface Order {
  readonly answerTo: string;
  readonly id: string;
  readonly message: Message;
  readonly targets: readonly Target[];
}

interface Waiting {
  answers: number;
  /** Undefined until Redis has said how many processes there are. */
  receivers?: number;
  done(sent: number): void;
}

/** One stream is enough to know; that there was none is known when all have answered. */
function settle(one: Waiting, sent: number): void {
  if (sent > 0 || one.answers === one.receivers) one.done(sent);
}

/** Every process tells its own streams and answers with their number. */
export async function redisExchange(url: string, hub: Hub, onTrouble: (error: unknown, doing: string) => void): Promise<Exchange> {
  const publisher = createClient({ url });
  const subscriber = publisher.duplicate();
  const own = `oncue:pushed:${randomUUID()}`;
  const waiting = new Map<string, Waiting>();
  for (const client of [publisher, subscriber]) client.on('error', (error) => onTrouble(error, 'talking to Redis'));
  await Promise.all([publisher.connect(), subscriber.connect()]);

  await subscriber.subscribe(CHANNEL, (text) => {
    const { answerTo, id, message, targets } = JSON.parse(text) as Order;
    const sent = hub.deliver(message, targets);
    void publisher.publish(answerTo, JSON.stringify({ id, sent })).catch((error: unknown) => onTrouble(error, 'answering a direct intervention'));
  });
  await subscriber.subscribe(own, (text) => {
    const { id, sent } = JSON.parse(text) as { id: string; sent: number };
    const one = waiting.get(id);
    if (!one) return;
    one.answers++;
    settle(one, sent);
  });

  return {
    async push(message, targets) {
      const id = randomUUID();
      const answered = new Promise<number>((resolve) => {
        const timer = setTimeout(() => resolve(0), LONGEST_WAIT_MS);
        const done = (sent: number) => {
          clearTimeout(timer);
          resolve(sent);
        };
        waiting.set(id, { answers: 0, done });
      });
      const receivers = await publisher.publish(CHANNEL, JSON.stringify({ answerTo: own, id, message, targets }));
      const one = waiting.get(id);
      if (one) {
        one.receivers = receivers;
        settle(one, 0);
      }
      return answered.finally(() => waiting.delete(id));
    },
    async close() {
      subscriber.destroy();
      publisher.destroy();
    },
  };
}
