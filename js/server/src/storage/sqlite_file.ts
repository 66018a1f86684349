// One data file. All calls are synchronous: this lives on a thread of its own (sqlite_thread.ts).
import { randomBytes } from 'node:crypto';
import Database from 'libsql';
import type { Columns } from './columns.js';
import { SyncTables } from './sync/sqlite_tables.js';
import { STEPS } from './schema.js';
import type { Entry, Found } from './store.js';
import { type SnapshotHead, SnapshotTables } from './snapshot_tables.js';

interface Row {
  seq: number;
  at: number;
  kind: Entry['kind'];
  format: Entry['format'] | null;
  event_id: string | null;
  body: string;
}

/** Of PRAGMA synchronous. */
const FULL = 2;
/** As much as a group of events needs. */
const PROBE_BYTES = 65_536;
/** Entries that one call looks at: others wait for it. */
const SEARCHED_ENTRIES = 1_000;
const EXPIRED_ENTRIES = 1_000;
const COUNTED_ENTRIES = 5_000;
const COLUMNS = 'seq, at, kind, format, event_id, body';

const toEntry = ({ seq, at, kind, format, event_id, body }: Row): Entry => ({
  seq,
  at,
  kind,
  body,
  ...(format !== null && { format }),
  ...(event_id !== null && { eventId: event_id }),
});

export class SqliteFile {
  private readonly database: InstanceType<typeof Database>;
  private readonly insert;
  /** What is kept of synced ids, in the same file. */
  readonly sync: SyncTables;
  readonly snapshots: SnapshotTables;

  /** @throws when the file is another program's, of a newer version, or in use */
  constructor(path: string) {
    this.database = new Database(path, {});
    // One process owns the file: a second one would keep a state of its own beside the same log.
    this.database.exec('PRAGMA locking_mode = EXCLUSIVE');
    this.database.exec('PRAGMA journal_mode = WAL');
    // Synced at every commit: what was acknowledged survives a power cut.
    this.database.exec('PRAGMA synchronous = FULL');
    this.insist(path);
    this.database.exec('PRAGMA secure_delete = ON');
    this.migrate(path);
    this.sync = new SyncTables(this.database, (body) => this.transaction(body));
    this.snapshots = new SnapshotTables(this.database, (body) => this.transaction(body));
    this.insert = this.database.prepare('INSERT OR IGNORE INTO log (at, kind, format, event_id, body) VALUES (?, ?, ?, ?, ?)');
  }

  private pragma(name: string): unknown {
    return (this.database.prepare(`PRAGMA ${name}`).get() as Record<string, unknown>)[name];
  }

  /** A file system may refuse what was asked for without an error; these hold for this connection only. */
  private insist(path: string): void {
    const { journal, synchronous } = this.settings();
    if (journal === 'wal' && synchronous === FULL) return;
    throw new Error(`${path}: its file system cannot do what keeps acknowledged data (journal "${journal}" instead of "wal", synchronous ${synchronous} instead of ${FULL}): put it on a local disk`);
  }

  /** How this connection writes. */
  settings(): { readonly journal: unknown; readonly synchronous: unknown } {
    return { journal: this.pragma('journal_mode'), synchronous: this.pragma('synchronous') };
  }

  private version(): number {
    return this.pragma('user_version') as number;
  }

  private migrate(path: string): void {
    const version = this.version();
    if (version > STEPS.length) {
      throw new Error(`${path} was written by a newer version of OnCue (schema ${version}, this one knows ${STEPS.length}): update OnCue`);
    }
    for (let step = version; step < STEPS.length; step++) {
      this.transaction(() => this.database.exec(`${STEPS[step]} PRAGMA user_version = ${step + 1};`));
    }
  }

