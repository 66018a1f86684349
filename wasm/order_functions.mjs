// Puts functions that are alike next to each other: brotli then needs about one part in a hundred less for the module.
import { brotliCompressSync } from 'node:zlib';
import binaryen from 'binaryen';

/** Functions up to this index are called with one byte fewer; optimize() has put those called most often first. */
const SHORT_INDEX = 128;
/** Tried: what is left of a function's weight with each that follows it, and how much the length of one counts. */
const FADING = 0.7;
const LENGTH = 0.7;

/** Pairs of lines that follow each other, numbers of functions and locals included: what brotli can refer back to. */
function pairsOf(code) {
  const lines = code.split('\n').map((line) => line.trim());
  return new Set(lines.slice(2).map((line, n) => `${lines[n + 1]}\n${line}`));
}

/**
 * What two functions have in common, by their numbers: a pair counts for more the fewer functions have it.
 * @returns {Float64Array[]}
 */
function likeness(functions) {
  const owners = new Map();
  functions.forEach(({ pairs }, n) => {
    for (const pair of pairs) {
      if (!owners.has(pair)) owners.set(pair, []);
      owners.get(pair).push(n);
    }
  });
  const common = functions.map(() => new Float64Array(functions.length));
  for (const sharing of owners.values()) {
    const weight = 1 / Math.log2(1 + sharing.length);
    for (const a of sharing) for (const b of sharing) common[a][b] += weight;
  }
  return common;
}

/** From one on, always that which has most in common with those before it, of long ones less than of short ones. */
function chain(functions, common, begin) {
  const left = new Set(functions.keys());
  const ordered = [];
  const near = new Float64Array(functions.length);
  for (let next = Math.floor(begin * (functions.length - 1)); next !== undefined; ) {
    left.delete(next);
    ordered.push(functions[next].code);
    const withLast = common[next];
    let best = -1;
    next = undefined;
    for (const one of left) {
      near[one] = FADING * near[one] + withLast[one];
      const alike = near[one] / (functions[one].pairs.size + 1) ** LENGTH;
      if (alike <= best) continue;
      best = alike;
      next = one;
    }
  }
  return ordered;
}

/**
 * @param {Uint8Array} bytes of a module as optimize() leaves it
 * @param {number} features Binaryen's, of that module
 * @param {number} tries how many orders, two at least: which function comes first leads to others, none the best for all modules
 * @returns {Uint8Array} the same with its functions in another order
 */
export function orderFunctions(bytes, features, tries) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(features);
  // Binaryen numbers functions in the order of their text.
  const text = module.emitText();
  const functions = [...text.matchAll(/^ \(func [^]*?^ \)\n/gm)].map(([code]) => ({ code, pairs: pairsOf(code) }));
  const short = SHORT_INDEX - (module.getNumFunctions() - functions.length);
  const groups = [functions.slice(0, short), functions.slice(short)].map((group) => [group, likeness(group)]);
  const written = Array.from({ length: tries }, (_, n) => {
    const begin = n / (tries - 1);
    const ordered = groups.flatMap(([group, common]) => chain(group, common, begin));
    let next = 0;
    const made = binaryen.parseText(text.replace(/^ \(func [^]*?^ \)\n/gm, () => ordered[next++]));
    made.setFeatures(features);
    if (!made.validate()) throw new Error('a module with its functions in another order is not valid');
    const emitted = made.emitBinary();
    made.dispose();
    return emitted;
  });
  const sizes = written.map((one) => brotliCompressSync(one).length);
  return written[sizes.indexOf(Math.min(...sizes))];
}
