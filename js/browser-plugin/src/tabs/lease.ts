import { makeStores, open, transact } from '../storage/database.js';
import type { Leadership } from './leadership.js';

/** A leader that has not renewed its lease for so long has lost it, ms. */
const LEASE_MS = 5000;
const RENEW_MS = 1000;

/** The one with the highest number counts. Who takes the lead adds one, so that nothing an earlier leader still writes touches it. */
interface Lease {
  number: number;
  /** Epoch milliseconds. */
  until: number;
}

const keyOf = (number: number): IDBValidKey => ['lease', number];
const keysBefore = (number: number): IDBKeyRange => IDBKeyRange.bound(keyOf(0), keyOf(number), false, true);

const put = (state: IDBObjectStore, lease: Lease): unknown => state.put(lease, keyOf(lease.number));

/** Of a tab that is gone, or from before the clock was set back. */
const isVoid = ({ until }: Lease, now: number): boolean => until < now || until > now + 2 * LEASE_MS;

/**
 * Writes, and reads the lease that counts then. All of it is asked for at once: whatever becomes of this tab, it happens,
 * and a tab that hangs meanwhile keeps nobody else waiting.
 */
async function exchange(db: IDBDatabase, write?: (state: IDBObjectStore) => void): Promise<Lease | undefined> {
  const { result } = await transact(db, (state, _log, tx) => {
    write?.(state);
    const request: IDBRequest<Lease[]> = state.getAll(keysBefore(Infinity));
    tx.commit?.();
    return request;
  });
  return result.pop();
}

/**
 * Where there are no Web Locks (a page that is not HTTPS): a lease in the database, taken and renewed in transactions. A
 * leader that sleeps through its lease cannot do harm: each of its writes is checked against the reign of the next one.
 * @param onFailed there is no database either, so no way to agree with other tabs
 */
export function createLeaseLeadership(
  name: string,
  onWon: () => void,
  onLost: () => void,
  onFailed: (error: unknown) => void
): Leadership {
  /** Of a campaign. */
  let timer: ReturnType<typeof setInterval> | undefined;
  /** Kept during a campaign: a page that goes has no time to open one. */
  let db: IDBDatabase | undefined;
  let opening: Promise<IDBDatabase> | undefined;
  /** Number of the lease that this tab holds or is about to; 0: none. */
  let taken = 0;
  let isHeld = false;
  /** Epoch milliseconds. */
  let heldUntil = 0;
  let hasAgreed = false;
  let attempts = Promise.resolve();

  function disconnect(): void {
    db?.close();
    db = opening = undefined;
  }

  async function makeConnection(): Promise<IDBDatabase> {
    db = (await open(name, makeStores)) as IDBDatabase;
    // Somebody deletes the database, or the browser has closed it.
    db.onversionchange = db.onclose = disconnect;
    return db;
  }

  function connect(): Promise<IDBDatabase> {
    opening ??= makeConnection().catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  async function renew(): Promise<boolean> {
    const number = taken;
    const lease = await exchange(await connect(), (state) => put(state, { number, until: Date.now() + LEASE_MS }));
    return lease?.number === number;
  }

  async function take(isWanted: () => boolean, seizes: boolean): Promise<boolean> {
    const lease = await exchange(await connect());
    const now = Date.now();
    if (!isWanted() || (lease && !seizes && !isVoid(lease, now))) return false;
    // Also higher than one that was deleted with the database, which its holder may write again.
    const number = (taken = Math.max(now, (lease?.number ?? 0) + 1));
    const add = (state: IDBObjectStore): void => {
      state.add({ number, until: now + LEASE_MS }, keyOf(number));
      state.delete(keysBefore(number));
    };
    return exchange(await connect(), add).then(
      () => true,
      (error) => {
        // Somebody was faster.
        if (error.name === 'ConstraintError') return false;
        throw error;
      }
    );
  }

  function tell(won: boolean): void {
    if (won) heldUntil = Date.now() + LEASE_MS;
    else taken = 0;
    if (won === isHeld) return;
    isHeld = won;
    if (won) onWon();
    else onLost();
  }

  async function attempt(of: typeof timer, seizes: boolean): Promise<void> {
    const isWanted = (): boolean => of === timer;
    const settle = async (outcome: Promise<boolean>): Promise<void> => {
      const won = await outcome;
      hasAgreed = true;
      if (isWanted()) tell(won);
      else if (!timer) disconnect();
    };
    if (isWanted() && isHeld) await settle(renew());
    // It may be told to seize before it has heard that it lost.
    if (isWanted() && !isHeld) await settle(take(isWanted, seizes));
  }

  function onTrouble(error: unknown): void {
    if (db) disconnect();
    if (!timer) return;
    if (!hasAgreed) {
      resign();
      onFailed(new Error(`tabs cannot agree on a leader without Web Locks (HTTPS) or IndexedDB (${error})`));
    } else if (heldUntil < Date.now()) {
      // The next renewal may do better, but another tab may lead by now.
      tell(false);
    }
  }

  /** One after the other: each goes on with what the one before has found. */
  function run(seizes: boolean): void {
    const of = timer;
    attempts = attempts.then(() => attempt(of, seizes)).catch(onTrouble);
  }

  function campaign(): void {
    if (timer) return;
    timer = setInterval(run, RENEW_MS, false);
    run(false);
  }

  function resign(): void {
    clearInterval(timer);
    timer = undefined;
    const number = taken;
    if (number && db) exchange(db, (state) => put(state, { number, until: 0 })).catch(() => {});
    taken = 0;
    isHeld = false;
    if (db) disconnect();
  }

  return {
    campaign,
    seize() {
      if (timer) run(true);
    },
    resign,
  };
}
