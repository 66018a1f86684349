// What `npm pack` makes, installed into an empty project and used from there.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = path.join(root, 'tests/fixtures');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

let project;
const inProject = (...parts) => path.join(project, ...parts);
const npm = (...args) => execFileSync('npm', args, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
const run = (command, ...args) => spawnSync(command, args, { cwd: project, encoding: 'utf8' });

const USE = `
  load().then(() => {
    const engine = createEngine({ definitions: require_definitions() });
    console.log(engine.catalog().groups[0].name);
  });
  function require_definitions() { return JSON.stringify({ attribute_groups: [{ name: 'g', attribute_key: { name: 'user_id' }, attributes: [{ name: 'n', type: 'int32', aggregation: 'counter' }] }] }); }
`;

describe('packed and installed', () => {
  before(() => {
    project = mkdtempSync(path.join(os.tmpdir(), 'oncue-install-'));
    writeFileSync(inProject('package.json'), '{ "private": true }');
    for (const workspace of ['js/engine', 'js/cli']) npm('pack', path.join(root, workspace), '--ignore-scripts', '--silent');
    const packages = readdirSync(project).filter((name) => name.endsWith('.tgz'));
    npm('install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', ...packages.map((name) => `./${name}`));
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  test('Node, ES modules', () => {
    writeFileSync(inProject('use.mjs'), `import { createEngine, load } from '@oncue/engine';${USE}`);
    assert.equal(run(process.execPath, 'use.mjs').stdout, 'g\n');
  });

  test('Node, CommonJS', () => {
    writeFileSync(inProject('use.cjs'), `const { createEngine, load } = require('@oncue/engine');${USE}`);
    assert.equal(run(process.execPath, 'use.cjs').stdout, 'g\n');
  });

  test('TypeScript, as ES module and as CommonJS', () => {
    const code = `import { createEngine, load } from '@oncue/engine';\nexport const ready: Promise<void> = load();\nexport const make = () => createEngine({ definitions: '[]' }).nextWake() satisfies number;\n`;
    writeFileSync(inProject('use_esm.mts'), code);
    writeFileSync(inProject('use_cjs.cts'), code);
    const compilerOptions = { noEmit: true, strict: true, module: 'NodeNext', target: 'ES2022', lib: ['ES2023', 'DOM'], types: [] };
    writeFileSync(inProject('tsconfig.json'), JSON.stringify({ compilerOptions, include: ['use_*'] }));
    const { status, stdout } = run(process.execPath, tsc, '-p', '.');
    assert.equal(status, 0, stdout);
  });

  test('esbuild for a browser: the wasm is found by its URL, nothing of Node is in it', async () => {
    writeFileSync(inProject('page.mjs'), `import { load } from '@oncue/engine'; load();`);
    const { outputFiles, warnings } = await build({
      entryPoints: [inProject('page.mjs')],
      bundle: true,
      format: 'esm',
      write: false,
      absWorkingDir: project,
    });
    assert.deepEqual(warnings, []);
    const [{ text }] = outputFiles;
    assert.match(text, /new URL\("\.\/oncue\.page\.wasm", import\.meta\.url\)/);
    assert.doesNotMatch(text, /node:|new Function|require\(/);
  });

  test('the oncue command', () => {
    const definitions = path.join(fixtures, 'definitions/ecom.json');
    const { status, stderr } = run('npx', '--no-install', 'oncue', 'validate', definitions);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /ecom\.json: valid/);
  });

  test('without its wasm file the package says what is missing', () => {
    rmSync(inProject('node_modules/@oncue/engine/dist/oncue.wasm'));
    writeFileSync(inProject('broken.mjs'), `import { load } from '@oncue/engine'; load().catch((error) => console.log(error.code, error.message));`);
    assert.match(run(process.execPath, 'broken.mjs').stdout, /^wasm_unavailable .*oncue\.wasm: ENOENT/);
  });
});
