// The snapshot in the data file, in parts.
import type Database from 'libsql';
import type { Erasure } from './store.js';

/** What a snapshot consists of. */
export type Room = 'host' | 'engine' | 'told';

/** A snapshot without its parts; of a file of an older layout with all of it. */
export interface SnapshotHead {
  readonly seq: number;
  readonly erasures: readonly Erasure[];
  readonly whole?: { readonly host: string; readonly engine: Uint8Array };
  readonly parts?: { readonly generation: number; readonly host: number; readonly engine: number; readonly told: number };
}

interface Row {
  seq: number;
  host: string;
  engine: Uint8Array;
  generation: number | null;
  erasures: string | null;
}

/** Parts removed in one call: others wait for it. */
const DROPPED_PARTS = 4;

export class SnapshotTables {
  constructor(
    private readonly database: InstanceType<typeof Database>,
    private readonly transaction: <T>(body: () => T) => T,
  ) {}

  head(): SnapshotHead | undefined {
    const row = this.database.prepare('SELECT seq, host, engine, generation, erasures FROM snapshot').get() as Row | undefined;
    if (!row) return undefined;
    const { seq, host, engine, generation } = row;
    const erasures = JSON.parse(row.erasures ?? '[]') as Erasure[];
    if (generation === null) return { seq, erasures, whole: { host, engine: new Uint8Array(engine) } };
    const count = (room: Room): number =>
      (this.database.prepare('SELECT count(*) AS n FROM snapshot_part WHERE generation = ? AND room = ?').get(generation, room) as { n: number }).n;
    return { seq, erasures, parts: { generation, host: count('host'), engine: count('engine'), told: count('told') } };
  }

  read(generation: number, room: Room, part: number): Uint8Array {
    const row = this.database.prepare('SELECT bytes FROM snapshot_part WHERE generation = ? AND room = ? AND part = ?').get(generation, room, part) as { bytes: Uint8Array };
    return new Uint8Array(row.bytes);
  }

  /** Number for the parts of a new snapshot. */
  begin(): number {
    return (this.database.prepare('SELECT max(coalesce((SELECT generation FROM snapshot), 0), coalesce((SELECT max(generation) FROM snapshot_part), 0)) + 1 AS next').get() as { next: number }).next;
  }

  private insert(generation: number, room: Room, part: number, bytes: Uint8Array): void {
    this.database.prepare('INSERT INTO snapshot_part VALUES (?, ?, ?, ?)').run(generation, room, part, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  add(generation: number, room: Room, part: number, bytes: Uint8Array): void {
    this.transaction(() => this.insert(generation, room, part, bytes));
  }

  private name(generation: number, seq: number, erasures: readonly Erasure[]): void {
    const save = this.database.prepare(`INSERT OR REPLACE INTO snapshot (only, seq, host, engine, generation, erasures) VALUES (1, ?, '', x'', ?, ?)`);
    save.run(seq, generation, erasures.length > 0 ? JSON.stringify(erasures) : null);
  }

  /** From now on these parts are the snapshot. */
  finish(generation: number, seq: number, erasures: readonly Erasure[]): void {
    this.transaction(() => this.name(generation, seq, erasures));
  }

  private dropSome(): boolean {
    const old = 'SELECT rowid FROM snapshot_part WHERE generation <> coalesce((SELECT generation FROM snapshot), 0) LIMIT ?';
    return this.database.prepare(`DELETE FROM snapshot_part WHERE rowid IN (${old})`).run(DROPPED_PARTS).changes === DROPPED_PARTS;
  }

  /** Removes some parts that are not the snapshot's. @returns whether there may be more */
  dropOld(): boolean {
    return this.transaction(() => this.dropSome());
  }

  /** All of it at once, of a snapshot that is small: the disk is waited for once. @returns as dropOld() */
  replace(seq: number, host: Uint8Array, engine: Uint8Array, told: Uint8Array, erasures: readonly Erasure[]): boolean {
    return this.transaction(() => {
      const generation = this.begin();
      this.insert(generation, 'host', 0, host);
      this.insert(generation, 'engine', 0, engine);
      this.insert(generation, 'told', 0, told);
      this.name(generation, seq, erasures);
      return this.dropSome();
    });
  }

  settle(): void {
    this.transaction(() => this.database.prepare('UPDATE snapshot SET erasures = NULL').run());
  }
}
