// Whether the tests notice them takes minutes: npm run faults.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { FAULTS, faulty } from '../../scripts/lib/faults.mjs';
import { root } from '../../scripts/lib/paths.mjs';

for (const fault of FAULTS) {
  test(`the fault can be seeded: ${fault.name}`, () => {
    const source = fs.readFileSync(path.join(root, fault.file), 'utf8');
    const changed = faulty(source, fault);
    assert.notEqual(changed, source);
    assert.throws(() => faulty(changed, fault), /0 times, not once; bring FAULTS up to date/);
  });
}
