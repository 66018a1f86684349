// npm commands that need the package registry.
import { execFile } from 'node:child_process';

const OUT_OF_REACH = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b|audit endpoint returned an error/;

/**
 * Runs npm.
 * @returns {Promise<{status: number, stdout: string, stderr: string, missing?: string}>} `missing`: what it could not
 *   reach, and what it said about that
 */
export function npm(folder, ...args) {
  return new Promise((resolve) => {
    execFile('npm', args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const trouble = error && `${stderr}\n${stdout}`.split('\n').find((line) => OUT_OF_REACH.test(line));
      const status = error ? (error.code ?? 1) : 0;
      resolve({ status, stdout, stderr, ...(trouble && { missing: `the package registry (npm ${args[0]}: ${trouble.trim()})` }) });
    });
  });
}
