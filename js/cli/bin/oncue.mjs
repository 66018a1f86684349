#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const engine = fileURLToPath(import.meta.resolve('@oncue/engine'));
if (existsSync(engine)) {
  const { main } = await import('../src/main.mjs');
  process.exitCode = await main(process.argv.slice(2));
} else {
  console.error('oncue: the engine is not built yet: run "npm run build" in the root of the repository.');
  process.exitCode = 1;
}
