// Processes that a benchmark measures, and a folder for what they keep.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort } from '../../../scripts/lib/free_port.mjs';

const COMMAND = fileURLToPath(new URL('../../../js/cli/bin/oncue.mjs', import.meta.url));

export class Children {
  folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-bench-'));
  #children = [];

  /** Resolves when it has printed what `pattern` matches: `{child, match}`. */
  async start(command, args, pattern) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#children.push(child);
    for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      const match = pattern.exec(text);
      if (!match) continue;
      child.stdout.resume();
      return { child, match };
    }
    throw new Error(`${command} ended before it was ready`);
  }

  /** @param args beside those that keep everything, and nothing but the append-only file, in the folder. @returns its address */
  async startRedis(...args) {
    const port = String(await freePort());
    await this.start('redis-server', ['--port', port, '--dir', this.folder, '--appendonly', 'yes', '--save', '', ...args], /Ready to accept connections/);
    return `redis://127.0.0.1:${port}`;
  }

  /** `oncue serve`. @param node arguments of Node itself. @returns `{child, url}` */
  async serve(args, node = []) {
    const { child, match } = await this.start(process.execPath, [...node, COMMAND, 'serve', '--port', '0', ...args], /OnCue server: (http:\S+)\//);
    return { child, url: match[1] };
  }

  /** Ends it gently. */
  async stop(child) {
    if (child.kill('SIGTERM')) await once(child, 'exit');
  }

  /** Ends what still runs, and removes the folder. */
  async close() {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await once(child, 'exit');
      }),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @returns the value below which the share `q` of the list lies */
export const quantile = (list, q) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))];
