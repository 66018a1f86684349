// The code that the documentation shows. An HTML comment before each fence, its mark, says which test runs it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const read = (file) => readFileSync(join(root, file), 'utf8');

export const pagesIn = (folder, keep) => readdirSync(join(root, folder)).filter(keep).map((name) => `${folder}/${name}`);
/** Every page that shows code to those who use the project or work on it. */
export const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...pagesIn('docs', (name) => name.endsWith('.md')),
  ...pagesIn('js', () => true).map((folder) => `${folder}/README.md`),
  'demo-eshop/README.md',
  'tests/README.md',
];

/** By mark, the test that honours it: it has a run for every fence with that mark, whatever the page. */
export const MARKS = {
  runs: 'tests/docs.test.mjs',
  prints: 'tests/docs.test.mjs',
  installs: 'tests/docs.test.mjs',
  names: 'tests/docs.test.mjs',
  page: 'tests/browser/plugin_docs.test.mjs',
  'synced page': 'tests/browser/sync_docs.test.mjs',
  inspector: 'tests/browser/inspector.test.mjs',
  'sp.js': 'tests/packaging/pages.test.mjs',
  'script tags': 'tests/packaging/pages.test.mjs',
  types: 'tests/packaging/pages.test.mjs',
  serves: 'js/server/test/docs.test.mjs',
  server: 'js/server/test/docs.test.mjs',
  uploads: 'js/server/test/docs.test.mjs',
  SDK: 'js/server/test/sdk.test.mjs',
};

const FENCE = /^(?:<!-- (.+) -->\n)?```(\S*)\n([^]*?)^```$/gm;

/** Of a page: each fence with its mark, language and code. */
export const fencesOf = (page) => [...read(page).matchAll(FENCE)].map(([, mark, language, code]) => ({ page, mark, language, code }));

/** By page, all fences with a mark. */
export function fencesMarked(mark) {
  const found = pages.map((page) => [page, fencesOf(page).filter((fence) => fence.mark === mark)]);
  return Object.fromEntries(found.filter(([, fences]) => fences.length > 0));
}

/** The one fence with a mark. */
export function onlyFence(mark) {
  const [fence, ...others] = Object.values(fencesMarked(mark)).flat();
  assert.ok(fence && others.length === 0, `one fence is marked ${mark}`);
  return fence;
}

const countOf = (table) => Object.fromEntries(Object.entries(table).map(([page, all]) => [page, all.length]));

/**
 * A test for each fence with a mark, and one that none lacks a run.
 * @param runs by page, one for each fence in order
 * @param body what a test does with a fence and its run
 */
export function testFences(mark, runs, body) {
  const shown = fencesMarked(mark);
  test(`documentation: a run for each fence marked ${mark}`, () => assert.deepEqual(countOf(runs), countOf(shown)));
  for (const [page, all] of Object.entries(runs)) {
    all.forEach((run, n) => test(`${page}: fence ${n + 1} marked ${mark}`, (t) => body(shown[page][n], run, t)));
  }
}
