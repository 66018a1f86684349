// Recorded events through an engine, with the clock of the events.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { eventsOf } from './event_lines.mjs';
import { Failure } from './failure.mjs';
import { BadLine, LONGEST_LINE, readLines } from './lines.mjs';
import { createProgress } from './progress.mjs';
import { counted } from './words.mjs';

const MOST_SHOWN = 10;
/** Refusals that are the engine doing its work, not a fault of the line. */
const ORDINARY = new Set(['duplicate', 'app_id']);
/** @type {Record<string, string>} */
const REASONS = {
  too_long: `is longer than ${LONGEST_LINE / 1024 / 1024} MiB; write one event per line, for example with jq -c '.[]'`,
  nul_byte: 'holds a NUL byte: this is binary data or UTF-16, not UTF-8 text',
  not_json: 'is not a JSON object',
  missing_columns: 'does not have the 131 tab-separated columns of an enriched event',
  unknown_event_type: 'has no event type that is known ("e" of a payload, "event" of an enriched event)',
  bad_self_describing: 'has no readable self-describing event: its schema must be an iglu URI',
};

/**
 * @typedef {import('@oncue/engine').Engine} Engine
 * @typedef {import('@oncue/engine').FiredIntervention} FiredIntervention
 * @typedef {{file: string, line: number, reason: string}} Refusal
 */

/** @param {string} file */
async function open(file) {
  if (file === '-') return { name: 'standard input', stream: process.stdin, size: undefined };
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new Failure(`${file}: there is no such file; "-" reads standard input`);
  if (found.isDirectory()) throw new Failure(`${file} is a directory; name the file in it`);
  return { name: file, stream: createReadStream(file, { highWaterMark: 256 * 1024 }), size: found.isFile() ? found.size : undefined };
}

export class History {
  events = 0;
  badCount = 0;
  /** @type {Refusal[]} the first ten */
  badLines = [];
  /** The latest bad line, of which an event more is no line more. */
  #badAt = '';
  /** @type {Map<string, number>} */
  refused = new Map();

  /**
   * @param {Engine} engine
   * @param {{asOf?: number, onFired?: (fired: readonly FiredIntervention[]) => Promise<void> | void}} options asOf: epoch
   *   ms at which to end; default the clock after the last event
   */
  constructor(engine, { asOf, onFired = () => {} } = {}) {
    this.engine = engine;
    this.asOf = asOf;
    this.onFired = onFired;
  }

  /**
   * @param {string} file a path, or `-`
   * @param {typeof import('./event_lines.mjs').FORMATS[number]} format
   */
  async read(file, format) {
    const { name, stream, size } = await open(file);
    const progress = createProgress(process.stderr);
    try {
      for await (const { first, lines, bytes } of readLines(stream, name)) {
        for (const [i, line] of lines.entries()) {
          if (line instanceof BadLine) this.count(name, first + i, line.reason);
          else await this.take(line, format, name, first + i);
        }
        progress.update(bytes, size, this.events);
      }
    } finally {
      progress.clear();
    }
  }

  /**
   * @param {string} text
   * @param {typeof import('./event_lines.mjs').FORMATS[number]} format
   * @param {string} file
   * @param {number} line
   */
  async take(text, format, file, line) {
    for (const event of eventsOf(text, format)) {
      const fired = this.engine.replay(event.text, event.format);
      this.count(file, line, this.engine.rejection());
      // Of an event that comes too late, what time fired on the way to it.
      if (fired.length > 0) await this.onFired(fired);
      if (this.asOf !== undefined) this.refuseLater(this.asOf, `${file}:${line}`);
    }
  }

  /** @param {number} asOf @param {string} where */
  refuseLater(asOf, where) {
    const latest = this.engine.now();
    if (latest <= asOf) return;
    const [wanted, found] = [asOf, latest].map((ms) => new Date(ms).toISOString());
    throw new Failure(`--as-of ${wanted} lies before the event at ${where} (${found}). Time does not run backwards: name a later moment, or cut the events.`);
  }

  /** @param {string} file @param {number} line @param {string} reason why it did not count; `''` when it did */
  count(file, line, reason) {
    this.events++;
    if (reason === '') return;
    if (ORDINARY.has(reason)) {
      this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
      return;
    }
    const at = `${file}:${line}`;
    if (at === this.#badAt) return;
    this.#badAt = at;
    if (this.badCount++ < MOST_SHOWN) this.badLines.push({ file, line, reason });
  }

  /**
   * Lets time pass, wake by wake, up to `asOf`.
   * @returns {Promise<number>} the clock at the end
   */
  async finish() {
    const { engine, asOf } = this;
    if (asOf === undefined) return engine.now();
    for (let wake = engine.nextWake(); wake < asOf; wake = engine.nextWake()) {
      // An early wake must still move the clock.
      const fired = engine.tick(Math.max(wake, engine.now() + 1));
      if (fired.length > 0) await this.onFired(fired);
    }
    const fired = engine.tick(asOf);
    if (fired.length > 0) await this.onFired(fired);
    return asOf;
  }

  /** What was not counted, for a human. */
  summary() {
    const lines = this.badLines.map(({ file, line, reason }) => `${file}:${line}: ${reason}: the line ${REASONS[reason] ?? 'cannot be read'}`);
    if (this.badCount > 0) {
      const more = this.badCount > MOST_SHOWN ? ` (the first ${MOST_SHOWN} are above)` : '';
      lines.push(`${counted(this.badCount, 'bad line')} of ${counted(this.events, 'event')} skipped${more}`);
    }
    const duplicates = this.refused.get('duplicate');
    if (duplicates) lines.push(`${counted(duplicates, 'repeated event')} counted once (same event_id)`);
    const others = this.refused.get('app_id');
    if (others) lines.push(`${counted(others, 'event')} of other app ids left out`);
    return lines;
  }
}
