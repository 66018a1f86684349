// Open streams of synced ids. A wake-up only says that there is something: what it is, is read from the store.
import type { ServerResponse } from 'node:http';
import type { Maybe } from '../storage/sync/maybe.js';
import { type Id, placeOf } from './place.js';
import type { SyncService } from './service.js';
import type { SyncEntry } from '../storage/sync/store.js';

const PAGE_ENTRIES = 200;
/** Pings are spread over this many turns. */
const TURNS = 15;

interface StreamsOptions {
  readonly service: SyncService;
  now(): number;
  readonly pingMs: number;
  /** A reader with more unread bytes than this is dropped. */
  readonly mostWaitingBytes: number;
  onTrouble(error: unknown, doing: string): void;
  onSent?(): void;
  onDropped?(): void;
}

const frame = (event: string, data: string, id?: string): string => `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;

/** One device's stream. */
class SyncStream {
  /** The last entry that was sent. */
  cursor = 0;
  generation = '';

  constructor(
    readonly response: ServerResponse,
    /** Epoch ms: the end of its token is the end of the stream. */
    readonly expires: number,
    private readonly options: StreamsOptions,
  ) {}

  write(text: string): void {
    if (this.response.destroyed || this.response.writableEnded) return;
    // As of interventions: what is written now does not count, as nobody can have read it yet.
    if (this.response.writableLength > this.options.mostWaitingBytes) {
      this.options.onDropped?.();
      this.response.destroy();
      return;
    }
    this.response.write(text);
    this.options.onSent?.();
  }

  send({ cursor, kind, body }: SyncEntry): void {
    if (cursor <= this.cursor) return;
    const isNext = cursor === this.cursor + 1;
    this.cursor = cursor;
    // What lay between is folded already: the device comes back and fetches the state.
    if (!isNext && kind !== 'forget') return void this.response.end();
    this.write(frame(kind, body, `${this.generation}-${cursor}`));
    // Its cursors mean nothing any more: it comes back and learns the new generation.
    if (kind === 'forget') this.response.end();
  }
}

/** The streams of one id: entries are read once for all of them. */
class Channel {
  readonly streams = new Set<SyncStream>();
  readonly turn: number;
  unwatch: Maybe<() => void> = () => {};
  private isReading = false;
  private isStale = false;

  constructor(
    readonly id: Id,
    private readonly options: StreamsOptions,
    turn: number,
  ) {
    this.turn = turn;
  }

  private get cursor(): number {
    return Math.min(...[...this.streams].map((stream) => stream.cursor));
  }

  /** Brings every stream to the end of the log. */
  wake = (): void => {
    this.isStale = true;
    if (!this.isReading) void this.read().catch((error: unknown) => this.options.onTrouble(error, 'reading what was synced'));
  };

  private async read(): Promise<void> {
    this.isReading = true;
    try {
      while (this.isStale && this.streams.size > 0) {
        this.isStale = false;
        // One that joins meanwhile may be further back than where this page begins: its own turn is next.
        const streams = [...this.streams];
        const entries = await this.options.service.entries(this.id, this.cursor, PAGE_ENTRIES);
        for (const stream of streams) for (const entry of entries) stream.send(entry);
        if (entries.length === PAGE_ENTRIES) this.isStale = true;
      }
    } finally {
      this.isReading = false;
    }
  }

  async ping(): Promise<void> {
    // Entries that were sent before the ping are those that its digest is of.
    const { cursor, digest } = await this.options.service.position(this.id);
    if (this.streams.size > 0 && this.cursor < cursor) this.wake();
    const now = this.options.now();
    for (const stream of this.streams) {
      const isThere = stream.cursor === cursor;
      stream.write(frame('ping', JSON.stringify(isThere ? { digest, cursor, now } : { now })));
    }
  }
}

export class SyncStreams {
  private readonly channels = new Map<string, Channel>();
  private readonly counts = new Map<string, number>();
  private turn = 0;
  private opened = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: StreamsOptions) {
    this.timer = setInterval(() => this.ping(), options.pingMs / TURNS);
    this.timer.unref();
  }

  get size(): number {
    let size = 0;
    for (const count of this.counts.values()) size += count;
    return size;
  }

  /** Streams of an id, those that are being opened among them. */
  count(id: Id): number {
    return this.counts.get(placeOf(id)) ?? 0;
  }

  /** Adds a stream until its response closes; `begin` is called once it can no longer fail. */
  async add(id: Id, expires: number, asked: { replica?: string | undefined; lastEventId?: string | undefined }, response: ServerResponse, begin: () => void): Promise<void> {
    const place = placeOf(id);
    this.counts.set(place, this.count(id) + 1);
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      const count = this.count(id) - 1;
      if (count > 0) this.counts.set(place, count);
      else this.counts.delete(place);
      this.remove(place, stream);
    };
    const stream = new SyncStream(response, expires, this.options);
    response.on('close', leave);
    try {
      const { from, ...hello } = await this.options.service.hello(id, asked.replica, asked.lastEventId);
      stream.cursor = from;
      stream.generation = hello.generation;
      const channel = this.channelOf(id, place);
      await channel.unwatch;
      if (response.destroyed) return leave();
      begin();
      stream.write(frame('hello', JSON.stringify(hello), `${hello.generation}-${from}`));
      this.channels.set(place, channel);
      channel.streams.add(stream);
      // What came since the hello, and what the device has missed.
      channel.wake();
    } catch (error) {
      leave();
      throw error;
    }
  }

  private channelOf(id: Id, place: string): Channel {
    let channel = this.channels.get(place);
    if (channel) return channel;
    channel = new Channel(id, this.options, this.opened++ % TURNS);
    channel.unwatch = this.options.service.watch(id, channel.wake);
    this.channels.set(place, channel);
    return channel;
  }

  private remove(place: string, stream: SyncStream): void {
    const channel = this.channels.get(place);
    channel?.streams.delete(stream);
    if (!channel || this.counts.has(place)) return;
    this.channels.delete(place);
    void Promise.resolve(channel.unwatch).then((unwatch) => unwatch(), () => {});
  }

  private ping(): void {
    this.turn = (this.turn + 1) % TURNS;
    const now = this.options.now();
    for (const channel of this.channels.values()) {
      if (channel.turn !== this.turn) continue;
      for (const { expires, response } of channel.streams) if (expires <= now) response.end();
      void channel.ping().catch((error: unknown) => this.options.onTrouble(error, 'sending pings'));
    }
  }

  /** Ends every stream. */
  close(): void {
    clearInterval(this.timer);
    for (const { streams } of this.channels.values()) for (const { response } of streams) response.end();
  }
}
