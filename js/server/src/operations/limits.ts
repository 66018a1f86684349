// How much one address may ask, and how much of it at a time.
import { networkOf } from './addresses.js';

interface Bucket {
  tokens: number;
  at: number;
}

/** Addresses that are remembered; with more the ones that asked longest ago are forgotten. */
const MOST_ADDRESSES = 50_000;

/** A token bucket per address, or whatever else asks: `perSecond` on average, twice that at once. */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  /** @param perSecond 0 for no limit */
  constructor(private readonly perSecond: number) {}

  /** @param now ms @returns whether this request is allowed */
  take(asker: string, now: number): boolean {
    if (this.perSecond === 0) return true;
    const most = this.perSecond * 2;
    const { tokens, at } = this.buckets.get(asker) ?? { tokens: most, at: now };
    const left = Math.min(most, tokens + (Math.max(0, now - at) / 1000) * this.perSecond);
    this.buckets.delete(asker);
    this.buckets.set(asker, { tokens: left >= 1 ? left - 1 : left, at: now });
    if (this.buckets.size > MOST_ADDRESSES) this.forgetOldest();
    return left >= 1;
  }

  private forgetOldest(): void {
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}

/** What each address has open. */
export class OpenLimit {
  private readonly counts = new Map<string, number>();

  /** @param most 0 for no limit */
  constructor(private readonly most: number) {}

  /** @returns what to call when it closes; undefined where the address has as many as it may have */
  open(address: string): (() => void) | undefined {
    if (this.most === 0) return () => {};
    const network = networkOf(address);
    const count = this.counts.get(network) ?? 0;
    if (count >= this.most) return undefined;
    this.counts.set(network, count + 1);
    return () => this.close(network);
  }

  private close(network: string): void {
    const count = (this.counts.get(network) ?? 1) - 1;
    if (count > 0) this.counts.set(network, count);
    else this.counts.delete(network);
  }
}
