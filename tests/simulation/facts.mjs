// Facts as docs/sync-protocol.md writes them, read without the engine.

/** @param bytes a Buffer */
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
  const skip = (length) => (place += length);
  return {
    byte,
    varint,
    double: () => bytes.readDoubleLE(skip(8) - 8),
    hex: (length) => bytes.hexSlice(place, skip(length)),
    text: (length) => bytes.utf8Slice(place, skip(length)),
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
  if (kind === 2) return reader.double();
  if (kind === 3) return reader.text(reader.varint());
  throw new Error(`a fact has an element of kind ${kind}`);
}

/** @returns {{ts: number, at: number, updates: Map<string, unknown>}} elements by computation, 16 hex digits */
export function readFact(text) {
  const reader = createReader(Buffer.from(text, 'base64url'));
  const ts = reader.zigzag();
  const at = ts + reader.zigzag();
  const updates = new Map();
  for (let left = reader.varint(); left > 0; left--) updates.set(reader.hex(8), readElement(reader));
  if (!reader.isAtEnd) throw new Error('a fact has bytes behind its end');
  return { ts, at, updates };
}
