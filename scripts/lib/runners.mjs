// Each runner runs one kind of tests and returns their counts (counts.mjs).
import fs from 'node:fs';
import os from 'node:os';
import { buildPreset } from '../build.mjs';
import { NONE, sum } from './counts.mjs';
import { listFiles } from './files.mjs';
import { inRoot } from './paths.mjs';
import { Failure, run } from './processes.mjs';

function report(name) {
  fs.mkdirSync(inRoot('build', 'reports'), { recursive: true });
  const file = inRoot('build', 'reports', name);
  fs.rmSync(file, { force: true });
  return file;
}

function readReport(file, command) {
  if (fs.existsSync(file)) return fs.readFileSync(file, 'utf8');
  throw new Failure(`${command} wrote no report`);
}

/** The core's suites, compiled natively with sanitizers. */
export async function nativeCore() {
  await buildPreset('asan');
  const suites = fs.readFileSync(inRoot('build/asan/tests/core/suites.txt'), 'utf8').trim().split('\n');
  const counts = await eachOf(suites, os.availableParallelism(), nativeSuite);
  return sum(...counts);
}

async function nativeSuite(suite) {
  const file = report(`${suite}.json`);
  const program = inRoot('build/asan/tests/core', suite);
  const code = await run(program, ['--gtest_brief=1', `--gtest_output=json:${file}`]);
  // A sanitizer ends the suite where it finds something: there is no report then.
  const counts = fs.existsSync(file) ? countGtest(JSON.parse(fs.readFileSync(file, 'utf8'))) : NONE;
  return atLeastOneFailure(counts, code, suite);
}

/** @returns {Promise<object[]>} what `body` gives for each item, `width` of them at a time */
async function eachOf(items, width, body) {
  const results = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [i, item] of waiting) results[i] = await body(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/** The core's suites as WebAssembly under Node. */
export async function wasmCore() {
  await buildPreset('wasm', ['oncue_core_tests']);
  const file = report('core-wasm.json');
  const program = inRoot('build/wasm/tests/core/oncue_core_tests.js');
  const code = await run(process.execPath, [program, '--gtest_brief=1', `--gtest_output=json:${file}`]);
  const counts = countGtest(JSON.parse(readReport(file, 'oncue_core_tests')));
  return atLeastOneFailure(counts, code, 'oncue_core_tests');
}

function countGtest(json) {
  const tests = json.testsuites.flatMap((suite) => suite.testsuite);
  const skipped = tests.filter((test) => test.result === 'SKIPPED' || test.status === 'NOTRUN');
  const failed = tests.filter((test) => test.failures?.length > 0);
  const failures = failed.map((test) => [`${test.classname}.${test.name}`, ...test.failures.map(({ failure }) => failure)].join('\n'));
  const reasons = skipped.map((test) => /(missing: .*)/.exec(JSON.stringify(test.skipped ?? ''))?.[1] ?? '');
  return { passed: tests.length - failed.length - skipped.length, failed: failed.length, skipped: skipped.length, reasons, failures };
}

/** For one file; a test that waits for what never comes is to fail. */
const TEST_MAX_MS = 600_000;
/** The longest file takes a quarter of it. */
const BROWSER_TEST_MAX_MS = 400_000;

/** Test files below the given folders under Node's test runner. */
async function nodeTests(name, folders, keep, nodeArgs = [], maxMs = TEST_MAX_MS) {
  const files = listFiles(folders, (file) => file.endsWith('.test.mjs') && keep(file)).map((file) => inRoot(file));
  if (files.length === 0) return NONE;
  const file = report(`${name}.json`);
  const reporters = [
    ['--test-reporter=spec', '--test-reporter-destination=stdout'],
    [`--test-reporter=${inRoot('scripts/lib/count_reporter.mjs')}`, `--test-reporter-destination=${file}`],
  ].flat();
  // Node's own choice, a core less than there are, leaves half of two idle.
  const width = `--test-concurrency=${os.availableParallelism()}`;
  const early = ['--import', inRoot('scripts/lib/hang_report.mjs')];
  const env = { ...process.env, ONCUE_TEST_MAX_MS: String(maxMs) };
  const code = await run(process.execPath, ['--test', ...early, `--test-timeout=${maxMs}`, width, ...nodeArgs, ...reporters, ...files], { env });
  return atLeastOneFailure(JSON.parse(readReport(file, 'node --test')), code, `node --test, ${name}`);
}

const isBrowserTest = (file) => file.startsWith('tests/browser/');

/** Every *.test.mjs of the packages and of tests/, browser tests apart. */
export const js = () => nodeTests('js', ['js', 'demo-eshop', 'tests'], (file) => !isBrowserTest(file));

/** tests/browser in a real Chromium, one file at a time: each has a browser of its own. */
export const browser = () => nodeTests('browser', ['tests/browser'], isBrowserTest, ['--test-concurrency=1'], BROWSER_TEST_MAX_MS);

/** Schedules of sync from a seed that is drawn and printed, on all cores; ONCUE_SCHEDULES and ONCUE_SEED say others. */
export async function simulation() {
  const { ONCUE_SCHEDULES: schedules = '100000', ONCUE_SEED: seed } = process.env;
  const args = ['--single-threaded-gc', inRoot('tests/simulation/run.mjs'), '--schedules', schedules, ...(seed === undefined ? [] : ['--seed', seed])];
  const code = await run(process.execPath, args);
  return code === 0 ? { ...NONE, passed: 1 } : atLeastOneFailure(NONE, code, `schedules ${args.slice(2).join(' ')}`);
}

/** A runner that failed without a failing test (a crash, a leak) still failed. */
function atLeastOneFailure(counts, code, name) {
  if (code === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [`${name}: exit code ${code}`] };
}
