import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { importSource } from './source.mjs';

const { createParser } = await importSource('sync/sse');
const { createClock } = await importSource('sync/clock');
const { addressOf } = await importSource('sync/server');

test('a stream is read alike however it is cut into pieces', () => {
  const text = ': hi\n\nid: g-1\nevent: facts\ndata: {"a":\ndata: 1}\n\nevent: ping\ndata:{}\n\r\nid: g-3\r\ndata: x\r\n\r\nevent: nothing\n\ndata: cut off';
  const expected = [
    { type: 'facts', data: '{"a":\n1}', id: 'g-1' },
    { type: 'ping', data: '{}', id: 'g-1' },
    { type: 'message', data: 'x', id: 'g-3' },
  ];
  for (const size of [1, 2, 3, 7, text.length]) {
    const events = [];
    const parse = createParser((event) => events.push(event));
    for (let at = 0; at < text.length; at += size) parse(text.slice(at, at + size));
    assert.deepEqual(events, expected, `pieces of ${size}`);
  }
});

test('the offset of the server\'s clock is the median of recent answers, each taken in the middle of its way', () => {
  mock.timers.enable({ apis: ['Date'], now: 10_000 });
  const clock = createClock();
  assert.equal(clock.offset(), 0);
  clock.learn(Number.NaN, 0);
  assert.equal(clock.offset(), 0, 'an answer without a time tells nothing');
  clock.learn(10_900, 9_800);
  assert.equal(clock.offset(), 1000);
  for (const now of [9_900, 1e12, 10_900, 10_901]) clock.learn(now, 9_800);
  assert.equal(clock.offset(), 1000, 'one wild answer does not count');
  for (let n = 0; n < 5; n++) clock.learn(4_900, 9_800);
  assert.equal(clock.offset(), -5000, 'old ones are forgotten');
  mock.timers.reset();
});

test('an endpoint is a host, a URL, or a path of the page\'s own host', () => {
  globalThis.location = { origin: 'https://shop.example' };
  const of = (endpoint) => addressOf({ endpoint });
  assert.equal(of('oncue.example'), 'https://oncue.example/sync/v1');
  assert.equal(of('http://127.0.0.1:8787/'), 'http://127.0.0.1:8787/sync/v1');
  assert.equal(of('/signals'), 'https://shop.example/signals/sync/v1');
  assert.equal(of('/'), 'https://shop.example/sync/v1');
});
