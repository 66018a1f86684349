// Puts functions that are alike next to each other: brotli then needs about one part in a hundred less for the module.
import { brotliCompressSync } from 'node:zlib';
import binaryen from 'binaryen';

/** Functions up to this index are called with one byte fewer; optimize() has put those called most often first. */
const SHORT_INDEX = 128;
/** Which function comes first leads to other orders, none the best for all modules: that many are tried. */
const TRIES = 6;

/** Pairs of lines that follow each other, numbers of functions and locals included: what brotli can refer back to. */
function pairsOf(code) {
  const lines = code.split('\n').map((line) => line.trim());
  return new Set(lines.slice(2).map((line, n) => `${lines[n + 1]}\n${line}`));
}

/** From one on, always that which has most in common with the one before, of long ones less than of short ones. */
function chain(functions, begin) {
  const left = new Set(functions);
  const ordered = [];
  for (let next = functions[Math.floor(begin * (functions.length - 1))]; next; ) {
    left.delete(next);
    ordered.push(next);
    const { pairs } = next;
    let best = -1;
    next = undefined;
    for (const one of left) {
      let common = 0;
      for (const pair of one.pairs) if (pairs.has(pair)) common++;
      const alike = common / Math.sqrt(one.pairs.size + 1);
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
 * @returns {Uint8Array} the same with its functions in another order
 */
export function orderFunctions(bytes, features) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(features);
  // Binaryen numbers functions in the order of their text.
  const text = module.emitText();
  const functions = [...text.matchAll(/^ \(func [^]*?^ \)\n/gm)].map(([code]) => ({ code, pairs: pairsOf(code) }));
  const short = SHORT_INDEX - (module.getNumFunctions() - functions.length);
  const written = Array.from({ length: TRIES }, (_, n) => {
    const begin = n / (TRIES - 1);
    const ordered = [...chain(functions.slice(0, short), begin), ...chain(functions.slice(short), begin)];
    let next = 0;
    const made = binaryen.parseText(text.replace(/^ \(func [^]*?^ \)\n/gm, () => ordered[next++].code));
    made.setFeatures(features);
    if (!made.validate()) throw new Error('a module with its functions in another order is not valid');
    return made.emitBinary();
  });
  const sizes = written.map((one) => brotliCompressSync(one).length);
  return written[sizes.indexOf(Math.min(...sizes))];
}
