// In Node only: for hosts that spread attribute keys over several engines.
import { type Engine, type EventFormat, FORMATS } from './engine.js';
import { idsOf } from './full_glue.js';
import type { Glue, Handle } from './glue.js';

/**
 * The ids that an event carries, of the attribute keys that the engine's definitions use. Nothing is counted.
 * @param event text of `format`
 * @param now epoch ms
 * @returns `{key: id}`; `{}` for an event that cannot be used
 * @throws {OnCueError} `disposed`
 */
export function readIds(engine: Engine, event: string, format: EventFormat = 'payload', now: number = Date.now()): Record<string, string> {
  const { glue, handle } = (engine as unknown as { live(): { glue: Glue; handle: Handle } }).live();
  return JSON.parse(idsOf(glue, handle, event, FORMATS[format], now)) as Record<string, string>;
}
