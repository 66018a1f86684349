// What a run of `node --test` is said to have found, by the reporter that npm test counts with.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { inRoot } from '../../scripts/lib/paths.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-reporter-'));
after(() => rmSync(folder, { recursive: true }));

/** What the reporter ends with for a file of these tests. */
function countsOf(name, body, ...args) {
  const file = path.join(folder, name);
  writeFileSync(file, `import assert from 'node:assert/strict';\nimport { describe, test } from 'node:test';\n${body}`);
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const { stdout } = spawnSync(process.execPath, ['--test', `--test-reporter=${inRoot('scripts/lib/count_reporter.mjs')}`, ...args, file], { env, encoding: 'utf8' });
  return JSON.parse(stdout);
}

test('tests are counted, files and suites are not; a suite skipped as a whole is one skip', () => {
  const body = `
    describe('suite', () => { test('a', () => {}); test('b', () => {}); });
    describe('left out', { skip: 'missing: a tool' }, () => { test('c', () => {}); });
    test('later', { todo: 'not yet' }, () => {});`;
  const { failures, ...counts } = countsOf('counts.test.mjs', body);
  assert.deepEqual(counts, { passed: 2, failed: 0, skipped: 2, reasons: ['missing: a tool', 'not yet'] });
  assert.deepEqual(failures, []);
});

test('a test that failed is named with its file and its error', () => {
  const { failed, failures } = countsOf('fails.test.mjs', `test('sums', () => assert.equal(1 + 1, 3));`);
  assert.deepEqual([failed, failures.length], [1, 1]);
  assert.match(failures[0], /^sums \(.*fails\.test\.mjs\)\nAssertionError.*2 !== 3/s);
});

test('a file that is ended says which of its tests ended last, and what it printed', () => {
  const body = `
    test('ends', () => {});
    test('waits', async () => { console.error('still waits'); await new Promise((done) => setTimeout(done, 1e6)); });`;
  const { passed, failed, failures } = countsOf('hangs.test.mjs', body, '--test-timeout=3000');
  assert.deepEqual([passed, failed, failures.length], [1, 1, 1]);
  assert.match(failures[0], /hangs\.test\.mjs\n.*timed out.*\nthe last of its tests that ended: ends\nstill waits$/s);
});
