// The same package in an edge runtime: bundled as for deployment, then run by the real workerd.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import workerdPackage from 'workerd';

// CommonJS that names its program "default".
const workerd = workerdPackage.default;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));

const CONFIG = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    compatibilityDate = "2026-01-01",
    modules = [
      (name = "worker.mjs", esModule = embed "worker.mjs"),
      (name = "oncue.wasm", wasm = embed "oncue.wasm"),
    ],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;

async function bundle(folder) {
  await build({
    entryPoints: [here('workerd_worker.mjs')],
    outfile: path.join(folder, 'worker.mjs'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd'],
    external: ['./oncue.wasm'],
    logLevel: 'silent',
  });
  copyFileSync(fileURLToPath(import.meta.resolve('@oncue/engine/oncue.wasm')), path.join(folder, 'oncue.wasm'));
  writeFileSync(path.join(folder, 'config.capnp'), CONFIG);
}

/** Starts workerd and resolves with its port, which it writes to the control pipe. */
async function serve(folder, t) {
  const args = ['serve', '--control-fd=3', path.join(folder, 'config.capnp')];
  const child = spawn(workerd, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  t.after(() => child.kill());
  const failed = new Promise((_, reject) => child.on('exit', (code) => reject(new Error(`workerd ended with ${code}`))));
  failed.catch(() => {});
  const listening = (async () => {
    for await (const line of createInterface(child.stdio[3])) {
      const { event, port } = JSON.parse(line);
      if (event === 'listen') return port;
    }
    throw new Error('workerd never listened');
  })();
  return Promise.race([listening, failed]);
}

test('workerd: load, track, fire, snapshot, restore', async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-workerd-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await bundle(folder);
  const port = await serve(folder, t);
  const definitions = readFileSync(here('../fixtures/definitions/ecom.json'), 'utf8');
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: definitions });
  assert.deepEqual(await response.json(), { fired: ['discount'], views: 4, restored: 4, code: 'invalid_definitions' });
});
