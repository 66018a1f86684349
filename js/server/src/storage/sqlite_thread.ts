// The thread that owns the data file, so that waiting for the disk holds up neither requests nor streams.
import { parentPort, workerData } from 'node:worker_threads';
import type { SyncTables } from './sync/sqlite_tables.js';
import { SqliteFile } from './sqlite_file.js';

export interface Call {
  readonly id: number;
  readonly room: 'log' | 'sync';
  readonly method: keyof SqliteFile | keyof SyncTables;
  readonly parameters: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

let file: SqliteFile | undefined;
let refusal = '';
try {
  file = new SqliteFile((workerData as { path: string }).path);
} catch (error) {
  refusal = reason(error);
}

function answer({ id, room, method, parameters }: Call): Answer {
  if (!file) return { id, error: refusal };
  try {
    const owner = (room === 'sync' ? file.sync : file) as unknown as Record<string, (...parameters: unknown[]) => unknown>;
    return { id, result: owner[method]?.(...parameters) };
  } catch (error) {
    return { id, error: reason(error) };
  }
}

parentPort?.on('message', (call: Call) => parentPort?.postMessage(answer(call)));
