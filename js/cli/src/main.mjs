import { readFileSync } from 'node:fs';
import { OnCueError, load } from '@oncue/engine';
import * as replay from './commands/replay.mjs';
import * as serve from './commands/serve.mjs';
import * as test from './commands/test.mjs';
import * as validate from './commands/validate.mjs';
import { Failure } from './failure.mjs';
import { createOutput } from './output.mjs';
import { suggestion } from './words.mjs';

/** @type {Record<string, {summary: string, run(args: readonly string[], output: import('./output.mjs').Output): Promise<number>}>} */
const COMMANDS = { validate, test, replay, serve };

function overview() {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return `oncue: attributes and interventions from Snowplow events, on your own machine

${lines.join('\n')}

"oncue COMMAND --help" says more. Results go to standard output, everything else to standard error.
Exit codes: 0 done, 1 something is wrong with the input, 2 with the command line.`;
}

function version() {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

/** @param {readonly string[]} args @param {import('./output.mjs').Output} output */
async function dispatch([name = '--help', ...rest], output) {
  if (name === '--help' || name === '-h' || name === 'help') {
    await output.line(overview());
    return 0;
  }
  if (name === '--version') {
    await output.line(version());
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new Failure(`There is no command "${name}"${suggestion(name, Object.keys(COMMANDS))}\nSee "oncue --help".`, 2);
  await load();
  return command.run(rest, output);
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
export async function main(args) {
  const output = createOutput(process.stdout);
  try {
    return await dispatch(args, output);
  } catch (error) {
    if (!(error instanceof Failure || error instanceof OnCueError)) throw error;
    await output.flush();
    console.error(error instanceof Failure ? error.message : `oncue: ${error.message}`);
    return error instanceof Failure ? error.exitCode : 1;
  } finally {
    await output.flush();
  }
}
