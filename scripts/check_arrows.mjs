// npm run check-arrows   fails when a file of the core includes a room that core/CMakeLists.txt does not let it use.
// The link graph alone does not notice headers.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { listFiles } from './lib/files.mjs';
import { inRoot } from './lib/paths.mjs';
import { Failure, main } from './lib/processes.mjs';

/** Every room with all the rooms it may include, itself and those further down among them. */
function readRooms() {
  const text = fs.readFileSync(inRoot('core/CMakeLists.txt'), 'utf8');
  const rooms = new Map();
  for (const [, name, rest] of text.matchAll(/^oncue_room\((\w+)([^)]*)\)/gm)) {
    const direct = /\bDEPENDS\s+([a-z ]+)/.exec(rest)?.[1].trim().split(/\s+/) ?? [];
    rooms.set(name, new Set([name, ...direct.flatMap((below) => [...rooms.get(below)])]));
  }
  return rooms;
}

/** @returns {string[]} one sentence per include that goes against an arrow */
export function checkArrows() {
  const rooms = readRooms();
  const wrong = [];
  for (const file of listFiles(['core/src'], (name) => /\.(h|cc|def)$/.test(name))) {
    const room = file.split('/').length > 3 ? file.split('/')[2] : 'engine';
    for (const [, other] of fs.readFileSync(inRoot(file), 'utf8').matchAll(/^#include "(\w+)\//gm)) {
      if (rooms.has(other) && !rooms.get(room)?.has(other)) wrong.push(`${file}: ${room} must not include ${other}`);
    }
  }
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const wrong = checkArrows();
    if (wrong.length > 0) throw new Failure(wrong.join('\n'));
    console.log('Every include goes with the arrows.');
  });
}
