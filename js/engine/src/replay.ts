import type { Definitions } from './definitions.js';
import { createEngine, type Engine } from './engine.js';
import type { FiredIntervention } from './intervention.js';
import type { EngineOptions } from './options.js';

export interface ReplayResult<D extends Definitions> {
  /** Everything that fired, in order. */
  fired: FiredIntervention[];
  /** The engine afterwards, for attributes() and explain(); dispose of it when done. */
  engine: Engine<D>;
}

/**
 * Runs tracker payloads through an engine of their own with the events' own clock: a test of a shop's rules in one call.
 * The same input gives the same output, ids included, unless `options.seed` says otherwise.
 */
export function replay<const D extends Definitions>(
  definitions: D,
  events: Iterable<object | string>,
  options: EngineOptions = {},
): ReplayResult<D> {
  const engine = createEngine({ seed: 0, wake: 'all', ...options, definitions });
  const fired: FiredIntervention[] = [];
  for (const event of events) fired.push(...engine.replay(event));
  return { fired, engine };
}
