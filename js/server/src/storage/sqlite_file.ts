// One data file. All calls are synchronous: this lives on a thread of its own (sqlite_thread.ts).
import { randomBytes } from 'node:crypto';
import Database from 'libsql';
import type { Columns } from './columns.js';
import { SyncTables } from './sync/sqlite_tables.js';
import { STEPS } from './schema.js';
import type { Entry, Opened, Snapshot } from './store.js';

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

  open(): Opened {
    const seed = BigInt(`0x${randomBytes(8).toString('hex')}`).toString();
    this.transaction(() => this.database.prepare(`INSERT OR IGNORE INTO meta VALUES ('seed', ?)`).run(seed));
    const kept = this.database.prepare(`SELECT value FROM meta WHERE key = 'seed'`).get() as { value: string };
    const snapshot = this.database.prepare('SELECT seq, host, engine FROM snapshot').get() as Snapshot | undefined;
    return { seed: kept.value, ...(snapshot && { snapshot: { ...snapshot, engine: new Uint8Array(snapshot.engine) } }) };
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

  events(since: number, limit: number): Entry[] {
    const newest = `SELECT ${COLUMNS} FROM log WHERE at >= ? AND kind = 'event' ORDER BY seq DESC LIMIT ?`;
    return this.rows(newest, since, limit).reverse();
  }

  search(text: string, after: number, limit: number): Entry[] {
    const where = `seq > ? AND kind IN ('event', 'forget') AND instr(lower(body), lower(?)) > 0`;
    return this.rows(`SELECT ${COLUMNS} FROM log WHERE ${where} ORDER BY seq LIMIT ?`, after, text, limit);
  }

  saveSnapshot({ seq, host, engine }: Snapshot): void {
    const save = this.database.prepare('INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?, ?)');
    this.transaction(() => save.run(seq, host, Buffer.from(engine)));
  }

  erase(seqs: readonly number[]): void {
    const remove = this.database.prepare('DELETE FROM log WHERE seq = ?');
    this.transaction(() => seqs.forEach((seq) => remove.run(seq)));
    // Without it the erased text would stay in the write-ahead log.
    this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
  }

  /** Definitions stay: should the snapshot ever be unreadable, nothing else tells of them. */
  expire(before: number): void {
    const remove = this.database.prepare("DELETE FROM log WHERE at < ? AND seq <= (SELECT seq FROM snapshot) AND kind <> 'registry'");
    this.transaction(() => remove.run(before));
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
