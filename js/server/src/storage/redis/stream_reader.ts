// Reads any number of streams over one connection, each from its own cursor.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Client, Raw, Streams } from './client.js';

const BLOCK_MS = 1_000;
const RETRY_MS = 100;
const PAGE_ENTRIES = 250;
/** Others get their turn after as many. */
const MANY_ENTRIES = 50;

interface Followed {
  cursor: string;
  /** Called with entries in order, one page after the other. */
  readonly receive: (messages: readonly Raw[]) => Promise<void> | void;
}

export class StreamReader {
  private readonly streams = new Map<string, Followed>();
  private isClosed = false;
  private connection = 0;
  private woken: () => void = () => {};
  private running: Promise<void> | undefined;

  /**
   * @param reader a connection of its own, as it waits
   * @param control another one, which ends the wait when streams come or go
   */
  constructor(
    private readonly reader: Client,
    private readonly control: Client,
  ) {
    // A new connection has another number.
    reader.on('ready', () => (this.connection = 0));
  }

  /** Hands on what comes after `cursor` (an id of the stream). @returns ends that */
  follow(stream: string, cursor: string, receive: Followed['receive']): () => void {
    const followed: Followed = { cursor, receive };
    this.streams.set(stream, followed);
    this.running ??= this.run();
    this.wake();
    return () => {
      // Somebody else may follow it by now.
      if (this.streams.get(stream) !== followed) return;
      this.streams.delete(stream);
      this.wake();
    };
  }

  private wake(): void {
    this.woken();
    if (this.connection !== 0) void this.control.sendCommand(['CLIENT', 'UNBLOCK', String(this.connection)]).catch(() => {});
  }

  private async run(): Promise<void> {
    while (!this.isClosed) {
      if (this.streams.size === 0) {
        await new Promise<void>((done) => (this.woken = done));
        continue;
      }
      try {
        await this.readPage();
      } catch {
        if (!this.isClosed) await sleep(RETRY_MS);
      }
    }
  }

  private async readPage(): Promise<void> {
    if (this.connection === 0) this.connection = await this.reader.clientId();
    const asked = [...this.streams].map(([key, { cursor }]) => ({ key, id: cursor }));
    const pages = (await this.reader.xRead(asked, { COUNT: PAGE_ENTRIES, BLOCK: BLOCK_MS })) as Streams;
    for (const { name, messages } of pages ?? []) {
      const followed = this.streams.get(name);
      const last = messages.at(-1);
      if (!followed || !last) continue;
      await followed.receive(messages);
      followed.cursor = last.id;
      if (messages.length >= MANY_ENTRIES) await nextTurn();
    }
  }

  close(): void {
    this.isClosed = true;
    this.woken();
    this.reader.destroy();
  }
}
