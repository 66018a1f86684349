/** Something that must hold does not. */
export class Violation extends Error {
  name = 'Violation';
}

/** @param say what is wrong @throws {Violation} */
export function must(holds, say) {
  if (!holds) throw new Violation(say());
}