  private transaction<T>(body: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = body();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      // After some failures, such as a full disk, it has rolled back by itself.
      if (this.database.inTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  open(): { readonly seed: string; readonly snapshot?: SnapshotHead } {
    const seed = BigInt(`0x${randomBytes(8).toString('hex')}`).toString();
    this.transaction(() => this.database.prepare(`INSERT OR IGNORE INTO meta VALUES ('seed', ?)`).run(seed));
    const kept = this.database.prepare(`SELECT value FROM meta WHERE key = 'seed'`).get() as { value: string };
    const snapshot = this.snapshots.head();
    return { seed: kept.value, ...(snapshot && { snapshot }) };
  }

  append([at, kind, format, eventId, body]: Columns): (number | null)[] {
    const seqs: (number | null)[] = [];
    this.transaction(() => {
      for (let i = 0; i < at.length; i++) {
        const { changes, lastInsertRowid } = this.insert.run(at[i], kind[i], format[i], eventId[i], body[i]);
        seqs.push(changes === 1 ? Number(lastInsertRowid) : null);
      }
    });
    return seqs;
  }

  read(after: number, limit: number): Entry[] {
    return this.rows(`SELECT ${COLUMNS} FROM log WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit);
  }

  /** Numbers of the first entry received at or after `since`, and of the last one; none where there is no such entry. */
  range(since: number): { readonly first: number; readonly last: number } | undefined {
    const first = this.database.prepare('SELECT seq FROM log WHERE at >= ? ORDER BY at, seq LIMIT 1').get(since) as { seq: number } | undefined;
    const last = this.database.prepare('SELECT max(seq) AS seq FROM log').get() as { seq: number };
    return first && { first: first.seq, last: last.seq };
  }

  /** Counts events backwards: among a page of entries up to `last`, of those from `first` on. */
  countBack(first: number, last: number): { readonly first: number; readonly events: number } {
    const page = 'SELECT seq, kind FROM log WHERE seq BETWEEN ? AND ? ORDER BY seq DESC LIMIT ?';
    const counted = `SELECT coalesce(min(seq), 0) AS first, count(CASE kind WHEN 'event' THEN 1 END) AS events FROM (${page})`;
    const { first: reached, events } = this.database.prepare(counted).get(first, last, COUNTED_ENTRIES) as { first: number; events: number };
    return { first: reached, events };
  }

  /** Events from `first` to `last`, at most `limit`. */
  eventsIn(first: number, last: number, limit: number): Entry[] {
    return this.rows(`SELECT ${COLUMNS} FROM log WHERE seq BETWEEN ? AND ? AND kind = 'event' ORDER BY seq LIMIT ?`, first, last, limit);
  }

  search(text: string, after: number, upTo: number): Found {
    const end = this.database.prepare('SELECT max(seq) AS seq FROM (SELECT seq FROM log WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?)').get(after, upTo, SEARCHED_ENTRIES) as { seq: number | null };
    if (end.seq === null) return { entries: [], upTo };
    const where = `seq > ? AND seq <= ? AND kind IN ('event', 'forget') AND instr(lower(body), lower(?)) > 0`;
    return { entries: this.rows(`SELECT ${COLUMNS} FROM log WHERE ${where} ORDER BY seq`, after, end.seq, text), upTo: end.seq };
  }

  erase(seqs: readonly number[]): void {
    const remove = this.database.prepare('DELETE FROM log WHERE seq = ?');
    this.transaction(() => seqs.forEach((seq) => remove.run(seq)));
  }

  /** What was erased would stay in the write-ahead log. */
  scrub(): void {
    this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
  }

  /**
   * Removes some entries that are older than `before`. Definitions stay: should the snapshot ever be unreadable, nothing else
   * tells of them.
   * @returns whether there may be more
   */
  expire(before: number): boolean {
    const old = "SELECT seq FROM log WHERE at < ? AND seq <= (SELECT seq FROM snapshot) AND kind <> 'registry' ORDER BY at LIMIT ?";
    const remove = this.database.prepare(`DELETE FROM log WHERE seq IN (${old})`);
    return this.transaction(() => remove.run(before, EXPIRED_ENTRIES).changes) === EXPIRED_ENTRIES;
  }

  check(): void {
    this.database.prepare('SELECT 1').get();
  }

  /** Throws unless something can be written. */
  probe(): void {
    this.transaction(() => this.database.prepare(`INSERT OR REPLACE INTO meta VALUES ('probe', ?)`).run('.'.repeat(PROBE_BYTES)));
    this.transaction(() => this.database.prepare(`DELETE FROM meta WHERE key = 'probe'`).run());
  }

  close(): void {
    this.database.close();
  }

  private rows(sql: string, ...parameters: unknown[]): Entry[] {
    return (this.database.prepare(sql).all(...parameters) as Row[]).map(toEntry);
  }
}
