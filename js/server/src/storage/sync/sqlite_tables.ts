// Sync's tables in the data file. All calls are synchronous: this lives on the file's own thread.
import { randomBytes } from 'node:crypto';
import type Database from 'libsql';
import { claimBody, granted, type HeldClaim, isGranted } from './claims.js';
import { type Append, type Appended, type ClaimAnswer, type ClaimAsked, type Compaction, type EntryKind, type FinalClaim, type Kept, type KnownDefinitions, NOTHING_KEPT, type Place, type SyncEntry, type SyncOpened } from './store.js';

type Sqlite = InstanceType<typeof Database>;
interface Statement {
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): unknown;
}
/** Runs in one transaction, which is synced when it returns. */
type Transaction = <T>(body: () => T) => T;

interface IdRow {
  readonly epoch: number;
  readonly floor: number;
  readonly cursor: number;
  readonly dropped: number;
  readonly state_cursor: number | null;
  readonly state: string | null;
}

interface Head {
  readonly n: number;
  readonly chain: string;
}

const NO_FACTS: Head = { n: 0, chain: '0'.repeat(16) };
const isSame = (a: Head, b: Head): boolean => a.n === b.n && a.chain === b.chain;
const NO_LIMIT = -1;

export class SyncTables {
  private readonly statements = new Map<string, Statement>();

  constructor(
    private readonly database: Sqlite,
    private readonly transaction: Transaction,
  ) {}

