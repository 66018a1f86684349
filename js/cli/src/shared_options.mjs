import { readFileSync } from 'node:fs';
import { OnCueError } from '@oncue/engine';
import { FORMATS } from './event_lines.mjs';
import { Failure } from './failure.mjs';

/** @type {import('./arguments.mjs').Options} */
export const HISTORY_OPTIONS = {
  definitions: { kind: 'list', value: 'FILE...', required: true, help: 'definitions: a bundle, an array or NDJSON of registry objects; several files are merged' },
  events: { kind: 'list', value: 'FILE|-', required: true, help: 'events, one a line; "-" reads standard input' },
  state: { kind: 'text', value: 'FILE', help: 'continue from this snapshot, such as one the inspector saved' },
  format: { kind: 'text', value: 'FORMAT', choices: FORMATS, help: `${FORMATS.join(', ')}; auto (default) looks at each line` },
  'as-of': { kind: 'text', value: 'ISO8601', help: 'the moment to end at, not before the last event; default the time of the last event' },
  key: { kind: 'text', value: 'NAME', help: 'only ids of this attribute key' },
  'app-id': { kind: 'list', value: 'ID...', help: 'only events with one of these app ids' },
  output: { kind: 'text', value: 'KIND', choices: ['table', 'json'], help: 'json (default, one object a line) or table' },
  seed: { kind: 'text', value: 'N', help: 'seed of intervention ids, 0 to 2^64-1; default 0' },
  'window-event-limit': { kind: 'text', value: 'N|unlimited', help: 'most recent events a window keeps; default 100, at most 100,000' },
  strict: { kind: 'flag', help: 'exit with 1 when a line of events cannot be read' },
  explain: { kind: 'flag', help: 'each intervention with the criteria tree that made it fire (json only)' },
  help: { kind: 'flag', help: 'this text' },
};

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Date.parse takes 30 February for 2 March. @param {string} day */
function isDay(day) {
  const ms = Date.parse(day);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(day);
}

/** @param {string | undefined} text without an offset it is UTC */
export function readMoment(text) {
  if (text === undefined) return undefined;
  const match = MOMENT.exec(text);
  const isBare = match && text.length > 10 && !match[1];
  const ms = match && isDay(text.slice(0, 10)) ? Date.parse(isBare ? `${text}Z` : text) : NaN;
  if (Number.isFinite(ms)) return ms;
  throw new Failure(`--as-of "${text}" is not a moment; write ISO 8601, such as 2026-01-31T12:00:00Z`, 2);
}

/** The engine's own. */
export const WINDOW_EVENT_LIMIT = 100;

/** @param {string} text */
function readLimit(text) {
  if (text === 'unlimited') return /** @type {const} */ ('unlimited');
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100_000) return limit;
  throw new Failure(`--window-event-limit "${text}" must be a whole number from 1 to 100,000, or unlimited`, 2);
}

/** @param {string} text */
function readSeed(text) {
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n) return text;
  throw new Failure(`--seed "${text}" must be a whole number from 0 to 2^64-1`, 2);
}

/**
 * @param {Record<string, any>} values of HISTORY_OPTIONS
 * @returns {import('@oncue/engine').EngineOptions}
 */
export function engineOptions(values) {
  return {
    wake: 'all',
    seed: readSeed(values.seed ?? '0'),
    appIds: values['app-id'],
    ...(values['window-event-limit'] !== undefined && { windowEventLimit: readLimit(values['window-event-limit']) }),
  };
}

/**
 * Puts an engine into the state of a snapshot.
 * @param {import('@oncue/engine').Engine} engine
 * @param {string | undefined} file bytes of Engine.snapshot()
 */
export function restoreState(engine, file) {
  if (file === undefined) return;
  let bytes;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Failure(`--state ${file} cannot be read: ${/** @type {Error} */ (error).message}`);
  }
  try {
    engine.restore(bytes);
  } catch (error) {
    if (!(error instanceof OnCueError)) throw error;
    throw new Failure(`--state ${file}: ${error.code}: ${error.message}`);
  }
}
