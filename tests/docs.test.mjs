// The documentation's examples run, and its lists are whole. An HTML comment before a fence says what must hold:
// "runs" (js in Node, sh in bash, json as definitions, all from the repository's root), "prints" (the output of the
// fence before), "bundles" (js, jsx or tsx for a page: every import exists).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine, load } from '@oncue/engine';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file) => readFileSync(join(root, file), 'utf8');
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];
const FENCE = /^<!-- (runs|prints|bundles) -->\n```(\w*)\n([^]*?)^```$/gm;

// Output of a tool is its own, whatever runs this test: NODE_TEST_CONTEXT would turn it into a report.
const { NODE_TEST_CONTEXT, ...env } = process.env;

function execute(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, env, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

const run = {
  js: (code) => execute(process.execPath, ['--input-type=module', '--eval', code]),
  sh: (code) => execute('bash', ['-euc', code]),
  json: async (text) => {
    await load();
    createEngine({ definitions: text }).dispose();
    return '';
  },
};

async function bundle(contents, loader) {
  const { warnings } = await build({ stdin: { contents, loader, resolveDir: root }, jsx: 'automatic', bundle: true, format: 'esm', write: false, logLevel: 'silent' });
  assert.deepEqual(warnings, []);
}

const anchorOf = (heading) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-');
const anchors = (text) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading));

for (const page of pages) {
  const text = read(page);

  test(`${page}: every marked example holds`, async () => {
    assert.equal([...text.matchAll(/^<!-- (runs|prints|bundles) -->$/gm)].length, [...text.matchAll(FENCE)].length, 'each mark stands before a fence');
    let output = '';
    for (const [, mark, language, code] of text.matchAll(FENCE)) {
      if (mark === 'prints') assert.equal(output.trimEnd(), code.trimEnd());
      else if (mark === 'bundles') await bundle(code, language);
      else output = await run[language](code);
    }
  });

  test(`${page}: every link leads somewhere`, () => {
    for (const [, link] of text.matchAll(/(?:\]\(|src=")([^)"\s]+)[)"]/g)) {
      if (/^https?:/.test(link)) continue;
      const [file, anchor] = link.split('#');
      const target = file ? join(dirname(page), file) : page;
      assert.ok(existsSync(join(root, target)), `${link} does not exist`);
      if (anchor) assert.ok(anchors(read(target)).includes(anchor), `${link} has no such heading`);
    }
  });
}

test('docs/definitions.md has every problem code', () => {
  const list = read('core/src/definition/problems.def').matchAll(/^ONCUE_PROBLEM\((\w+),/gm);
  const regex = read('core/src/match/regex_problem.cc').matchAll(/"(regex_\w+)"/g);
  const codes = [...list, ...regex].map(([, code]) => code);
  assert.ok(codes.length > 40);
  const page = read('docs/definitions.md');
  assert.deepEqual(codes.filter((code) => !page.includes(`\`${code}\``)), []);
});

test('docs/snapshot.md has every code that restore() refuses with', () => {
  const codes = [...read('core/src/engine/snapshot.cc').matchAll(/"(snapshot_\w+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 0);
  assert.deepEqual(codes.filter((code) => !read('docs/snapshot.md').includes(`\`${code}\``)), []);
});

test('every script that the documentation names exists', () => {
  const { scripts, workspaces } = JSON.parse(read('package.json'));
  const readmes = [...workspaces, 'demo-eshop', 'tests'].map((folder) => `${folder}/README.md`).filter((file) => existsSync(join(root, file)));
  const named = new Set();
  for (const page of [...pages, ...readmes]) {
    for (const [, name] of read(page).matchAll(/\bnpm run ([\w:-]+)(?![^\n`]*-w )/g)) {
      named.add(name);
      assert.ok(scripts[name], `${page}: npm run ${name}`);
      const [, file] = /^exec node (?:--\S+ )*(\S+)/.exec(scripts[name]) ?? [];
      assert.ok(!file || existsSync(join(root, file)), `${page}: npm run ${name} needs ${file}`);
    }
  }
  for (const name of ['bench', 'bench:server', 'bench:sizing', 'simulate', 'faults']) assert.ok(named.has(name), name);
});

test('README leads to every page of docs/', () => {
  assert.deepEqual(pages.filter((page) => page.startsWith('docs/') && !read('README.md').includes(`(${page})`)), []);
});
