// The store of several processes: one stream in Redis, which each of them reads from its own cursor.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { GroupCommit } from './group_commit.js';
import { APPEND, SAVE } from './redis_scripts.js';
import { type Apply, type Entry, type Format, type NewEntry, type Opened, type Snapshot, type Store, StoreError } from './store.js';

type Client = ReturnType<typeof createClient>;
type Raw = { readonly id: string; readonly message: Record<string, string> };

// One hash tag: all keys lie on the same node of a cluster, as the scripts need.
const TAG = '{oncue}';
const KEYS = { log: `${TAG}:log`, seq: `${TAG}:seq`, at: `${TAG}:at`, revision: `${TAG}:revision`, seed: `${TAG}:seed`, snapshot: `${TAG}:snapshot` };
const BLOCK_MS = 2_000;
const RETRY_MS = 100;
const PAGE_ENTRIES = 1_000;

const seqOf = (id: string): number => Number(id.split('-')[0]);

function toEntry({ id, message: { at, kind, format, id: eventId, body = '' } }: Raw): Entry {
  return {
    seq: seqOf(id),
    at: Number(at),
    kind: kind as Entry['kind'],
    body,
    ...(format && { format: format as Format }),
    ...(eventId && { eventId }),
  };
}

const asStoreError = (error: unknown): StoreError => new StoreError(`Redis: ${error instanceof Error ? error.message : String(error)}`);

export interface RedisStoreOptions {
  /** redis://... or rediss://... */
  readonly url: string;
  /** How long an event's id is kept to recognise a repeated one. */
  readonly retentionDays: number;
  /** Told when the connection is lost, and of settings with which acknowledged events could be lost. */
  onTrouble(error: unknown, doing: string): void;
}

export class RedisStore implements Store {
  private readonly client: Client;
  private readonly reader: Client;
  private readonly group = new GroupCommit<NewEntry>((entries) => this.write(entries));
  private applied = 0;
  private waiters: { readonly seq: number; resolve(): void }[] = [];
  private isClosed = false;

  constructor(private readonly options: RedisStoreOptions) {
    this.client = createClient({ url: options.url });
    this.reader = this.client.duplicate();
    for (const client of [this.client, this.reader]) client.on('error', (error) => this.isClosed || options.onTrouble(error, 'talking to Redis'));
  }

  async open(): Promise<Opened> {
    try {
      await Promise.all([this.client.connect(), this.reader.connect()]);
    } catch (error) {
      throw asStoreError(error);
    }
    await this.checkDurability();
    await this.client.set(KEYS.seed, BigInt(`0x${randomBytes(8).toString('hex')}`).toString(), { condition: 'NX' });
    const seed = (await this.client.get(KEYS.seed)) ?? '0';
    const { seq, host, engine } = await this.client.hGetAll(KEYS.snapshot);
    if (seq === undefined || host === undefined || engine === undefined) return { seed };
    return { seed, snapshot: { seq: Number(seq), host, engine: new Uint8Array(Buffer.from(engine, 'base64')) } };
  }

  /** A hosted Redis may not let us look. */
  private async checkDurability(): Promise<void> {
    const settings = await this.client.configGet(['appendonly', 'appendfsync']).catch(() => undefined);
    if (settings && !(settings.appendonly === 'yes' && settings.appendfsync === 'always')) {
      this.options.onTrouble(new Error('Redis needs "appendonly yes" and "appendfsync always"'), 'checking Redis: a crash of Redis could lose acknowledged events');
    }
  }

  async read(after: number, limit: number): Promise<Entry[]> {
    const entries = ((await this.client.xRange(KEYS.log, `(${after}-0`, '+', { COUNT: limit })) as Raw[]).map(toEntry);
    this.applied = Math.max(this.applied, entries.at(-1)?.seq ?? after);
    return entries;
  }

  follow(after: number, apply: Apply): void {
    this.applied = after;
    void this.readOn(apply);
  }

  private async readOn(apply: Apply): Promise<void> {
    while (!this.isClosed) {
      try {
        const streams = (await this.reader.xRead({ key: KEYS.log, id: `${this.applied}-0` }, { COUNT: PAGE_ENTRIES, BLOCK: BLOCK_MS })) as { messages: Raw[] }[] | null;
        const entries = (streams?.[0]?.messages ?? []).map(toEntry);
        if (entries.length > 0) apply(entries);
        this.advance(entries.at(-1)?.seq ?? this.applied);
      } catch (error) {
        if (!this.isClosed) await sleep(RETRY_MS);
      }
    }
  }

