// A journal whose store cannot write for a while, as on a full disk: browsers give room back when they like.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { importSource } from './source.mjs';

const { createJournal } = await importSource('storage/journal');

const settled = () => sleep(10);

/** A journal's timers are longer than a test. */
const setTimeoutBefore = globalThis.setTimeout;
globalThis.setTimeout = (...given) => setTimeoutBefore(...given).unref();
const entry = (n) => ({ id: `${n}`, key: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, text: `event ${n}`, at: n });

const fired = (id) => ({ intervention: { intervention_id: id } });

/** What is stored when the page goes is the base and the log. */
function start() {
  const known = [];
  const disk = { isFull: false, base: [], log: [], exists: true };
  const write = (action) => (disk.isFull ? Promise.reject(new Error('QuotaExceededError')) : Promise.resolve().then(action));
  const store = {
    exists: true,
    note: () => false,
    append: ({ entries }) => write(() => disk.log.push(...entries.map(({ id }) => id))),
    save: ({ bytes }) => write(() => Object.assign(disk, { base: [...bytes], log: [] })),
  };
  const warned = [];
  const journal = createJournal(store, () => ({ bytes: [...known] }), () => false, assert.fail, { warn: (text) => warned.push(text) });
  journal.start({ log: [] });
  const say = async (n) => {
    known.push(`${n}`);
    journal.entry(entry(n));
    let isDurable = false;
    journal.whenDurable(() => (isDurable = true));
    await settled();
    assert.equal(isDurable, true, 'handlers run all the same');
  };
  return { disk, journal, say, warned, stored: () => [...disk.base, ...disk.log] };
}

test('a disk that is full and has room again: half a minute later everything known is stored, and what comes then', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1000 });
  const { disk, journal, say, warned, stored } = start();
  await say(1);
  disk.isFull = true;
  await say(2);
  assert.match(journal.trouble, /QuotaExceededError/);
  disk.isFull = false;
  t.mock.timers.setTime(30_999);
  await say(3);
  assert.deepEqual(stored(), ['1'], 'not before its time');
  t.mock.timers.setTime(31_000);
  await say(4);
  assert.equal(journal.trouble, undefined);
  await say(5);
  assert.deepEqual(stored(), ['1', '2', '3', '4', '5']);
  assert.equal(warned.length, 1);
});

test('still full half a minute later: tried again after another one, and said only once', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1000 });
  const { disk, journal, say, warned, stored } = start();
  disk.isFull = true;
  await say(1);
  for (const at of [31_000, 61_000]) {
    t.mock.timers.setTime(at);
    await say(at);
    assert.match(journal.trouble, /QuotaExceededError/);
  }
  disk.isFull = false;
  t.mock.timers.setTime(91_000);
  await say(2);
  assert.deepEqual([stored(), journal.trouble, warned.length], [['1', '31000', '61000', '2'], undefined, 1]);
});

test('what is said while the state is written to a disk with room again is not lost', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1000 });
  const { disk, journal, say, stored } = start();
  disk.isFull = true;
  await say(1);
  disk.isFull = false;
  t.mock.timers.setTime(31_000);
  await Promise.all([say(2), say(3)]);
  await settled();
  assert.deepEqual([stored(), journal.trouble], [['1', '2', '3'], undefined]);
});

test('where nothing can be stored, what is shown next is so in a task of its own', async () => {
  const { disk, journal, say } = start();
  disk.isFull = true;
  await say(1);
  const order = [];
  journal.whenDurable(() => {
    order.push('shown');
    setTimeout(() => order.push('the page'));
    journal.whenDurable(() => order.push('shown next'));
  });
  await settled();
  assert.deepEqual(order, ['shown', 'the page', 'shown next']);
});

/** A store whose transactions end when the test says so, and what was written in which order. */
function startNoting({ canNote = true, isAlone = true } = {}) {
  const written = [];
  const ends = [];
  const transaction = (what) => {
    written.push(what);
    return new Promise((resolve, reject) => ends.push({ resolve, reject }));
  };
  const store = {
    exists: true,
    note: ({ text }) => canNote && !!written.push(`note ${text.replace('\n', ' ')}`),
    append: ({ entries, fired, done }) =>
      transaction(['transaction', ...entries.map(({ text, door }) => text + (door ?? '')), ...fired.map(({ intervention }) => intervention.intervention_id), ...done].join(' ')),
    save: () => transaction('snapshot'),
  };
  const deposed = [];
  const journal = createJournal(store, () => ({}), () => !isAlone, () => deposed.push(1), { warn() {} });
  journal.start({ log: [] });
  return { journal, written, ends, deposed };
}

function mockTimers(t) {
  const before = globalThis.setTimeout;
  t.mock.timers.enable({ apis: ['setTimeout'] });
  // Node's mock puts a timer without a delay nowhere in particular.
  const mocked = globalThis.setTimeout;
  globalThis.setTimeout = (action, delay = 0) => mocked(action, delay);
  t.after(() => (globalThis.setTimeout = before));
}

