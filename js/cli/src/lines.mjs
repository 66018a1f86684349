// Lines of a stream, with memory bounded by the longest line that is allowed.
import { Failure } from './failure.mjs';

/** Far above any event: a collector refuses requests of more than one megabyte. */
export const LONGEST_LINE = 16 * 1024 * 1024;

const NEWLINE = 10;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** What stands for a line that cannot be an event; the rest of the input is read on. */
export class BadLine {
  /** @param {'too_long' | 'nul_byte'} reason */
  constructor(reason) {
    this.reason = reason;
  }
}
const TOO_LONG = new BadLine('too_long');
const NUL_BYTE = new BadLine('nul_byte');

/** @param {string} name @param {Buffer} start of the stream */
function refuseGzip(name, start) {
  if (start[0] !== 0x1f || start[1] !== 0x8b) return;
  throw new Failure(`${name} is gzip. Decompress it first: gunzip -c FILE | oncue ... --events -`);
}

/** @param {Buffer} line @returns {string | BadLine} */
function decode(line) {
  if (line.includes(0)) return NUL_BYTE;
  const end = line.at(-1) === 13 ? line.length - 1 : line.length;
  return line.toString('utf8', 0, end);
}

/** Bytes of the line that is being read, until there are too many. */
class PendingLine {
  /** @type {Buffer[]} */
  parts = [];
  bytes = 0;

  /** @param {Buffer} part */
  add(part) {
    this.bytes += part.length;
    if (this.bytes > LONGEST_LINE) this.parts = [];
    else if (part.length > 0) this.parts.push(part);
  }

  /** The line, now that it is whole; the next one begins. */
  take() {
    const { parts, bytes } = this;
    this.parts = [];
    this.bytes = 0;
    if (bytes > LONGEST_LINE) return TOO_LONG;
    return decode(parts.length === 1 ? /** @type {Buffer} */ (parts[0]) : Buffer.concat(parts));
  }
}

/**
 * Batches of lines, empty ones included; `bytes` is how much was read so far.
 * @param {AsyncIterable<Buffer>} stream
 * @param {string} name for errors
 * @returns {AsyncGenerator<{first: number, lines: (string | BadLine)[], bytes: number}>}
 */
export async function* readLines(stream, name) {
  const pending = new PendingLine();
  let first = 1;
  let bytes = 0;
  for await (let chunk of stream) {
    if (bytes === 0) {
      refuseGzip(name, chunk);
      if (chunk.subarray(0, 3).equals(BYTE_ORDER_MARK)) chunk = chunk.subarray(3);
    }
    bytes += chunk.length;
    const lines = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      pending.add(chunk.subarray(start, end));
      lines.push(pending.take());
      start = end + 1;
    }
    pending.add(chunk.subarray(start));
    if (lines.length > 0) yield { first, lines, bytes };
    first += lines.length;
  }
  if (pending.bytes > 0) yield { first, lines: [pending.take()], bytes };
}
