// node scripts/setup.mjs [build|core|js|browser|test|all]...
// Installs what those sets of tools lack, then the npm packages.
import { fileURLToPath } from 'node:url';
import { hashFiles, unlessFresh } from './lib/files.mjs';
import { Failure, main, mustRun, run } from './lib/processes.mjs';
import { stage } from './lib/stage.mjs';
import { missingTools, toolSets, which } from './lib/tools.mjs';

/** Makes sure that the sets' tools and node_modules are there, or throws a Failure that says what to do. */
export async function setup(...sets) {
  await ensureTools([...new Set(sets.flatMap((set) => toolSets[set]))]);
  await installPackages();
}

async function ensureTools(tools) {
  const missing = missingTools(tools);
  if (missing.length === 0) return;
  const names = missing.map((tool) => tool.name).join(', ');
  if (!which('apt-get')) throw new Failure(describe(missing, 'There is no apt-get here, so nothing was installed.'));
  const root = becomeRoot();
  if (!root) throw new Failure(describe(missing, 'Installing needs root, and there is no sudo here.'));

  await stage(`Install ${names}`, () => aptInstall(root, missing));
  const left = missingTools(tools);
  if (left.length > 0) throw new Failure(describe(left, 'apt-get did not provide everything.'));
}

/** The words that turn a command into one run by root; undefined where that is impossible. */
function becomeRoot() {
  if (process.getuid?.() === 0) return [];
  return which('sudo') ? ['sudo'] : undefined;
}

async function aptInstall(root, missing) {
  const packages = missing.flatMap((tool) => tool.packages);
  const [command, ...prefix] = [...root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  // sudo may ask for a password, which it can do only in the terminal's own process group.
  const options = root.length > 0 ? { detached: false, stdio: ['inherit', 2, 2] } : { stdio: ['ignore', 2, 2] };
  const apt = (...args) => run(command, [...prefix, ...args], options);

  if ((await apt('update', '-q')) !== 0) console.error('apt-get update failed; trying with the lists that are there');
  const install = (...names) => apt('install', '-y', '-q', '-o', 'Dpkg::Use-Pty=0', '--no-install-recommends', ...names);
  // One unknown name makes apt-get install nothing at all; one by one, the rest still arrives.
  if ((await install(...packages)) !== 0) for (const name of packages) await install(name);
}

function describe(missing, reason) {
  const packages = missing.flatMap((tool) => tool.packages).join(' ');
  return [
    `${reason} Missing:`,
    ...missing.map((tool) => `  - ${tool.name}: ${tool.why}\n      ${tool.elsewhere}`),
    `On Debian or Ubuntu: sudo apt-get install --no-install-recommends ${packages}`,
  ].join('\n');
}

async function installPackages() {
  const inputs = hashFiles(['package-lock.json', '.npmrc']);
  await unlessFresh({ stamp: 'node_modules/.oncue-stamp', inputs, outputs: [] }, () =>
    stage('Install npm packages', () => mustRun('npm', ['ci', '--no-progress'], { stdio: ['ignore', 2, 2] })),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const sets = process.argv.length > 2 ? process.argv.slice(2) : ['build'];
    const usage = `usage: node scripts/setup.mjs [${Object.keys(toolSets).join('|')}]...`;
    if (!sets.every((set) => toolSets[set])) throw new Failure(usage);
    await setup(...sets);
    console.error('Everything is there.');
  });
}
