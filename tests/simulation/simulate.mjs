// One schedule, from its seed to the verdict.
import { checkHearing } from './hearing.mjs';
import { createSchedule } from './schedule.mjs';
import { shrink } from './shrink.mjs';
import { verify } from './verify.mjs';
import { World } from './world.mjs';

/** It costs as much as a schedule, and depends little on which. */
const HEARING_EVERY = 32;

/** What is made wrong on purpose, to see that it would be noticed. */
export const CONTROLS = {
  none: {},
  /** A server that takes whatever comes for new. */
  noDedupe: { takesTwice: true },
  /** Devices that believe that they have everything up to their cursor. */
  cursorWithoutVector: { ignoresVector: true },
  /** Devices that count facts in the order in which they hear of them. */
  arrivalOrder: { replica: 'arrival' },
  /** Devices for which facts of the same millisecond have no order but that of their arrival. */
  timestampTies: { replica: 'ties' },
  /** A server that tells a state, or a stream's beginning, as it was when it was asked for last. */
  staleState: { repeats: 'state' },
  staleHello: { repeats: 'hello' },
  /** Devices that learn of a floor, an erasure, or a claim from pings and new connections alone. */
  floorWithoutFetch: { ignores: 'floor' },
  erasureUnheard: { ignores: 'forget' },
  claimsUnheard: { ignores: 'claim' },
};

/** @returns {Error | undefined} what is wrong */
export function failureOf(schedule, control = CONTROLS.none) {
  try {
    const world = new World(schedule, control);
    world.run();
    verify(world);
    if (schedule.seed % HEARING_EVERY === 0) checkHearing(world);
    return undefined;
  } catch (error) {
    return error;
  }
}

export const failureOfSeed = (seed, control) => failureOf(createSchedule(seed), control);

// Without numbers and ids, so that a smaller schedule fails in the same way.
const kindOf = ({ message }) => message.replace(/[0-9a-f]{16}/g, '').replace(/\d+|ann|bob/g, '').slice(0, 45);

/** Everything needed to look into a failure. */
export function describeFailure(seed, error, control) {
  const kind = kindOf(error);
  const small = shrink(createSchedule(seed), (schedule) => {
    const other = failureOf(schedule, control);
    return other !== undefined && kindOf(other) === kind;
  });
  const { operations, ...rest } = small;
  return [
    `seed ${seed}: ${error.name === 'Violation' ? error.message : error.stack}`,
    `Its smallest schedule that fails so: ${failureOf(small, control).message}`,
    `  ${JSON.stringify(rest)}`,
    ...operations.map((operation) => `  ${JSON.stringify(operation)}`),
    `Again: npm run simulate -- --seed ${seed} --schedules 1`,
  ].join('\n');
}
