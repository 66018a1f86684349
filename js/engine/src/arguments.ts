// Callers without TypeScript: what is of the wrong type is refused here by name, before it reaches the WebAssembly.
import { OnCueError } from './errors.js';

/** An id of an attribute key: a number is the text it has in a payload. */
export type Id = string | number;

/** @throws {OnCueError} `bad_argument` */
export function need(isRight: boolean, name: string, wanted: string): void {
  if (!isRight) throw new OnCueError('bad_argument', `"${name}" must be ${wanted}.`);
}

/** @throws {OnCueError} `bad_argument` */
export function textOf(value: unknown, name: string): string {
  need(typeof value === 'string' || Number.isFinite(value), name, 'text');
  return String(value);
}

/** @throws {OnCueError} `bad_argument`; an array is an object too */
export const needObject = (value: unknown, name: string): void => need(Object(value) === value, name, 'an object');

/**
 * An object as JSON text, text as it is; `''`, which nothing accepts, when there is no JSON of it, as of a cycle.
 * @throws {OnCueError} `bad_argument` when it is neither
 */
export function jsonOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  needObject(value, name);
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
