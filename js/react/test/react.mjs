// The package with either React, bundled for Node or a page.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// The newest React stands beside the package; the tests' own folder has the oldest.
const FOLDERS = { 19: new URL('../', import.meta.url), 18: new URL('../../../tests/', import.meta.url) };

/** The major versions of React that the package works with. */
export const VERSIONS = Object.keys(FOLDERS);

/** @returns {Promise<string>} a script that runs `contents` with that React */
export async function bundle(version, contents, options = {}) {
  const require = createRequire(new URL('package.json', FOLDERS[version]));
  const alias = Object.fromEntries(['react', 'react-dom'].map((name) => [name, dirname(require.resolve(`${name}/package.json`))]));
  const { outputFiles } = await build({
    stdin: { contents, loader: 'tsx', resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    jsx: 'automatic',
    alias,
    logLevel: 'error',
    nodePaths: [fileURLToPath(new URL('../../browser-plugin/node_modules', import.meta.url)), fileURLToPath(new URL('../../../node_modules', import.meta.url))],
    ...options,
  });
  return outputFiles[0].text;
}
