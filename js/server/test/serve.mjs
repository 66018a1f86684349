// `oncue serve` as a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../cli/bin/oncue.mjs', import.meta.url));

const running = new Set();
// A test that fails must not leave its server behind.
after(() => running.forEach((child) => child.kill('SIGKILL')));

/**
 * @param under a command that runs the server, in its place
 * @param flags of Node
 * @returns {Promise<{url: string, child: import('node:child_process').ChildProcess, end(signal?: string): Promise<number | string>}>}
 */
export async function serve(args, env = {}, under = [], flags = []) {
  const [command, ...rest] = [...under, process.execPath, ...flags, COMMAND, 'serve', '--port', '0', ...args];
  const child = spawn(command, rest, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let said = '';
  let complained = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complained += text));
  const exited = once(child, 'exit').then(([code, signal]) => code ?? signal);
  const url = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      const address = /^OnCue server: (http:\S+)\/$/m.exec(said)?.[1];
      if (address) resolve(address);
    });
    void exited.then((code) => reject(new Error(`oncue serve ended with ${code}: ${complained}`)));
  });
  return {
    url,
    child,
    complained: () => complained,
    end(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}
