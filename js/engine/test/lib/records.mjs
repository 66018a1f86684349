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

/** {slot: value} of a record; an object is {}, an array inside an array is 'array'. `held` is what the one before said, and then this one. */
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
  const magic = u32();
  if (magic !== MAGIC && (magic !== MAGIC + 1 || Object.keys(held).length === 0)) throw new Error('no record');
  for (const slot in held) if (magic === MAGIC || Array.isArray(held[slot])) delete held[slot];
  while (at < bytes.length) {
    const head = u32();
    const slot = head >>> 8;
    held[slot] = value(head & 0xff, false);
    if (held[slot] === null) delete held[slot];
  }
  return { ...held };
}
