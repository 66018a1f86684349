import { makeStores, open, transact } from '../storage/database.js';
import type { Leadership } from './leadership.js';

/** A leader that has not renewed its lease for so long has lost it, ms. */
const LEASE_MS = 5000;
const RENEW_MS = 1000;

interface Lease {
  owner: number;
  /** Epoch milliseconds. */
  until: number;
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
  const owner = Math.random();
  let timer: ReturnType<typeof setInterval> | undefined;
  let isHeld = false;

  /** @param forMs from the moment at which the lease is looked at: opening the database can take its time */
  async function update(isOurs: (lease: Lease | undefined, now: number) => boolean, forMs: number): Promise<boolean> {
    const db = await open(name, makeStores);
    if (!db) return false;
    db.onversionchange = () => db.close();
    const { won } = await transact(db, (state) => {
      const outcome = { won: false };
      const request = state.get('lease');
      request.onsuccess = () => {
        const now = Date.now();
        outcome.won = isOurs(request.result, now);
        if (outcome.won) state.put({ owner, until: now + forMs }, 'lease');
      };
      return outcome;
    });
    db.close();
    return won;
  }

  /** Of a tab that is gone, or from before the clock was set back. */
  const isVoid = ({ until }: Lease, now: number): boolean => until < now || until > now + 2 * LEASE_MS;

  function release(): void {
    update((lease) => lease?.owner === owner, -1).catch(() => {});
  }

  async function attempt(seizes: boolean): Promise<void> {
    const won = await update((lease, now) => seizes || !lease || lease.owner === owner || isVoid(lease, now), LEASE_MS);
    // It has resigned meanwhile: others would wait for nothing.
    if (!timer && won) release();
    if (!timer || won === isHeld) return;
    isHeld = won;
    if (won) onWon();
    else onLost();
  }

  const run = (seizes: boolean): void => {
    attempt(seizes).catch((error) => {
      resign();
      onFailed(new Error(`tabs cannot agree on a leader without Web Locks (HTTPS) or IndexedDB (${error})`));
    });
  };

  function campaign(): void {
    if (timer) return;
    timer = setInterval(run, RENEW_MS, false);
    run(false);
  }

  function resign(): void {
    clearInterval(timer);
    timer = undefined;
    if (isHeld) release();
    isHeld = false;
  }

  return { campaign, seize: () => run(true), resign };
}
