// Lines of a stream, with memory bounded by the longest line that is allowed.
import { Failure } from './failure.mjs';

/** Far above any event: a collector refuses requests of more than one megabyte. */
export const LONGEST_LINE = 16 * 1024 * 1024;

const NEWLINE = 10;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** @param {string} name @param {number} number @param {Buffer} chunk @param {boolean} isStart */
function refuseBinary(name, number, chunk, isStart) {
  const isGzip = isStart && chunk[0] === 0x1f && chunk[1] === 0x8b;
  if (!isGzip && !chunk.includes(0)) return;
  const what = isGzip ? 'is gzip' : `is not text: near line ${number} it holds a NUL byte`;
  throw new Failure(`${name} ${what}. Decompress it first: gunzip -c FILE | oncue ... --events -`);
}

/** @param {string} name @param {number} number @param {number} bytes */
function refuseLong(name, number, bytes) {
  if (bytes <= LONGEST_LINE) return;
  const limit = `${LONGEST_LINE / 1024 / 1024} MiB`;
  throw new Failure(`${name}: line ${number} is longer than ${limit}. Write one event per line, for example with jq -c '.[]'.`);
}

/** @param {Buffer} line */
function decode(line) {
  const end = line.at(-1) === 13 ? line.length - 1 : line.length;
  return line.toString('utf8', 0, end);
}

/**
 * Batches of lines, empty ones included; `bytes` is how much was read so far.
 * @param {AsyncIterable<Buffer>} stream
 * @param {string} name for errors
 * @returns {AsyncGenerator<{first: number, lines: string[], bytes: number}>}
 */
export async function* readLines(stream, name) {
  /** @type {Buffer[]} */
  let pending = [];
  let pendingBytes = 0;
  let number = 1;
  let bytes = 0;
  for await (let chunk of stream) {
    refuseBinary(name, number, chunk, bytes === 0);
    if (bytes === 0 && chunk.subarray(0, 3).equals(BYTE_ORDER_MARK)) chunk = chunk.subarray(3);
    bytes += chunk.length;
    const lines = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const rest = chunk.subarray(start, end);
      refuseLong(name, number + lines.length, pendingBytes + rest.length);
      lines.push(decode(pendingBytes > 0 ? Buffer.concat([...pending, rest]) : rest));
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      pending.push(chunk.subarray(start));
      pendingBytes += chunk.length - start;
    }
    refuseLong(name, number + lines.length, pendingBytes);
    if (lines.length > 0) yield { first: number, lines, bytes };
    number += lines.length;
  }
  if (pendingBytes > 0) yield { first: number, lines: [decode(Buffer.concat(pending))], bytes };
}
