// Appends to partitions: what arrives while a write is under way goes into the next one together, one script a partition.
import { GroupCommit } from '../group_commit.js';
import type { EntryKind, NewEntry } from '../store.js';
import { asStoreError, type Client } from './client.js';
import { KEYS } from './keys.js';
import { APPEND } from './scripts.js';

/** An entry and where it goes; of kind `placed` no entry, but where all copies of an event go. */
export type Placed = Omit<NewEntry, 'kind'> & {
  readonly kind: EntryKind | 'placed';
  readonly partition: number;
  /** Whether this is the copy that previews count; an event has one in each partition that counts it. */
  readonly isFirst?: boolean;
};

export class Writer {
  private readonly group = new GroupCommit<Placed>((entries) => this.write(entries));

  /** @param clients each partition has its own among them, which keeps the order */
  constructor(
    private readonly clients: readonly Client[],
    private readonly retentionDays: number,
  ) {}

  /** Entries that are not written yet. */
  get waiting(): number {
    return this.group.waiting;
  }

  /**
   * @returns for each entry its number in its partition; 0: refused; -n: the partition has reached revision n already
   * @throws {StoreError} some may have been written: whoever tries again is told of those as repeated
   */
  async append(entries: readonly Placed[]): Promise<number[]> {
    return (await this.group.add(entries)) as number[];
  }

  private async write(entries: readonly Placed[]): Promise<number[]> {
    const places = new Map<number, number[]>();
    entries.forEach(({ partition }, i) => {
      const list = places.get(partition);
      if (list) list.push(i);
      else places.set(partition, [i]);
    });
    const seqs = new Array<number>(entries.length).fill(0);
    const writes = [...places].map(async ([partition, indexes]) => {
      const written = await this.writeTo(partition, indexes.map((i) => entries[i] as Placed));
      indexes.forEach((i, at) => (seqs[i] = written[at] ?? 0));
    });
    // All are answered before the next group goes: entries of one sender keep their order.
    const failed = (await Promise.allSettled(writes)).find(({ status }) => status === 'rejected');
    if (failed) throw asStoreError((failed as PromiseRejectedResult).reason);
    return seqs;
  }

  private async writeTo(partition: number, entries: readonly Placed[]): Promise<number[]> {
    const log = KEYS.log(partition);
    const client = this.clients[partition % this.clients.length] as Client;
    const ids = entries.map(({ kind, eventId }) => (eventId ? KEYS[kind === 'placed' ? 'placed' : 'event'](partition, eventId) : log));
    const fields = entries.flatMap(({ kind, format = '', eventId = '', keys = [], isFirst, wake = 0, revision = 0, body }) =>
      [kind, format, eventId, keys.join('\n'), isFirst ? '1' : '', String(wake), String(revision), body]);
    const seconds = String(Math.ceil(this.retentionDays * 86_400));
    return (await APPEND.run(client, [log, KEYS.meta(partition), ...ids], [seconds, ...fields])) as number[];
  }
}
