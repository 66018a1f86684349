// The stages of npm test: what each runs, and how what it found is counted.
import { oneFailure, sum, summary } from './counts.mjs';
import { Failure } from './processes.mjs';
import { browser, js, nativeCore, simulation, wasmCore } from './runners.mjs';
import { stage } from './stage.mjs';

export const STAGES = {
  core: [
    ['Core, native with sanitizers', nativeCore],
    ['Core, WebAssembly under Node', wasmCore],
  ],
  js: [['JavaScript under Node', js]],
  simulation: [['Sync under faults', simulation]],
  browser: [['Chromium', browser]],
};

export function report(name, counts) {
  console.log(`${name}: ${summary(counts)}`);
  return counts;
}

export function reportFailure(name, error) {
  const sentence = error instanceof Failure ? error.message : String(error?.stack ?? error);
  console.error(sentence);
  return report(name, oneFailure(`${name}: ${sentence}`));
}

// Where everything should be installed, a test that was skipped for want of a tool is a test that did not run.
function skipsAreFailures(counts) {
  if (process.env.CI !== 'true') return counts;
  const missing = counts.reasons.filter((reason) => reason.startsWith('missing: '));
  for (const reason of missing) console.log(`skipped, which CI does not accept: ${reason}`);
  const failures = [...counts.failures, ...missing];
  return { ...counts, failed: counts.failed + missing.length, skipped: counts.skipped - missing.length, failures };
}

/** Runs a stage and prints its counts; whatever goes wrong in it is one failure. */
export async function runTests(name, runner) {
  try {
    const counts = skipsAreFailures(await stage(name, runner));
    if (counts.passed + counts.failed + counts.skipped === 0) throw new Failure('ran no tests');
    return report(name, counts);
  } catch (error) {
    return reportFailure(name, error);
  }
}

/** Runs all the stages of these names, one after the other, also after one that failed. */
export async function runStages(names) {
  const counts = [];
  for (const [name, runner] of names.flatMap((name) => STAGES[name])) counts.push(await runTests(name, runner));
  return sum(...counts);
}
