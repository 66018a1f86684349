// Small parts of the server by themselves.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(path.join(tmpdir(), 'oncue-server-source-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The exports of one file of src/ that uses no packages. */
export async function importSource(name) {
  const outfile = path.join(folder, `${name.replaceAll('/', '_')}.mjs`);
  await build({ entryPoints: [fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url))], bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'error' });
  return import(pathToFileURL(outfile).href);
}
