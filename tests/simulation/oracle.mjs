// What attributes are worth, from the flat set of facts alone: slow, simple, and written from the meaning that
// docs/sync-protocol.md states, without a look at the engine.
import { isDeepStrictEqual } from 'node:util';
import { periodOf, ttlOf } from './definitions.mjs';

const WINDOW_LIMIT = 100;
/** Beyond, distinct values are estimated: 0.8 % standard error, five of which are allowed. */
const MOST_EXACT = 1_000;
const ESTIMATE = 0.04;
const UNIT_MS = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
// Of what simulations sum up, nothing is finer.
const FRACTION_BITS = 120n;

/** The correctly rounded sum of doubles. */
function exactSum(numbers) {
  const view = new DataView(new ArrayBuffer(8));
  let sum = 0n;
  for (const number of numbers) {
    view.setFloat64(0, number);
    const bits = view.getBigUint64(0);
    const exponent = (bits >> 52n) & 2047n;
    if (exponent === 0n) continue;
    const mantissa = (bits & ((1n << 52n) - 1n)) | (1n << 52n);
    const scaled = mantissa << (exponent - 1075n + FRACTION_BITS);
    sum += bits >> 63n === 1n ? -scaled : scaled;
  }
  return Number(sum) / 2 ** Number(FRACTION_BITS);
}

/** By (ts, replica, seq); replica ids are hex digits, which sort as their bytes do. */
const byStamp = (a, b) => a.ts - b.ts || (a.replica < b.replica ? -1 : a.replica > b.replica ? 1 : a.seq - b.seq);
const byReceipt = (a, b) => a.at - b.at || (a.replica < b.replica ? -1 : a.replica > b.replica ? 1 : a.seq - b.seq);

function countValues(entries) {
  const counts = new Map();
  for (const entry of entries) {
    const count = counts.get(entry.value) ?? { value: entry.value, n: 0, last: entry };
    count.n++;
    count.last = entry;
    counts.set(entry.value, count);
  }
  return [...counts.values()];
}

/** A number that only has to be close: which one it is depends on hashes; that it is the same everywhere is checked by its bytes. */
class About {
  constructor(number) {
    this.number = number;
  }

  isMet = (value) => Number.isInteger(value) && Math.abs(value - this.number) <= this.number * ESTIMATE;
}

export const isAsExpected = (value, expected) => Object.is(value, expected) || (expected instanceof About ? expected.isMet(value) : isDeepStrictEqual(value, expected));

/** Each gets at least one entry, sorted by stamp. */
const FOLDS = {
  counter: (entries) => entries.length,
  sum: (entries) => exactSum(entries.map(({ value }) => value)),
  min: (entries) => Math.min(...entries.map(({ value }) => value)),
  max: (entries) => Math.max(...entries.map(({ value }) => value)),
  mean: (entries) => FOLDS.sum(entries) / entries.length,
  first: (entries) => entries[0].value,
  last: (entries) => entries.at(-1).value,
  unique_list: (entries) => countValues(entries).sort((a, b) => byStamp(a.last, b.last)).map(({ value }) => value).slice(-100),
  most_frequent: (entries) => countValues(entries).sort((a, b) => b.n - a.n || byStamp(b.last, a.last))[0].value,
  least_frequent: (entries) => countValues(entries).sort((a, b) => a.n - b.n || byStamp(a.last, b.last))[0].value,
  category_count: (entries) => Object.fromEntries(countValues(entries).sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1)).slice(0, 100).map(({ value, n }) => [value, n])),
  approx_count_distinct(entries) {
    const { length } = countValues(entries);
    return length <= MOST_EXACT ? length : new About(length);
  },
  time_since_last: (entries, now, unit) => Math.max(0, now - Math.max(...entries.map(({ ts }) => ts))) / unit,
  time_since_first: (entries, now, unit) => Math.max(0, now - Math.min(...entries.map(({ ts }) => ts))) / unit,
};

/** What counts for a computation. @param facts any order; `{replica, seq, ts, at, updates}` */
export function entriesOf(computation, facts) {
  const entries = [];
  for (const { replica, seq, ts, at, updates } of facts) {
    if (updates.has(computation)) entries.push({ replica, seq, ts, at, value: updates.get(computation) });
  }
  return entries.sort(byReceipt);
}

/** @param entries of entriesOf() */
export function evaluate(attribute, entries, now) {
  const nothing = attribute.aggregation === 'approx_count_distinct' ? 0 : null;
  if (entries.length === 0) return nothing;
  const period = periodOf(attribute);
  const reset = period || ttlOf(attribute);
  let live = entries;
  if (reset > 0) {
    let begin = entries.length - 1;
    while (begin > 0 && entries[begin].at - entries[begin - 1].at < reset) begin--;
    live = entries.slice(begin);
    if (now - entries.at(-1).at >= reset) return nothing;
  }
  live = [...live].sort(byStamp);
  if (period > 0) live = live.slice(-WINDOW_LIMIT).filter(({ ts }) => ts > now - period);
  return live.length === 0 ? nothing : FOLDS[attribute.aggregation](live, now, UNIT_MS[attribute.time_unit]);
}
