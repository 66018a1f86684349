import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../server.mjs', import.meta.url));

/**
 * Starts the built shop's server as a process of its own, on a free port unless `env.PORT` says otherwise.
 * @returns {Promise<{url: string, output: () => string, stop: (signal?: string) => Promise<number>}>} `url` without a
 *   slash at the end; `stop` resolves to the exit code
 */
export function startShop(env = {}) {
  const child = spawn(process.execPath, [SERVER], { env: { ...process.env, HOST: '', PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal)));
  let output = '';
  const stop = (signal = 'SIGTERM') => {
    child.kill(signal);
    return exited;
  };
  return new Promise((resolve, reject) => {
    exited.then((code) => reject(new Error(`The shop's server ended with ${code}:\n${output}`)));
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      const url = /^OnCue demo shop: (http:\S+)\/$/m.exec(output)?.[1];
      if (url) resolve({ url, output: () => output, stop });
    });
  });
}
