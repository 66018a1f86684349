// Who may show an intervention, where the store itself cannot decide.
import type { ClaimAsked } from './store.js';

export interface HeldClaim {
  readonly interventionId: string;
  readonly isFinal: boolean;
  /** Epoch ms; of a lease. */
  readonly until: number;
}

/** @returns whether the asker has it, given who had it before */
export function isGranted(held: HeldClaim | undefined, { interventionId, now }: ClaimAsked): boolean {
  return held === undefined || held.interventionId === interventionId || (!held.isFinal && held.until <= now);
}

/** What is kept once it is granted: what is final stays so. */
export function granted(held: HeldClaim | undefined, { interventionId, isFinal, now, leaseMs }: ClaimAsked): HeldClaim {
  const staysFinal = held?.isFinal === true && held.interventionId === interventionId;
  return { interventionId, isFinal: isFinal || staysFinal, until: now + leaseMs };
}

export const claimBody = ({ name, version }: { readonly name: string; readonly version: number }): string => JSON.stringify({ name, version });
