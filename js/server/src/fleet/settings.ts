// What all servers of one Redis must agree on, settled by the first.
import { randomBytes } from 'node:crypto';
import type { MachineOptions } from '../engine_host/machine.js';
import type { Client } from '../storage/redis/client.js';
import { KEYS } from '../storage/redis/keys.js';
import { StoreError } from '../storage/store.js';

interface Settings {
  /** Without the joint one. */
  readonly partitions: number;
  readonly seed: bigint;
}

/** @throws {StoreError} when this server would compute other values than the others */
export async function settle(client: Client, partitions: number, engine: MachineOptions): Promise<Settings> {
  const seed = BigInt(`0x${randomBytes(8).toString('hex')}`).toString();
  const own: Record<string, string> = { windowEventLimit: String(engine.windowEventLimit ?? 'default'), syncKeys: [...(engine.syncKeys ?? [])].sort().join(' ') || 'none' };
  for (const [field, value] of Object.entries({ partitions: String(partitions), seed, ...own })) await client.hSetNX(KEYS.settings, field, value);
  const settled = await client.hGetAll(KEYS.settings);
  for (const [field, value] of Object.entries(own)) {
    if (settled[field] === value) continue;
    throw new StoreError(`The servers on this Redis were started with ${field} ${settled[field]}, this one with ${value}: give all of them the same`);
  }
  return { partitions: Number(settled.partitions), seed: BigInt(settled.seed ?? 0) };
}
