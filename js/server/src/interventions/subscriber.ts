// One open stream.
import type { ServerResponse } from 'node:http';
import { frame, KEEP_ALIVE, type Message, type Target } from './message.js';

/** Latest interventions that a stream remembers, so that it is told of each once. */
const REMEMBERED = 64;

export class Subscriber {
  private told: string[] | undefined;

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
    this.told ??= [];
    if (this.told.includes(message.intervention_id)) return 'repeated';
    this.told.push(message.intervention_id);
    if (this.told.length > REMEMBERED) this.told.shift();
    return this.write(frame(message)) ? 'sent' : 'dropped';
  }

  /** @returns false when the reader was dropped */
  keepAlive(): boolean {
    return this.write(KEEP_ALIVE);
  }

  private write(text: string): boolean {
    if (this.response.destroyed) return false;
    this.response.write(text);
    if (this.response.writableLength <= this.mostWaitingBytes) return true;
    this.response.destroy();
    return false;
  }

  end(): void {
    this.response.end();
  }
}
