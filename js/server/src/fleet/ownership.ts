// The partitions that this server computes, and how the owners of others are asked.
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostOptions } from '../engine_host/host.js';
import type { Client } from '../storage/redis/client.js';
import { StoreError } from '../storage/store.js';
import { Leases } from './leases.js';
import { Partition, type PartitionHost } from './partition.js';
import { type Answer, Peers, type Question } from './peers.js';

/** A question that nobody answers in this time is asked again, maybe of another. */
const ONE_ASK_MS = 4_000;
const ASK_AGAIN_MS = 100;
/** Redis may be away this long, as when it is restarted, before whoever asks is told. */
const REDIS_AWAY_MS = 3_000;

export class Ownership {
  private readonly running = new Map<number, Promise<Partition>>();
  /** Those of them that have read their logs. */
  private readonly opened = new Map<number, Partition>();
  private readonly leases: Leases;
  private readonly onTrouble: HostOptions['onTrouble'];
  private peers!: Peers;

  constructor(
    /** Of this server, unlike any other. */
    private readonly name: string,
    private readonly host: PartitionHost,
    /** The registry's, as far as this server knows. */
    private readonly revision: () => number,
  ) {
    this.onTrouble = host.options.onTrouble;
    this.leases = new Leases(host.shared.client, name, host.partitions + 1, {
      gained: (partition) => this.begin(partition),
      lost: (partition) => void this.end(partition, (one) => one.drop()),
      surplus: (partition) => void this.handOver(partition),
      onTrouble: this.onTrouble,
    });
  }

  async start(subscriber: Client): Promise<void> {
    this.peers = await Peers.start(this.name, this.host.shared.client, subscriber, (questions) => this.answer(questions), this.onTrouble);
    await this.leases.start();
  }

  /** How many partitions this server computes. */
  get size(): number {
    return this.running.size;
  }

  /** As Machine.told, of all of them. */
  get told(): number {
    let sum = 0;
    for (const one of this.opened.values()) sum += one.told;
    return sum;
  }

  private begin(partition: number): void {
    const opened = Partition.open(partition, this.host);
    this.running.set(partition, opened);
    opened.then((one) => {
      if (this.running.get(partition) === opened) this.opened.set(partition, one);
      return one.adopt(this.revision());
    }).catch((error: unknown) => this.giveUp(partition, opened, error));
  }

  private async giveUp(partition: number, opened: Promise<Partition>, error: unknown): Promise<void> {
    if (this.host.options.health.notice(error, `computing partition ${partition}`) || this.running.get(partition) !== opened) return;
    this.onTrouble(error, `computing partition ${partition}`);
    this.running.delete(partition);
    this.opened.delete(partition);
    // One that was opened would go on letting time pass, beside whoever has it next.
    await opened.then((one) => one.drop()).catch(() => {});
    // Taken again with the next sign of life, by this server or another; unless it was lost and gained meanwhile.
    if (!this.running.has(partition)) await this.leases.release(partition).catch(() => {});
  }

  private async end(partition: number, how: (one: Partition) => Promise<void>): Promise<void> {
    const opened = this.running.get(partition);
    this.running.delete(partition);
    this.opened.delete(partition);
    try {
      if (opened) await how(await opened);
    } catch (error) {
      this.onTrouble(error, `letting partition ${partition} go`);
    }
  }

  private async handOver(partition: number): Promise<void> {
    await this.end(partition, (one) => one.close());
    await this.leases.release(partition).catch((error: unknown) => this.onTrouble(error, 'handing a partition over'));
  }

  /** The registry has a new revision: what this server computes takes it over, also where no event comes. */
  adopt(revision: number): void {
    for (const opened of this.running.values()) {
      void opened.then((one) => one.adopt(revision)).catch((error: unknown) => this.onTrouble(error, 'taking over new definitions'));
    }
  }

  private async answer(questions: readonly Question[]): Promise<Answer[]> {
    const answers = questions.map((question) => (question.kind === 'forget' ? null : this.answerOne(question)));
    const all: Answer[] = await Promise.all(answers);
    // To erase takes a snapshot of every partition: one after the other, so that whatever else is asked gets its turn.
    for (const [i, question] of questions.entries()) if (question.kind === 'forget') all[i] = await this.answerOne(question);
    return all;
  }

  private async answerOne(question: Question): Promise<Answer> {
    try {
      return (await (await this.running.get(question.partition))?.answer(question)) ?? null;
    } catch (error) {
      // It has just gone to another server, or its store or engine failed: to be asked again.
      this.host.options.health.notice(error, 'answering what was asked of a partition');
      return null;
    }
  }

  /**
   * Asks the owners, again where one has changed.
   * @param longestMs with all repetitions
   * @throws {StoreError} when an owner does not answer in time
   * @throws {HttpError} 503 when this server's engine failed
   */
  async ask(questions: readonly Question[], longestMs: number): Promise<Answer[]> {
    const answers = new Array<Answer>(questions.length).fill(null);
    const start = Date.now();
    for (let open = [...questions.keys()]; ; ) {
      await Promise.all([...this.byOwner(questions, open)].map(async ([owner, indexes]) => {
        const given = await this.askOne(owner, indexes.map((i) => questions[i] as Question), Math.max(ONE_ASK_MS, longestMs / 2));
        indexes.forEach((i, at) => (answers[i] = given?.[at] ?? null));
      }));
      open = open.filter((i) => answers[i] === null);
      if (open.length === 0) return answers;
      this.host.options.health.check();
      if (Date.now() > start + longestMs) throw new StoreError('The server that computes this id does not answer');
      await sleep(ASK_AGAIN_MS);
      await this.leases.refresh().catch((error: unknown) => {
        if (Date.now() > start + REDIS_AWAY_MS) throw error;
      });
    }
  }

  private byOwner(questions: readonly Question[], open: readonly number[]): Map<string, number[]> {
    const byOwner = new Map<string, number[]>();
    for (const i of open) {
      const owner = this.leases.ownerOf(questions[i]?.partition ?? 0);
      if (owner !== undefined) byOwner.set(owner, [...(byOwner.get(owner) ?? []), i]);
    }
    return byOwner;
  }

  private async askOne(owner: string, questions: readonly Question[], longestMs: number): Promise<readonly Answer[] | null> {
    if (owner === this.name) return this.answer(questions);
    return this.peers.ask(owner, questions, longestMs).catch(() => null);
  }

  /** The engine failed: others go on from what is saved, and from the logs, at their next sign of life. */
  async abandon(): Promise<void> {
    try {
      await this.leases.stop();
      const ended = [...this.running.keys()].map((partition) => this.end(partition, (one) => one.drop()));
      await this.leases.leave();
      await Promise.all(ended);
    } catch (error) {
      this.onTrouble(error, 'leaving the partitions to others');
    }
  }

  /** Hands everything over. @param canSave without Redis nothing can be saved, and nothing has to be: the next owner reads the log */
  async close(canSave: boolean): Promise<void> {
    await this.leases.stop();
    await Promise.all([...this.running.keys()].map((partition) => (canSave ? this.handOver(partition) : this.end(partition, (one) => one.drop()))));
    if (canSave) await this.leases.leave().catch(() => {});
  }
}
