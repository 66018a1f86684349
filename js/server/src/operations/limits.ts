// How much one address may ask.

interface Bucket {
  tokens: number;
  at: number;
}

/** Addresses that are remembered; with more the ones that asked longest ago are forgotten. */
const MOST_ADDRESSES = 50_000;

/** A token bucket per address: `perSecond` on average, twice that at once. */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  /** @param perSecond 0 for no limit */
  constructor(private readonly perSecond: number) {}

  /** @param now ms @returns whether this request is allowed */
  take(address: string, now: number): boolean {
    if (this.perSecond === 0) return true;
    const most = this.perSecond * 2;
    const { tokens, at } = this.buckets.get(address) ?? { tokens: most, at: now };
    const left = Math.min(most, tokens + (Math.max(0, now - at) / 1000) * this.perSecond);
    this.buckets.delete(address);
    this.buckets.set(address, { tokens: left >= 1 ? left - 1 : left, at: now });
    if (this.buckets.size > MOST_ADDRESSES) this.forgetOldest();
    return left >= 1;
  }

  private forgetOldest(): void {
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}
