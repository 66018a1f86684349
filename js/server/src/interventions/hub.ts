// Open streams by what they listen for, and who of them is told.
import type { ServerResponse } from 'node:http';
import type { Message, Target } from './message.js';
import { Subscriber } from './subscriber.js';

interface HubOptions {
  /** A reader with more unread bytes than this is dropped. */
  readonly mostWaitingBytes: number;
  readonly keepAliveMs: number;
  /** Told of every stream that was dropped because it did not read. */
  onDropped?(): void;
  /** Told of every message that was sent. */
  onSent?(): void;
}

/** Keep-alives are spread over this many turns, so that ten thousand streams are not written to at once. */
const TURNS = 15;

export class Hub {
  private readonly streams = new Set<Subscriber>();
  private readonly byTarget = new Map<string, Map<string, Set<Subscriber>>>();
  private turns: Set<Subscriber>[] = Array.from({ length: TURNS }, () => new Set());
  private turn = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: HubOptions) {
    this.timer = setInterval(() => this.keepAlive(), options.keepAliveMs / TURNS);
    this.timer.unref();
  }

  /** Open streams. */
  get size(): number {
    return this.streams.size;
  }

  /** Adds a stream until its response closes. */
  add(targets: readonly Target[], response: ServerResponse): void {
    const subscriber = new Subscriber(targets, response, this.options.mostWaitingBytes);
    const turn = this.turns[this.streams.size % TURNS];
    this.streams.add(subscriber);
    turn?.add(subscriber);
    for (const target of targets) this.listeners(target).add(subscriber);
    response.on('close', () => {
      turn?.delete(subscriber);
      this.remove(subscriber);
    });
  }

  private listeners({ name, id }: Target): Set<Subscriber> {
    let ids = this.byTarget.get(name);
    if (!ids) this.byTarget.set(name, (ids = new Map()));
    let set = ids.get(id.toLowerCase());
    if (!set) ids.set(id.toLowerCase(), (set = new Set()));
    return set;
  }

  private remove(subscriber: Subscriber): void {
    this.streams.delete(subscriber);
    for (const { name, id } of subscriber.targets) {
      const ids = this.byTarget.get(name);
      const set = ids?.get(id.toLowerCase());
      set?.delete(subscriber);
      if (set?.size === 0) ids?.delete(id.toLowerCase());
    }
  }

  /**
   * Tells everyone who listens for one of the targets, each stream once.
   * @param message its `target_attribute_key`, when absent, is the target that the stream listens for
   * @returns to how many streams it went
   */
  deliver(message: Message, targets: readonly Target[]): number {
    let sent = 0;
    for (const target of targets) {
      const listeners = this.byTarget.get(target.name)?.get(target.id.toLowerCase());
      if (!listeners) continue;
      const { intervention_id, name, version, target_attribute_key = target, attributes } = message;
      const own = { intervention_id, name, version, target_attribute_key, attributes };
      for (const subscriber of listeners) {
        const outcome = subscriber.send(own);
        if (outcome === 'sent') this.options.onSent?.();
        if (outcome === 'dropped') this.options.onDropped?.();
        if (outcome === 'sent') sent++;
      }
    }
    return sent;
  }

  private keepAlive(): void {
    this.turn = (this.turn + 1) % TURNS;
    for (const subscriber of this.turns[this.turn] ?? []) {
      if (!subscriber.keepAlive()) this.options.onDropped?.();
    }
  }

  /** Ends every stream. */
  close(): void {
    clearInterval(this.timer);
    for (const subscriber of this.streams) subscriber.end();
  }
}
