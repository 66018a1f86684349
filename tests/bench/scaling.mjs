// What definitions cost that an event does not touch, and what loading them costs.
import { createEngine } from '@oncue/engine';

import { EVENT_IDS, MASK } from './lib/event_ids.mjs';
import { check, compare, race } from './lib/measure.mjs';

const START = 1767225600000;
const COUNTS = [10, 100, 1000, 10000];
const MATCHING = 10;

const action = (value) => ({ property: { type: 'atomic', name: 'se_action' }, operator: '=', value });

/** Of those that do not match, half wait for another event and half for this event about something else. */
function attribute(i) {
  const isOther = i >= MATCHING && i % 2 === 0;
  // Apart by a criterion that always holds: equal definitions would share one state.
  const unequal = { property: { type: 'atomic', name: 'se_value' }, operator: '!=', value: -i - 1 };
  return {
    name: `attribute${i}`,
    type: 'int32',
    aggregation: 'counter',
    events: [isOther ? { name: `event${i}`, vendor: 'com.example' } : { name: 'event', vendor: 'com.google.analytics' }],
    criteria: { all: [action(i < MATCHING || isOther ? 'hit' : `miss${i}`), unequal] },
  };
}

// Never true, so that nothing is latched or paid for but the looking.
const NEVER = 1e9;

function definitions(count) {
  const numbers = Array.from({ length: count }, (_, i) => i);
  return {
    attribute_groups: [{ name: 'bench', attribute_key: { name: 'domain_userid' }, attributes: numbers.map(attribute) }],
    interventions: numbers.map((i) => ({
      name: `rule${i}`,
      criteria: { attribute: `bench:attribute${i}`, operator: '>', value: NEVER },
    })),
  };
}

const payload = { e: 'se', eid: '', duid: 'd', dtm: String(START), se_ca: 'c', se_ac: 'hit' };

function checkCounts(engine, events) {
  const values = Object.values(engine.groupAttributes('bench', 'd')).filter((value) => value !== null);
  check(values.length === MATCHING && values.every((value) => value === events), `ten attributes of ${events}: ${values}`);
}

export async function scaling() {
  const contestants = {};
  const subjects = [];
  for (const count of COUNTS) {
    const subject = { engine: createEngine({ definitions: definitions(count) }), next: 0 };
    subjects.push(subject);
    contestants[count] = (times) => {
      for (let i = 0; i < times; i++) {
        const n = subject.next++;
        payload.eid = EVENT_IDS[n & MASK];
        subject.engine.track(payload, { now: START + n });
      }
    };
  }
  const ns = await race(contestants);
  for (const { engine, next } of subjects) {
    checkCounts(engine, next);
    engine.dispose();
  }
  return COUNTS.slice(1).map((count) =>
    compare(
      `event, ${count.toLocaleString('en')} definitions, ten match`,
      ns[count] / 1000,
      ns[MATCHING] / 1000,
      '10 definitions',
      'us',
    ),
  );
}

export async function loading() {
  const text = JSON.stringify(definitions(1000));
  const ns = await race({
    ours: (count) => {
      for (let i = 0; i < count; i++) createEngine({ definitions: text }).dispose();
    },
    parse: (count) => {
      let groups = 0;
      for (let i = 0; i < count; i++) groups += JSON.parse(text).attribute_groups.length;
      check(groups === count, 'nothing was parsed');
    },
  });
  return [
    compare('load 1,000 attributes, 1,000 interventions', ns.ours / 1e6, ns.parse / 1e6, 'JSON.parse of the same text', 'ms'),
  ];
}
