// The documentation's examples run, and its lists are whole. A mark before a fence says what must hold (fences.mjs has the
// marks of other tests): "runs" (js in Node, sh in bash, json as definitions, all from the repository's root), "prints" (the
// output of the fence before), "installs" (packages that exist), "names" (commands that take too long to run here, or that run
// this test: what they name exists).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createEngine, load } from '@oncue/engine';
import { listFiles } from '../scripts/lib/files.mjs';
import { STAGES } from '../scripts/lib/test_stages.mjs';
import { fencesOf, MARKS, pages, read, root } from './fences.mjs';

// Output of a tool is its own, whatever runs this test: NODE_TEST_CONTEXT would turn it into a report.
const { NODE_TEST_CONTEXT, ...env } = process.env;

/** What a page's example takes for granted, and what is true after it. */
const AROUND = {
  'docs/offline.md': {
    after: `
      const { readFileSync } = await import('node:fs');
      const worker = readFileSync('build/docs-example-sw.js', 'utf8');
      const precached = [...worker.matchAll(/\\burl: ?"([^"]+)"/g)].map(([, url]) => url);
      const [, fallback] = /fallbackURL: ?"\\/([^"]+)"/.exec(worker) ?? [];
      if (!precached.includes(fallback)) throw new Error('after one visit there are no definitions without a network: ' + precached);
    `,
  },
  'js/engine/README.md': {
    before: `
      import assert from 'node:assert/strict';
      const attributes = [{ name: 'views', type: 'int32', aggregation: 'counter' }];
      const definitions = {
        attribute_groups: [{ name: 'shop', version: 1, attribute_key: { name: 'domain_userid' }, attributes }],
        interventions: [{ name: 'hello', criteria: { attribute: 'shop:views', operator: '>', value: 0 }, payload_attribute_groups: [{ name: 'shop', version: 1 }] }],
      };
      const id = 'ann';
      const payload = { e: 'pv', duid: id };
      const shown = [];
      const show = (...one) => shown.push(one);
    `,
    after: `
      assert.deepEqual(shown, [['hello', { 'shop:views': 1 }]]);
      assert.deepEqual(engine.attributes('domain_userid', id), { shop: { views: 1 } });
    `,
  },
};

