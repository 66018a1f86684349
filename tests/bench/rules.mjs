// Rules alone. Ours carry the whole event besides (reading it, remembering its id, ten attributes updated); the rivals
// get their facts ready made.
import aepModule from '@adobe/aep-rules-engine';
import { createEngine } from '@oncue/engine';
import { LogicEngine } from 'json-logic-engine';
import jsonRules from 'json-rules-engine';

import { EVENT_IDS, MASK } from './lib/event_ids.mjs';
import { check, compare, race } from './lib/measure.mjs';
import { FLAT, facts, forAep, forJsonLogic, forJsonRules, forOnCue, NESTED, nameOf } from './lib/rules.mjs';

const RulesEngine = aepModule.default ?? aepModule;
const START = 1767225600000;
const INPUTS = 64;

const inputs = Array.from({ length: INPUTS }, (_, n) => facts(n));
const payloads = Array.from({ length: INPUTS }, (_, n) => ({
  e: 'se',
  eid: '',
  duid: 'd',
  dtm: String(START),
  se_ca: 'c',
  se_ac: 'a',
  se_va: String(n),
}));

/** The same rules in everybody's own form, each with the names of the rules that hold for input n. */
function contestantsFor(rules) {
  const engine = createEngine({ definitions: forOnCue(rules) });
  const aep = RulesEngine(forAep(rules));
  const logic = new LogicEngine();
  const built = rules.map((rule) => logic.build(forJsonLogic(rule)));
  const awaiting = new jsonRules.Engine(forJsonRules(rules));
  let next = 0;
  const track = (n) => {
    const payload = payloads[n % INPUTS];
    payload.eid = EVENT_IDS[next & MASK];
    engine.track(payload, { now: START + next++ });
  };
  return {
    engine,
    ours: {
      run: track,
      holding: (n) => {
        track(n);
        return rules.map((_, i) => nameOf(i)).filter((name) => engine.explain(name).criteria.holds);
      },
    },
    aep: {
      run: (n) => aep.execute(inputs[n % INPUTS]).length,
      holding: (n) => aep.execute(inputs[n]).flat().map(({ id }) => id),
    },
    logic: {
      run: (n) => {
        const input = inputs[n % INPUTS];
        let count = 0;
        for (let i = 0; i < built.length; i++) if (built[i](input)) count++;
        return count;
      },
      holding: (n) => rules.map((_, i) => nameOf(i)).filter((_, i) => built[i](inputs[n])),
    },
    jsonRules: {
      run: (n) => awaiting.run(inputs[n % INPUTS]),
      holding: async (n) => (await awaiting.run(inputs[n])).events.map(({ type }) => type),
    },
  };
}

/** For every input everybody must find the same rules to hold. */
async function checkAgreement({ ours, aep, logic, jsonRules: awaited }, label) {
  let trueOnes = 0;
  for (let n = 0; n < INPUTS; n++) {
    const expected = ours.holding(n).sort().join();
    if (expected !== '') trueOnes += expected.split(',').length;
    for (const rival of [aep, logic, awaited]) {
      const found = (await rival.holding(n)).sort().join();
      check(found === expected, `${label}, input ${n}: ${expected || 'none'} hold here, ${found || 'none'} there`);
    }
  }
  return trueOnes;
}

async function contest(rules, label) {
  const contestants = contestantsFor(rules);
  const { engine, ours, aep, logic, jsonRules: awaited } = contestants;
  const holding = await checkAgreement(contestants, label);
  check(holding > 0 && holding < rules.length * INPUTS, 'the rules must hold for some inputs only');
  // What the rivals found is added up, so that no compiler may leave it out.
  let found = 0;
  const ns = await race({
    ours: (count) => {
      for (let i = 0; i < count; i++) ours.run(i);
    },
    aep: (count) => {
      for (let i = 0; i < count; i++) found += aep.run(i);
    },
    logic: (count) => {
      for (let i = 0; i < count; i++) found += logic.run(i);
    },
    awaited: async (count) => {
      for (let i = 0; i < count; i++) found += (await awaited.run(i)).events.length;
    },
  });
  check(found > 0, 'the rivals found nothing');
  check(engine.stats().counted === engine.stats().events, 'events were left out');
  engine.dispose();
  const us = (value) => value / 1000;
  return [
    compare(label, us(ns.ours), us(ns.aep), '@adobe/aep-rules-engine', 'us'),
    compare(label, us(ns.ours), us(ns.logic), 'json-logic-engine build()', 'us'),
    compare(label, us(ns.ours), us(ns.awaited), 'json-rules-engine', 'us'),
  ];
}

export const rules = async () => [...(await contest(FLAT, '3 rules')), ...(await contest(NESTED, '100 nested rules'))];
