// What the plain artefact reads: core/src/base/wire.h, written in JavaScript.

const encoder = /* @__PURE__ */ new TextEncoder();

/** Bytes so far. */
export type Bytes = number[];

/** A whole number from 0, as LEB128. */
export function putNumber(out: Bytes, number: number): void {
  for (; number > 127; number >>>= 7) out.push((number & 127) | 128);
  out.push(number);
}

/** A text, or bytes, behind their length. */
export function putText(out: Bytes, text: string | Bytes): void {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text;
  putNumber(out, bytes.length);
  for (const byte of bytes) out.push(byte);
}

/** Eight bytes, of a double without -0 or of an integer. */
export function putWide(out: Bytes, value: number | bigint): void {
  const view = new DataView(new ArrayBuffer(8));
  if (typeof value === 'bigint') view.setBigUint64(0, value, true);
  else view.setFloat64(0, value + 0, true);
  for (let i = 0; i < 8; i++) out.push(view.getUint8(i));
}

export function putList<T>(out: Bytes, items: readonly T[], put: (item: T) => void): void {
  putNumber(out, items.length);
  items.forEach(put);
}
