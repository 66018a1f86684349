// The thread that owns the data file, so that waiting for the disk holds up neither requests nor streams.
import { parentPort, workerData } from 'node:worker_threads';
import type { SnapshotTables } from './snapshot_tables.js';
import type { SyncTables } from './sync/sqlite_tables.js';
import { SqliteFile } from './sqlite_file.js';

export interface Call {
  readonly id: number;
  readonly room: 'log' | 'sync' | 'snapshots';
  readonly method: keyof SqliteFile | keyof SyncTables | keyof SnapshotTables;
  readonly parameters: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** What to do when the disk fails, by the start of SQLite's code. */
const ADVICE = [
  ['SQLITE_FULL', 'make room on its disk; the server goes on by itself then'],
  ['SQLITE_IOERR', 'look at its disk and at the limits of the process; the server goes on by itself once it can write'],
  ['SQLITE_READONLY', 'make it writable'],
] as const;

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '' } = error as { code?: string };
  const advice = ADVICE.find(([start]) => code.startsWith(start))?.[1];
  return advice ? `${error.message} (${code}): ${advice}` : error.message;
}

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
    const owner = (room === 'log' ? file : file[room]) as unknown as Record<string, (...parameters: unknown[]) => unknown>;
    return { id, result: owner[method]?.(...parameters) };
  } catch (error) {
    return { id, error: reason(error) };
  }
}

/** Bytes are handed over rather than copied. */
const handed = ({ result }: Answer): ArrayBuffer[] => (result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : []);

parentPort?.on('message', (call: Call) => {
  const one = answer(call);
  parentPort?.postMessage(one, handed(one));
});
