// Times functions against each other in one run: rounds alternate between the contestants, so that a machine that
// slows down slows all of them, and the median round counts. Rounds are shorter than a scheduler's time slice: on a busy
// machine most of them are then not interrupted at all.

const ROUNDS = 301;
const FEWEST_ROUNDS = 15;
const RACE_MS = 5000;
const ROUND_MS = 1;
const WARM_UP_CPU_MS = 300;

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** Wall time in ms. A contestant that is no promise must not pay for a turn of the event loop. */
async function time(run, count) {
  const begin = process.hrtime.bigint();
  const pending = run(count);
  if (pending instanceof Promise) await pending;
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

// Long enough for the JIT compilers, which work in the background, to be done before anything counts; a busy machine
// lets them wait, so it is not the clock on the wall that tells.
async function calibrate(run) {
  const begin = cpuMs();
  let count = 1;
  do {
    const ms = await time(run, count);
    count = Math.max(1, Math.min(2 * count, Math.round((count * ROUND_MS) / ms)));
  } while (cpuMs() - begin < WARM_UP_CPU_MS);
  return count;
}

/**
 * @param {Record<string, (count: number) => void | Promise<void>>} contestants each runs its subject `count` times
 * @returns {Promise<Record<string, number>>} median nanoseconds per run, by name
 */
export async function race(contestants) {
  const entries = Object.entries(contestants).map(([name, run]) => ({ name, run, count: 0, times: [] }));
  for (const entry of entries) entry.count = await calibrate(entry.run);
  const end = performance.now() + RACE_MS;
  for (let round = 0; round < ROUNDS && (round < FEWEST_ROUNDS || performance.now() < end); round++) {
    for (const { run, count, times } of entries) times.push(((await time(run, count)) * 1e6) / count);
    // Nobody always runs after the same one, whose garbage it might have to collect.
    entries.push(entries.shift());
    if (round % entries.length === 0) entries.reverse();
  }
  return Object.fromEntries(entries.map(({ name, times }) => [name, median(times)]));
}

/** One figure against its rival; without one, rival and ratio are null. */
export const compare = (name, ours, rival, rivalName, unit) => ({
  name,
  ours,
  rival,
  rival_name: rivalName,
  ratio: rival === null ? null : ours / rival,
  unit,
});

/** A benchmark of something that does not do its work measures nothing. */
export function check(holds, sentence) {
  if (!holds) throw new Error(`the benchmark is wrong: ${sentence}`);
}
