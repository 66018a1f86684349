// The embedded store: one file, one process.
import { stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { columnsOf, type Stamped } from './columns.js';
import type { SyncTables } from './sync/sqlite_tables.js';
import { GroupCommit } from './group_commit.js';
import type { SqliteFile } from './sqlite_file.js';
import type { Answer, Call } from './sqlite_thread.js';
import { type PartCalls, partCalls, readSnapshot, writeSnapshot } from './snapshot_parts.js';
import { type Apply, type Entry, type Found, type NewEntry, type Opened, type Snapshot, type Store, StoreError } from './store.js';

/** Events that one call reads. */
const EVENTS_PAGE = 500;
/** Entries that are applied before others get their turn. */
const APPLIED_ENTRIES = 250;

type Methods<T> = { [M in keyof T]: T[M] extends (...parameters: never[]) => unknown ? M : never }[keyof T];
type ParametersOf<T, M extends keyof T> = T[M] extends (...parameters: infer P) => unknown ? P : never;
type ResultOf<T, M extends keyof T> = T[M] extends (...parameters: never[]) => infer R ? R : never;

interface Waiter {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const seqsOf = (entries: readonly Stamped[], seqs: readonly (number | null)[]): Entry[] =>
  entries.flatMap((entry, i) => (typeof seqs[i] === 'number' ? [{ ...entry, seq: seqs[i] }] : []));

/** An id that is forgotten is looked for among all that there are: that takes as long as many events. */
function turnAfter(entries: readonly Entry[], start: number): number {
  const end = Math.min(start + APPLIED_ENTRIES, entries.length);
  const long = entries.findIndex(({ kind }, i) => i >= start && i < end && kind === 'forget');
  return long < 0 ? end : long + 1;
}

export class SqliteStore implements Store {
  private readonly thread: Worker;
  private readonly waiters = new Map<number, Waiter>();
  private calls = 0;
  private readonly group = new GroupCommit<Stamped>((entries) => this.write(entries));
  private lastAt = 0;
  private apply: Apply = () => {};
  private failure: StoreError | undefined;
  /** The last call that could not be done was not followed by one that shows the disk to be well again. */
  private isDoubtful = false;

  /** @param path of the file, made when missing @param partBytes most bytes in one part of a snapshot; default 1 MiB */
  constructor(
    private readonly path: string,
    readonly partBytes?: number,
  ) {
    this.thread = new Worker(new URL('./sqlite_thread.mjs', import.meta.url), { workerData: { path } });
    this.thread.on('message', (answer: Answer) => this.receive(answer));
    this.thread.on('error', (error) => this.fail(new StoreError(`The data file's thread ended: ${error.message}`)));
    this.thread.on('exit', () => this.fail(new StoreError('The data file is closed')));
  }

  private receive({ id, result, error }: Answer): void {
    const waiter = this.waiters.get(id);
    this.waiters.delete(id);
    if (error === undefined) return void waiter?.resolve(result);
    this.isDoubtful = true;
    waiter?.reject(new StoreError(`${this.path}: ${error}`));
  }

  private fail(error: StoreError): void {
    this.failure ??= error;
    for (const waiter of this.waiters.values()) waiter.reject(error);
    this.waiters.clear();
  }

  private call<M extends Methods<SqliteFile>>(method: M, ...parameters: ParametersOf<SqliteFile, M>): Promise<ResultOf<SqliteFile, M>> {
    return this.ask('log', method, parameters);
  }

  /** A call to the tables of sync. */
  sync = <M extends Methods<SyncTables>>(method: M, ...parameters: ParametersOf<SyncTables, M>): Promise<ResultOf<SyncTables, M>> => this.ask('sync', method, parameters);

  /** @throws {StoreError} */
  ask<T>(room: Call['room'], method: Call['method'], parameters: readonly unknown[]): Promise<T> {
    if (this.failure) return Promise.reject(this.failure);
    const call: Call = { id: ++this.calls, room, method, parameters };
    return new Promise((resolve, reject) => {
      this.waiters.set(call.id, { resolve: resolve as (result: unknown) => void, reject });
      this.thread.postMessage(call);
    });
  }

  async open(): Promise<Opened> {
    const { seed, snapshot } = await this.call('open');
    return { seed, ...(snapshot && { snapshot: await readSnapshot(this.parts, snapshot) }) };
  }

  follow(_after: number, apply: Apply): void {
    this.apply = apply;
  }

  append(entries: readonly NewEntry[]): Promise<(number | null)[]> {
    this.lastAt = Math.max(this.lastAt, Date.now());
    return this.group.add(entries.map((entry) => ({ ...entry, at: this.lastAt })));
  }

  private async write(entries: readonly Stamped[]): Promise<(number | null)[]> {
    const seqs = await this.call('append', columnsOf(entries));
    const written = seqsOf(entries, seqs);
    // What many have sent at once must not keep everybody else waiting.
    for (let start = 0, end = 0; start < written.length; start = end) {
      if (start > 0) await nextTurn();
      end = turnAfter(written, start);
      this.apply(written.slice(start, end));
    }
    return seqs;
  }

  async read(after: number, limit: number): Promise<Entry[]> {
    const entries = await this.call('read', after, limit);
    this.lastAt = Math.max(this.lastAt, entries.at(-1)?.at ?? 0);
    return entries;
  }

  /** Events received at or after `since` (epoch ms) and until now, the newest `limit` of them, oldest first, in pages. */
  async *events(since: number, limit: number): AsyncGenerator<Entry[]> {
    const range = await this.call('range', since);
    if (!range) return;
    let [first, count] = [range.last + 1, 0];
    while (count < limit && first > range.first) {
      const back = await this.call('countBack', range.first, first - 1);
      // None is left where they were erased.
      first = back.first || range.first;
      count += back.events;
    }
    for (let surplus = count - limit; ; ) {
      const page = await this.call('eventsIn', first, range.last, EVENTS_PAGE);
      if (page.length > surplus) yield surplus > 0 ? page.slice(surplus) : page;
      surplus -= page.length;
      if (page.length < EVENTS_PAGE) return;
      first = (page.at(-1)?.seq ?? first) + 1;
    }
  }

  search = (text: string, after: number, upTo: number): Promise<Found> => this.call('search', text, after, upTo);

  private readonly parts: PartCalls = partCalls((method, parameters) => this.ask('snapshots', method, parameters));

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    await writeSnapshot(this.parts, snapshot, this.partBytes);
  }

  erase = (seqs: readonly number[]): Promise<void> => this.call('erase', seqs);

  async settle(): Promise<void> {
    await this.ask('snapshots', 'settle', []);
    await this.call('scrub');
  }

  async expire(before: number): Promise<void> {
    while (await this.call('expire', before));
  }


  async check(): Promise<void> {
    if (!this.isDoubtful) return this.call('check');
    await this.call('probe');
    this.isDoubtful = false;
  }

  /** Sizes of the file and of its write-ahead log. */
  async bytes(): Promise<{ data_file: number; write_ahead_log: number }> {
    const size = (file: string): Promise<number> => stat(file).then((one) => one.size, () => 0);
    return { data_file: await size(this.path), write_ahead_log: await size(`${this.path}-wal`) };
  }

  waiting = (): number => this.group.waiting;

  async close(): Promise<void> {
    try {
      if (!this.failure) await this.call('close');
    } finally {
      await this.thread.terminate();
    }
  }
}
