// One open stream.
import type { ServerResponse } from 'node:http';
import { frame, KEEP_ALIVE, type Message, type Target } from './message.js';

/** Latest interventions that a stream remembers, so that it is told of each once; as many as a page remembers (evaluation 9). */
const REMEMBERED = 1_000;

export class Subscriber {
  /** In the order in which they came; none for a stream that was told nothing, which most are. */
  private told: Set<string> | undefined;

  constructor(
    readonly targets: readonly Target[],
    private readonly response: ServerResponse,
    private readonly mostWaitingBytes: number,
  ) {}

  /**
   * Sends a message, unless this stream had it before. Never waits: a reader that leaves too much unread is dropped.
   * @returns whether it was sent
   */
  send(message: Message): 'sent' | 'repeated' | 'dropped' {
    this.told ??= new Set();
    if (this.told.has(message.intervention_id)) return 'repeated';
    this.told.add(message.intervention_id);
    if (this.told.size > REMEMBERED) this.forgetOldest(this.told);
    return this.write(frame(message)) ? 'sent' : 'dropped';
  }

  private forgetOldest(told: Set<string>): void {
    const [oldest] = told;
    if (oldest !== undefined) told.delete(oldest);
  }

  /** @returns false when the reader was dropped */
  keepAlive(): boolean {
    return this.write(KEEP_ALIVE);
  }

  private write(text: string): boolean {
    if (this.response.destroyed) return false;
    // Only what came before: of a message that was just written nobody can have read anything yet, however large it is.
    if (this.response.writableLength > this.mostWaitingBytes) {
      this.response.destroy();
      return false;
    }
    this.response.write(text);
    return true;
  }

  end(): void {
    this.response.end();
  }
}
