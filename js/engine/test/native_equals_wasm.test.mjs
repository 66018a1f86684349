// The native engine and the WebAssembly one hold the same bytes after the same events.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine, load } from '@oncue/engine';
import { createEvents } from './lib/generated_events.mjs';
import { seed } from './lib/random.mjs';
import { richDefinitions } from './lib/rich_definitions.mjs';

const EVENTS = 100_000;
const EVERY = 100;
const OPTIONS = { seed: '42', wake: 'all' };

const builds = ['replay', 'release', 'dev', 'asan'].map((preset) =>
  fileURLToPath(new URL(`../../../build/${preset}/tests/core/oncue_replay_tool`, import.meta.url)),
);
const tool = process.env.ONCUE_REPLAY_TOOL ?? builds.find((file) => existsSync(file));

/** The snapshots that the tool writes. */
async function* snapshotsOf(stream) {
  let waiting = Buffer.alloc(0);
  for await (const chunk of stream) {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32LE(0)) {
      const end = 4 + waiting.readUInt32LE(0);
      yield waiting.subarray(4, end);
      waiting = waiting.subarray(end);
    }
  }
  assert.equal(waiting.length, 0, 'the tool ended within a snapshot');
}

function firstDifference(a, b) {
  for (let i = 0; ; i++) if (a[i] !== b[i]) return i;
}

const name = `snapshots after every ${EVERY} of ${EVENTS.toLocaleString('en')} events (ONCUE_SEED=${seed})`;
test(name, { skip: tool ? false : 'missing: oncue_replay_tool (cmake --preset replay && cmake --build --preset replay)' }, async (t) => {
  await load();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const definitions = path.join(folder, 'definitions.json');
  const input = path.join(folder, 'events');
  writeFileSync(definitions, JSON.stringify(richDefinitions));

  const events = [];
  const nextEvent = createEvents(seed);
  for (let i = 0; i < EVENTS; i++) {
    const { payload, now } = nextEvent();
    events.push({ now, text: JSON.stringify(payload) });
  }
  writeFileSync(input, events.map(({ now, text }) => `${now}\t${text}\n`).join(''));

  const stdin = openSync(input);
  const child = spawn(tool, [definitions, JSON.stringify(OPTIONS), String(EVERY)], { stdio: [stdin, 'pipe', 'inherit'] });
  closeSync(stdin);
  const exited = new Promise((done) => child.on('exit', done));

  const engine = createEngine({ definitions: richDefinitions, ...OPTIONS });
  let done = 0;
  for await (const native of snapshotsOf(child.stdout)) {
    for (const { now, text } of events.slice(done, done + EVERY)) engine.track(text, { now });
    done += EVERY;
    const wasm = engine.snapshot();
    if (Buffer.compare(native, wasm) !== 0) {
      assert.fail(`seed ${seed}: after ${done} events byte ${firstDifference(native, wasm)} of ${native.length} (native) and ${wasm.length} (wasm) differs`);
    }
  }
  assert.equal(await exited, 0);
  assert.equal(done, EVENTS);
});
