// npm run simulate -- [--schedules N] [--seed S] [--workers K]   schedules with the seeds S, S + 1 ... on K threads.
// Run by node --single-threaded-gc it is faster: every core has a worker, so nobody is left who could help to collect.
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

const BATCH = 200;
/** A schedule leaves nothing behind: the fewer collections, the less is copied for nothing. */
const YOUNG_MB = 96;

/**
 * @param report called now and then with the number of schedules that are done
 * @returns {Promise<string | undefined>} the first failure that was found
 */
export function simulate({ schedules, seed, workers = os.availableParallelism(), report = () => {} }) {
  let next = 0;
  let done = 0;
  const run = (worker) =>
    new Promise((resolve, reject) => {
      const give = () => {
        if (next >= schedules) return resolve(undefined);
        const count = Math.min(BATCH, schedules - next);
        worker.postMessage({ from: seed + next, count });
        next += count;
      };
      worker.on('error', reject);
      worker.on('message', ({ failure, done: count }) => {
        if (failure) return resolve(failure);
        report((done += count));
        give();
      });
      give();
    });
  const start = () => new Worker(new URL('worker.mjs', import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  const threads = Array.from({ length: workers }, start);
  const runs = threads.map(run);
  const firstFailure = Promise.race([Promise.all(runs).then(() => undefined), ...runs.map((one) => one.then((failure) => failure ?? new Promise(() => {})))]);
  return firstFailure.finally(() => Promise.all(threads.map((thread) => thread.terminate())));
}

function readNumber(values, name, standard) {
  const number = Number(values[name] ?? standard);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--${name} "${values[name]}" must be a whole number`);
}

async function main() {
  const { values } = parseArgs({ options: { schedules: { type: 'string' }, seed: { type: 'string' }, workers: { type: 'string' } } });
  const schedules = readNumber(values, 'schedules', 1_000);
  const seed = readNumber(values, 'seed', Math.floor(Math.random() * 2 ** 31));
  const workers = readNumber(values, 'workers', os.availableParallelism());
  console.log(`${schedules} schedules from seed ${seed} on ${workers} threads`);
  const begin = performance.now();
  const report = (done) => process.stderr.isTTY && process.stderr.write(`\r${done}`);
  const failure = await simulate({ schedules, seed, workers, report });
  if (failure) console.log(failure);
  const seconds = (performance.now() - begin) / 1000;
  console.log(failure ? 'FAILED' : `${schedules} schedules passed in ${seconds.toFixed(1)} s`);
  process.exitCode = failure ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
