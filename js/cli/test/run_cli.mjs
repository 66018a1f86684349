import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/oncue.mjs', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Runs `oncue` in this folder.
 * @param {string[]} args
 * @param {string | Iterable<string | Buffer>} [input] standard input
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 */
export function oncue(args, input = '') {
  const child = spawn(process.execPath, [bin, ...args], { cwd: here, stdio: ['pipe', 'pipe', 'pipe'] });
  const result = { code: -1, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (result.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (result.stderr += text));
  // A program that refuses its input closes the pipe before it is written.
  child.stdin.on('error', () => {});
  void feed(child.stdin, typeof input === 'string' ? [input] : input);
  return new Promise((done) => child.on('close', (code) => done({ ...result, code: code ?? -1 })));
}

async function feed(stream, parts) {
  for (const part of parts) {
    if (stream.destroyed) return;
    if (!stream.write(part)) await new Promise((done) => stream.once('drain', done).once('close', done));
  }
  stream.end();
}
