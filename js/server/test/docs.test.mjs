// What the documentation shows of the server: commands that serve, code of a back end, an upload.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { root, testFences } from '../../../tests/fences.mjs';
import { useFolder } from './support.mjs';
import { assertOpens, Device, publishUsers, SECRET, useSyncServers } from './sync_support.mjs';

const withServer = useSyncServers();
const folder = useFolder();
const { NODE_TEST_CONTEXT, ...env } = process.env;
const CLI = path.join(root, 'js/cli/bin/oncue.mjs');
const help = execFileSync(process.execPath, [CLI, 'serve', '--help'], { encoding: 'utf8' });

/** An event with an id and nothing else: 131 columns. */
const enriched = () => Object.assign(Array(131).fill(''), { 1: 'web', 5: 'page_view', 15: 'ann', 130: '' }).join('\t');

let folders = 0;
/** A folder as a reader has it: the packages installed, definitions and events beside them. */
function makeProject() {
  const project = path.join(folder, String(++folders));
  mkdirSync(project);
  symlinkSync(path.join(root, 'node_modules'), path.join(project, 'node_modules'), 'dir');
  for (const name of ['rules.json', 'events.ndjson']) copyFileSync(path.join(root, 'docs/examples', name), path.join(project, name));
  writeFileSync(path.join(project, 'enriched.tsv.gz'), gzipSync(`${enriched()}\n`));
  return project;
}

/** Runs commands, the last of which serves, until it says where; any free port will do. Without npx, which takes longer than they do. */
async function serve(code, body) {
  const project = makeProject();
  const commands = code.replace('oncue serve', 'oncue serve --port 0').replaceAll('npx oncue', 'node_modules/.bin/oncue');
  assert.notEqual(commands, code);
  const child = spawn('bash', ['-euo', 'pipefail', '-c', commands], { cwd: project, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  try {
    const url = await new Promise((resolve, reject) => {
      void closed.then(() => reject(new Error(said)));
      child.stdout.on('data', () => {
        const [, address] = /^OnCue server: (http:\S+)\/$/m.exec(said) ?? [];
        if (address) resolve(address);
      });
    });
    await body(url, said);
    assert.ok(existsSync(path.join(project, 'oncue.db')), 'where it says that everything is kept');
  } finally {
    if (child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await closed;
  }
}

const asked = async (url) => (await fetch(url)).status;
const isUp = async (url) => assert.equal(await asked(`${url}/healthz`), 200);

const SERVES = {
  'README.md': [isUp],
  'docs/sync.md': [async (url) => assert.equal(await asked(`${url}/sync/v1/time`), 200)],
  'js/cli/README.md': [
    async (url, said) => {
      await isUp(url);
      assert.match(said, /rules\.json: valid[^]*"name":"discount"[^]*"domain_userid"/);
    },
  ],
  'js/server/README.md': [isUp],
};
testFences('serves', SERVES, async ({ code }, body) => {
  for (const [, port] of code.matchAll(/127\.0\.0\.1:(\d+)/g)) assert.match(help, new RegExp(`^ *--port N +default ${port};`, 'm'));
  await serve(code, body);
});

/** Runs a module of a back end. @returns what it prints */
function runNode(code) {
  const project = makeProject();
  writeFileSync(path.join(project, 'server.mjs'), code);
  return execFileSync(process.execPath, ['server.mjs'], { cwd: project, env: { ...env, ONCUE_SYNC_SECRET: SECRET }, encoding: 'utf8' });
}

const BACK_END = {
  'docs/sync.md': [
    (code) =>
      withServer(async (client) => {
        const token = runNode(`const user = { id: 'ann' };\n${code}\nconsole.log(token);`);
        await assertOpens(client, token.trim(), 'https://shop.example');
      }),
  ],
  'js/server/README.md': [(code) => assert.equal(runNode(`${code.replace('port: 8787', 'port: 0')}\nconsole.log(server.port > 0);`), 'true\n')],
};
testFences('server', BACK_END, ({ code }, body) => body(code));

const shapeOf = (body) => Object.entries(body).map(([name, value]) => [name, /^[0-9a-f]{16}$/.test(value) ? 'hex' : Array.isArray(value) ? value.map((one) => typeof one) : typeof value]);

const UPLOADS = { 'docs/sync-protocol.md': [12] };
testFences('uploads', UPLOADS, ({ code }, before) =>
  withServer(async (client) => {
    await publishUsers(client);
    const device = new Device(client, 'ann');
    for (let n = 0; n < before; n++) device.view();
    await device.upload();
    device.view();
    const { fired, ...body } = device.pending();
    const shown = JSON.parse(code);
    assert.deepEqual(shapeOf(shown), shapeOf(body));
    const { protocol, key, id, epoch, base } = shown;
    assert.deepEqual({ protocol, key, id, epoch, base }, { protocol: 1, key: body.key, id: body.id, epoch: body.epoch, base: body.base });
    const answer = await device.ask('POST', 'upload', body);
    assert.deepEqual([answer.status, Object.keys(answer.body)], [200, ['n', 'chain', 'now']]);
  })
);
