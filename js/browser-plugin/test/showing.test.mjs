// Which tab shows an intervention, decided by the leader: what a browser's tabs cannot be made to do at a given moment.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { importSource } from './source.mjs';

const { createShowing, WAITING_MAX } = await importSource('tabs/showing');

/** A leader whose storage is done when the test says so. */
function lead(t, { focus, isAlone = false, waiting = [] }) {
  mock.timers.enable({ apis: ['setTimeout'] });
  // The mock does not know that no time is 0.
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (action, ms = 0, ...given) => setTimeout(action, ms, ...given);
  t.after(() => mock.timers.reset());
  const log = [];
  const writes = [];
  const tab = { focus, isAlone };
  const host = {
    me: 'leader',
    focus: () => tab.focus,
    isAlone: () => tab.isAlone,
    offer: (id) => log.push(`offer ${id}`),
    settle: (fired, action) => writes.push(action),
    post: (fired) => {
      fired.isPosted = true;
      log.push(`post ${fired.intervention.intervention_id}`);
    },
    show: (to, { intervention }) => log.push(`${to} shows ${intervention.intervention_id}`),
  };
  const showing = createShowing(host, new Map(waiting.map((id) => [id, fired(id)])));
  const written = () => writes.splice(0).forEach((action) => action());
  return { showing, log, tab, written, writes };
}
const fired = (id) => ({ intervention: { intervention_id: id } });

test('a tab in front shows at once, one intervention at a time, each written down before', (t) => {
  const { showing, log, written, writes } = lead(t, { focus: Infinity });
  writes.push = (action) => {
    log.push('written down');
    return Array.prototype.push.call(writes, action);
  };
  showing.add(fired('a'));
  showing.add(fired('b'));
  assert.deepEqual([log, showing.isBusy], [['written down'], true]);
  written();
  assert.deepEqual(log, ['written down', 'leader shows a', 'written down'], 'the next one after the handlers of the first');
  written();
  assert.deepEqual(log, ['written down', 'leader shows a', 'written down', 'leader shows b']);
});

test('of several tabs the one that was looked at last, when all have had time to answer', (t) => {
  const { showing, log, written } = lead(t, { focus: 5 });
  showing.add(fired('a'));
  showing.accept('a', 'old', 3);
  showing.accept('a', 'late', 9);
  showing.accept('other', 'liar', Infinity);
  mock.timers.tick(199);
  written();
  assert.deepEqual(log, ['offer a']);
  mock.timers.tick(1);
  written();
  assert.deepEqual(log, ['offer a', 'late shows a']);
});

test('a tab in front answers: nobody waits for others, and a second answer changes nothing', (t) => {
  const { showing, log, written } = lead(t, { focus: -1 });
  showing.add(fired('a'));
  showing.accept('a', 'front', Infinity);
  showing.accept('a', 'other', Infinity);
  written();
  mock.timers.tick(1000);
  assert.deepEqual(log, ['offer a', 'front shows a']);
});

test('nobody looks: handlers that need no screen get each once, and the first tab that wakes gets it shown', (t) => {
  const { showing, log, tab, written } = lead(t, { focus: -1, isAlone: true, waiting: ['a'] });
  showing.add(fired('b'));
  showing.retry();
  assert.deepEqual(log, ['post a', 'post b']);
  tab.focus = Infinity;
  showing.retry();
  written();
  assert.deepEqual(log.slice(2), ['leader shows a']);
  written();
  assert.deepEqual(log.slice(3), ['leader shows b']);
  assert.equal(showing.waiting.size, 0);
});

test('a leader that comes to the front while others are asked: it shows, also without the focus', (t) => {
  const { showing, log, tab, written } = lead(t, { focus: -1 });
  showing.add(fired('a'));
  tab.focus = 0;
  showing.retry();
  mock.timers.tick(200);
  written();
  assert.deepEqual(log, ['offer a', 'offer a', 'leader shows a']);
});

test('nobody looks at any of several tabs: known when none has answered', (t) => {
  const { showing, log } = lead(t, { focus: -1 });
  showing.add(fired('a'));
  assert.deepEqual(log, ['offer a']);
  mock.timers.tick(200);
  assert.deepEqual(log, ['offer a', 'post a']);
  showing.retry();
  showing.accept('a', 'woken', 4);
  mock.timers.tick(200);
  assert.equal(showing.isBusy, true);
});

test('a tab that answers when nobody waits any more: all are asked again, and it shows', (t) => {
  const { showing, log, written } = lead(t, { focus: -1 });
  showing.add(fired('a'));
  mock.timers.tick(200);
  showing.accept('a', 'slow', 4);
  showing.accept('a', 'slow', 4);
  mock.timers.tick(200);
  written();
  mock.timers.tick(0);
  showing.accept('a', 'slow', 4);
  mock.timers.tick(1000);
  assert.deepEqual(log, ['offer a', 'post a', 'offer a', 'slow shows a']);
});

test('what is handed back by the tab that got it is offered anew, for as long as the first time', (t) => {
  const { showing, log, written } = lead(t, { focus: -1 });
  const one = fired('a');
  showing.add(one);
  showing.accept('a', 'gone', Infinity);
  written();
  mock.timers.tick(100);
  showing.add(one);
  mock.timers.tick(150);
  showing.accept('a', 'next', 4);
  mock.timers.tick(50);
  written();
  assert.deepEqual(log, ['offer a', 'gone shows a', 'offer a', 'next shows a']);
});

test('a late answer for what is shown already has the next one offered, once', (t) => {
  const { showing, log } = lead(t, { focus: -1, waiting: ['b'] });
  for (let n = 0; n < 3; n++) showing.accept('a', 'slow', Infinity);
  mock.timers.tick(1000);
  assert.deepEqual([log, showing.isBusy], [['offer b', 'post b'], false]);
});

test('what waits is bounded: the oldest goes', (t) => {
  const { showing } = lead(t, { focus: -1, isAlone: true });
  for (let n = 0; n <= WAITING_MAX; n++) showing.add(fired(String(n)));
  assert.deepEqual([showing.waiting.size, showing.waiting.has('0'), showing.waiting.has('1')], [WAITING_MAX, false, true]);
});
