import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { inRoot, root } from './paths.mjs';

const NEVER = new Set(['node_modules', 'dist', 'build', '.git']);

/** Files below the given paths (a path may be a file), relative to the root, sorted; build products left out. */
export function listFiles(paths, keep = () => true) {
  const found = [];
  const visit = (relative) => {
    const stat = fs.statSync(inRoot(relative), { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) {
      if (keep(relative)) found.push(relative);
      return;
    }
    for (const name of fs.readdirSync(inRoot(relative))) {
      if (!NEVER.has(name)) visit(path.join(relative, name));
    }
  };
  paths.forEach(visit);
  return found.sort();
}

/** One hash over the names and contents of the files below the given paths. */
export function hashFiles(paths, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const file of listFiles(paths)) {
    const bytes = fs.readFileSync(path.join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * Runs `body` unless it already succeeded with these inputs and its outputs are still there.
 * @returns {Promise<boolean>} whether it ran
 */
export async function unlessFresh({ stamp, inputs, outputs }, body) {
  const file = inRoot(stamp);
  const sameInputs = fs.existsSync(file) && fs.readFileSync(file, 'utf8') === inputs;
  if (sameInputs && outputs.every((output) => fs.existsSync(inRoot(output)))) return false;
  // Removed first: an interrupted run must not look finished.
  fs.rmSync(file, { force: true });
  await body();
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, inputs);
  return true;
}
