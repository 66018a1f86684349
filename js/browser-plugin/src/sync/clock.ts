/** Answers that the offset is taken from. */
const SAMPLES = 5;

export interface Clock {
  /** The server said `now` to a request that was sent at `sent` (device's epoch ms) and has just been answered. */
  learn(now: number, sent: number): void;
  /** Milliseconds to add to this device's times to get the server's: the median of recent answers. */
  offset(): number;
}

export function createClock(): Clock {
  const samples: number[] = [];
  return {
    learn(now, sent) {
      if (!Number.isFinite(now)) return;
      samples.push(Math.round(now - (sent + Date.now()) / 2));
      if (samples.length > SAMPLES) samples.shift();
    },
    offset: () => [...samples].sort((a, b) => a - b)[samples.length >> 1] ?? 0,
  };
}