/** As the leader says an event. */
function say(journal, event, takeIn) {
  journal.entry(event);
  takeIn?.();
  return journal.note(event);
}

test('an event is noted, and durable at once; what fires takes the notes along in one transaction', async () => {
  const { journal, written, ends } = startNoting();
  for (const n of [1, 2, 3]) assert.equal(say(journal, entry(n)), true);
  journal.addFired(fired('banner'));
  let isDurable = false;
  journal.whenDurable(() => (isDurable = true));
  await settled();
  assert.deepEqual(written, ['note event 1', 'note event 2', 'note event 3', 'transaction event 1 event 2 event 3 banner']);
  assert.equal(isDurable, false, 'not before the transaction is complete');
  ends[0].resolve();
  await settled();
  assert.equal(isDurable, true);
  assert.equal(say(journal, entry(4)), true);
  journal.addFired(fired('other'));
  await settled();
  assert.equal(written.at(-1), 'transaction event 4 other', 'without those of before');
});

test('while a transaction is under way or about to be, and for what is no event, nothing is noted', async () => {
  const { journal, written, ends } = startNoting();
  assert.equal(say(journal, { ...entry(1), door: 'sync' }), false);
  assert.equal(say(journal, entry(2)), false);
  await settled();
  assert.equal(say(journal, entry(3)), false);
  await settled();
  ends.splice(0).forEach(({ resolve }) => resolve());
  await settled();
  say(journal, entry(4));
  assert.deepEqual(written, ['transaction event 1sync event 2', 'transaction event 3', 'note event 4']);
});

test('what is shown as soon as it fires is noted too: handlers run in a task of their own, and the database has it a second later', async (t) => {
  mockTimers(t);
  const { journal, written, ends } = startNoting();
  const handled = [];
  for (const n of [1, 2]) {
    say(journal, entry(n));
    for (const id of [`a${n}`, `b${n}`]) {
      journal.addFired(fired(id));
      journal.addDone(id);
      journal.whenDurable(() => handled.push(id));
    }
    await Promise.resolve();
    assert.equal(written.at(-1), `note {"done":["a${n}","b${n}"]}`);
    assert.equal(handled.length, 2 * n - 2);
    t.mock.timers.tick(1);
    assert.deepEqual(handled.slice(-2), [`a${n}`, `b${n}`]);
    assert.equal(say(journal, entry(n + 2)), true);
  }
  t.mock.timers.tick(997);
  assert.equal(ends.length, 0);
  t.mock.timers.tick(1);
  assert.deepEqual(written.slice(-1), ['transaction event 1 event 3 event 2 event 4 a1 b1 a2 b2']);
  ends[0].resolve();
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  say(journal, entry(5));
  journal.settleNotes();
  assert.equal(written.at(-1), 'transaction event 5', 'without those of before');
});

/** As the leader does with what fires and this tab shows at once. */
function show(journal, id, handled = []) {
  journal.addFired(fired(id));
  journal.addDone(id);
  journal.whenDurable(() => handled.push(id));
}

test('what this tab shows of an event at once is noted with it, before handlers run, and the database has both a second later', async (t) => {
  mockTimers(t);
  const { journal, written, ends } = startNoting();
  const handled = [];
  const takeIn = () => {
    for (const id of ['a', 'b']) show(journal, id, handled);
    assert.deepEqual(written, [], 'not before it is known what fires');
  };
  assert.equal(say(journal, entry(1), takeIn), true);
  assert.deepEqual([written, handled], [['note event 1 {"done":["a","b"]}'], []]);
  assert.equal(say(journal, entry(2)), true, 'the next one need not wait');
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  assert.deepEqual(handled, [], 'not in the task of the event');
  t.mock.timers.tick(1);
  assert.deepEqual(handled, ['a', 'b']);
  t.mock.timers.tick(999);
  assert.deepEqual(written, ['note event 1 {"done":["a","b"]}', 'note event 2', 'transaction event 1 event 2 a b']);
  ends[0].resolve();
});

test('whatever ends the journal while an event is taken in: what fired is written with the event, and that once', async () => {
  const { journal, written, ends } = startNoting();
  const takeIn = () => {
    show(journal, 'banner');
    journal.settleNotes();
  };
  assert.equal(say(journal, entry(1), takeIn), false);
  await settled();
  assert.deepEqual(written, ['transaction event 1 banner banner']);
  ends[0].resolve();
});

const NOTED_ALONE = {
  'beside another tab, which could read the note too late': [{ isAlone: false }, (journal) => show(journal, 'banner'), 'banner banner'],
  'where something waits for a tab': [{}, (journal) => (journal.addFired(fired('other')), show(journal, 'banner')), 'other banner banner'],
  'with what a server said meanwhile': [{}, (journal) => (show(journal, 'banner'), journal.entry({ ...entry(2), door: 'sync' })), 'event 2sync banner banner'],
};
for (const [when, [options, takeIn, rest]] of Object.entries(NOTED_ALONE)) {
  test(`an event is noted without what fires, which a transaction has: ${when}`, async () => {
    const { journal, written, ends } = startNoting(options);
    assert.equal(say(journal, entry(1), () => takeIn(journal)), true);
    await settled();
    assert.deepEqual(written, ['note event 1', `transaction event 1 ${rest}`]);
    ends[0].resolve();
  });
}

