// node scripts/behind.mjs <file> <stage>...   Stages of npm test at the lowest priority; their counts go into the file.
import fs from 'node:fs';
import { main, stepBack } from './lib/processes.mjs';
import { runStages } from './lib/test_stages.mjs';

const [file, ...names] = process.argv.slice(2);
await main(async () => {
  stepBack();
  fs.writeFileSync(file, JSON.stringify(await runStages(names)));
});
