// A schedule: who there is, which faults there are, and what happens one after the other. Plain JSON, made of one seed.
import { bundles, LARGE_BUNDLES } from './definitions.mjs';
import { createRandom } from './random.mjs';

export const FAULTS = ['partition', 'loss', 'duplicate', 'reorder', 'clientCrash', 'serverCrash', 'wipe', 'clone', 'skew', 'definitions', 'forget'];

const FEWEST_FAULTS = 3;
const FEWEST_REPLICAS = 3;
const OPERATIONS = 40;
/** How often a schedule is larger. */
const LARGER = 0.05;
const DAY_MS = 86_400_000;
const IDS = ['ann', 'bob'];
const LABELS = ['a', 'b', 'c', '7', undefined];
const NUMBERS = ['1', '2.5', '0.1', '0.2', '3', '-0.7', '1e16', '-1e16', 'none', undefined];
const ACTIONS = ['buy', 'buy', 'look'];
// Half of them on the edges of TTLs and windows.
const GAPS = [0, 0, 0, 1, 40, 300, 1_000, 1_000, 2_000, 10_000, 60_000, 600_000, 1_800_000, DAY_MS];
const LATE = [0, 0, 0, 0, 1_000, 2_000, 600_000, DAY_MS];
const SKEWS = [-DAY_MS, DAY_MS, -3_600_000, 3_600_000, 61_000, -1_500];

/** Rare, since they cost as much as a hundred others. */
const CROWDED = 0.0003;
const CROWDS = 5;
const IN_A_CROWD = 320;
/** Beyond the serial numbers of other events. */
const FIRST_IN_A_CROWD = 1_000;
const FACTS_MAX = 4;

/** What happens without any fault, as often as it stands here. */
const ORDINARY = ['track', 'track', 'track', 'track', 'track', 'track', 'kick', 'kick', 'ping', 'flush', 'save', 'tick', 'user'];
/** The operations that make a fault; faults of the network need none. */
export const OF_FAULT = {
  partition: ['offline', 'online'],
  clientCrash: ['crash'],
  serverCrash: ['serverCrash', 'storeBreaks'],
  wipe: ['wipe'],
  clone: ['clone'],
  skew: ['skew'],
  definitions: ['publish', 'update', 'update'],
  forget: ['forget'],
};

function detailsOf(kind, random, serial, ids) {
  switch (kind) {
    case 'track':
      return { serial, label: random.pick(LABELS), number: random.pick(NUMBERS), action: random.pick(ACTIONS), late: random.pick(LATE) };
    case 'user':
    case 'forget':
      return { id: random.pick(ids) };
    case 'crash':
      return { share: random.next() };
    case 'storeBreaks':
      return { when: random.pick(['before', 'after']) };
    case 'skew':
      return { ms: random.pick(SKEWS) };
    default:
      return {};
  }
}

/** Many events at once, of as many values: more than windows, lists and exact sets of distinct values hold. */
function addCrowds(schedule, random) {
  for (let i = 0; i < CROWDS; i++) {
    const crowd = { kind: 'crowd', gap: random.pick([0, 40, 1_000]), device: random.below(schedule.users.length), count: IN_A_CROWD, serial: FIRST_IN_A_CROWD * (i + 1) };
    schedule.operations.splice(random.below(schedule.operations.length + 1), 0, crowd);
  }
  schedule.factsMax = 500;
}

/** Neighbours share one: engines that were used just now are in the processor's cache. */
function bundleOf(seed, isLarge) {
  const [first, count] = isLarge ? [0, LARGE_BUNDLES] : [LARGE_BUNDLES, bundles.length - LARGE_BUNDLES];
  return first + ((seed >>> 6) % count);
}

/**
 * @param isCrowded false: seldom
 * @returns {object} the same for the same arguments
 */
export function createSchedule(seed, isCrowded = false) {
  const random = createRandom(seed);
  const faults = random.shuffled(FAULTS).slice(0, FEWEST_FAULTS + random.below(4));
  const isLarger = random.chance(LARGER) || isCrowded;
  const replicas = FEWEST_REPLICAS + (isLarger ? 1 + random.below(2) : 0);
  const must = faults.flatMap((fault) => OF_FAULT[fault] ?? []);
  const sometimes = [...ORDINARY, ...ORDINARY, ...must];
  const count = OPERATIONS + (isLarger ? random.below(20) : 0);
  // Each fault happens once at least, at any place.
  const kinds = random.shuffled([...must, ...Array.from({ length: count - must.length }, () => random.pick(sometimes))]);
  const hasLongGap = random.chance(0.03);
  const ids = random.chance(0.3) ? IDS : IDS.slice(0, 1);
  const steady = random.chance(0.4);
  const operations = kinds.map((kind, i) => ({
    kind,
    gap: hasLongGap && i === count >> 1 ? 100 * DAY_MS : random.pick(GAPS),
    device: random.below(replicas + 2),
    ...detailsOf(kind, random, i + 1, ids),
  }));
  const schedule = {
    seed,
    bundle: bundleOf(seed, isLarger),
    mode: random.pick(['local_first', 'claim_first']),
    ids,
    users: Array.from({ length: replicas }, () => (random.chance(0.8) ? ids[0] : ids.at(-1))),
    // Devices' times agree to the millisecond, so that there are ties.
    skews: Array.from({ length: replicas }, () => (!faults.includes('skew') || steady ? 0 : random.pick(SKEWS))),
    faults,
    factsMax: FACTS_MAX,
    operations,
  };
  if (random.chance(CROWDED) || isCrowded) addCrowds(schedule, random);
  return schedule;
}