  private prepare(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql) as Statement));
    return statement;
  }

  private get<T>(sql: string, ...parameters: unknown[]): T | undefined {
    return this.prepare(sql).get(...parameters) as T | undefined;
  }

  private all<T>(sql: string, ...parameters: unknown[]): T[] {
    return this.prepare(sql).all(...parameters) as T[];
  }

  private run(sql: string, ...parameters: unknown[]): void {
    this.prepare(sql).run(...parameters);
  }

  open(): SyncOpened {
    this.transaction(() => this.run(`INSERT OR IGNORE INTO meta VALUES ('sync_generation', ?)`, randomBytes(8).toString('hex')));
    const generation = this.get<{ value: string }>(`SELECT value FROM meta WHERE key = 'sync_generation'`)?.value ?? '';
    return { generation, definitions: this.definitions() };
  }

  private id(place: Place): IdRow | undefined {
    return this.get<IdRow>('SELECT epoch, floor, cursor, dropped, state_cursor, state FROM sync_id WHERE place = ?', place);
  }

  load(place: Place): Kept {
    const row = this.id(place);
    if (!row) return NOTHING_KEPT;
    const { epoch, floor, cursor, dropped, state_cursor, state } = row;
    const folded = state_cursor !== null && state !== null ? { cursor: state_cursor, text: state } : undefined;
    return { epoch, floor, cursor, dropped, ...(folded && { state: folded }), tail: this.read(place, folded?.cursor ?? 0, NO_LIMIT) };
  }

  read(place: Place, cursor: number, limit: number): SyncEntry[] {
    return this.all<SyncEntry>('SELECT cursor, kind, at, body FROM sync_log WHERE place = ? AND cursor > ? ORDER BY cursor LIMIT ?', place, cursor, limit);
  }

  private begin(place: Place, key: string): { epoch: number; cursor: number; floor: number } {
    this.run('INSERT OR IGNORE INTO sync_id (place, key, epoch, floor, cursor, dropped) VALUES (?, ?, 0, 0, 0, 0)', place, key);
    return this.id(place) ?? NOTHING_KEPT;
  }

  private publish(place: Place, kind: EntryKind, at: number, body: string): number {
    this.run('UPDATE sync_id SET cursor = cursor + 1 WHERE place = ?', place);
    const { cursor } = this.id(place) ?? NOTHING_KEPT;
    this.run('INSERT INTO sync_log (place, cursor, at, kind, body) VALUES (?, ?, ?, ?, ?)', place, cursor, at, kind, body);
    return cursor;
  }

  append(place: Place, asked: Append): Appended {
    return this.transaction(() => this.appendNow(place, asked));
  }

  private appendNow(place: Place, { key, epoch, floor, replica, base, next, at, body, mostReplicas }: Append): Appended {
    const id = this.begin(place, key);
    if (id.epoch !== epoch || id.floor !== floor) return { outcome: 'conflict' };
    const head = this.get<Head>('SELECT n, chain FROM sync_replica WHERE place = ? AND replica = ?', place, replica);
    if (head && isSame(head, next)) return { outcome: 'known' };
    if (!isSame(head ?? NO_FACTS, base)) return { outcome: 'conflict' };
    const count = this.get<{ count: number }>('SELECT count(*) AS count FROM sync_replica WHERE place = ?', place)?.count ?? 0;
    if (!head && count >= mostReplicas) return { outcome: 'replicas' };
    this.run('INSERT OR REPLACE INTO sync_replica (place, replica, n, chain) VALUES (?, ?, ?, ?)', place, replica, next.n, next.chain);
    return { outcome: 'ok', cursor: this.publish(place, 'facts', at, body) };
  }

  claim(place: Place, key: string, asked: ClaimAsked): ClaimAnswer {
    return this.transaction(() => this.claimNow(place, key, asked));
  }

  private claimNow(place: Place, key: string, asked: ClaimAsked): ClaimAnswer {
    const { epoch } = this.begin(place, key);
    if (epoch !== asked.epoch) return { outcome: 'epoch', epoch };
    const { name, version } = asked;
    const row = this.get<{ intervention_id: string; is_final: number; until: number }>('SELECT intervention_id, is_final, until FROM sync_claim WHERE place = ? AND name = ? AND version = ?', place, name, version);
    const held: HeldClaim | undefined = row && { interventionId: row.intervention_id, isFinal: row.is_final === 1, until: row.until };
    if (!isGranted(held, asked)) return { outcome: 'taken' };
    const { interventionId, isFinal, until } = granted(held, asked);
    this.run('INSERT OR REPLACE INTO sync_claim (place, name, version, intervention_id, is_final, until) VALUES (?, ?, ?, ?, ?, ?)', place, name, version, interventionId, isFinal ? 1 : 0, until);
    const published = isFinal && held?.isFinal !== true;
    if (published) this.publish(place, 'claim', asked.now, claimBody(asked));
    return { outcome: 'granted', published };
  }

  claims(place: Place): FinalClaim[] {
    return this.all<FinalClaim>('SELECT name, version FROM sync_claim WHERE place = ? AND is_final = 1 ORDER BY name, version', place);
  }

  forget(place: Place, key: string, now: number): { epoch: number; known: boolean } {
    const forgotten = this.transaction(() => this.forgetNow(place, key, now));
    // Without it the erased text would stay in the write-ahead log.
    this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    return forgotten;
  }

  private forgetNow(place: Place, key: string, now: number): { epoch: number; known: boolean } {
    const { epoch, cursor } = this.begin(place, key);
    const count = 'SELECT (SELECT count(*) FROM sync_replica WHERE place = ?) + (SELECT count(*) FROM sync_claim WHERE place = ?) AS count';
    const known = (this.get<{ count: number }>(count, place, place)?.count ?? 0) > 0;
    for (const table of ['sync_replica', 'sync_log', 'sync_claim']) this.run(`DELETE FROM ${table} WHERE place = ?`, place);
    this.run('UPDATE sync_id SET epoch = ?, floor = 0, dropped = ?, state_cursor = NULL, state = NULL WHERE place = ?', epoch + 1, cursor, place);
    this.publish(place, 'forget', now, JSON.stringify({ epoch: epoch + 1 }));
    return { epoch: epoch + 1, known };
  }

  raiseFloor(place: Place, epoch: number, floor: number, now: number): number {
    return this.transaction(() => {
      const row = this.id(place);
      if (!row || row.epoch !== epoch || row.floor >= floor) return 0;
      this.run('UPDATE sync_id SET floor = ? WHERE place = ?', floor, place);
      return this.publish(place, 'floor', now, JSON.stringify({ floor }));
    });
  }

  compact(place: Place, { epoch, cursor, text, drop }: Compaction): void {
    this.transaction(() => {
      const row = this.id(place);
      if (!row || row.epoch !== epoch || (row.state_cursor ?? 0) > cursor || row.cursor < cursor) return;
      this.run('UPDATE sync_id SET state_cursor = ?, state = ?, dropped = max(dropped, ?) WHERE place = ?', cursor, text, drop, place);
      this.run('DELETE FROM sync_log WHERE place = ? AND cursor <= ?', place, drop);
    });
  }

  remember({ digest, text }: KnownDefinitions): void {
    this.transaction(() => this.run('INSERT OR IGNORE INTO sync_definitions (digest, text) VALUES (?, ?)', digest, text));
  }

  private definitions(): KnownDefinitions[] {
    return this.all<KnownDefinitions>('SELECT digest, text FROM sync_definitions');
  }

  definitionsBeyond(count: number): KnownDefinitions[] {
    const known = this.definitions();
    return known.length > count ? known : [];
  }
}
