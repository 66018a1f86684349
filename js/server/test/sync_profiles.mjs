// Browser profiles that talk to a SyncService without HTTP, and services over a store that the test chooses.
import { createEngine, load } from '@oncue/engine';
import { SyncService } from '@oncue/server/sync';
import { pageView } from './support.mjs';

await load();

export const KEY = 'user_id';
export const START = Date.UTC(2026, 0, 5);

/** Definitions, as text: every event counts, and for each of `names` the largest value of that label. */
export const definitionsOf = (...names) => definitionsWith({}, ...names);

/** @param more fields of the counter of events */
export function definitionsWith(more, ...names) {
  const largest = (name) => ({ name, type: 'double', aggregation: 'max', events: [], property: { type: 'atomic', name: 'se_value' }, criteria: { all: [{ property: { type: 'atomic', name: 'se_label' }, operator: '=', value: name }] } });
  const attributes = [{ name: 'events', type: 'int64', aggregation: 'counter', events: [], ...more }, ...names.map(largest)];
  return JSON.stringify({ attribute_keys: [{ name: KEY }], attribute_groups: [{ name: 'p', version: 1, attribute_key: { name: KEY }, attributes }] });
}

/** As js/server makes it. */
export function createSyncEngine(definitions, former) {
  const engine = createEngine({ definitions: '[]', syncKeys: [KEY], syncSource: 'facts', seed: 0, timeDriven: false });
  engine.sync({ do: 'status' }, { now: 0 });
  for (const text of [...former, definitions]) engine.load(text);
  return { sync: (command, now) => engine.sync(command, { now }), values: (id, now) => engine.groupAttributes('p', id, { now }), dispose: () => engine.dispose() };
}

/** A service that is open. `published.text` and `clock.now` may change under it. */
export async function startService(store, published, clock, more = {}) {
  const service = new SyncService({ store, definitions: () => published.text, createEngine: createSyncEngine, now: () => clock.now, ...more });
  await service.open();
  return service;
}

let seeds = 5_000;

export class Profile {
  /** Facts that were acknowledged, in the present epoch. */
  acknowledged = 0;
  epoch = 0;
  #events = 0;

  constructor(id, definitions, clock, seed = ++seeds) {
    Object.assign(this, { who: { key: KEY, id }, clock, seed });
    this.engine = createEngine({ definitions, syncKeys: [KEY], seed: String(seed) });
    this.replica = this.sync({ do: 'status' }).replica;
  }

  sync = (command) => this.engine.sync({ ...this.who, ...command }, { now: this.clock.now });
  values = () => this.engine.groupAttributes('p', this.who.id, { now: this.clock.now });

  /** An event; with a label and a number, one of a value. */
  act(label, value) {
    const eid = `00000000-0000-4000-8000-${String(this.seed * 10_000 + ++this.#events).padStart(12, '0')}`;
    const event = label === undefined ? pageView({ uid: this.who.id, eid }) : { e: 'se', eid, uid: this.who.id, se_la: label, se_va: String(value) };
    this.engine.track(event, { now: this.clock.now });
  }

  pending() {
    const body = this.sync({ do: 'upload', offset: 0, limit: 100, bytes: 100_000 });
    return body.facts.length > 0 ? body : undefined;
  }

  /** Does what a device does with the answer to an upload. */
  take(answer) {
    if (answer.code === 'ok') {
      const { ok } = this.sync({ do: 'ack', n: answer.n, chain: answer.chain });
      if (!ok) throw new Error(`${this.who.id}: the server acknowledged what this profile does not have`);
      this.acknowledged = answer.n;
    }
    if (answer.code === 'epoch' && answer.epoch > this.epoch) {
      this.epoch = answer.epoch;
      this.acknowledged = 0;
      this.sync({ do: 'forget', epoch: answer.epoch });
    }
    return answer;
  }

  async upload(service) {
    const body = this.pending();
    return body && this.take(await service.upload({ ...this.who }, body));
  }
}

/** The same store, with every answer a turn of the event loop later. */
export const waiting = (store) =>
  new Proxy(store, { get: (target, name) => (typeof target[name] !== 'function' ? target[name] : async (...parameters) => (await new Promise(setImmediate), target[name](...parameters))) });

/** The same store as seen by one of several processes; `before[name]` is called once, before the next call of that name. */
export function sharedBy(store, before = {}) {
  const call = (name) => (...parameters) => {
    const { [name]: first } = before;
    delete before[name];
    first?.();
    return store[name](...parameters);
  };
  return new Proxy(store, { get: (target, name) => (name === 'isShared' ? true : typeof target[name] === 'function' ? call(name) : target[name]) });
}
