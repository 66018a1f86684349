import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { createOutput } from '../src/output.mjs';
import { createProgress } from '../src/progress.mjs';

/** What a terminal was sent; `isTTY` as of a stream. */
function createTerminal(isTTY = true) {
  const written = [];
  return { isTTY, written, write: (text) => written.push(text) };
}

beforeEach(() => mock.timers.enable({ apis: ['Date'], now: 1_000_000 }));
afterEach(() => mock.timers.reset());

test('nothing is shown in the first half second', () => {
  const terminal = createTerminal();
  const progress = createProgress(terminal);
  progress.update(1, 100, 1);
  mock.timers.tick(499);
  progress.update(50, 100, 2);
  progress.clear();
  assert.deepEqual(terminal.written, []);
});

test('then a bar, at most ten times a second, over one line, and the line is cleared in the end', () => {
  const terminal = createTerminal();
  const progress = createProgress(terminal);
  mock.timers.tick(500);
  progress.update(50, 100, 12_345);
  mock.timers.tick(99);
  progress.update(60, 100, 20_000);
  mock.timers.tick(1);
  progress.update(100, 100, 25_000);
  progress.clear();
  progress.clear();
  assert.deepEqual(terminal.written, [
    '\r\x1b[K[###############...............] 50 %, 12,345 events',
    '\r\x1b[K[##############################] 100 %, 25,000 events',
    '\r\x1b[K',
  ]);
});

test('standard input has no known length: the events are counted', () => {
  const terminal = createTerminal();
  const progress = createProgress(terminal);
  mock.timers.tick(600);
  progress.update(50, undefined, 7);
  assert.deepEqual(terminal.written, ['\r\x1b[K7 events']);
});

test('a file that grows while it is read never shows more than 100 %', () => {
  const terminal = createTerminal();
  const progress = createProgress(terminal);
  mock.timers.tick(600);
  progress.update(500, 100, 7);
  assert.match(terminal.written[0], /\] 100 %, 7 events$/);
});

test('what is no terminal gets nothing', () => {
  const terminal = createTerminal(false);
  const progress = createProgress(terminal);
  mock.timers.tick(10_000);
  progress.update(50, 100, 1);
  progress.clear();
  assert.deepEqual(terminal.written, []);
});

test('results on the same terminal stand on lines of their own', async () => {
  const terminal = { ...createTerminal(), on() {} };
  terminal.write = (text) => terminal.written.push(text) > 0;
  const output = createOutput(terminal);
  const progress = createProgress(terminal);
  mock.timers.tick(600);
  progress.update(50, undefined, 7);
  await output.line('a result');
  await output.flush();
  mock.timers.tick(100);
  progress.update(60, undefined, 8);
  progress.clear();
  assert.deepEqual(terminal.written, ['\r\x1b[K7 events', '\r\x1b[K', 'a result\n', '\r\x1b[K8 events', '\r\x1b[K']);
});

test('results that go elsewhere leave the bar alone', async () => {
  const terminal = createTerminal();
  const file = { ...createTerminal(false), on() {}, write: () => true };
  const progress = createProgress(terminal);
  mock.timers.tick(600);
  progress.update(50, undefined, 7);
  const output = createOutput(file);
  await output.line('a result');
  await output.flush();
  assert.deepEqual(terminal.written, ['\r\x1b[K7 events']);
  progress.clear();
});
