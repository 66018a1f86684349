// One partition's log and snapshot in Redis.
import type { Apply, Entry, Erasure, Format, Found, NewEntry, Opened, Snapshot, Store } from '../store.js';
import { asStoreError, type Client, type Raw, seqOf } from './client.js';
import { KEYS } from './keys.js';
import { SAVE, TOLD } from './scripts.js';
import type { StreamReader } from './stream_reader.js';
import type { Writer } from './writer.js';

const PAGE_ENTRIES = 1_000;

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

export function toEntry({ id, message: { at, kind, format, id: eventId, keys, body = '' } }: Raw): Entry {
  return {
    seq: seqOf(id),
    at: Number(at),
    kind: kind as Entry['kind'],
    body,
    ...(format && { format: format as Format }),
    ...(eventId && { eventId }),
    ...(keys && { keys: keys.split('\n') }),
    ...(kind === 'registry' && { revision: Number(body) }),
  };
}

/** What the partitions of one process share. */
export interface Shared {
  readonly client: Client;
  readonly reader: StreamReader;
  readonly writer: Writer;
  /** Decimal text, drawn once for all partitions. */
  readonly seed: bigint;
  /** Resolves when this process knows the registry at this revision. */
  reach(revision: number): Promise<void>;
}

export class PartitionStore implements Store {
  private applied = 0;
  /** Resolves when everything that fired so far is told. */
  tellAll: () => Promise<void> = async () => {};
  private unfollow: () => void = () => {};
  private waiters: { readonly seq: number; resolve(): void; reject(error: Error): void }[] = [];

  constructor(
    private readonly shared: Shared,
    readonly partition: number,
  ) {}

  /** Each partition draws other intervention ids. */
  async open(): Promise<Opened & { readonly told: number }> {
    const { client, seed } = this.shared;
    const [{ seq, host, engine, told: toldOf, erasures = '[]' }, told] = await Promise.all([client.hGetAll(KEYS.snapshot(this.partition)), client.hGet(KEYS.meta(this.partition), 'told')]);
    const opened = { seed: BigInt.asUintN(64, seed + BigInt(this.partition) * 0x9e3779b97f4a7c15n).toString(), told: Number(told ?? 0) };
    if (seq === undefined || host === undefined || engine === undefined) return opened;
    return { ...opened, snapshot: { seq: Number(seq), host, engine: bytesOf(engine), ...(toldOf && { told: bytesOf(toldOf) }), erasures: JSON.parse(erasures) as Erasure[] } };
  }

  /** Number of the log's last entry. */
  async end(): Promise<number> {
    return Number((await this.shared.client.hGet(KEYS.meta(this.partition), 'seq')) ?? 0);
  }

  /** Entries that say the registry has changed can only be applied by who knows how. */
  private async known(entries: Entry[]): Promise<Entry[]> {
    const revision = Math.max(0, ...entries.map(({ revision = 0 }) => revision));
    if (revision > 0) await this.shared.reach(revision);
    return entries;
  }

  private async range(start: string, limit: number, end = '+'): Promise<Entry[]> {
    return ((await this.shared.client.xRange(KEYS.log(this.partition), start, end, { COUNT: limit })) as Raw[]).map(toEntry);
  }

  async read(after: number, limit: number): Promise<Entry[]> {
    const entries = await this.known(await this.range(`(${after}-0`, limit));
    this.advance(entries.at(-1)?.seq ?? after);
    return entries;
  }

  follow(after: number, apply: Apply): void {
    this.unfollow = this.shared.reader.follow(KEYS.log(this.partition), `${after}-0`, async (messages) => {
      const entries = await this.known(messages.map(toEntry));
      apply(entries);
      this.advance(entries.at(-1)?.seq ?? 0);
    });
  }

  private advance(seq: number): void {
    this.applied = Math.max(this.applied, seq);
    const ready = this.waiters.filter((waiter) => waiter.seq <= this.applied);
    if (ready.length === 0) return;
    this.waiters = this.waiters.filter((waiter) => waiter.seq > this.applied);
    for (const { resolve } of ready) resolve();
  }

