// Whether definitions are good: the engine itself says so, in the form that the registry answers with.
import { createEngine, OnCueError, type Problem } from '@oncue/engine';
import { type Detail, unprocessable } from '../errors.js';

const isIndex = (segment: string): boolean => /^\d+$/.test(segment);
const unescape = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

function detailOf({ pointer, code, message }: Problem, at: string): Detail {
  const inside = pointer.startsWith(at) ? pointer.slice(at.length) : pointer;
  const segments = inside.split('/').slice(1).map(unescape);
  return { loc: ['body', ...segments.map((one) => (isIndex(one) ? Number(one) : one))], msg: message, type: code };
}

/**
 * @param definitions anything the engine loads
 * @param at JSON Pointer of the body inside the definitions; it is left out of the places that the answer names
 * @throws {HttpError} 422 with every problem
 */
export function checkDefinitions(definitions: object, at = '', options: { includeUnpublished?: boolean } = {}): void {
  try {
    createEngine({ definitions, seed: 0, ...options }).dispose();
  } catch (error) {
    if (error instanceof OnCueError && error.code === 'invalid_definitions') throw unprocessable(error.problems.map((one) => detailOf(one, at)));
    throw error;
  }
}
