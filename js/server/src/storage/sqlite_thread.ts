// The thread that owns the data file, so that waiting for the disk holds up neither requests nor streams.
import { parentPort, workerData } from 'node:worker_threads';
import { SqliteFile } from './sqlite_file.js';

export interface Call {
  readonly id: number;
  readonly method: keyof SqliteFile;
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

function answer({ id, method, parameters }: Call): Answer {
  if (!file) return { id, error: refusal };
  try {
    const call = file[method] as (...parameters: unknown[]) => unknown;
    return { id, result: call.apply(file, [...parameters]) };
  } catch (error) {
    return { id, error: reason(error) };
  }
}

parentPort?.on('message', (call: Call) => parentPort?.postMessage(answer(call)));
