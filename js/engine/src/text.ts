// The engine's own JSON text, for tools that pass it on: a JavaScript object would reorder the counts of a
// category_count whose names look like integers.
import type { Engine } from './engine.js';

/** JSON of groupAttributes(); undefined for an unknown group. */
export function groupAttributesText(
  engine: Engine,
  group: string,
  id: string,
  { version = 1, now }: { version?: number; now: number },
): string | undefined {
  return engine['glue'].groupAttributes(engine['handle'], group, id, now, version) || undefined;
}

/** JSON of what the latest track(), replay() or tick() returned, when that was not empty. */
export function firedText(engine: Engine): string {
  return engine['glue'].fired(engine['handle']);
}
