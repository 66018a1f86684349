// Facts as docs/sync-protocol.md writes them, read without the engine.

function createReader(bytes) {
  let place = 0;
  const byte = () => bytes[place++];
  const varint = () => {
    let number = 0;
    for (let factor = 1; ; factor *= 128) {
      const one = byte();
      number += (one & 127) * factor;
      if (one < 128) return number;
    }
  };
  const take = (length) => bytes.subarray(place, (place += length));
  return {
    byte,
    varint,
    take,
    zigzag() {
      const number = varint();
      return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
    },
    get isAtEnd() {
      return place === bytes.length;
    },
  };
}

function readElement(reader) {
  const kind = reader.byte();
  if (kind === 0) return null;
  if (kind === 1) return reader.byte() === 1;
  if (kind === 2) return Buffer.from(reader.take(8)).readDoubleLE();
  if (kind === 3) return Buffer.from(reader.take(reader.varint())).toString();
  throw new Error(`a fact has an element of kind ${kind}`);
}

/** @returns {{ts: number, at: number, updates: Map<string, unknown>}} elements by computation, 16 hex digits */
export function readFact(text) {
  const reader = createReader(Buffer.from(text, 'base64url'));
  const ts = reader.zigzag();
  const at = ts + reader.zigzag();
  const updates = new Map();
  for (let left = reader.varint(); left > 0; left--) updates.set(Buffer.from(reader.take(8)).toString('hex'), readElement(reader));
  if (!reader.isAtEnd) throw new Error('a fact has bytes behind its end');
  return { ts, at, updates };
}
