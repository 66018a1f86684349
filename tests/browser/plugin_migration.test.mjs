// A page written for Signals' own plugin, with the import and the constructor's name changed and nothing else: the
// examples of its README, type-checked and run, and its types.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { useBrowser } from './plugin_support.mjs';
import { startInterventionsServer, until } from './sse_server.mjs';

const withShop = useBrowser();
const root = fileURLToPath(new URL('../..', import.meta.url));
const peer = join(fileURLToPath(import.meta.resolve('@snowplow/signals-browser-plugin/dist/index.module.js')), '../..');
const readme = readFileSync(join(peer, 'README.md'), 'utf8');
const fences = (language) => [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code);

/** What somebody who switches changes. */
const migrate = (code) => code.replaceAll('@snowplow/signals-browser-plugin', '@oncue/browser-plugin').replaceAll('SignalsPlugin', 'OnCuePlugin');

// Beside the package, so that its imports are found as in a page.
const folder = mkdtempSync(join(root, 'js/browser-plugin/.migration-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** @returns what the TypeScript compiler has to say about a file of this code */
function check(name, code) {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, code);
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'preserve', '--moduleResolution', 'bundler', '--lib', 'es2022,dom'];
  return spawnSync(process.execPath, [tsc, ...options, file], { encoding: 'utf8' }).stdout;
}

const [usage] = fences('js');
const [targets] = fences('json');

test("the peer's README still has the examples that these tests run", () => {
  assert.match(usage, /SignalsPlugin\(\)[^]*addInterventionHandlers\([^]*subscribeToInterventions\(/);
  assert.match(targets, /"domain_userid": \["duid", "domain_userid", /);
});

test('the README usage type-checks after the change of names', () => {
  assert.equal(check('usage', migrate(usage)), '');
  assert.match(check('broken', migrate(usage).replace('endpoint:', 'endpont:')), /endpont/, 'and the check can fail');
});

test('every name and type that the peer exports is there, under its own name but the constructor', () => {
  const declarations = readFileSync(join(peer, 'dist/index.module.d.ts'), 'utf8');
  const listed = (pattern) => pattern.exec(declarations)[1].split(',').map((name) => name.trim());
  const values = listed(/^export \{ (.+) \};$/m).map((name) => migrate(name));
  const types = listed(/^export type \{ (.+) \};$/m);
  assert.ok(values.length === 4 && types.length >= 14);
  const used = `import { ${values}, type ${types.join(', type ')} } from '@oncue/browser-plugin';
    export type All = [${types.map((name) => (name === 'OneOrMore' ? `${name}<string>` : name))}]; export const all = [${values}];`;
  assert.equal(check('names', used), '');
});

test("values of the peer's types are taken where ours are asked for", () => {
  assert.equal(
    check(
      'types',
      `import * as signals from '@snowplow/signals-browser-plugin';
       import * as oncue from '@oncue/browser-plugin';
       declare const config: signals.SignalsInterventionConfiguration;
       oncue.subscribeToInterventions(config, ['sp1']);
       declare const intervention: signals.Intervention;
       export const same: oncue.Intervention = intervention;
       declare const fetcher: signals.Fetcher;
       export const ours: oncue.Fetcher = fetcher;
       declare const context: NonNullable<NonNullable<signals.SignalsHandlerConfiguration['measurement']>['context']>;
       oncue.OnCuePlugin({ fetcher: () => fetcher, measurement: { delivery: false, context }, handlers: {} });
       export const subscribe: typeof signals.subscribeToInterventions = oncue.subscribeToInterventions;
       export const remove: typeof signals.removeInterventionHandlers = oncue.removeInterventionHandlers;`
    ),
    ''
  );
});

async function runInPage(code, body) {
  const server = await startInterventionsServer();
  const contents = migrate(code)
    .replace("'{{collector_url}}'", 'location.origin')
    .replace("'00000000-0000-0000-0000-000000000000.svc.snplow.net'", JSON.stringify(server.origin));
  const { outputFiles } = await build({
    stdin: { contents: `${contents}\nimport * as tracker from '@snowplow/browser-tracker';\nObject.assign(window, { tracker, startTracker: true });`, resolveDir: folder },
    bundle: true,
    format: 'esm',
    write: false,
  });
  const onPage = (page) => page.route('**/page.js', (route) => route.fulfill({ contentType: 'text/javascript', body: outputFiles[0].text }));
  try {
    await withShop({ onPage }, (shop, page) => body(server, shop, page));
  } finally {
    server.close();
  }
}

const intervention = (name, id) => ({ intervention_id: randomUUID(), name: 'hello', version: 1, attributes: {}, target_attribute_key: { name, id } });

test('the README usage runs: an intervention for the visitor reaches its handler', () =>
  runInPage(usage, async (server, shop, page) => {
    await page.evaluate(() => tracker.trackPageView());
    await until(() => server.listeners.size === 1);
    const [{ ids }] = server.listeners;
    server.send(intervention('domain_userid', ids.domain_userid));
    server.send(intervention('domain_sessionid', ids.domain_sessionid));
    await until(() => shop.log.filter(({ text }) => text.startsWith('intervention received!')).length === 2);
    assert.deepEqual(shop.log.filter(({ text }) => text.includes('OnCue')), []);
  }));

test('the README targets find the ids: by short name, enriched name, and session entity', () => {
  const keyed = usage.replace('subscribeToInterventions({\n', `subscribeToInterventions({\n  attributeKeyTargets: ${targets.trim()},\n`);
  assert.notEqual(keyed, usage);
  assert.equal(check('targets', migrate(keyed)), '');
  return runInPage(keyed, async (server, shop, page) => {
    await page.evaluate(() => tracker.trackPageView());
    await until(() => server.listeners.size === 1);
    const [{ payload }] = await shop.collect();
    assert.deepEqual([...server.listeners][0].ids, { domain_userid: payload.duid, domain_sessionid: payload.sid });
  });
});
