/** The engine remembers its last 4,096 event ids; taken round and round, none of these is still among them. */
export const EVENT_IDS = Array.from({ length: 8192 }, (_, n) =>
  // In one piece, as crypto.randomUUID() makes it.
  Buffer.from(`7c9a1f0e-52b6-4f63-9a55-${n.toString(16).padStart(12, '0')}`).toString('latin1'),
);
export const MASK = EVENT_IDS.length - 1;
