// `npm start` as a process of its own: the port it takes, what it says, and that nothing of it stays behind.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = (name) => path.join(root, 'scripts', name);
const { NODE_TEST_CONTEXT, ...env } = process.env;

const hasProc = existsSync('/proc/self/stat');
const alive = (pid) => existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** All processes below `pid`. */
function descendants(pid) {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'));
      return [[Number(name), Number(parent)]];
    } catch {
      return [];
    }
  });
  const below = (of) => parents.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

async function until(condition) {
  while (!(await condition())) await new Promise((done) => setTimeout(done, 20));
}

/** Starts the shop; resolves when it says that it is open. */
async function startShop(t, command, args, more = {}) {
  const child = spawn(command, args, { cwd: root, env: { ...env, ...more }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal)));
  let isOver = false;
  void ended.then(() => (isOver = true));
  t.after(() => descendants(child.pid).concat(child.pid).filter(alive).forEach((pid) => process.kill(pid, 'SIGKILL')));
  await until(() => isOver || /The shop is open/.test(output));
  assert.match(output, /The shop is open/, output);
  const [, port] = /The shop is open:\s+http:\/\/[\w.]+:(\d+)\//.exec(output);
  return { child, ended, port: Number(port), output: () => output };
}

async function listen(port = 0) {
  const server = net.createServer((socket) => socket.destroy());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const answers = (port) => fetch(`http://127.0.0.1:${port}/`).then((response) => response.text(), () => undefined);
const skip = !hasProc && 'no /proc: processes cannot be listed here';

test('npm start: a busy port is passed over and said; Ctrl-C ends every process', { skip }, async (t) => {
  const busy = await listen();
  t.after(() => busy.close());
  const { port: wanted } = busy.address();
  const { child, ended, port, output } = await startShop(t, process.execPath, [script('start.mjs')], { PORT: String(wanted) });
  assert.match(output(), new RegExp(`^Port ${wanted} is busy, trying ${wanted + 1}\\.$`, 'm'));
  assert.ok(port > wanted);
  assert.match(await answers(port), /<!doctype html>/i);

  const processes = descendants(child.pid);
  assert.ok(processes.length > 0, 'the server is a process of its own');
  // A terminal sends Ctrl-C to the group in its foreground.
  process.kill(-child.pid, 'SIGINT');
  assert.equal(await ended, 130);
  assert.deepEqual(processes.filter(alive), []);
  assert.equal(await answers(port), undefined);
});

test('npm start: it does not outlive an npm that was killed', { skip }, async (t) => {
  const free = await listen();
  const wanted = free.address().port;
  free.close();
  await once(free, 'close');
  // In npm's place a shell, which waits for the script as npm does and forwards nothing.
  const command = `"${process.execPath}" "${script('start.mjs')}"; true`;
  const { child, port } = await startShop(t, 'sh', ['-c', command], { PORT: String(wanted), npm_lifecycle_event: 'start' });
  const processes = descendants(child.pid);
  t.after(() => processes.filter(alive).forEach((pid) => process.kill(pid, 'SIGKILL')));
  assert.ok(processes.length > 1);
  child.kill('SIGKILL');
  await until(() => !processes.some(alive));
  assert.equal(await answers(port), undefined);
});

for (const wrong of ['abc', '0', '65536', '80.5']) {
  test(`npm start: PORT=${wrong} is refused with a sentence`, () => {
    const { status, stderr } = spawnSync(process.execPath, [script('start.mjs')], { cwd: root, env: { ...env, PORT: wrong }, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.ok(stderr.trimEnd().endsWith(`PORT must be a number from 1 to 65535, got "${wrong}".`), stderr);
  });
}

test('setup: without the tools and without apt-get it names each, what for, and where from; nothing is installed', (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-path-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(process.execPath, path.join(folder, 'node'));
  const { EMSDK, ...without } = env;
  const { status, stderr } = spawnSync(process.execPath, [script('setup.mjs'), 'build'], { cwd: root, env: { ...without, PATH: folder }, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /There is no apt-get here, so nothing was installed\. Missing:/);
  for (const tool of ['Emscripten (emcc): compiles the engine to WebAssembly', 'CMake 3.21 or newer', 'Ninja']) assert.ok(stderr.includes(tool), stderr);
  assert.match(stderr, /On Debian or Ubuntu: sudo apt-get install --no-install-recommends emscripten cmake ninja-build/);
});

test('setup: an unknown set is refused with the known ones', () => {
  const { status, stderr } = spawnSync(process.execPath, [script('setup.mjs'), 'everything'], { cwd: root, env, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /usage: node scripts\/setup\.mjs \[build\|core\|js\|simulation\|browser\|test\|all\]\.\.\./);
});
