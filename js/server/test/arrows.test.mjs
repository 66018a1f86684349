// The rooms of src/ use each other in one direction only.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/', import.meta.url));
/** Each room with the rooms it may use; files beside the rooms may use all, and `errors` is everybody's. */
const ROOMS = {
  storage: [],
  interventions: ['storage'],
  operations: [],
  registry: [],
  collector: ['storage'],
  engine_host: ['registry', 'storage'],
  fleet: ['engine_host', 'registry', 'storage'],
  sync: ['engine_host', 'storage'],
  http: ['collector', 'engine_host', 'interventions', 'operations', 'registry', 'storage', 'sync'],
};

test('every import goes with the arrows', () => {
  const rooms = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'console');
  assert.deepEqual(rooms.map(({ name }) => name).sort(), Object.keys(ROOMS).sort());
  const wrong = [];
  for (const [room, allowed] of Object.entries(ROOMS)) {
    const files = readdirSync(path.join(source, room), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) {
      for (const [, imported] of readFileSync(path.join(parentPath, name), 'utf8').matchAll(/from '(\.\.?\/[^']+)'/g)) {
        const [other] = path.relative(source, path.join(parentPath, imported)).split(path.sep);
        if (other !== room && other !== 'errors.js' && !allowed.includes(other)) wrong.push(`${room}/${name} uses ${other}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});