  private advance(seq: number): void {
    this.applied = seq;
    const ready = this.waiters.filter((waiter) => waiter.seq <= seq);
    this.waiters = this.waiters.filter((waiter) => waiter.seq > seq);
    for (const { resolve } of ready) resolve();
  }

  append(entries: readonly NewEntry[]): Promise<(number | null)[]> {
    return this.group.add(entries);
  }

  private async write(entries: readonly NewEntry[]): Promise<(number | null)[]> {
    const { log, seq, at, revision } = KEYS;
    const keys = entries.map(({ eventId }) => (eventId ? `${TAG}:event:${eventId}` : log));
    const fields = entries.flatMap((entry) => [entry.kind, entry.format ?? '', entry.eventId ?? '', String(entry.wake ?? 0), String(entry.revision ?? 0), entry.body]);
    const seconds = String(this.options.retentionDays * 86_400);
    try {
      const numbers = (await this.client.eval(APPEND, { keys: [log, seq, at, revision, ...keys], arguments: [seconds, ...fields] })) as number[];
      await this.until(Math.max(...numbers));
      return numbers.map((number) => (number === 0 ? null : number));
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** Resolves when this process has applied the log up to there. */
  private until(seq: number): Promise<void> {
    if (seq <= this.applied) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push({ seq, resolve }));
  }

  async saveSnapshot({ seq, host, engine }: Snapshot): Promise<void> {
    await this.client.eval(SAVE, { keys: [KEYS.snapshot], arguments: [String(seq), host, Buffer.from(engine).toString('base64')] });
  }

  async events(since: number, limit: number): Promise<Entry[]> {
    const found: Entry[] = [];
    for (let end = '+'; found.length < limit; ) {
      const page = ((await this.client.xRevRange(KEYS.log, end, '-', { COUNT: PAGE_ENTRIES })) as Raw[]).map(toEntry);
      found.push(...page.filter((entry) => entry.kind === 'event' && entry.at >= since));
      const last = page.at(-1);
      if (page.length < PAGE_ENTRIES || !last || last.at < since) break;
      end = `(${last.seq}-0`;
    }
    return found.slice(0, limit).reverse();
  }

  async search(text: string, after: number, limit: number): Promise<Entry[]> {
    const found: Entry[] = [];
    const wanted = text.toLowerCase();
    for (let start = after; found.length < limit; ) {
      const page = ((await this.client.xRange(KEYS.log, `(${start}-0`, '+', { COUNT: PAGE_ENTRIES })) as Raw[]).map(toEntry);
      const isMatch = ({ kind, body }: Entry) => (kind === 'event' || kind === 'forget') && body.toLowerCase().includes(wanted);
      found.push(...page.filter(isMatch));
      start = page.at(-1)?.seq ?? start;
      if (page.length < PAGE_ENTRIES) break;
    }
    return found.slice(0, limit);
  }

  async erase(seqs: readonly number[]): Promise<void> {
    await this.client.xDel(KEYS.log, seqs.map((seq) => `${seq}-0`));
    // The append-only file would keep the text until it is rewritten; one rewrite at a time is all there can be.
    await this.client.bgRewriteAof().catch(() => {});
  }

  async expire(before: number): Promise<void> {
    const kept = Number((await this.client.hGet(KEYS.snapshot, 'seq')) ?? 0);
    for (;;) {
      const page = ((await this.client.xRange(KEYS.log, '-', '+', { COUNT: PAGE_ENTRIES })) as Raw[]).map(toEntry);
      const old = page.filter(({ at, seq }) => at < before && seq <= kept);
      const last = old.at(-1);
      if (last) await this.client.xTrim(KEYS.log, 'MINID', `${last.seq + 1}-0` as unknown as number);
      if (old.length < PAGE_ENTRIES) return;
    }
  }

  async check(): Promise<void> {
    if (!this.client.isReady) throw new StoreError('Redis is not connected');
    await this.client.ping();
  }

  waiting = (): number => this.group.waiting;

  async close(): Promise<void> {
    this.isClosed = true;
    // The reader waits in a blocking call.
    this.reader.destroy();
    if (this.client.isOpen) await this.client.close();
  }
}
