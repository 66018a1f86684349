import { OnCueError, type Definitions } from '@oncue/engine';
import type { OnCueConfiguration } from './types.js';

/** Older definitions are at hand then, and better than a page that waits; less than other tabs wait for one that leads, ms. */
const PATIENCE_MS = 2000;

/** Of an error: the definitions cannot be had now. */
export const UNAVAILABLE = 'definitions_unavailable';

/**
 * The configured definitions, fetched when they stand elsewhere. Rejects with a sentence that says what to do.
 * @param cache given when they are read again: then an answer that takes too long is none
 */
export async function readDefinitions({ definitions, definitionsUrl }: OnCueConfiguration, cache?: RequestCache): Promise<Definitions> {
  if (definitions !== undefined) return definitions;
  if (!definitionsUrl) throw new Error('no definitions: give OnCuePlugin definitions or definitionsUrl');
  let response: Response;
  try {
    response = await fetch(definitionsUrl, { cache, signal: cache && AbortSignal.timeout?.(PATIENCE_MS) });
  } catch (error) {
    throw new OnCueError(UNAVAILABLE, `${definitionsUrl} cannot be fetched (${error}): check the address, CORS, and connect-src of the CSP`);
  }
  if (!response.ok) throw new OnCueError(UNAVAILABLE, `${definitionsUrl} answered ${response.status}: check definitionsUrl`);
  return response.text();
}

/** One paragraph for the log: what failed and what to do about it. */
export function explainFailure(error: unknown, { definitionsUrl }: OnCueConfiguration): string {
  const { message = String(error) } = (error ?? {}) as Error;
  if (error instanceof OnCueError && error.problems.length) {
    const [sentence] = message.split('\n');
    const where = error.code === 'invalid_options' ? 'engine' : (definitionsUrl ?? '');
    const lines = error.problems.map(({ pointer, code, message }) => `\n  ${where}#${pointer}: ${code}: ${message}`);
    return sentence + lines.join('');
  }
  // The engine's own message mentions the policy as a possibility; the browser's error knows.
  const cause = (error as { cause?: unknown })?.cause;
  if (/content security policy|wasm code generation disallowed/i.test(String(cause))) {
    return `the page's Content-Security-Policy blocks WebAssembly: add 'wasm-unsafe-eval' to its script-src`;
  }
  return message;
}
