// server-api 8: the Signals SDKs, unmodified, drive the server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { useServers } from './support.mjs';

const run = promisify(execFile);
const withServer = useServers();
const here = fileURLToPath(new URL('sdk/', import.meta.url));
const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));
/** The newest one is what pip finds when the environment is made; remove `.cache` to look again. */
const RELEASES = { '0.4.2': 'snowplow-signals==0.4.2', newest: 'snowplow-signals' };

/** Python of an environment with the SDK. @throws with a message that begins with "missing: " */
async function pythonWith(release, requirement) {
  const folder = path.join(cache, `signals-sdk-${release}`);
  const python = path.join(folder, 'bin', 'python');
  const ready = path.join(folder, 'ready');
  if (existsSync(ready)) return python;
  mkdirSync(cache, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  const attempt = (command, ...args) =>
    run(command, args).catch(({ stderr, message }) => {
      throw new Error(`missing: ${requirement} for Python (${[command, ...args].join(' ')}: ${(stderr || message).trim().split('\n').at(-1)})`);
    });
  await attempt('python3', '-m', 'venv', folder);
  await attempt(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement);
  mkdirSync(ready);
  return python;
}

for (const [release, requirement] of Object.entries(RELEASES)) {
  describe(`server 8: the Python SDK, ${release}`, () => {
    for (const script of ['eshop', 'prospects']) {
      test(`${script}.py`, async (t) => {
        let python;
        try {
          python = await pythonWith(release, requirement);
        } catch ({ message }) {
          return t.skip(message);
        }
        await withServer({ tokens: ['local'] }, async ({ url }) => {
          const { stdout } = await run(python, [path.join(here, `${script}.py`), url], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
          assert.equal(stdout.trim(), `${script}: ok`);
        });
      });
    }
  });
}
