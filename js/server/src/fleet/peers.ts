// Servers ask each other over Pub/Sub. A question that nobody answers in time is asked again, of whoever owns the partition by then.
import { randomUUID } from 'node:crypto';
import type { GroupVersion, Values } from '../engine_host/host.js';
import { asStoreError, type Client } from '../storage/redis/client.js';
import { KEYS } from '../storage/redis/keys.js';

/** What the owner of a partition is asked. */
export type Question =
  | { readonly kind: 'values'; readonly partition: number; readonly key: string; readonly ids: readonly string[]; readonly groups: readonly GroupVersion[]; readonly now: number }
  | { readonly kind: 'ids'; readonly partition: number; readonly key: string; readonly limit: number }
  | { readonly kind: 'forget'; readonly partition: number; readonly key: string; readonly id: string };

/** `null`: not mine. */
export type Answer = { readonly values: readonly Values[][] } | { readonly ids: readonly string[] } | { readonly found: boolean } | null;

interface Letter {
  readonly id: string;
  /** Channel for the answers; none in an answer. */
  readonly from?: string;
  readonly questions?: readonly Question[];
  readonly answers?: readonly Answer[];
  readonly error?: string;
}

interface Waiting {
  resolve(answers: readonly Answer[] | null): void;
  reject(error: Error): void;
}

export class Peers {
  private readonly waiting = new Map<string, Waiting>();

  private constructor(
    private readonly name: string,
    private readonly client: Client,
    private readonly answer: (questions: readonly Question[]) => Promise<Answer[]>,
    private readonly onTrouble: (error: unknown, doing: string) => void,
  ) {}

  /** @param subscriber a connection of its own @param answer what this server says to others */
  static async start(name: string, client: Client, subscriber: Client, answer: Peers['answer'], onTrouble: Peers['onTrouble']): Promise<Peers> {
    const peers = new Peers(name, client, answer, onTrouble);
    await subscriber.subscribe(KEYS.server(name), (text) => void peers.read(JSON.parse(text) as Letter));
    return peers;
  }

  private async read({ id, from, questions, answers, error }: Letter): Promise<void> {
    const waiting = this.waiting.get(id);
    if (error !== undefined) waiting?.reject(asStoreError(new Error(error)));
    else if (answers) waiting?.resolve(answers);
    if (!from || !questions) return;
    const letter: Letter = await this.answer(questions).then(
      (own) => ({ id, answers: own }),
      (reason: unknown) => ({ id, error: reason instanceof Error ? reason.message : String(reason) }),
    );
    await this.client.publish(from, JSON.stringify(letter)).catch((reason: unknown) => this.onTrouble(reason, 'answering another server'));
  }

  /** @returns one answer for each question, or null when the server is gone or did not answer in time */
  async ask(server: string, questions: readonly Question[], longestMs: number): Promise<readonly Answer[] | null> {
    const id = randomUUID();
    const answered = new Promise<readonly Answer[] | null>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    // Nobody may be waiting for it yet when it fails.
    answered.catch(() => {});
    const timer = setTimeout(() => this.waiting.get(id)?.resolve(null), longestMs);
    try {
      const letter: Letter = { id, from: KEYS.server(this.name), questions };
      const readers = await this.client.publish(KEYS.server(server), JSON.stringify(letter));
      return readers === 0 ? null : await answered;
    } catch (error) {
      throw asStoreError(error);
    } finally {
      clearTimeout(timer);
      this.waiting.delete(id);
    }
  }
}
