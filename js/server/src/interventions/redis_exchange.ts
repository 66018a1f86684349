// Direct interventions of several processes on one Redis.
import { randomUUID } from 'node:crypto';
import { asStoreError, makeClient } from '../storage/redis/client.js';
import type { Exchange } from './exchange.js';
import type { Hub } from './hub.js';
import type { Message, Target } from './message.js';
import { Orders } from './orders.js';

const CHANNEL = 'oncue:push';

/** How a direct intervention travels. */
interface Letter {
  readonly answerTo: string;
  readonly id: string;
  readonly message: Message;
  readonly targets: readonly Target[];
}

/** Every process tells its own streams and answers with their number. */
export async function redisExchange(url: string, hub: Hub, onTrouble: (error: unknown, doing: string) => void): Promise<Exchange> {
  const publisher = makeClient(url, onTrouble);
  const subscriber = publisher.duplicate();
  const own = `oncue:pushed:${randomUUID()}`;
  const orders = new Orders();
  // The publisher tells of a lost connection for both. What is published meanwhile is not heard.
  subscriber.on('error', (error) => orders.fail(asStoreError(error)));
  await Promise.all([publisher.connect(), subscriber.connect()]);

  await subscriber.subscribe(CHANNEL, (text) => {
    const { answerTo, id, message, targets } = JSON.parse(text) as Letter;
    const sent = hub.deliver(message, targets);
    void publisher.publish(answerTo, JSON.stringify({ id, sent })).catch((error: unknown) => onTrouble(error, 'answering a direct intervention'));
  });
  await subscriber.subscribe(own, (text) => {
    const { id, sent } = JSON.parse(text) as { id: string; sent: number };
    orders.answered(id, sent);
  });

  return {
    async push(message, targets) {
      if (!subscriber.isReady) throw asStoreError(new Error('there is no connection'));
      const id = randomUUID();
      const sent = orders.add(id);
      try {
        const letter: Letter = { answerTo: own, id, message, targets };
        orders.expect(id, await publisher.publish(CHANNEL, JSON.stringify(letter)));
        return await sent;
      } catch (error) {
        throw asStoreError(error);
      } finally {
        orders.remove(id);
      }
    },
    waiting: () => orders.size,
    async close() {
      subscriber.destroy();
      publisher.destroy();
    },
  };
}
