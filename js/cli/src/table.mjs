// Plain tables for a terminal.
const WIDEST_CELL = 48;

/** Control characters of an event must not reach the terminal. @param {string} text */
const printable = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD');

/** @param {string} json text of a value */
export const cellOf = (json) => cellText(json.startsWith('"') ? JSON.parse(json) : json);

/** @param {string} text */
export function cellText(text) {
  const clean = printable(text);
  return clean.length > WIDEST_CELL ? `${clean.slice(0, WIDEST_CELL - 1)}…` : clean;
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 * @param {ReadonlySet<number>} [right] columns to align right
 * @returns {string[]} lines
 */
export function tableLines(head, rows, right = new Set()) {
  const widths = head.map((title, column) => longest([title], longest(rows.map((row) => row[column] ?? ''))));
  const format = (/** @type {readonly string[]} */ row) =>
    row
      .map((cell, column) => (right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [format(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(format)];
}

/** @param {readonly string[]} lines */
export const widthOf = (lines) => longest(lines);

// Not Math.max(...): a table may have more rows than a call may have arguments.
/** @param {readonly string[]} texts */
function longest(texts, least = 0) {
  return texts.reduce((length, text) => Math.max(length, text.length), least);
}
