// What the plain artefact reads: core/src/base/wire.h, written in JavaScript.
import { encoder } from '../utf8.js';

/** One after the other: a whole number from 0 as LEB128, a text behind its length, bytes as they are. */
export type Form = number | string | Uint8Array | readonly Form[];

export function encode(form: Form): Uint8Array {
  const out: number[] = [];
  const put = (one: Form): void => {
    if (typeof one === 'number') {
      for (; one > 127; one >>>= 7) out.push((one & 127) | 128);
      out.push(one);
    } else if (typeof one === 'string') put(sized(encoder.encode(one)));
    else if (Array.isArray(one)) one.forEach(put);
    else for (const byte of one as Uint8Array) out.push(byte);
  };
  put(form);
  return new Uint8Array(out);
}

/** Behind their number. */
export const sized = (items: Uint8Array | readonly Form[]): Form => [items.length, items];

/** Eight bytes, of a double without -0 or of an integer. */
export const wide = (value: number | bigint): Uint8Array =>
  new Uint8Array((typeof value === 'bigint' ? BigUint64Array.of(value) : Float64Array.of(value + 0)).buffer);
