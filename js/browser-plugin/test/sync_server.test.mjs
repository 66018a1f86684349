// A server, and a page's token(), that take their time: nobody waits for them for ever.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importSource } from './source.mjs';

const { createServer } = await importSource('sync/server');

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** @param answers what fetch gives, one by one: a body, undefined for none ever */
function start(t, { token = async () => 'token', answers = [] } = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const life = new AbortController();
  const signals = [];
  t.mock.method(globalThis, 'fetch', (address, { signal }) => {
    signals.push(signal);
    const body = answers.shift();
    if (body) return Promise.resolve(new Response(body));
    return new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  const server = createServer({ endpoint: 'http://sync.example', token }, { key: 'user_id', id: 'ann' }, life.signal);
  const pass = async (ms) => {
    await turn();
    t.mock.timers.tick(ms);
    await turn();
  };
  return { server, life, signals, pass };
}

/** What became of a promise so far. */
function follow(promise) {
  const fate = { is: 'open' };
  promise.then(
    (value) => Object.assign(fate, { is: 'done', value }),
    (error) => Object.assign(fate, { is: 'failed', message: error.message })
  );
  return fate;
}

test('token() that never answers is none after half a minute, and asked again the next time', async (t) => {
  const tokens = [new Promise(() => {}), 'token'];
  const { server, pass } = start(t, { token: () => tokens.shift(), answers: ['{}'] });
  const first = follow(server.call('/state'));
  await pass(29_999);
  assert.equal(first.is, 'open');
  await pass(1);
  assert.deepEqual([first.is, first.message], ['failed', 'token() failed (Error: no answer in 30000 ms)']);
  const second = await server.call('/state');
  assert.deepEqual(await second.json(), {});
});

const unending = () => new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) });
for (const [what, answer] of [['never answers', undefined], ['begins to answer and never ends', unending()]]) {
  test(`a server that ${what} has not answered after half a minute`, async (t) => {
    const { server, signals, pass } = start(t, { answers: [answer, '{"epoch":1}'] });
    const call = follow(server.call('/upload', {}));
    await pass(29_999);
    assert.equal(call.is, 'open');
    await pass(1);
    assert.deepEqual([call.is, signals[0].aborted], ['failed', true]);
    const next = await server.call('/state');
    await pass(60_000);
    assert.deepEqual([await next.json(), signals[1].aborted], [{ epoch: 1 }, false]);
  });
}

test('the end of a session ends what is under way, with no wait', async (t) => {
  const { server, life, signals, pass } = start(t);
  const call = follow(server.call('/state'));
  await pass(0);
  life.abort();
  await pass(0);
  assert.deepEqual([call.is, signals[0].aborted], ['failed', true]);
  const late = follow(server.call('/state'));
  await pass(0);
  assert.deepEqual([late.is, signals.length], ['failed', 1]);
});

test('a stream may take as long as whoever reads it allows', async (t) => {
  const { server, signals, pass } = start(t, { answers: [unending()] });
  const own = new AbortController();
  const response = await server.call('/stream', undefined, { signal: own.signal });
  await pass(3_600_000);
  assert.deepEqual([response.ok, signals[0] === own.signal, own.signal.aborted], [true, true, false]);
});
