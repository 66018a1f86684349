// Loaded before every test file: one that does not end says what it still waits for, a minute before it is ended.
// ONCUE_TEST_MAX_MS is when that is.
import { isMainThread } from 'node:worker_threads';

const EARLIER_MS = 60_000;

function describe(handle) {
  const { spawnargs, pid, remotePort, localPort } = handle;
  if (spawnargs) return `process ${pid}: ${spawnargs.join(' ')}`;
  const ports = [localPort, remotePort].filter(Boolean).join(' to ');
  return `${handle.constructor.name} ${ports}`.trim();
}

function report() {
  const handles = process._getActiveHandles().map(describe);
  console.error(`${process.argv[1]} still waits for ${JSON.stringify(process.getActiveResourcesInfo())}\n${handles.join('\n')}`);
}

const maxMs = Number(process.env.ONCUE_TEST_MAX_MS);
if (isMainThread && maxMs > EARLIER_MS) setTimeout(report, maxMs - EARLIER_MS).unref();
