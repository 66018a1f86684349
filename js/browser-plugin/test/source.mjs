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

const codes = new Map();

/** The exports of one source file, in a page of its own whose window has `globals`. */
export async function importInto(globals, name) {
  if (!codes.has(name)) {
    const entry = fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
    const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'iife', globalName: 'page', mainFields: ['module', 'main'], write: false, logLevel: 'error' });
    codes.set(name, outputFiles[0].text);
  }
  return new Function(...Object.keys(globals), `${codes.get(name)}; return page;`)(...Object.values(globals));
}

/** A place for a file that goes when the process ends. */
export const temporaryFile = (name) => join(folder, name);
