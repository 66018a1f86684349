import { open, transact } from '../storage/database.js';
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

  async function update(isOurs: (lease: Lease | undefined) => boolean, until: number): Promise<boolean> {
    const db = await open(name, true);
    if (!db) return false;
    db.onversionchange = () => db.close();
    const { won } = await transact(db, (state) => {
      const outcome = { won: false };
      const request = state.get('lease');
      request.onsuccess = () => {
        outcome.won = isOurs(request.result);
        if (outcome.won) state.put({ owner, until }, 'lease');
      };
      return outcome;
    });
    db.close();
    return won;
  }

  async function attempt(seizes: boolean): Promise<void> {
    const now = Date.now();
    const won = await update((lease) => seizes || !lease || lease.owner === owner || lease.until < now, now + LEASE_MS);
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
    if (isHeld) update((lease) => lease?.owner === owner, 0).catch(() => {});
    isHeld = false;
  }

  return { campaign, seize: () => run(true), resign };
}
