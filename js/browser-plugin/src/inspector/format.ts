/** A value of the engine in a few characters. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(2)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The finest step of the page's clock in microseconds: browsers coarsen it where pages are not isolated. */
const CLOCK_STEP = globalThis.crossOriginIsolated ? 5 : 100;

export function showMicroseconds(microseconds: number): string {
  if (microseconds < CLOCK_STEP / 2) return `< ${CLOCK_STEP} µs`;
  if (microseconds >= 1000) return `${(microseconds / 1000).toFixed(1)} ms`;
  return `${Math.round(microseconds)} µs`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** Of epoch milliseconds, in the reader's time zone. */
export const showTime = (at: number): string => clock.format(at);

const UNITS: readonly (readonly [number, string])[] = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1000, 's']];

/** Milliseconds as "3 min 20 s": the two largest units. */
export function showSpan(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1000) * 1000);
  const parts: string[] = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

export const showBytes = (bytes: number): string => (bytes < 10_000 ? `${bytes} B` : `${(bytes / 1024).toFixed(0)} KiB`);
