// npm test [-- --only core,js,simulation,browser]   installs what is missing, builds, runs every test, and ends with the counts.
import util from 'node:util';
import { build, buildPreset } from './build.mjs';
import { checkArrows } from './check_arrows.mjs';
import { checkGenerated } from './check_generated.mjs';
import { Behind } from './lib/behind.mjs';
import { NONE, sum, summary } from './lib/counts.mjs';
import { Failure, main } from './lib/processes.mjs';
import { stage } from './lib/stage.mjs';
import { reportFailure, runStages, runTests, STAGES } from './lib/test_stages.mjs';
import { setup } from './setup.mjs';

/** What only computes, without a clock or a port, runs behind the others, which wait more than they work. */
const BEHIND = ['core', 'simulation'];

function readStages() {
  const { values } = util.parseArgs({ options: { only: { type: 'string' } } });
  const names = values.only === undefined ? Object.keys(STAGES) : values.only.split(',');
  if (names.length > 0 && names.every((name) => STAGES[name])) return names;
  throw new Failure(`usage: npm test -- [--only ${Object.keys(STAGES).join(',')}]`);
}

/** What must hold for the sources themselves. */
async function checks() {
  const counts = await checkGenerated();
  const wrong = checkArrows();
  wrong.forEach((sentence) => console.log(sentence));
  const failures = [...counts.failures, ...wrong];
  return { ...counts, passed: counts.passed + (wrong.length === 0 ? 1 : 0), failed: counts.failed + wrong.length, failures };
}

/** Runs a step that is not a test itself; if it does not succeed, that is one failure. */
async function attempt(name, body) {
  try {
    await body();
    return NONE;
  } catch (error) {
    return reportFailure(name, error);
  }
}

/** The engine by the system's compiler, with which JavaScript's tests compare the one in WebAssembly. */
const buildReplayTool = () => stage('Build the replay tool', () => buildPreset('replay'));

await main(async () => {
  const names = readStages();
  const isBehind = (name) => BEHIND.includes(name) && names.some((other) => !BEHIND.includes(other));
  const behind = new Behind();
  const begin = (...which) => behind.begin(...which.filter((name) => names.includes(name) && isBehind(name)));
  let total = await attempt('Setup', () => setup(...names));
  // The core's suites need nothing of the packages.
  if (total.failed === 0 && names.some((name) => name !== 'core')) total = await attempt('Build', () => build(() => begin('core')));
  if (total.failed === 0) {
    begin(...BEHIND.filter((name) => name !== 'core'));
    const replayTool = names.includes('core') ? await attempt('Replay tool', buildReplayTool) : NONE;
    const front = names.filter((name) => !isBehind(name));
    total = sum(replayTool, await runTests('Generated files and arrows', checks), await runStages(front));
  }
  total = sum(total, await behind.end());
  // Where whoever reads only the end of the output sees them.
  for (const failure of total.failures) console.log(`\nFAILED: ${failure}`);
  console.log(`\n${summary(total)}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
});
