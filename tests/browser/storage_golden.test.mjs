// Databases that earlier versions of the plugin wrote: opened, and gone on with.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createEngine, load } from '@oncue/engine';
import { useTabs } from './tabs_support.mjs';

const withTabs = useTabs();
const GOLDEN = new URL('../golden/', import.meta.url);
const read = (name) => readFileSync(new URL(name, GOLDEN));
const namesOf = (kind) => readdirSync(GOLDEN).filter((name) => name.startsWith(kind));

/** What the plugin sets of the engine's options. */
const OPTIONS = { sessionIdsMs: 86_400_000, maxIdsPerKey: 1000, seed: '1' };

/** In the page: makes the database that a golden file describes, and the notes. */
function writeDatabase({ version, stores, state, log, notes = {} }, bytes) {
  for (const [key, text] of Object.entries(notes)) localStorage.setItem(key, text);
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('oncue', version);
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => {
      for (const [name, autoIncrement] of Object.entries(stores)) request.result.createObjectStore(name, { autoIncrement });
    };
    request.onsuccess = () => {
      const db = request.result;
      const tx = db.transaction(Object.keys(stores), 'readwrite');
      state.base.bytes = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
      for (const [key, value] of Object.entries(state)) tx.objectStore('state').put(value, key);
      for (const record of log) tx.objectStore('log').add(record);
      tx.oncomplete = () => {
        db.close();
        resolve();
      };
    };
  });
}

/**
 * The values of every id, as the engine says that took in the same events.
 * @param bytes a snapshot to begin with: what was synced is more than events, and the core's own test plays that again
 */
function replay(definitions, events, now, bytes) {
  const engine = createEngine({ ...OPTIONS, definitions });
  if (bytes) engine.restore(bytes);
  for (const { text, at } of events) engine.track(text, { now: at });
  engine.tick(now);
  const all = {};
  for (const { attribute_key: key } of engine.catalog().groups) {
    all[key] ??= Object.fromEntries(engine.ids(key).map((id) => [id, engine.attributes(key, id, now)]));
  }
  engine.dispose();
  return JSON.parse(JSON.stringify(all));
}

const asEvent = (line) => {
  const [at, text] = line.split('\t');
  return { at: Number(at), text };
};
/** With a viewport: an event without is of a visitor who has opted out. */
const withId = ({ text, at }, eid) => ({ at, text: JSON.stringify({ vp: '1280x800', ...JSON.parse(text), eid }) });

for (const layout of namesOf('database-')) {
  for (const snapshot of namesOf('snapshot-')) {
    test(`${layout} with ${snapshot}: values, the log, what waits and what was shown are as they were`, async () => {
      await load();
      const definitions = read(`${snapshot}/definitions.json`).toString();
      const events = read(`${snapshot}/events.tsv`).toString().trim().split('\n').map(asEvent);
      const last = events.at(-1);
      const now = last.at + 1000;
      const logged = withId(last, '11111111-1111-4111-8111-111111111111');
      const stale = withId(last, '22222222-2222-4222-8222-222222222222');
      const fresh = withId({ ...last, at: now }, '33333333-3333-4333-8333-333333333333');
      const noted = withId(last, '44444444-4444-4444-8444-444444444444');
      const filled = { '<definitions>': definitions, '<last>': logged.text, '<stale>': stale.text, '<at>': last.at };
      const golden = JSON.parse(read(`${layout}/database.json`), (key, value) => filled[value] ?? value);
      for (const key in golden.notes) {
        golden.notes[key] = golden.notes[key].replace('<noted>', () => noted.text).replace('<last>', () => logged.text).replace('<at>', last.at);
      }
      const bytes = read(`${snapshot}/snapshot.bin`);
      const isSynced = existsSync(new URL(`${snapshot}/commands.tsv`, GOLDEN));
      const counted = [...(isSynced ? [] : events), logged, ...(golden.notes ? [noted] : [])];
      const expected = (events) => replay(definitions, events, now, isSynced ? bytes : undefined);

      await withTabs(`${layout}-${snapshot}`, JSON.parse(definitions), async ({ open, shown, until }) => {
        const prepare = `(async () => { Date.now = () => ${now}; await (${writeDatabase})(${JSON.stringify(golden)}, '${bytes.toString('base64')}'); })()`;
        const tab = await open({}, { prepare });
        await tab.ready();
        const known = async () => (await tab.run('oncue.exportLocalSignals()')).attributes;
        assert.deepEqual(await known(), expected(counted));
        await until(() => shown.length > 0);
        await tab.run((text) => oncue.ingestEvent({ ...JSON.parse(text), tna: 'sp' }), fresh.text);
        await tab.saved();
        assert.deepEqual(await known(), expected([...counted, fresh]));
        assert.deepEqual(shown.filter(({ id }) => id.startsWith('0b5d5f0a')).map(({ name }) => name), ['waited']);
      });
    });
  }
}

test('the newest golden database is what this version writes', () =>
  withTabs('layout', JSON.parse(read('snapshot-2/definitions.json')), async ({ open }) => {
    const { version, stores, state, log, notes } = JSON.parse(read(`${namesOf('database-').at(-1)}/database.json`));
    const tab = await open();
    await tab.ready();
    await tab.run('click()');
    await tab.saved();
    const asNote = (text) => text.split('\n').map((line) => (/^\d+$/.test(line) ? 'number' : line[0] === '{' ? 'event' : line));
    await tab.until('click(), Object.keys(localStorage).some((key) => key.startsWith("oncue:"))');
    const [[key, text]] = await tab.run('Object.entries(localStorage).filter(([key]) => key.startsWith("oncue:"))');
    assert.deepEqual([key, asNote(text)], ['oncue:1:0', asNote(notes['oncue:7:0'].replace('<at>', '1').replace('<noted>', '{}'))]);
    const written = await tab.run(async () => {
      const { stored } = await oncue.exportLocalSignals();
      const db = await new Promise((resolve) => (indexedDB.open('oncue').onsuccess = ({ target }) => resolve(target.result)));
      const made = Object.fromEntries([...db.objectStoreNames].map((name) => [name, db.transaction(name).objectStore(name).autoIncrement]));
      return { stored, made, version: db.version };
    });
    const { base, ...others } = state;
    const [newBase, term] = written.stored.state;
    const entry = written.stored.log.find(({ entries }) => entries?.length);
    assert.deepEqual([written.version, written.made, typeof term], [version, stores, typeof others.term]);
    assert.deepEqual(Object.keys(newBase).sort(), Object.keys(base).sort());
    assert.deepEqual(Object.keys(entry).sort(), Object.keys(log[1]).sort());
    assert.deepEqual(Object.keys(entry.entries[0]).sort(), Object.keys(log[1].entries[0]).sort());
  }));
