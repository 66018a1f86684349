// server-api 8: the Signals SDK for Python, unmodified, drives the server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { testFences } from '../../../tests/fences.mjs';
import { MISSING, startRedis, withServers } from './own_redis.mjs';
import { Client, PROSPECTS, useFolder, useServers } from './support.mjs';
import { assertOpens, SECRET, useSyncServers } from './sync_support.mjs';

const run = promisify(execFile);
const withServer = useServers();
const here = fileURLToPath(new URL('sdk/', import.meta.url));
const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));
const RELEASES = { '0.4.2': 'snowplow-signals==0.4.2', newest: 'snowplow-signals' };
const ENV = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
const lastLine = ({ stderr, message }) => (stderr || message).trim().split('\n').at(-1);
// A tutorial that is not ours may read its settings with this.
const more = process.env.ONCUE_NOTEBOOK_ESHOP ? ['python-dotenv'] : [];

/** Looks for a newer release, also where one is installed: "newest" is the index's word, not that of the last time. */
async function install(release, requirement) {
  const folder = path.join(cache, `signals-sdk-${release}`);
  const python = path.join(folder, 'bin', 'python');
  const ready = path.join(folder, 'ready');
  const isReady = existsSync(ready);
  if (!isReady) {
    mkdirSync(cache, { recursive: true });
    rmSync(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]).catch((error) => {
      throw new Error(`missing: Python with venv (${lastLine(error)})`);
    });
  }
  const notes = [];
  if (!isReady || release === 'newest' || more.length > 0) {
    const options = ['--quiet', '--disable-pip-version-check', '--upgrade', ...(isReady ? ['--retries', '1', '--timeout', '15'] : [])];
    await run(python, ['-m', 'pip', 'install', ...options, requirement, ...more]).catch((error) => {
      if (!isReady) throw new Error(`missing: ${requirement} for Python (pip install: ${lastLine(error)})`);
      notes.push(`whether there is a newer ${requirement} is not known (${lastLine(error)}): this is the one of the last time`);
    });
    mkdirSync(ready, { recursive: true });
  }
  const { stdout } = await run(python, ['-c', "from importlib.metadata import version; print(version('snowplow-signals'))"]);
  return { python, notes: [`snowplow-signals ${stdout.trim()}`, ...notes] };
}

/** Hands everything on as it is, and writes down what was asked and answered: `POST registry/services/ 201`. */
async function listen(target) {
  const lines = [];
  const server = createServer((asked, answer) => {
    const onward = request(target + asked.url, { method: asked.method, headers: asked.headers }, (answered) => {
      lines.push(`${asked.method} ${asked.url.replace('/api/v1/', '')} ${answered.statusCode}`);
      answer.writeHead(answered.statusCode, answered.headers);
      answer.flushHeaders();
      answered.pipe(answer);
    });
    answer.on('close', () => onward.destroy());
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, lines, close };
}

const written = (kind, name, version) => [`POST registry/${kind}/ 400`, `PUT registry/${kind}/${name}${version ? `/versions/${version}` : ''} 200`];
const INTERVENTIONS = ['cart_abandonment', 'discount', 'free_shipping'];
const AGAIN = [...written('attribute_groups', 'ecom_attributes', 1), ...written('services', 'ecom_attributes'), ...INTERVENTIONS.flatMap((name) => written('interventions', name, 1))];

/** What is true of the server, or of what it was asked, after a script. */
const AFTER = {
  eshop(_client, lines) {
    const writes = lines.filter((line) => /^(POST|PUT) registry/.test(line));
    assert.deepEqual(writes.slice(0, 5), ['POST registry/attribute_groups/ 201', 'POST registry/services/ 201', ...INTERVENTIONS.map(() => 'POST registry/interventions/ 201')]);
    assert.deepEqual(writes.slice(5, 15), AGAIN);
    assert.deepEqual(lines.filter((line) => line.startsWith('DELETE')).slice(-5), [
      ...INTERVENTIONS.map((name) => `DELETE registry/interventions/${name}/versions/1 200`),
      'DELETE registry/services/ecom_attributes 200', 'DELETE registry/attribute_groups/ecom_attributes/versions/1 200',
    ]);
  },
  async prospects(client) {
    const [group] = PROSPECTS.attribute_groups;
    const { body } = await client.api('GET', `registry/attribute_groups/${group.name}`);
    assert.deepEqual(body.attributes, group.attributes);
    assert.deepEqual((await client.api('GET', 'registry/services/prospect_scoring_tutorial_service')).body.attribute_groups, PROSPECTS.services[0].attribute_groups);
  },
  kinds() {},
};

const installed = new Map();
/** Installed once, and why not. */
function installedOnce(release) {
  if (!installed.has(release)) installed.set(release, install(release, RELEASES[release]).catch(({ message }) => ({ notes: [message] })));
  return installed.get(release);
}

async function runScript(t, release, script, inServer) {
  const { python, notes } = await installedOnce(release);
  notes.forEach((note) => t.diagnostic(note));
  if (!python) return t.skip(notes[0]);
  await inServer(async (url) => {
    const between = await listen(url);
    try {
      const { stdout, stderr } = await run(python, [path.join(here, `${script}.py`), between.url], { env: ENV });
      stderr.trim().split('\n').filter(Boolean).forEach((line) => t.diagnostic(line));
      assert.equal(stdout.trim().split('\n').at(-1), `${script}: ok`);
      await AFTER[script](new Client(url), between.lines);
    } finally {
      await between.close();
    }
  });
}

for (const release of Object.keys(RELEASES)) {
  describe(`server 8: the Python SDK, ${release}`, () => {
    for (const script of Object.keys(AFTER)) {
      test(`${script}.py`, (t) => runScript(t, release, script, (body) => withServer({ tokens: ['local'] }, (_client, { url }) => body(url))));
    }
  });
}

const withSyncServer = useSyncServers();

const SHOWN = {
  'docs/sync.md': [
    (code, runPython) =>
      withSyncServer(async (client) => {
        const session = 'from types import SimpleNamespace\nuser = SimpleNamespace(id="ann")\n';
        const token = await runPython(['-c', `${session}${code}\nprint(token)`]);
        await assertOpens(client, token, 'https://shop.example');
      }),
  ],
  'js/server/README.md': [
    (code, runPython) =>
      withServer({ tokens: ['local'] }, async (_client, { url }) => assert.equal(await runPython([path.join(here, 'docs.py'), url], code), 'docs: ok')),
  ],
};
// The SDK brings PyJWT along.
testFences('SDK', SHOWN, async ({ code }, body, t) => {
  const { python, notes } = await installedOnce('newest');
  if (!python) return t.skip(notes[0]);
  await body(code, async (args, input = '') => {
    const running = run(python, args, { env: { ...ENV, ONCUE_SYNC_SECRET: SECRET } });
    running.child.stdin.end(input);
    const { stdout } = await running;
    return stdout.trim().split('\n').at(-1);
  });
});

const folder = useFolder();
const redis = MISSING ? undefined : await startRedis(folder);
after(() => redis?.stop());
describe('server 8: the Python SDK, newest, one server of two on Redis', { skip: MISSING ?? false }, () => {
  for (const script of Object.keys(AFTER)) {
    test(`${script}.py`, (t) => runScript(t, 'newest', script, (body) => withServers(redis, 2, (_clients, [{ url }]) => body(url), { tokens: ['local'], partitions: 8 })));
  }
});
