// Sync in the embedded data file: one process owns it, so whoever writes also wakes.
import { SqliteStore } from '../sqlite_store.js';
import type { Append, Appended, ClaimAnswer, ClaimAsked, Compaction, FinalClaim, Kept, KnownDefinitions, Place, SyncEntry, SyncOpened, SyncStore } from './store.js';
import { Wakes } from './wakes.js';

export class SqliteSyncStore implements SyncStore {
  readonly isShared = false;
  private readonly wakes = new Wakes();

  /** @param file whose owner closes it */
  constructor(
    private readonly file: SqliteStore,
    readonly close: () => Promise<void> = async () => {},
  ) {}

  open = (): Promise<SyncOpened> => this.file.sync('open');
  load = (place: Place): Promise<Kept> => this.file.sync('load', place);
  read = (place: Place, cursor: number, limit: number): Promise<SyncEntry[]> => this.file.sync('read', place, cursor, limit);
  claims = (place: Place): Promise<FinalClaim[]> => this.file.sync('claims', place);
  compact = (place: Place, compaction: Compaction): Promise<void> => this.file.sync('compact', place, compaction);
  definitionsBeyond = (count: number): Promise<KnownDefinitions[]> => this.file.sync('definitionsBeyond', count);
  remember = (definitions: KnownDefinitions): Promise<void> => this.file.sync('remember', definitions);

  async append(place: Place, append: Append): Promise<Appended> {
    const appended = await this.file.sync('append', place, append);
    if (appended.outcome === 'ok') this.wakes.wake(place);
    return appended;
  }

  async claim(place: Place, key: string, asked: ClaimAsked): Promise<ClaimAnswer> {
    const answer = await this.file.sync('claim', place, key, asked);
    if (answer.outcome === 'granted' && answer.published) this.wakes.wake(place);
    return answer;
  }

  async forget(place: Place, key: string, now: number): Promise<{ epoch: number; known: boolean }> {
    const forgotten = await this.file.sync('forget', place, key, now);
    this.wakes.wake(place);
    return forgotten;
  }

  async raiseFloor(place: Place, epoch: number, floor: number, now: number): Promise<number> {
    const cursor = await this.file.sync('raiseFloor', place, epoch, floor, now);
    if (cursor > 0) this.wakes.wake(place);
    return cursor;
  }

  watch(place: Place, wake: () => void): () => void {
    this.wakes.add(place, wake);
    return () => void this.wakes.remove(place, wake);
  }
}

/** A store in a data file of its own. @param path made when missing */
export function openSqliteSyncStore(path: string): SyncStore {
  const file = new SqliteStore(path);
  return new SqliteSyncStore(file, () => file.close());
}
