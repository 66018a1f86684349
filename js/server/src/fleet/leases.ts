// Which server computes which partition. A lease only avoids work that is done twice: whoever applies a partition's log
// comes to the same state, ids included, and Redis lets each tick, fire and newer snapshot in once. So a server that has
// lost its lease without knowing does no harm, and no fencing token is needed.
import { asStoreError, type Client } from '../storage/redis/client.js';
import { KEYS } from '../storage/redis/keys.js';
import { BEAT, RELEASE } from '../storage/redis/scripts.js';

const BEAT_MS = 500;
/** A server that was silent this long is taken for dead. */
export const LEASE_MS = 5_000;

interface LeaseEvents {
  gained(partition: number): void;
  /** Another server has it already. */
  lost(partition: number): void;
  /** To be handed over: release() when that is done. */
  surplus(partition: number): void;
  onTrouble(error: unknown, doing: string): void;
}

export class Leases {
  private owners: readonly string[] = [];
  private readonly own = new Set<number>();
  private readonly leaving = new Set<number>();
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  private isClosed = false;

  /** @param partitions all of them, the joint one included */
  constructor(
    private readonly client: Client,
    private readonly name: string,
    private readonly partitions: number,
    private readonly events: LeaseEvents,
  ) {}

  /** Takes its share of what is free, and goes on giving signs of life. */
  async start(): Promise<void> {
    await this.beat();
    this.arm();
  }

  private arm(): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      void this.refresh().catch((error: unknown) => this.events.onTrouble(error, 'renewing the leases')).finally(() => this.arm());
    }, BEAT_MS);
  }

  /** Learns at once who owns what. */
  refresh(): Promise<void> {
    this.beating = this.beating.catch(() => {}).then(() => this.beat());
    return this.beating;
  }

  private async beat(): Promise<void> {
    if (this.isClosed) return;
    let answer: string[];
    try {
      answer = (await BEAT.run(this.client, [KEYS.live, KEYS.owners], [this.name, String(LEASE_MS), String(this.partitions)])) as string[];
    } catch (error) {
      throw asStoreError(error);
    }
    const [share, ...owners] = answer;
    this.owners = owners;
    owners.forEach((owner, partition) => {
      const isOwn = owner === this.name;
      if (isOwn && !this.own.has(partition)) {
        this.own.add(partition);
        this.events.gained(partition);
      } else if (!isOwn && this.own.delete(partition)) {
        this.leaving.delete(partition);
        this.events.lost(partition);
      }
    });
    for (const partition of [...this.own].reverse()) {
      if (this.own.size - this.leaving.size <= Number(share)) break;
      if (this.leaving.has(partition)) continue;
      this.leaving.add(partition);
      this.events.surplus(partition);
    }
  }

  ownerOf(partition: number): string | undefined {
    return this.owners[partition] || undefined;
  }

  /** Lets others have it. */
  async release(partition: number): Promise<void> {
    try {
      await RELEASE.run(this.client, [KEYS.owners], [this.name, String(partition)]);
    } finally {
      // When that failed the next sign of life finds the lease still there, and it is gained anew.
      this.own.delete(partition);
      this.leaving.delete(partition);
    }
  }

  /** Takes nothing more; what it owns can be released without haste until the lease ends. */
  async stop(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.beating.catch(() => {});
  }

  /** Is no longer counted among the servers. */
  async leave(): Promise<void> {
    await this.client.zRem(KEYS.live, this.name);
  }
}
