/** @param {number} count @param {string} word */
export const counted = (count, word) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

/**
 * Edits (insert, delete, replace) that turn `a` into `b`.
 * @param {string} a
 * @param {string} b
 */
export function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = /** @type {number} */ (row[j - 1]) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, /** @type {number} */ (row[j]) + 1, /** @type {number} */ (next[j - 1]) + 1));
    }
    row = next;
  }
  return /** @type {number} */ (row[b.length]);
}

/**
 * `; did you mean "x"?` when a known word is near, else ''.
 * @param {string} word
 * @param {readonly string[]} known
 */
export function suggestion(word, known) {
  const ranked = known.map((one) => ({ one, edits: distance(word, one) })).sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best && best.edits <= Math.max(2, word.length / 3) ? `; did you mean "${best.one}"?` : '';
}
