// npm run faults   seeds deliberate faults into a copy of core, one at a time: the core's tests must notice each.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { FAULTS, faulty } from './lib/faults.mjs';
import { root } from './lib/paths.mjs';
import { Failure, main, run } from './lib/processes.mjs';
import { missingTools, toolSets } from './lib/tools.mjs';

/** A directory of its own: the faults must never be seen by anybody else's build. */
function copyRepository(into) {
  const { status, stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Failure('git ls-files failed: this copies what git does not ignore');
  for (const file of stdout.toString().split('\0').filter(Boolean)) {
    const from = path.join(root, file);
    if (!fs.existsSync(from)) continue; // deleted, not committed yet
    fs.mkdirSync(path.dirname(path.join(into, file)), { recursive: true });
    fs.copyFileSync(from, path.join(into, file));
  }
}

/** Runs a program whose output matters only when it fails. */
async function quietly(command, args, copy, log) {
  const out = fs.openSync(log, 'w');
  // Every copy has another path; so its objects are found in the cache all the same.
  const env = { ...process.env, CCACHE_BASEDIR: copy, CCACHE_NOHASHDIR: '1' };
  try {
    return await run(command, args, { cwd: copy, env, stdio: ['ignore', out, out] });
  } finally {
    fs.closeSync(out);
  }
}

async function buildIn(copy, build) {
  const log = path.join(copy, 'build.log');
  const code = await quietly('cmake', ['--build', build, '--parallel', '2'], copy, log);
  if (code !== 0) throw new Failure(`the copy does not compile:\n${fs.readFileSync(log, 'utf8').slice(-4000)}`);
}

/** @returns {Promise<string[]>} names of the tests that failed; the first failure ends the run */
async function failingTests(copy, build) {
  const log = path.join(copy, 'tests.log');
  const report = path.join(copy, 'tests.xml');
  fs.rmSync(report, { force: true });
  const args = ['--test-dir', build, '--parallel', '2', '--stop-on-failure', '--output-junit', report];
  const code = await quietly('ctest', args, copy, log);
  const xml = fs.existsSync(report) ? fs.readFileSync(report, 'utf8') : '';
  const cases = [...xml.matchAll(/<testcase name="([^"]*)"[^>]*status="(\w+)"/g)];
  if (cases.length === 0) throw new Failure(`ctest ran nothing:\n${fs.readFileSync(log, 'utf8').slice(-4000)}`);
  const failed = cases.filter(([, , status]) => status === 'fail').map(([, name]) => name);
  if (code !== 0 && failed.length === 0) throw new Failure(`ctest failed without a failing test; see ${log}`);
  return failed;
}

const secondsSince = (began) => `${((performance.now() - began) / 1000).toFixed(0)} s`;

async function seed(fault, copy, build) {
  const began = performance.now();
  const file = path.join(copy, fault.file);
  const sound = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, faulty(sound, fault));
  try {
    await buildIn(copy, build);
    const caught = await failingTests(copy, build);
    const outcome = caught.length > 0 ? `caught by ${caught.join(', ')}` : 'NOT NOTICED';
    console.log(`${fault.name}: ${outcome}, ${secondsSince(began)}`);
    return caught.length > 0;
  } finally {
    fs.writeFileSync(file, sound);
  }
}

async function seedAll(copy) {
  copyRepository(copy);
  // Before anything is built: what is out of date should say so at once.
  for (const fault of FAULTS) faulty(fs.readFileSync(path.join(copy, fault.file), 'utf8'), fault);

  const began = performance.now();
  const build = path.join(copy, 'build');
  const log = path.join(copy, 'configure.log');
  const configured = await quietly('cmake', ['-S', copy, '-B', build, '-G', 'Ninja'], copy, log);
  if (configured !== 0) throw new Failure(fs.readFileSync(log, 'utf8'));
  await buildIn(copy, build);
  const failed = await failingTests(copy, build);
  if (failed.length > 0) throw new Failure(`without any fault these fail already: ${failed.join(', ')}`);
  console.log(`no fault: every test passes, ${secondsSince(began)}`);

  const unnoticed = [];
  for (const fault of FAULTS) if (!(await seed(fault, copy, build))) unnoticed.push(fault.name);
  if (unnoticed.length > 0) throw new Failure(`no test noticed: ${unnoticed.join('; ')}`);
  console.log(`\n${FAULTS.length} faults seeded, ${FAULTS.length} noticed`);
}

await main(async () => {
  const missing = missingTools(toolSets.core).map(({ name }) => name);
  if (missing.length > 0) throw new Failure(`Missing: ${missing.join(', ')}. "node scripts/setup.mjs core" installs it.`);
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'oncue-faults-'));
  process.on('exit', () => fs.rmSync(copy, { recursive: true, force: true }));
  await seedAll(copy);
});
