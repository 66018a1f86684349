/** A value of the engine in a few characters. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(2);
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

export function showTime(at: number): string {
  return clock.format(at);
}
