// Stages of npm test that run behind another one: what is counted, what becomes of failures, and that they leave the cores to others.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { Behind, runBehind } from '../../scripts/lib/behind.mjs';
import { inRoot } from '../../scripts/lib/paths.mjs';

const skip = !existsSync('/proc/self/stat') && 'no /proc: processes cannot be listed here';
const folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-behind-'));
after(() => rmSync(folder, { recursive: true }));

const { NODE_TEST_CONTEXT, ...inherited } = process.env;
const withSchedules = (schedules) => ({ ...inherited, ONCUE_SCHEDULES: schedules, ONCUE_SEED: '1' });
/** More than any machine gets through meanwhile. */
const ENDLESS = withSchedules(String(1e12));

async function until(condition) {
  while (!condition()) await new Promise((done) => setTimeout(done, 20));
}

/** The process that `pid` has started, once there is one. */
async function childOf(pid) {
  let child;
  await until(() => (child = readdirSync('/proc').find((name) => /^\d+$/.test(name) && readStat(name)?.[1] === String(pid))));
  return Number(child);
}

/** State and parent of a process; undefined when it is gone. */
function readStat(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ');
  } catch {
    return undefined;
  }
}
const isAlive = (pid) => !['Z', 'X', undefined].includes(readStat(pid)?.[0]);

test('what passed is counted, and its output comes back', async () => {
  const { counts, output } = await runBehind(['simulation'], { folder, env: withSchedules('3') });
  assert.deepEqual(counts, { passed: 1, failed: 0, skipped: 0, reasons: [], failures: [] });
  assert.match(output, /3 schedules passed[^]*Sync under faults: 1 passed, 0 failed/);
});

test('what failed is counted, and says why', async () => {
  const { counts, output } = await runBehind(['simulation'], { folder, env: withSchedules('many') });
  assert.deepEqual(counts, { passed: 0, failed: 1, skipped: 0, reasons: [], failures: ['schedules --schedules many --seed 1: exit code 1'] });
  assert.match(output, /"many" must be a whole number[^]*Sync under faults: 0 passed, 1 failed/);
});

test('stages that are killed, and so leave no counts, are a failure', { skip }, async () => {
  const ended = runBehind(['simulation'], { folder, env: ENDLESS });
  const stages = await childOf(process.pid);
  const simulation = await childOf(stages);
  process.kill(stages, 'SIGKILL');
  const { counts, output } = await ended;
  assert.deepEqual(counts, { passed: 0, failed: 1, skipped: 0, reasons: [], failures: ['simulation: ended with code 137'] });
  assert.match(output, /simulation: ended with code 137/);
  process.kill(simulation, 'SIGKILL');
});

test('they have the lowest priority, whatever session they are in, and end with the process that runs them', { skip }, async (t) => {
  const stages = spawn(process.execPath, [inRoot('scripts', 'behind.mjs'), path.join(folder, 'counts.json'), 'simulation'], { env: ENDLESS, stdio: 'ignore', detached: true });
  t.after(() => stages.kill('SIGKILL'));
  const simulation = await childOf(stages.pid);
  for (const pid of [stages.pid, simulation]) {
    assert.equal(os.getPriority(pid), os.constants.priority.PRIORITY_LOW);
    const session = `/proc/${pid}/autogroup`;
    if (existsSync(session)) await until(() => / nice 19$/m.test(readFileSync(session, 'utf8')));
  }
  stages.kill('SIGINT');
  const [code] = await once(stages, 'exit');
  assert.equal(code, 128 + os.constants.signals.SIGINT);
  assert.equal(isAlive(simulation), false);
});

test('stages that are begun at different times run one after the other, and all are counted', async () => {
  const behind = new Behind({ folder, env: withSchedules('3') });
  assert.deepEqual(await new Behind({ folder }).end(), { passed: 0, failed: 0, skipped: 0, reasons: [], failures: [] });
  behind.begin('simulation');
  behind.begin('simulation', 'simulation');
  assert.equal((await behind.end()).passed, 3);
});
