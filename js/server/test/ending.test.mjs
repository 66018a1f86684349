// SIGTERM: what was asked is answered, streams end as they should, everything is there afterwards.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MISSING, startRedis } from './own_redis.mjs';
import { serve } from './serve.mjs';
import { Client, counterGroup, envelope, pageView, TP2, useFolder } from './support.mjs';

const folder = useFolder();
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const IN_FLIGHT = 10;
const views = (client, id) => client.value('g_v1:views', 'domain_userid', id);

/** A request of which the server has the headers and the start of the body. */
async function begin(url, duid) {
  const text = JSON.stringify(envelope([pageView({ duid })]));
  const request = http.request(url + TP2, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), expect: '100-continue' } });
  const answered = once(request, 'response');
  answered.catch(() => {});
  request.flushHeaders();
  // The server has seen it.
  await once(request, 'continue');
  request.write(text.slice(0, 20));
  return {
    async finish() {
      request.end(text.slice(20));
      const [{ statusCode }] = await answered;
      return statusCode;
    },
    failed: () => answered.then(() => 'answered', ({ code }) => code),
  };
}

/** A stream; `ended` tells whether it came to a proper end. */
async function listen(url, duid) {
  const request = http.get(`${url}/api/v1/interventions?domain_userid=${duid}`);
  const [response] = await once(request, 'response');
  response.resume();
  return { ended: once(response, 'close').then(() => response.complete) };
}

function endings(options) {
  test('requests under way are answered, streams end properly, it ends with 0, and all is there', async () => {
    const server = await serve(options());
    const client = new Client(server.url);
    await client.publish({ attribute_groups: [counterGroup({ name: 'g' })] });
    const duid = randomUUID();
    const streams = await Promise.all(Array.from({ length: IN_FLIGHT }, () => listen(server.url, duid)));
    const requests = await Promise.all(Array.from({ length: IN_FLIGHT }, () => begin(server.url, duid)));
    const ended = server.end('SIGTERM');
    assert.deepEqual(await Promise.all(streams.map((stream) => stream.ended)), streams.map(() => true));
    assert.deepEqual(await Promise.all(requests.map((request) => request.finish())), requests.map(() => 200));
    assert.equal(await ended, 0);
    assert.match(server.complained(), /"ended: what was asked is answered, the state is saved"/);
    const again = await serve(options());
    assert.equal(await views(new Client(again.url), duid), IN_FLIGHT);
    assert.equal(await again.end('SIGINT'), 0);
  });

  test('a second SIGTERM ends it at once, whatever is under way', async () => {
    const server = await serve(options());
    const stream = await listen(server.url, randomUUID());
    const request = await begin(server.url, 'ann');
    const ended = server.end('SIGTERM');
    assert.equal(await stream.ended, true, 'it has begun to end');
    let code;
    void ended.then((value) => (code = value));
    // What follows at once is taken for the same request, see below.
    while (code === undefined) {
      server.child.kill('SIGTERM');
      await new Promise(setImmediate);
    }
    assert.equal(code, 143);
    assert.notEqual(await request.failed(), 'answered');
  });
}

describe('a server on a file', () => endings(() => ['--data', path.join(folder, 'ending.db')]));

describe('a server on Redis', { skip: MISSING }, () => {
  let redis;
  before(async () => {
    redis = await startRedis(mkdtempSync(path.join(folder, 'redis-')));
  });
  after(() => redis?.stop());
  endings(() => ['--redis', redis.url]);
});

describe('started by npx, whose wrapper passes signals on to a shell that keeps them to itself', () => {
  /** @returns with `kill(signal)` of the wrapper alone, or of all its processes as service managers and terminals do */
  async function npx(data) {
    const child = spawn('npx', ['--no-install', 'oncue', 'serve', '--port', '0', '--data', data], { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    // The server has the same ones: they end when it does, also where the wrapper was gone before.
    const closed = Promise.all([once(child.stdout, 'close'), once(child.stderr, 'close')]);
    for (const output of [child.stdout, child.stderr]) output.setEncoding('utf8').on('data', (text) => (said += text));
    const address = () => /^OnCue server: (http:\S+)\/$/m.exec(said)?.[1];
    while (!address()) await once(child.stdout, 'data');
    return { url: address(), pid: child.pid, closed, said: () => said };
  }

  for (const [name, pidOf, signal] of [['the wrapper alone', (pid) => pid, 'SIGTERM'], ['all processes', (pid) => -pid, 'SIGTERM'], ['all processes, as Ctrl-C does', (pid) => -pid, 'SIGINT']]) {
    test(`${signal} to ${name}`, async () => {
      const data = path.join(folder, `${randomUUID()}.db`);
      const { url, pid, closed, said } = await npx(data);
      const client = new Client(url);
      await client.publish({ attribute_groups: [counterGroup()] });
      const stream = await listen(url, randomUUID());
      const request = await begin(url, 'ann');
      process.kill(pidOf(pid), signal);
      assert.equal(await stream.ended, true);
      assert.equal(await request.finish(), 200);
      await closed;
      assert.match(said(), /"ended: what was asked is answered, the state is saved"/);
      const again = await serve(['--data', data]);
      assert.equal(await views(new Client(again.url), 'ann'), 1);
      assert.equal(await again.end(), 0);
    });
  }
});
