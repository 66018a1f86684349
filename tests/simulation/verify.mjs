// What must hold after the quiet, whatever has happened.
import { isDeepStrictEqual } from 'node:util';
import { computationOf } from './engines.mjs';
import { readFact } from './facts.mjs';
import { entriesOf, evaluate, isAsExpected } from './oracle.mjs';
import { must } from './violation.mjs';

const READ_LATER = [0, 600_000];

/** The flat set of facts that the server has accepted and not forgotten. */
function flatSet(bodies) {
  return bodies.flatMap(({ replica, base, facts }) => facts.map((text, i) => ({ replica, seq: base + i + 1, ...readFact(text) })));
}

const show = (value) => JSON.stringify(value);

function checkStates(world, id, facts) {
  const { state, digest, vector, epoch } = world.server.answer('state', { id }).body;
  const heads = new Map();
  for (const { replica, seq } of facts) {
    must(seq === (heads.get(replica) ?? 0) + 1, () => `fact ${seq} of replica ${replica} does not follow the one before`);
    heads.set(replica, seq);
  }
  const counted = Object.fromEntries(Object.entries(vector).map(([replica, { n }]) => [replica, n]));
  must(isDeepStrictEqual(counted, Object.fromEntries(heads)), () => `the server says ${show(counted)} of ${id}, and has accepted ${show([...heads])}`);
  for (const told of world.acknowledged) {
    if (told.id !== id || told.epoch !== epoch) continue;
    must(told.n <= (heads.get(told.replica) ?? 0), () => `facts up to ${told.n} of replica ${told.replica} were acknowledged and are lost`);
  }
  for (const device of world.devices) {
    const own = device.find(id);
    must(own?.pending === 0, () => `${device.profile} still has ${own?.pending} facts of ${id} after the quiet`);
    const theirs = device.state(id);
    must(theirs.digest === digest, () => `${device.profile} and the server have other facts of ${id}: ${show(theirs.vector)}`);
    must(theirs.state === state, () => `${device.profile} and the server have the same facts of ${id}, but other bytes: ${theirs.state} and ${state}`);
  }
}

function checkValues(world, id, facts) {
  const { attributes } = world.bundle.versions[world.server.version];
  const counted = attributes.map((attribute) => entriesOf(computationOf(attribute), facts));
  for (const later of READ_LATER) {
    const now = world.timeline.now + later;
    const expected = attributes.map((attribute, i) => evaluate(attribute, counted[i], now));
    const readers = [...world.devices.map((device) => [device.profile, device.values(id, now)]), ['the server', world.server.values(id, now)]];
    for (const [who, values] of readers) {
      attributes.forEach((attribute, i) => {
        const { name } = attribute;
        const value = values?.[name] ?? null;
        must(isAsExpected(value, expected[i]), () => `${who} has ${show(value)} as ${name} of ${id} ${later} ms after the quiet, the facts make ${show(expected[i])}`);
      });
    }
  }
}

function checkEvents(world, id, facts) {
  const { serial } = world;
  const counts = new Map();
  for (const { updates } of facts) counts.set(updates.get(serial), (counts.get(updates.get(serial)) ?? 0) + 1);
  for (const event of world.events) {
    if (event.id !== id || event.isForgotten) continue;
    const count = counts.get(event.serial) ?? 0;
    // What waited when the profile was copied waits in both. And a copy that takes a replica id of its own because of one
    // id sends again what it had sent, and has no answer to, of others.
    must(count <= 1 || event.isCopied || event.isSentAnew, () => `event ${event.serial} of ${event.device.profile} counts ${count} times`);
    const mayBeMissing = event.isLost || event.isWiped || event.isRefused;
    must(count >= 1 || mayBeMissing, () => `event ${event.serial} of ${event.device.profile} is lost`);
  }
}

function checkShown(world) {
  const byProfile = new Set();
  const byClaim = new Map();
  for (const { fired, epoch, replica, isGranted, device, isCopy } of world.shown) {
    const what = `${fired.name} of ${fired.claim.id} in epoch ${epoch}`;
    must(isGranted || !fired.claim.required, () => `${what} was shown without the claim it needs`);
    must(isGranted || world.schedule.mode === 'local_first', () => `${what} was shown without a claim`);
    must(!byProfile.has(`${what} ${device}`), () => `${what} was shown twice by profile ${device}`);
    byProfile.add(`${what} ${device}`);
    if (world.schedule.mode !== 'claim_first') continue;
    // Copies of a profile, until they know that they are, ask for the same thing in the words of one that asks again.
    const words = `${fired.intervention_id} ${replica}`;
    must(!byClaim.has(what) || (isCopy && byClaim.get(what) === words), () => `${what} was shown twice`);
    byClaim.set(what, words);
  }
}

/** @throws {Violation} */
export function verify(world) {
  for (const id of world.schedule.ids) {
    const facts = flatSet(world.server.acceptedOf(id));
    checkStates(world, id, facts);
    checkEvents(world, id, facts);
    checkValues(world, id, facts);
  }
  checkShown(world);
}
