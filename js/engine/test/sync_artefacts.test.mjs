// The engine that Node loads reads and writes texts and base64 by other code than those that pages load: the same bytes in,
// the same bytes out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as node from '@oncue/engine';
import * as page from '@oncue/engine/slim';
import { definitions, NOW, of } from './sync_support.mjs';

await page.load({ wasm: readFileSync(new URL(import.meta.resolve('@oncue/engine/oncue.sync.wasm'))) });

const ROUNDS = 300;
const seed = Number(process.env.ONCUE_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`ONCUE_SEED=${seed}`);

/** mulberry32 */
function randomFrom(state) {
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

// What JSON text escapes, what stands next to it in the alphabet, and what takes two to four bytes.
const PARTS = ['"', '\\', '\t', '\u0000', '\u001f', ' ', '!', '#', '[', ']', '\u007f', 'é', '€', '😀', 'a', 'b', 'plain text of some length'];

const groups = [{ ...definitions.attribute_groups[0], attributes: [{ name: 'texts', type: 'string_list', aggregation: 'unique_list', property: { type: 'atomic', name: 'se_label' }, events: [] }] }];
const engineOf = (from, more) => {
  const engine = from.createEngine({ definitions: { attribute_groups: groups }, syncKeys: ['user_id'], seed: 1, ...more });
  engine.sync({ do: 'status' }, { now: NOW });
  return engine;
};

test(`texts and states of any length are the same in both artefacts (seed ${seed})`, () => {
  const random = randomFrom(seed);
  const [ours, theirs] = [engineOf(node), engineOf(page)];
  const servers = [engineOf(node, { syncSource: 'facts' }), engineOf(page, { syncSource: 'facts' })];
  const both = (engines, command, now) => {
    const [first, ...others] = engines.map((engine) => engine.sync({ ...of, ...command }, { now }));
    for (const other of others) assert.deepEqual(other, first, JSON.stringify(command));
    return first;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const now = NOW + round;
    const label = Array.from({ length: random(24) }, () => PARTS[random(PARTS.length)]).join('');
    const event = JSON.stringify({ e: 'se', eid: `00000000-0000-4000-8000-${String(round).padStart(12, '0')}`, uid: 'ann', se_la: label, dtm: String(now) });
    for (const engine of [ours, theirs]) engine.track(event, { now });
    const { fired, ...facts } = both([ours, theirs], { do: 'upload' }, now);
    const { n, chain } = both(servers, { ...facts, do: 'append' }, now);
    both([ours, theirs], { do: 'ack', n, chain }, now);
    const { state } = both([...servers, ours, theirs], { do: 'state' }, now);
    // Each reads what the other has written.
    const [fresh, other] = [engineOf(node, { seed: 2 }), engineOf(page, { seed: 2 })];
    both([fresh, other], { do: 'merge', state }, now);
    assert.deepEqual(fresh.attributes('user_id', 'ann', now), theirs.attributes('user_id', 'ann', now));
    assert.deepEqual(other.attributes('user_id', 'ann', now), ours.attributes('user_id', 'ann', now));
    for (const engine of [fresh, other]) engine.dispose();
    // Cut off anywhere, both refuse it.
    both([ours, theirs], { do: 'merge', state: state.slice(0, random(state.length) || 1) }, now);
    both([ours, theirs], { do: 'merge', state: `${state.slice(0, -1)}${PARTS[random(PARTS.length)]}` }, now);
  }
  assert.deepEqual([...ours.snapshot()], [...theirs.snapshot()]);
});
