// The packed plugin with option `sync` by script tags: the UMD build, whose engine lies beside it, and the single file,
// which brings none that syncs.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { mintSyncToken, startServer } from '@oncue/server';
import { launch } from '../browser/plugin_support.mjs';
import { createProject, pageOf, serveProject } from './project_support.mjs';

const SECRET = 'a secret of tests that has thirty-two bytes';
const TRACKER = 'node_modules/@snowplow/browser-tracker/dist/index.umd.min.js';
const DIST = 'node_modules/@oncue/browser-plugin/dist';
const SYNC_WASM = 'oncue.sync.wasm';
const PLAIN_WASM = 'oncue.plain.wasm';
const RULES = {
  attribute_groups: [
    {
      name: 'person', version: 1, attribute_key: { name: 'user_id' }, owner: 'a@b.co', is_published: true,
      attributes: [{ name: 'pages', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] }],
    },
  ],
};

let project;
let site;
let browser;
let server;
before(async () => {
  project = createProject(['js/engine', 'js/browser-plugin']);
  site = await serveProject(project);
  browser = await launch();
  server = await startServer({ data: project.in('sync.db'), port: 0, sync: { secrets: [SECRET] } });
  const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
  const published = await fetch(`${server.url}/api/v1/registry/attribute_groups/`, { method: 'POST', headers, body: JSON.stringify(RULES.attribute_groups[0]) });
  assert.equal(published.status, 201);
  project.write('rules.js', `window.RULES = ${JSON.stringify(RULES)};`);
  for (const variant of ['index', 'inline']) project.write(`${variant}.html`, pageOf(['rules.js', TRACKER, `${DIST}/${variant}.umd.min.js`, 'sync_tag.js']));
});
after(async () => {
  await browser?.close();
  await server?.close();
  site?.close();
  project?.remove();
});

/**
 * A page of a profile of its own, once its engine runs or has failed; `loads` are the wasm files that it asked for.
 * @param without a file that is not there
 */
async function open(file, user, { kind = 'ok', without, ...more } = {}) {
  const page = await (await browser.newContext()).newPage();
  if (without) await page.route(`**/${without}`, (route) => route.fulfill({ status: 404 }));
  const loads = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.wasm')) loads.push(pathname);
  });
  const query = new URLSearchParams({ user, endpoint: server.url, token: await mintSyncToken({ secret: SECRET, key: 'user_id', id: user }), ...more });
  await page.goto(`${site.origin}/${kind}/${file}?${query}`);
  await page.waitForFunction(() => ['ready', 'failed'].includes(window.getStats?.().state));
  const failure = await page.evaluate(() => getStats().failure);
  const until = (views) => page.waitForFunction(([user, views]) => viewsOf(user) === views, [user, views], { timeout: 90_000 });
  const untilFailed = () => page.waitForFunction(() => getStats().failure).then((it) => it.jsonValue());
  return { loads, failure, until, untilFailed };
}

test('UMD: two profiles by script tags come to one value, with the small engine, the one that syncs and no other', async () => {
  const devices = [await open('index.html', 'ann'), await open('index.html', 'ann')];
  for (const { failure, loads, until } of devices) {
    assert.equal(failure, undefined);
    await until(2);
    assert.deepEqual(loads, [`/ok/${DIST}/${PLAIN_WASM}`, `/ok/${DIST}/${SYNC_WASM}`]);
  }
});

test('UMD: without the engine beside it the message names the file', async () => {
  const { untilFailed } = await open('index.html', 'bob', { without: SYNC_WASM });
  assert.match(await untilFailed(), /oncue\.sync\.wasm: \S+ answered 404/);
});

test('the single file refuses sync without engine.wasm, and says what to give it', async () => {
  const { loads, untilFailed } = await open('inline.html', 'cid');
  assert.match(await untilFailed(), /single-file build brings no engine that syncs: give engine\.wasm the address of oncue\.sync\.wasm/);
  assert.deepEqual(loads, []);
});

test('the single file with engine.wasm syncs', async () => {
  copyFileSync(project.in(DIST, SYNC_WASM), project.in(SYNC_WASM));
  const devices = [await open('inline.html', 'dan', { wasm: SYNC_WASM }), await open('index.html', 'dan')];
  for (const { failure, until } of devices) {
    assert.equal(failure, undefined);
    await until(2);
  }
  assert.deepEqual(devices[0].loads, [`/ok/${SYNC_WASM}`]);
});
