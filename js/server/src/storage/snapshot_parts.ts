// Writes and reads a snapshot in parts, each a short call to the thread that owns the data file.
import type { Room, SnapshotHead, SnapshotTables } from './snapshot_tables.js';
import type { Snapshot } from './store.js';

type Asynchronous<T> = { [M in keyof T]: T[M] extends (...parameters: infer P) => infer R ? (...parameters: P) => Promise<R> : never };
/** The calls that it takes, wherever they are made from. */
export type PartCalls = Pick<Asynchronous<SnapshotTables>, 'read' | 'begin' | 'add' | 'finish' | 'dropOld' | 'replace'>;

/** Makes the calls by whatever way leads to that thread. */
export function partCalls(ask: (method: keyof SnapshotTables, parameters: readonly unknown[]) => Promise<unknown>): PartCalls {
  const call = (method: keyof PartCalls) => (...parameters: unknown[]) => ask(method, parameters);
  return { read: call('read'), begin: call('begin'), add: call('add'), finish: call('finish'), dropOld: call('dropOld'), replace: call('replace') } as PartCalls;
}

const PART_BYTES = 1 << 20;

async function addAll(calls: PartCalls, generation: number, room: Room, bytes: Uint8Array, partBytes: number): Promise<void> {
  for (let part = 0; part * partBytes < bytes.length; part++) {
    await calls.add(generation, room, part, bytes.slice(part * partBytes, (part + 1) * partBytes));
  }
}

async function dropAll(calls: PartCalls): Promise<void> {
  while (await calls.dropOld());
}

/**
 * @param partBytes the most in one part; a snapshot that fits into one is written at once
 * @returns bytes that it takes
 */
export async function writeSnapshot(calls: PartCalls, { seq, host, engine, told = new Uint8Array(), erasures = [] }: Snapshot, partBytes = PART_BYTES): Promise<number> {
  const text = new TextEncoder().encode(host);
  const bytes = text.length + engine.length + told.length;
  if (bytes <= partBytes) {
    if (await calls.replace(seq, text, engine, told, erasures)) await dropAll(calls);
    return bytes;
  }
  // Of a snapshot that was not finished.
  await dropAll(calls);
  const generation = await calls.begin();
  await addAll(calls, generation, 'host', text, partBytes);
  await addAll(calls, generation, 'engine', engine, partBytes);
  await addAll(calls, generation, 'told', told, partBytes);
  await calls.finish(generation, seq, erasures);
  await dropAll(calls);
  return bytes;
}

async function readAll(calls: PartCalls, generation: number, room: Room, count: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let part = 0; part < count; part++) parts.push(await calls.read(generation, room, part));
  return new Uint8Array(Buffer.concat(parts));
}

export async function readSnapshot(calls: PartCalls, { seq, erasures, whole, parts }: SnapshotHead): Promise<Snapshot> {
  if (whole) return { seq, erasures, ...whole };
  const { generation, host, engine, told } = parts ?? { generation: 0, host: 0, engine: 0, told: 0 };
  const text = new TextDecoder().decode(await readAll(calls, generation, 'host', host));
  return { seq, erasures, host: text, engine: await readAll(calls, generation, 'engine', engine), ...(told > 0 && { told: await readAll(calls, generation, 'told', told) }) };
}
