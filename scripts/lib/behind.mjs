// Stages that run while another one leaves cores idle, in a process of their own: only with what others leave, and with
// their output kept apart.
import fs from 'node:fs';
import path from 'node:path';
import { oneFailure } from './counts.mjs';
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
