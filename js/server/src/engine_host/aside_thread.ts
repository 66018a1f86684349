// The thread of aside.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { load } from '@oncue/engine';
import { HttpError } from '../errors.js';
import { Registry } from '../registry/objects.js';
import { partCalls, readSnapshot, writeSnapshot } from '../storage/snapshot_parts.js';
import type { SnapshotHead } from '../storage/snapshot_tables.js';
import type { Entry } from '../storage/store.js';
import type { Job, PreviewJob, Said, SnapshotJob, Told } from './aside.js';
import { Machine } from './machine.js';
import { previewGroup, previewIntervention } from './preview.js';

const READ_ENTRIES = 1_000;

const say = (said: Said): void => parentPort?.postMessage(said);

function ask<T>(question: string, ...parameters: unknown[]): Promise<T> {
  return new Promise((resolve, reject) => {
    parentPort?.once('message', (told: Told) => ('error' in told ? reject(new Error(told.error)) : resolve(told.result as T)));
    say({ question, parameters });
  });
}

/** @returns bytes of the snapshot */
async function snapshot({ engine, upTo, partBytes, erasures }: SnapshotJob): Promise<number> {
  const parts = partCalls((method, parameters) => ask(`snapshots.${method}`, ...parameters));
  const { seed, snapshot: head } = await ask<{ seed: string; snapshot?: SnapshotHead }>('log.open');
  const machine = new Machine({ seed, ...(head && { snapshot: await readSnapshot(parts, head) }) }, engine);
  if (machine.refusedSnapshot !== undefined) throw machine.refusedSnapshot;
  while (machine.seq < upTo) {
    const page = await ask<Entry[]>('log.read', machine.seq, READ_ENTRIES);
    for (const entry of page) if (entry.seq <= upTo) machine.apply(entry);
    if (page.length < READ_ENTRIES || (page.at(-1)?.seq ?? upTo) >= upTo) break;
  }
  return writeSnapshot(parts, { ...machine.snapshot(), seq: upTo, erasures }, partBytes);
}

async function* events(): AsyncGenerator<readonly Entry[]> {
  for (;;) {
    const page = await ask<readonly Entry[] | null>('events');
    if (page === null) return;
    yield page;
  }
}

const preview = ({ kind, registry, text, now }: PreviewJob): Promise<object> =>
  (kind === 'group' ? previewGroup : previewIntervention)(Registry.from(registry), JSON.parse(text), events(), now);

const job = workerData as Job;
try {
  await load();
  say({ result: await (job.kind === 'snapshot' ? snapshot(job) : preview(job)) });
} catch (error) {
  const { message } = error as Error;
  say({ error: message, isTrap: error instanceof WebAssembly.RuntimeError, ...(error instanceof HttpError && { http: { status: error.status, body: error.body } }) });
}
