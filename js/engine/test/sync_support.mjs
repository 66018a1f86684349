// Devices and a server that sync, and what goes between them.
import assert from 'node:assert/strict';
import { createEngine, load } from '@oncue/engine';

await load();

export const NOW = 1767603600000;
export const property = { type: 'atomic', name: 'page_url' };
export const definitions = {
  attribute_groups: [
    {
      name: 'person',
      version: 1,
      attribute_key: { name: 'user_id' },
      attributes: [
        { name: 'views', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] },
        { name: 'pages', type: 'string_list', aggregation: 'unique_list', property, events: [{ name: 'page_view' }] },
        { name: 'recent', type: 'int32', aggregation: 'counter', period: 'PT10M', events: [{ name: 'page_view' }] },
        { name: 'visit', type: 'int32', aggregation: 'counter', ttl: 'PT30M', events: [{ name: 'page_view' }] },
      ],
    },
    {
      name: 'browser',
      version: 1,
      attribute_key: { name: 'domain_userid' },
      attributes: [{ name: 'views', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] }],
    },
  ],
  interventions: [
    {
      name: 'regular',
      version: 1,
      criteria: { attribute: 'person:views', operator: '>=', value: 4 },
      target_attribute_keys: [{ name: 'user_id' }, { name: 'domain_userid' }],
    },
  ],
};

export const of = { key: 'user_id', id: 'ann' };

export function device(seed, more = {}) {
  const engine = createEngine({ definitions, syncKeys: ['user_id'], seed, ...more });
  engine.sync({ do: 'status' }, { now: NOW });
  return engine;
}
export const server = () => device(1000, { syncSource: 'facts', wake: 'all' });

let events = 0;
/** The next event is the first one again: the same calls make the same events. */
export function countAnew() {
  events = 0;
}
export const view = (engine, path, now, uid = 'ann') =>
  engine.track(
    { e: 'pv', eid: `00000000-0000-4000-8000-${String(++events).padStart(12, '0')}`, url: `https://shop.example/${path}`, uid, duid: 'browser', dtm: String(now) },
    { now },
  );
export const values = (engine, now) => engine.attributes('user_id', 'ann', now).person;
export const upload = (engine, now, more = {}) => engine.sync({ do: 'upload', ...of, ...more }, { now });
export const append = (engine, body, now) => engine.sync({ ...body, do: 'append' }, { now });

/** One upload and its acknowledgement; returns the server's answer. */
export function exchange(engine, at, now) {
  const answer = append(at, upload(engine, now), now);
  assert.equal(answer.status, 'ok');
  assert.deepEqual(engine.sync({ do: 'ack', ...of, n: answer.n, chain: answer.chain }, { now }), { ok: true, pending: 0, fired: [] });
  return answer;
}
export const stateOf = (engine) => engine.sync({ do: 'state', ...of }, { now: NOW });
export const fetchState = (engine, at, now) => engine.sync({ do: 'merge', ...of, state: stateOf(at).state }, { now });
