// Why a data file could not be opened, in words that say what to do.
import { statSync } from 'node:fs';
import path from 'node:path';

const isFolder = (name: string): boolean | undefined => statSync(name, { throwIfNoEntry: false })?.isDirectory();

function folderProblem(folder: string): string | undefined {
  try {
    const state = isFolder(folder);
    if (state === undefined) return `there is no folder ${folder}: make it, or give another file`;
    return state ? undefined : `${folder} is no folder: give another file`;
  } catch {
    // Something on the way to it is no folder, or must not be looked into.
    return `its folder ${folder} cannot be reached: make it, or give another file`;
  }
}

function reasonFor(file: string, message: string): string | undefined {
  if (/database is locked/.test(message)) return 'another server uses this file, and has it locked: end that one first, or give this one a file of its own';
  // 14 is SQLite's code for a file that cannot be opened, without saying why.
  if (!/Unable to open/.test(message)) return undefined;
  const folder = path.dirname(path.resolve(file));
  const wrong = folderProblem(folder);
  if (wrong !== undefined) return wrong;
  if (isFolder(file)) return `this is a folder: give a file in it, such as ${path.join(file, 'oncue.db')}`;
  return `this process may not write it, or into its folder ${folder}: allow that, or give another file`;
}

/** @returns an error with the reason, where there is one to be found; else the same */
export function explainOpening(file: string, error: unknown): unknown {
  const reason = error instanceof Error ? reasonFor(file, error.message) : undefined;
  return reason === undefined ? error : new Error(`${file}: ${reason}`, { cause: error });
}
