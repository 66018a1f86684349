import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'oncue-plugin-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The exports of one source file, compiled afresh: each call has its own module state. */
export async function importSource(name) {
  const outfile = join(folder, `${name.replaceAll('/', '_')}-${Math.random().toString(36).slice(2)}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url))],
    bundle: true,
    format: 'esm',
    mainFields: ['module', 'main'],
    outfile,
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

/** A place for a file that goes when the process ends. */
export const temporaryFile = (name) => join(folder, name);
