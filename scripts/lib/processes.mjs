// Every child runs in a process group of its own, so that stopping it stops its children too
// (ninja's compilers, ctest's tests, npm's scripts). No group outlives this process.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { root } from './paths.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const GRACE_MS = 5000;
const { PRIORITY_LOW } = os.constants.priority;
const NODE_MAJOR = 20;
const live = new Set();
let stopping = false;
let inFront = true;

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch {
    return false;
  }
}

const groupAlive = (child) => signalGroup(child, 0);

/** Stops the child's whole group: politely, and after five seconds for good. */
export async function stop(child) {
  signalGroup(child, 'SIGTERM');
  // What is behind is stopped by one who waits as long for it.
  const deadline = Date.now() + (inFront ? GRACE_MS : GRACE_MS / 2);
  while (groupAlive(child) && Date.now() < deadline) await new Promise((done) => setTimeout(done, 20));
  signalGroup(child, 'SIGKILL');
  live.delete(child);
}

async function stopAllAndExit(signal) {
  if (stopping) return;
  stopping = true;
  await Promise.all([...live].map(stop));
  process.exit(128 + os.constants.signals[signal]);
}

for (const signal of SIGNALS) process.on(signal, () => void stopAllAndExit(signal));
process.on('exit', () => {
  for (const child of live) signalGroup(child, 'SIGKILL');
});

// npm killed for good forwards no signal; its script must still not stay behind.
function watchNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void stopAllAndExit('SIGHUP'), 500).unref();
}
watchNpm();

/** From here on this process and those that it starts run with what of the cores others leave. */
export function stepBack() {
  inFront = false;
  os.setPriority(PRIORITY_LOW);
  stepSessionBack(process.pid);
}

// Linux weighs sessions against each other first, and priorities only within each of them.
function stepSessionBack(pid) {
  try {
    fs.writeFileSync(`/proc/${pid}/autogroup`, String(PRIORITY_LOW));
  } catch {
    // There is no such thing here, or the process has ended already.
  }
}

/** Starts a program in its own process group; the caller waits for it or stops it. */
export function start(command, args, options = {}) {
  const defaults = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true };
  const child = spawn(command, args, { ...defaults, ...options });
  if (child.pid !== undefined) live.add(child);
  if (child.pid !== undefined && !inFront) stepSessionBack(child.pid);
  return child;
}

/**
 * Runs a program to its end.
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it, 127 when it could not be started
 */
export function run(command, args, options = {}) {
  return new Promise((done) => {
    const child = start(command, args, options);
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      done(127);
    });
    child.on('exit', (code, signal) => {
      // While a signal is being handled, the handler ends this process; nothing may go on meanwhile.
      if (stopping) return;
      // A child that left processes of its group behind must not leave them to the user.
      signalGroup(child, 'SIGKILL');
      live.delete(child);
      done(code ?? 128 + os.constants.signals[signal]);
    });
  });
}

/** Runs a program that must succeed. */
export async function mustRun(command, args, options = {}) {
  const code = await run(command, args, options);
  if (code !== 0) throw new Failure(`${[command, ...args].join(' ')} ended with code ${code}`);
}

/** A failure whose message is all the user needs; no stack is shown. */
export class Failure extends Error {}

function checkNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return;
  const here = `${process.version} (${process.execPath})`;
  throw new Failure(`Node ${NODE_MAJOR} or newer is needed; this is ${here}. See https://nodejs.org/en/download`);
}

/** Runs a script's main function; a Failure is printed without its stack. */
export async function main(body) {
  try {
    checkNode();
    await body();
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exit(1);
  }
}
