// To which partition something belongs.

/** FNV-1a of the UTF-16 units, mixed so that every bit counts: part of what is stored, so it never changes. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 0 to `partitions` - 1. */
export const partitionOf = (key: string, id: string, partitions: number): number => hash32(`${key}\0${id}`) % partitions;
