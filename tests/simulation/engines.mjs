// Engines are expensive to make and cheap to empty: each is made once and restored to its first state for every schedule.
import { createEngine } from '@oncue/engine';
import { bundles } from './definitions.mjs';
import { readFact } from './facts.mjs';

const KEY = 'user_id';
const cache = new Map();

function cached(name, make) {
  let found = cache.get(name);
  if (!found) cache.set(name, (found = make()));
  return found;
}

function withEmpty(engine) {
  return { engine, empty: engine.snapshot() };
}

/**
 * An engine of a device. Its seed is that of its slot: a profile that restarts takes the same slot again, and no two
 * profiles of a schedule share one.
 * @param snapshot to go on from
 */
export function deviceEngine(bundle, version, slot, snapshot) {
  const { engine, empty } = cached(`device ${bundle.index} ${version} ${slot}`, () =>
    withEmpty(createEngine({ definitions: bundle.versions[version].device, syncKeys: [KEY], wake: 'latest', seed: slot + 1 })));
  engine.restore(snapshot ?? empty);
  return engine;
}

// Texts of definitions by number: what is asked for all the time is not to be spelled out.
const numbers = new Map();
function numberOf(text) {
  if (!numbers.has(text)) numbers.set(text, numbers.size);
  return numbers.get(text);
}

/**
 * An engine of a server that has had `former` and has `definitions` loaded, as js/server makes it. Many are only asked which
 * definitions they have: those need not be emptied.
 */
export function serverEngine(definitions, former) {
  const { engine, empty, status } = cached(`server ${[definitions, ...former].map(numberOf)}`, () => {
    const made = createEngine({ definitions: '[]', syncKeys: [KEY], syncSource: 'facts', seed: 0, timeDriven: false });
    made.sync({ do: 'status' }, { now: 0 });
    for (const text of [...former, definitions]) made.load(text);
    return { ...withEmpty(made), status: made.sync({ do: 'status' }, { now: 0 }) };
  });
  let isUsed = false;
  const use = () => {
    if (!isUsed) engine.restore(empty);
    isUsed = true;
    return engine;
  };
  return {
    sync: (command, now) => (!isUsed && command.do === 'status' ? status : use().sync(command, { now })),
    values: (id, now) => use().attributes(KEY, id, now)?.person,
    dispose() {},
  };
}

/** An engine that does not sync, as tests of tests need one. */
export function plainEngine(bundle, version) {
  const { engine, empty } = cached(`plain ${bundle.index} ${version}`, () =>
    withEmpty(createEngine({ definitions: bundle.versions[version].server, windowEventLimit: 100, seed: 0, timeDriven: false })));
  engine.restore(empty);
  return engine;
}

export const eventOf = ({ serial, label, number, action }, id, ts) => ({
  e: 'se',
  eid: `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`,
  uid: id,
  ttm: String(ts),
  se_va: String(serial),
  se_la: label,
  se_pr: number,
  se_ac: action,
});

/** How a definition is called in facts, 16 hex digits: learned from a fact of an engine that has no other. */
export function computationOf(attribute) {
  return cached(attribute, () => {
    const group = { name: 'person', version: 1, attribute_key: { name: KEY }, attributes: [attribute] };
    const engine = createEngine({ definitions: { attribute_groups: [group] }, syncKeys: [KEY], seed: 0 });
    engine.sync({ do: 'status' }, { now: 0 });
    engine.track(eventOf({ serial: 1, label: '1', number: '1', action: 'buy' }, 'a', 0), { now: 0 });
    const { facts } = engine.sync({ do: 'upload', key: KEY, id: 'a' }, { now: 0 });
    engine.dispose();
    return [...readFact(facts[0]).updates.keys()][0];
  });
}

export { bundles };