test('what cannot be noted is in a transaction with what fires of it', async () => {
  const { journal, written, ends } = startNoting({ canNote: false });
  assert.equal(say(journal, entry(1), () => show(journal, 'banner')), false);
  await settled();
  assert.deepEqual(written, ['transaction event 1 banner banner']);
  ends[0].resolve();
});

const SHOWN_IN_A_TRANSACTION = {
  'beside another tab, which could read the note too late': [{ isAlone: false }, (journal) => journal.addDone('banner')],
  'with one that waits for a tab': [{}, (journal) => (journal.addFired(fired('other')), journal.addDone('banner'))],
  'with what is not noted': [{}, (journal) => (say(journal, 1), journal.addDone('banner'))],
  'where nothing can be noted': [{ canNote: false }, (journal) => journal.addDone('banner')],
};
for (const [when, [options, act]] of Object.entries(SHOWN_IN_A_TRANSACTION)) {
  test(`a transaction says what is shown: ${when}`, async () => {
    const { journal, written, ends } = startNoting(options);
    const handled = [];
    journal.addFired(fired('banner'));
    act(journal);
    journal.whenDurable(() => handled.push('banner'));
    await settled();
    assert.deepEqual([written.length, written[0].split(' ')[0], handled], [1, 'transaction', []]);
    ends[0].resolve();
    await settled();
    assert.deepEqual(handled, ['banner']);
  });
}

test('a transaction that is under way takes in what is shown meanwhile', async () => {
  const { journal, written, ends } = startNoting();
  say(journal, { ...entry(1), door: 'sync' });
  await settled();
  journal.addFired(fired('banner'));
  journal.addDone('banner');
  await settled();
  assert.deepEqual(written, ['transaction event 1sync', 'transaction banner banner']);
  ends.forEach(({ resolve }) => resolve());
});

test('notes that nothing else takes over have a transaction after half a minute', async (t) => {
  const { journal, written } = startNoting();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  say(journal, entry(1));
  say(journal, entry(2));
  t.mock.timers.tick(29_999);
  assert.deepEqual(written, ['note event 1', 'note event 2']);
  t.mock.timers.tick(1);
  assert.deepEqual(written.at(-1), 'transaction event 1 event 2');
});

test('a transaction repeats the notes while another one with them is under way: that one may fail', async () => {
  const { journal, written } = startNoting();
  say(journal, entry(1));
  journal.addFired(fired('banner'));
  await settled();
  journal.addDone('banner');
  await settled();
  assert.deepEqual(written, ['note event 1', 'transaction event 1 banner', 'transaction event 1 banner']);
});

test('an event that the engine would not know again, or that takes much room, is not only noted', async () => {
  for (const one of [{ ...entry(1), key: 'undefined' }, { ...entry(1), text: 'x'.repeat(10_001) }]) {
    const { journal, written } = startNoting();
    say(journal, one);
    await settled();
    assert.deepEqual(written, [`transaction ${one.text}`]);
  }
});

test('where nothing can be noted every event is a transaction', async () => {
  const { journal, written } = startNoting({ canNote: false });
  for (const n of [1, 2]) {
    say(journal, entry(n));
    await settled();
  }
  assert.deepEqual(written, ['transaction event 1', 'transaction event 2']);
});

test('what is stored is counted from what was read on, and grows with each transaction', async () => {
  const texts = [];
  const store = {
    exists: true,
    note: ({ text }) => !!texts.push(text),
    append: async () => {},
    save: async () => {},
  };
  const journal = createJournal(store, () => ({ bytes: new Uint8Array(50), definitions: '[]' }), () => false, assert.fail, { warn() {} });
  assert.equal(journal.bytes, 0);
  const textless = [1000, 'cut off', { at: 'never', text: {} }, null];
  journal.start({ base: { bytes: new Uint8Array(300), definitions: '{}' }, log: [{ term: 1 }, { term: 2, entries: [entry(1), ...textless] }] });
  assert.equal(journal.bytes, 302 + 'event 1'.length + 4 * 8);
  say(journal, entry(2));
  assert.deepEqual(texts, ['event 2']);
  journal.settleNotes();
  await settled();
  assert.equal(journal.bytes, 302 + 2 * 'event 1'.length + 4 * 8);
  journal.compact();
  assert.equal(journal.bytes, 52);
});

test('what the store begins a database with is counted, once', async () => {
  const store = { exists: false, note: () => false, append: async () => void (store.exists = true), save: async () => {} };
  const journal = createJournal(store, () => ({ bytes: new Uint8Array(50) }), () => false, assert.fail, { warn() {} });
  journal.start({ log: [] });
  for (const n of [1, 2]) {
    say(journal, entry(n));
    await settled();
    assert.equal(journal.bytes, 50 + n * 'event 1'.length);
  }
});
