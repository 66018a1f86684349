// Work that would keep requests and streams waiting, on a thread of its own that ends with it: its memory is given back.
import { Worker } from 'node:worker_threads';
import { HttpError } from '../errors.js';
import type { RegistryJson } from '../registry/objects.js';
import type { Erasure } from '../storage/store.js';
import type { MachineOptions } from './machine.js';

/** Takes and saves the snapshot of everything up to an entry. */
export interface SnapshotJob {
  readonly kind: 'snapshot';
  readonly engine: MachineOptions;
  readonly upTo: number;
  /** Most bytes in one part; default 1 MiB. */
  readonly partBytes?: number;
  readonly erasures: readonly Erasure[];
}

/** What a definition would give over the events in the store. */
export interface PreviewJob {
  readonly kind: 'group' | 'intervention';
  readonly registry: RegistryJson;
  /** The request's body, as text: what is nested very deep cannot be handed over otherwise. */
  readonly text: string;
  readonly now: number;
}

export type Job = SnapshotJob | PreviewJob;

/** From the thread: a question, or the end. */
export type Said =
  | { readonly question: string; readonly parameters: readonly unknown[] }
  | { readonly result: unknown }
  | { readonly error: string; readonly isTrap?: boolean; readonly http?: { readonly status: number; readonly body: HttpError['body'] } };

/** To the thread: one question is open at a time. */
export type Told = { readonly result: unknown } | { readonly error: string };

/** The thread's engine stopped in the middle of something, as one without memory does. */
export class AsideTrap extends Error {
  override name = 'AsideTrap';
}

const THREAD = new URL('./aside_thread.mjs', import.meta.url);

/** @param answer to the thread's questions; it ends with whatever that throws */
export async function runAside<T>(job: Job, answer: (question: string, parameters: readonly unknown[]) => Promise<unknown>): Promise<T> {
  const thread = new Worker(THREAD, { workerData: job });
  try {
    return await new Promise<T>((resolve, reject) => {
      thread.on('error', reject);
      thread.on('exit', () => reject(new Error('the thread ended')));
      thread.on('message', (said: Said) => {
        if ('result' in said) return resolve(said.result as T);
        if ('error' in said && said.isTrap === true) return reject(new AsideTrap(said.error));
        if ('error' in said) return reject(said.http ? new HttpError(said.http.status, said.http.body) : new Error(said.error));
        answer(said.question, said.parameters).then((result) => {
          const told: Told = { result };
          thread.postMessage(told, result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : []);
        }, reject);
      });
    });
  } finally {
    await thread.terminate();
  }
}
