// Records without the engine: memory that moves as often as it can, and a decoder. core/src/event/record.h has the layout.
export const MAGIC = 0x4f435231;

/** What the extractor needs of the wasm module; every larger buffer lies elsewhere, as after memory growth. */
export function createMemory() {
  let size = 0;
  const memory = {
    HEAPU8: new Uint8Array(64),
    _oncue_buffer(bytes) {
      if (bytes <= size) return memory.start;
      const held = memory.HEAPU8.slice(memory.start, memory.start + size);
      memory.start += 8;
      memory.HEAPU8 = new Uint8Array(memory.start + bytes);
      memory.HEAPU8.set(held, memory.start);
      size = bytes;
      return memory.start;
    },
    start: 8,
    record: (length) => memory.HEAPU8.slice(memory.start, memory.start + length),
  };
  return memory;
}

/** {slot: value} of a record; an object is {}, an array inside an array is 'array'. `held` are the texts of earlier ones. */
export function decode(bytes, held = {}) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const u32 = () => view.getUint32((at += 4) - 4, true);
  const value = (tag, isNested) => {
    switch (tag) {
      case 0: return null;
      case 1: return false;
      case 2: return true;
      case 3: return view.getFloat64((at += 8) - 8, true);
      case 4: {
        const length = u32();
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(at, (at += length)));
      }
      case 5: return {};
      case 6: {
        const count = u32();
        if (isNested) return 'array';
        return Array.from({ length: count }, () => value(u32() & 0xff, true));
      }
      default: throw new Error(`tag ${tag}`);
    }
  };
  if (u32() !== MAGIC) throw new Error('no record');
  const found = {};
  while (at < bytes.length) {
    const head = u32();
    const slot = head >>> 8;
    if ((head & 0xff) !== 7) found[slot] = value(head & 0xff, false);
    else if (slot in held) found[slot] = held[slot];
    else throw new Error(`slot ${slot} is the same as nothing`);
    if (typeof found[slot] === 'string') held[slot] = found[slot];
  }
  return found;
}
