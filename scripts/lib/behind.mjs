// Stages that run while another one leaves cores idle, in a process of their own: only with what others leave, and with
// their output kept apart.
import fs from 'node:fs';
import path from 'node:path';
import { NONE, oneFailure, sum } from './counts.mjs';
import { inRoot } from './paths.mjs';
import { run } from './processes.mjs';

/**
 * Runs stages behind whatever else runs.
 * @param {{folder?: string, env?: object}} options where output and counts are written to, and the stages' environment
 * @returns {Promise<{counts: object, output: string}>} once they have ended: their counts together, and what they printed
 */
export async function runBehind(names, { folder = inRoot('build', 'reports'), env = process.env } = {}) {
  const [countsFile, outputFile] = ['behind.json', 'behind.txt'].map((name) => path.join(folder, name));
  fs.mkdirSync(folder, { recursive: true });
  fs.rmSync(countsFile, { force: true });
  const file = fs.openSync(outputFile, 'w');
  const code = await run(process.execPath, [inRoot('scripts', 'behind.mjs'), countsFile, ...names], { env, stdio: ['ignore', file, file] });
  fs.closeSync(file);
  const output = fs.readFileSync(outputFile, 'utf8');
  if (code === 0 && fs.existsSync(countsFile)) return { counts: JSON.parse(fs.readFileSync(countsFile, 'utf8')), output };
  const sentence = `${names.join(' and ')}: ended with code ${code}`;
  return { counts: oneFailure(sentence), output: `${output}\n${sentence}\n` };
}

/** Runs stages one after the other behind the others, each from when it is begun. */
export class Behind {
  #options;
  #names = [];
  #ended = Promise.resolve([]);

  /** @param options those of runBehind() */
  constructor(options) {
    this.#options = options;
  }

  begin(...names) {
    this.#names.push(...names);
    for (const name of names) this.#ended = this.#ended.then(async (before) => [...before, await runBehind([name], this.#options)]);
  }

  /** Their counts, once all have ended; what they printed is printed now. */
  async end() {
    if (this.#names.length === 0) return NONE;
    console.error(`\n== What ran behind: ${this.#names.join(', ')}`);
    const ended = await this.#ended;
    for (const { output } of ended) process.stdout.write(output);
    return sum(...ended.map(({ counts }) => counts));
  }
}
