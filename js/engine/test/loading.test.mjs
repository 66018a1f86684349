// Ways to load, each in a process of its own, because a process loads once.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const wasm = fileURLToPath(import.meta.resolve('@oncue/engine/oncue.wasm'));
const pageWasm = fileURLToPath(import.meta.resolve('@oncue/engine/oncue.page.wasm'));
const PRELUDE = `
  import { readFile } from 'node:fs/promises';
  import { createEngine, load, OnCueError } from '@oncue/engine';
  const path = ${JSON.stringify(wasm)}, pagePath = ${JSON.stringify(pageWasm)};
  const works = () => console.log(createEngine({ definitions: '[]' }).tick(1).length === 0 ? 'works' : 'odd');
`;

async function run(code) {
  const args = ['--input-type=module', '-e', PRELUDE + code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: fileURLToPath(new URL('.', import.meta.url)) });
  return stdout.trim();
}

const sources = {
  'nothing: the file beside the module': '',
  'a path': 'path',
  'a file URL': 'new URL(`file://${path}`)',
  'a file URL as text': '`file://${path}`',
  'an ArrayBuffer': 'new Uint8Array(await readFile(path)).buffer',
  'a Uint8Array': 'new Uint8Array(await readFile(path))',
  'a promise of bytes': 'readFile(path).then((bytes) => new Uint8Array(bytes))',
  'a WebAssembly.Module': 'await WebAssembly.compile(await readFile(path))',
  'a Response that says application/wasm': 'new Response(await readFile(path), { headers: { "content-type": "application/wasm" } })',
  'a Response that says nothing': 'new Response(await readFile(path))',
};
for (const [name, source] of Object.entries(sources)) {
  test(`load from ${name}`, async () => {
    assert.equal(await run(`await load(${source && `{ wasm: ${source} }`}); works();`), 'works');
  });
}

test('load() of something else than an object says so', async () => {
  const output = await run(`
    for (const wrong of [path, null, 5]) await load(wrong).catch(({ code, message }) => console.log(code, message.includes('"options" must be an object')));
    await load();
    works();
  `);
  assert.equal(output, 'bad_argument true\n'.repeat(3) + 'works');
});

test('a failed load says where and why, and the next call tries again', async () => {
  const output = await run(`
    for (const wasm of ['/nowhere/oncue.wasm', new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]), new Response('', { status: 404 })]) {
      const error = await load({ wasm }).then(() => 'no error', (error) => error);
      console.log(error instanceof OnCueError, error.code, error.message.includes('wasm-unsafe-eval'), error.cause instanceof Error);
    }
    await load();
    works();
  `);
  assert.equal(output, `${'true wasm_unavailable true true\n'.repeat(3)}works`);
});

test('@oncue/engine/slim looks for no file: it wants one, then works', async () => {
  const output = await run(`
    const slim = await import('@oncue/engine/slim');
    await slim.load().catch(({ code, message }) => console.log(code, message));
    await slim.load({ wasm: new Uint8Array(await readFile(pagePath)) });
    console.log(slim.createEngine({ definitions: '[]' }).tick(1).length);
  `);
  assert.equal(output, 'wasm_not_given This build looks for no file: give load({wasm}) the address or the bytes of oncue.page.wasm.\n0');
});

test('@oncue/engine/inline brings the bytes', async () => {
  const output = await run(`
    const { wasmBytes } = await import('@oncue/engine/inline');
    console.log(Buffer.compare(wasmBytes(), await readFile(pagePath)));
    const slim = await import('@oncue/engine/slim');
    await slim.load({ wasm: wasmBytes() });
    console.log(slim.createEngine({ definitions: '[]' }).tick(1).length);
  `);
  assert.equal(output, '0\n0');
});

test('createEngine before load says what to do', async () => {
  const output = await run(`try { createEngine({ definitions: [] }) } catch (error) { console.log(error.code, error.message) }`);
  assert.equal(output, 'not_loaded The engine is not loaded yet: call "await load()" once before createEngine().');
});

test('an engine that nobody holds is freed', async () => {
  const code = `
    import v8 from 'node:v8';
    import vm from 'node:vm';
    v8.setFlagsFromString('--expose-gc');
    const gc = vm.runInNewContext('gc');
    await load();
    const definitions = JSON.stringify({ attribute_groups: Array.from({ length: 40 }, (_, i) => ({ name: 'g' + i, attribute_key: { name: 'user_id' }, attributes: [{ name: 'a', type: 'int32', aggregation: 'counter' }] })) });
    let bytes = [];
    for (let round = 0; round < 30; round++) {
      for (let i = 0; i < 20; i++) createEngine({ definitions });
      await new Promise((done) => setImmediate(done));
      gc();
      await new Promise((done) => setTimeout(done, 5));
      const probe = createEngine({ definitions });
      bytes.push(probe.stats().memoryBytes);
      probe.dispose();
    }
    console.log(bytes.at(-1) === bytes[9] ? 'bounded' : bytes.join());
  `;
  assert.equal(await run(code), 'bounded');
});
