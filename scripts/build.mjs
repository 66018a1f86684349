// node scripts/build.mjs   wasm, then every workspace that has a build script; what did not change is not built again.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hashFiles, unlessFresh } from './lib/files.mjs';
import { inRoot } from './lib/paths.mjs';
import { main, mustRun } from './lib/processes.mjs';
import { stage } from './lib/stage.mjs';
import { setup } from './setup.mjs';

const CORE = ['core', 'wasm', 'cmake', 'CMakeLists.txt', 'CMakePresets.json'];
// In the order of their dependencies: each is built from the ones before it.
const WORKSPACES = ['js/engine', 'js/browser-plugin', 'js/react', 'js/server', 'js/cli', 'demo-eshop'];
const TO_STDERR = { stdio: ['ignore', 2, 2] };

/** Configures (again when the presets changed) and builds targets of a CMake preset. */
export async function buildPreset(preset, targets = []) {
  const configured = {
    stamp: `build/stamps/configure-${preset}`,
    inputs: hashFiles(['CMakePresets.json'], process.env.EMSDK),
    outputs: [`build/${preset}/build.ninja`],
  };
  await unlessFresh(configured, () => mustRun('cmake', ['--preset', preset], TO_STDERR));
  const targetArgs = targets.length > 0 ? ['--target', ...targets] : [];
  await mustRun('cmake', ['--build', '--preset', preset, ...targetArgs], TO_STDERR);
}

async function buildWasm() {
  const outputs = ['oncue.mjs', 'oncue.wasm', 'oncue.page.wasm', 'oncue.sync.wasm', 'oncue.plain.wasm'].map((file) => `build/wasm/wasm/${file}`);
  const stamp = { stamp: 'build/stamps/wasm', inputs: hashFiles(CORE, process.env.EMSDK), outputs };
  await unlessFresh(stamp, () => stage('Build the engine as WebAssembly', () => buildPreset('wasm', ['oncue_wasm', 'oncue_page', 'oncue_page_sync', 'oncue_plain'])));
}

function hasBuildScript(workspace) {
  const manifest = inRoot(workspace, 'package.json');
  return fs.existsSync(manifest) && JSON.parse(fs.readFileSync(manifest, 'utf8')).scripts?.build !== undefined;
}

async function buildWorkspaces() {
  const shared = ['package-lock.json', 'tsconfig.base.json', 'scripts/lib/shorten.mjs'];
  let before = hashFiles([...CORE, ...shared]);
  for (const workspace of WORKSPACES.filter(hasBuildScript)) {
    const inputs = hashFiles([workspace], before);
    const stamp = { stamp: `build/stamps/${workspace.replace('/', '-')}`, inputs, outputs: [`${workspace}/dist`] };
    const npmArgs = ['run', 'build', '--silent', `--workspace=${workspace}`];
    await unlessFresh(stamp, () => stage(`Build ${workspace}`, () => mustRun('npm', npmArgs, TO_STDERR)));
    before = inputs;
  }
}

/**
 * Builds whatever changed since the last time.
 * @param {() => void} whenCoreIsBuilt called before the packages are built, which leaves cores idle
 */
export async function build(whenCoreIsBuilt = () => {}) {
  await buildWasm();
  whenCoreIsBuilt();
  await buildWorkspaces();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setup('build');
    await build();
    // Here, and among the tests: a shop that starts with another toolchain is not to be kept from it by some bytes.
    await stage('Size of what a page loads', () => mustRun(process.execPath, [inRoot('wasm/check_size.mjs')], TO_STDERR));
    console.error('\nBuilt.');
  });
}
