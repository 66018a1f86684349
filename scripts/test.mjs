// npm test [-- --only core,js,simulation,browser]   installs what is missing, builds, runs every test, and ends with the counts.
import util from 'node:util';
import { build } from './build.mjs';
import { checkArrows } from './check_arrows.mjs';
import { checkGenerated } from './check_generated.mjs';
import { Failure, main } from './lib/processes.mjs';
import { browser, js, nativeCore, simulation, wasmCore } from './lib/runners.mjs';
import { stage } from './lib/stage.mjs';
import { setup } from './setup.mjs';

const STAGES = {
  core: [
    ['Core, native with sanitizers', nativeCore],
    ['Core, WebAssembly under Node', wasmCore],
  ],
  js: [['JavaScript under Node', js]],
  simulation: [['Sync under faults', simulation]],
  browser: [['Chromium', browser]],
};

const total = { passed: 0, failed: 0, skipped: 0 };

function readStages() {
  const { values } = util.parseArgs({ options: { only: { type: 'string' } } });
  const names = values.only === undefined ? Object.keys(STAGES) : values.only.split(',');
  if (names.length > 0 && names.every((name) => STAGES[name])) return names;
  throw new Failure(`usage: npm test -- [--only ${Object.keys(STAGES).join(',')}]`);
}

function add(name, counts) {
  for (const key of Object.keys(total)) total[key] += counts[key];
  console.log(`${name}: ${summary(counts)}`);
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

// Where everything should be installed, a test that was skipped for want of a tool is a test that did not run.
function skipsAreFailures(counts) {
  if (process.env.CI !== 'true') return counts;
  const missing = counts.reasons.filter((reason) => reason.startsWith('missing: '));
  for (const reason of missing) console.log(`skipped, which CI does not accept: ${reason}`);
  return { ...counts, failed: counts.failed + missing.length, skipped: counts.skipped - missing.length };
}

/** What must hold for the sources themselves. */
async function checks() {
  const counts = await checkGenerated();
  const wrong = checkArrows();
  wrong.forEach((sentence) => console.log(sentence));
  return { ...counts, passed: counts.passed + (wrong.length === 0 ? 1 : 0), failed: counts.failed + wrong.length };
}

/** Runs a stage; whatever goes wrong in it is one failure, and the next stage still runs. */
async function runTests(name, runner) {
  try {
    const counts = skipsAreFailures(await stage(name, runner));
    if (counts.passed + counts.failed + counts.skipped === 0) throw new Failure('ran no tests');
    add(name, counts);
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    add(name, { passed: 0, failed: 1, skipped: 0 });
  }
}

/**
 * Runs a step that is not a test itself.
 * @returns {Promise<boolean>} whether it succeeded; if not, that is one failure
 */
async function prepare(name, body) {
  try {
    await body();
    return true;
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    add(name, { passed: 0, failed: 1, skipped: 0 });
    return false;
  }
}

await main(async () => {
  const names = readStages();
  const needsPackages = names.some((name) => name !== 'core');
  const ready = (await prepare('Setup', () => setup(...names))) && (!needsPackages || (await prepare('Build', build)));
  if (ready) {
    await runTests('Generated files and arrows', checks);
    for (const [name, runner] of names.flatMap((name) => STAGES[name])) await runTests(name, runner);
  }
  console.log(`\n${summary(total)}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
});