function execute(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, env, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

const run = {
  js: (code, { before = '', after = '' } = {}) => execute(process.execPath, ['--input-type=module', '--eval', `${before}\n${code}\n${after}`]),
  sh: (code) => execute('bash', ['-euc', code]),
  json: async (text) => {
    await load();
    createEngine({ definitions: text }).dispose();
    return '';
  },
};

function assertPrints(output, { language, code }) {
  if (language === 'json') assert.deepEqual(JSON.parse(output), JSON.parse(code));
  else assert.equal(output.trimEnd(), code.trimEnd());
}

const readPackage = (folder) => JSON.parse(read(join(folder, 'package.json')));
const repository = readPackage('');
const packages = repository.workspaces.map(readPackage);

/** What `npm pack` calls a package's file. */
const packed = ({ name, version }) => `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
const own = (what) => packages.find((one) => one.name === what || (what.startsWith('./') && packed(one) === what.slice(2)));

/** What must be installed together with a package: its peers, and of those that come as files what they depend on. */
function neededBy(what) {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = own(what) ?? {};
  const ours = what.endsWith('.tgz') ? Object.keys(dependencies).filter((name) => own(name)) : [];
  return [...ours, ...Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)];
}

/** Packages of this repository, by name or as files, or such as they work with; whoever installs one needs what it expects beside it. */
function assertInstalls(code) {
  const [, develops, list] = /^npm install (-D )?(.+)\n$/.exec(code) ?? assert.fail(code);
  const all = list.split(' ');
  const names = all.map((what) => own(what)?.name ?? what);
  const known = (name) => packages.some(({ peerDependencies, devDependencies }) => name in { ...peerDependencies, ...(develops && devDependencies) });
  for (const what of all) {
    assert.ok(own(what) || known(what), what);
    for (const name of neededBy(what)) assert.ok(names.includes(name), `${what} needs ${name}`);
  }
}

const presets = JSON.parse(read('CMakePresets.json'));
const textOf = (folders, keep) => listFiles(folders, keep).map(read).join('\n');
const targets = textOf(['wasm', 'tests/core'], (file) => /CMakeLists\.txt$|\.cmake$/.test(file));
const suites = textOf(['tests/core'], (file) => file.endsWith('_test.cc')).match(/^TEST.*$/gm).join('\n');
const rooms = readdirSync(join(root, 'tests/core'));

function assertTarget(name) {
  const [, room] = /^(\w+)_test$/.exec(name) ?? [];
  assert.ok(room ? rooms.includes(room) : new RegExp(`\\b${name}\\b`).test(targets), `target ${name}`);
}

function assertSuites(filter) {
  const words = filter.replaceAll("'", '').split('*').filter(Boolean);
  for (const word of words) assert.ok(suites.includes(word), `suites like ${word}`);
}

function assertFile(file) {
  const [, program] = /^build\/.*\/(\w+)(?:\.js)?$/.exec(file) ?? [];
  if (program) assertTarget(program);
  else assert.ok(existsSync(join(root, file)), file);
}

/** By program: what must exist of what a command names. */
const NAMED = {
  npm: ([first, ...rest]) => {
    if (first === 'pack') return rest.filter((word) => word !== '-w').forEach((name) => assert.ok(own(name), `npm pack ${name}`));
    const { scripts } = rest.includes('-w') ? packages.find(({ name }) => name === rest[rest.indexOf('-w') + 1]) : repository;
    assert.ok(scripts[first === 'run' ? rest[0] : first], `npm ${first} ${rest[0]}`);
    const only = rest[rest.indexOf('--only') + 1];
    if (rest.includes('--only')) assert.ok(only.split(',').every((name) => STAGES[name]), only);
  },
  node: (args) => args.forEach((arg) => (arg.startsWith('--gtest_filter=') ? assertSuites(arg.split('=')[1]) : arg === '--test' || assertFile(arg))),
  cmake: (args) => {
    const kind = args.includes('--build') ? 'buildPresets' : 'configurePresets';
    const name = args[args.indexOf('--preset') + 1];
    assert.ok(presets[kind].some((preset) => preset.name === name), name);
    if (args.includes('--target')) args.slice(args.indexOf('--target') + 1).forEach(assertTarget);
  },
};

function assertNames(code) {
  const lines = code.replace(/\\\n/g, ' ').replace(/ +#.*$/gm, '').split(/\n|&&/);
  const commands = lines.map((line) => line.replace(/^(?:\w+=\S+ +)+/, '').trim()).filter(Boolean);
  for (const [program, ...args] of commands.map((command) => command.split(/ +/))) {
    if (NAMED[program]) NAMED[program](args);
    else NAMED.node([program, ...args]);
  }
}

/** What is done with the marks that are honoured here, given the output of the fence before. */
const HERE = {
  runs: ({ page, language, code }) => run[language](code, AROUND[page]),
  prints: (fence, output) => assertPrints(output, fence),
  installs: ({ code }) => assertInstalls(code),
  names: ({ code }) => assertNames(code),
};

const anchorOf = (heading) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-');
const anchors = (text) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading));

for (const page of pages) {
  const text = read(page);
  const fences = fencesOf(page);

  test(`${page}: every fence has a mark that a test honours, unless it is plain text`, () => {
    assert.equal([...text.matchAll(/^\s*(?:```|~~~)/gm)].length, 2 * fences.length, 'no fence is hidden from the tests');
    for (const { mark, language, code } of fences) {
      if (mark === undefined) assert.equal(language, 'text', `without a mark:\n${code}`);
      else assert.ok(mark in MARKS, `nobody honours the mark ${mark}`);
    }
    for (const [, mark] of text.matchAll(/^<!-- (.+) -->\n(?!```)/gm)) assert.ok(!(mark in MARKS), `the mark ${mark} stands before a fence`);
  });

  test(`${page}: every example that runs here holds`, async () => {
    let output = '';
    for (const fence of fences) output = (await HERE[fence.mark]?.(fence, output)) ?? output;
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

test('every mark is honoured by the test that it names', () => {
  for (const [mark, file] of Object.entries(MARKS)) {
    if (HERE[mark]) assert.equal(file, 'tests/docs.test.mjs');
    else assert.match(read(file), new RegExp(`\\b(testFences|onlyFence)\\('${mark}'`), `${file} has no run for ${mark}`);
  }
});

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
  const { scripts } = repository;
  const named = new Set();
  for (const page of pages) {
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
