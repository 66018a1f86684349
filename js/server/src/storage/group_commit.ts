// What arrives while a write is under way goes into the next write together.

type Seqs = (number | null)[];

interface Pending<E> {
  readonly entries: readonly E[];
  resolve(seqs: Seqs): void;
  reject(error: unknown): void;
}

/** Entries of one write at most; more wait for the next. */
const MOST_ENTRIES = 5_000;

export class GroupCommit<E> {
  private pending: Pending<E>[] = [];
  private isWriting = false;
  /** Entries that are not written yet. */
  waiting = 0;

  /** @param write makes entries durable; one call at a time */
  constructor(private readonly write: (entries: readonly E[]) => Promise<Seqs>) {}

  add(entries: readonly E[]): Promise<Seqs> {
    return new Promise((resolve, reject) => {
      this.pending.push({ entries, resolve, reject });
      this.waiting += entries.length;
      if (!this.isWriting) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isWriting = true;
    while (this.pending.length > 0) {
      const group = this.takeGroup();
      const entries = group.flatMap((one) => one.entries);
      try {
        const seqs = await this.write(entries);
        for (const { entries: own, resolve } of group) resolve(seqs.splice(0, own.length));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
      this.waiting -= entries.length;
    }
    this.isWriting = false;
  }

  private takeGroup(): Pending<E>[] {
    let count = 0;
    let end = 0;
    while (end < this.pending.length && (end === 0 || count < MOST_ENTRIES)) count += this.pending[end++]?.entries.length ?? 0;
    return this.pending.splice(0, end);
  }
}
