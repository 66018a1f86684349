// npm run check-generated   fails when a generated file is stale.
// A generator is a script `generate` of a workspace, or scripts/generate_*.mjs; with --check it writes nothing and
// exits 1 if what it would write differs from what is there.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NONE } from './lib/counts.mjs';
import { inRoot } from './lib/paths.mjs';
import { Failure, main, run } from './lib/processes.mjs';

function generators() {
  const manifest = (folder) => JSON.parse(fs.readFileSync(inRoot(folder, 'package.json'), 'utf8'));
  const workspaces = manifest('.')
    .workspaces.filter((folder) => manifest(folder).scripts?.generate)
    .map((folder) => ({
      name: folder,
      command: ['npm', 'run', 'generate', '--silent', `--workspace=${folder}`, '--', '--check'],
    }));
  const scripts = fs
    .readdirSync(inRoot('scripts'))
    .filter((name) => /^generate_.*\.mjs$/.test(name))
    .sort()
    .map((name) => ({ name: `scripts/${name}`, command: [process.execPath, inRoot('scripts', name), '--check'] }));
  return [...workspaces, ...scripts];
}

/** @returns {Promise<{passed: number, failed: number, skipped: number, reasons: string[], failures: string[]}>} one count per generator */
export async function checkGenerated() {
  const counts = { ...NONE, failures: [] };
  for (const { name, command } of generators()) {
    const [program, ...args] = command;
    const fresh = (await run(program, args)) === 0;
    counts[fresh ? 'passed' : 'failed']++;
    if (!fresh) counts.failures.push(`${name}: what it generates is stale`);
    console.log(`${fresh ? 'fresh' : 'STALE'}  ${name}`);
  }
  return counts;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const { failed } = await checkGenerated();
    if (failed > 0) throw new Failure(`${failed} generated file(s) are stale: run the generator without --check.`);
  });
}
