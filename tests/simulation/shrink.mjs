// Makes a failing schedule smaller: leaves out operations, faults and waits as long as it still fails.

/** In halves, then quarters ... then one by one. */
function* removals(length) {
  for (let size = length >> 1; size >= 1; size >>= 1) for (let from = 0; from < length; from += size) yield [from, from + size];
}

function* smaller(schedule) {
  const { operations, faults, skews } = schedule;
  for (const [from, to] of removals(operations.length)) {
    const rest = operations.filter((_, i) => i < from || i >= to);
    if (rest.length < operations.length) yield { ...schedule, operations: rest };
  }
  for (const fault of faults) yield { ...schedule, faults: faults.filter((one) => one !== fault) };
  if (skews.some((skew) => skew !== 0)) yield { ...schedule, skews: skews.map(() => 0) };
  for (const [i, operation] of operations.entries()) {
    const changed = (change) => ({ ...schedule, operations: operations.map((one, j) => (j === i ? { ...operation, ...change } : one)) });
    if (operation.gap > 0) yield changed({ gap: 0 });
    if (operation.late > 0) yield changed({ late: 0 });
  }
}

/**
 * @param failsStill whether a schedule fails, in the same way
 * @returns a schedule from which nothing more can be left out
 */
export function shrink(schedule, failsStill, most = 3_000) {
  let smallest = schedule;
  for (let tries = 0, found = true; found; ) {
    found = false;
    for (const candidate of smaller(smallest)) {
      if (++tries > most) return smallest;
      if (!failsStill(candidate)) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}
