// Takes batches of seeds from run.mjs.
import { parentPort } from 'node:worker_threads';
import { load } from '@oncue/engine';
import { describeFailure, failureOfSeed } from './simulate.mjs';

await load();

parentPort.on('message', ({ from, count }) => {
  for (let seed = from; seed < from + count; seed++) {
    const error = failureOfSeed(seed);
    if (error) return parentPort.postMessage({ failure: describeFailure(seed, error) });
  }
  parentPort.postMessage({ done: count });
});