  /** Resolves when this process has applied the log up to there; rejects when the store is closed first. */
  until(seq: number): Promise<void> {
    if (seq <= this.applied) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiters.push({ seq, resolve, reject }));
  }

  async append(entries: readonly NewEntry[]): Promise<(number | null)[]> {
    const numbers = await this.shared.writer.append(entries.map((entry) => ({ ...entry, partition: this.partition })));
    await this.until(Math.max(...numbers));
    return numbers.map((number) => (number > 0 ? number : null));
  }

  async saveSnapshot({ seq, host, engine, told = new Uint8Array(), erasures = [] }: Snapshot): Promise<void> {
    // Who goes on from the snapshot does not see again what fired before it.
    await this.tellAll();
    await SAVE.run(this.shared.client, [KEYS.snapshot(this.partition)], [String(seq), host, textOf(engine), JSON.stringify(erasures), textOf(told)]);
  }

  async settle(): Promise<void> {
    const { client } = this.shared;
    await client.hDel(KEYS.snapshot(this.partition), 'erasures');
    // The append-only file would keep the text until it is rewritten; one rewrite at a time is all there can be.
    await client.bgRewriteAof().catch(() => {});
  }

  /** Notes that what fired up to this entry was told. */
  async saveTold(seq: number): Promise<void> {
    await TOLD.run(this.shared.client, [KEYS.meta(this.partition)], [String(seq)]);
  }

  /** Events received at or after `since` (epoch ms), the newest `limit` of them, oldest first. */
  async events(since: number, limit: number): Promise<Entry[]> {
    const found: Entry[] = [];
    for (let end = '+'; found.length < limit; ) {
      const page = (await this.shared.client.xRevRange(KEYS.log(this.partition), end, '-', { COUNT: PAGE_ENTRIES })) as Raw[];
      const first = page.filter(({ message }) => message.first === '1' && Number(message.at) >= since);
      found.push(...first.map(toEntry));
      const last = page.at(-1);
      if (page.length < PAGE_ENTRIES || !last || Number(last.message.at) < since) break;
      end = `(${last.id}`;
    }
    return found.slice(0, limit).reverse();
  }

  async search(text: string, after: number, upTo: number): Promise<Found> {
    const wanted = text.toLowerCase();
    const page = await this.range(`(${after}-0`, PAGE_ENTRIES, `${upTo}-0`);
    const isMatch = ({ kind, body }: Entry) => (kind === 'event' || kind === 'forget') && body.toLowerCase().includes(wanted);
    return { entries: page.filter(isMatch), upTo: page.length < PAGE_ENTRIES ? upTo : (page.at(-1)?.seq ?? upTo) };
  }

  async erase(seqs: readonly number[]): Promise<void> {
    await this.shared.client.xDel(KEYS.log(this.partition), seqs.map((seq) => `${seq}-0`));
  }

  async expire(before: number): Promise<void> {
    const log = KEYS.log(this.partition);
    const kept = Number((await this.shared.client.hGet(KEYS.snapshot(this.partition), 'seq')) ?? 0);
    // Mostly there is nothing to do, and one entry tells.
    for (let count = 1; ; count = PAGE_ENTRIES) {
      const page = await this.range('-', count);
      const old = page.filter(({ at, seq }) => at < before && seq <= kept);
      const last = old.at(-1);
      if (last) await this.shared.client.xTrim(log, 'MINID', `${last.seq + 1}-0` as unknown as number);
      if (old.length < count) return;
    }
  }

  async check(): Promise<void> {
    await this.shared.client.ping();
  }

  waiting = (): number => this.shared.writer.waiting;

  /** The connection is the process's: only this partition is let go of. */
  async close(): Promise<void> {
    this.unfollow();
    for (const { reject } of this.waiters) reject(asStoreError(new Error('this partition has gone to another server')));
    this.waiters = [];
  }
}
