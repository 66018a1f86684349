// Puts what a partition fired into the stream that every server reads: in order, each once, also when the server that
// computed it dies in between.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, Target } from '../engine_host/delivery.js';
import type { Client } from '../storage/redis/client.js';
import { KEYS } from '../storage/redis/keys.js';
import { CLAIM, FIRE } from '../storage/redis/scripts.js';
import { partitionOf } from './place.js';

/** How long an intervention's id is kept: a partition whose server died is taken over long before. */
const REMEMBERED_S = 86_400;
/** What is older has reached every server that runs. */
const STREAM_MS = 600_000;
const RETRY_MS = 200;

interface Announcement {
  readonly seq: number;
  readonly delivery: Delivery;
}

interface AnnouncerOptions {
  readonly partition: number;
  /** Without the joint one. */
  readonly partitions: number;
  readonly client: Client;
  /** Attribute keys that span devices. */
  readonly syncKeys: readonly string[];
  /** Notes that everything up to this entry was told. */
  saveTold(seq: number): Promise<void>;
  onFired(delivery: Delivery): void;
  onTrouble(error: unknown, doing: string): void;
}

export class Announcer {
  private queue: Announcement[] = [];
  private running: Promise<void> | undefined;
  private isClosed = false;

  constructor(private readonly options: AnnouncerOptions) {}

  add(delivery: Delivery, seq: number): void {
    this.queue.push({ seq, delivery });
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** Resolves when all that was added is told. */
  async flush(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // All that one page of entries fired goes together: "told up to there" must not come between two of one entry.
    await Promise.resolve();
    while (this.queue.length > 0 && !this.isClosed) {
      const batch = [...this.queue];
      try {
        await this.announce(batch);
        this.queue = this.queue.slice(batch.length);
      } catch (error) {
        this.options.onTrouble(error, 'telling what fired');
        await sleep(RETRY_MS);
      }
    }
  }

  private async announce(batch: readonly Announcement[]): Promise<void> {
    const { client } = this.options;
    const claimed = await Promise.all(batch.map(({ delivery }) => this.claim(delivery)));
    // Sent without waiting in between: one connection keeps the order.
    const told = claimed.map(async (delivery) => {
      if (delivery.targets.length === 0) return false;
      const args = [String(REMEMBERED_S), String(STREAM_MS), JSON.stringify(delivery)];
      return (await FIRE.run(client, [KEYS.fires, KEYS.fired(delivery.intervention_id)], args)) === 1;
    });
    const isNew = await Promise.all(told);
    await this.options.saveTold(Math.max(...batch.map(({ seq }) => seq)));
    claimed.forEach((delivery, i) => isNew[i] && this.options.onFired(delivery));
  }

  /** Leaves only the targets that nobody else tells of it: other partitions may fire the same for them. */
  private async claim(delivery: Delivery): Promise<Delivery> {
    const { partition, partitions, client, syncKeys } = this.options;
    // The joint engine sees all ids: it knows by itself.
    if (!delivery.isOnce || partition === partitions) return delivery;
    const isOurs = async ({ name, id }: Target): Promise<boolean> => {
      if (name === delivery.home) return true;
      const claims = KEYS.claims(partitionOf(name, id, partitions), name, id);
      return (await CLAIM.run(client, [claims], [`${delivery.name}/${delivery.version}`, delivery.intervention_id])) === 1;
    };
    // A target that spans devices decides alone, and the others go along (as the engine's latches do).
    const deciding = delivery.targets.find(({ name }) => syncKeys.includes(name));
    if (deciding && !(await isOurs(deciding))) return { ...delivery, targets: [] };
    const ours = await Promise.all(delivery.targets.map(isOurs));
    return { ...delivery, targets: delivery.targets.filter((_target, i) => ours[i]) };
  }

  close(): void {
    this.isClosed = true;
  }
}
