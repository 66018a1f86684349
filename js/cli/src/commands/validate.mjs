import { describeOptions, parseArguments } from '../arguments.mjs';
import { DefinitionErrors, DefinitionFiles, problemLine, warningLines } from '../definition_files.mjs';
import { Failure } from '../failure.mjs';
import { counted } from '../words.mjs';

/** @type {import('../arguments.mjs').Options} */
const OPTIONS = {
  json: { kind: 'flag', help: 'one JSON object: {"ok","errors","warnings"}, each problem {"file","pointer","code","message"}' },
  help: { kind: 'flag', help: 'this text' },
};

export const summary = 'check definitions and list every problem';
export const help = `oncue validate FILE... [--json]

Checks definitions: a bundle {attribute_keys, attribute_groups, services, interventions}, an array or NDJSON of registry
objects. Several files are read as one bundle. Each error is a line file#/json/pointer: code: sentence on standard
output, each warning one on standard error. Exit code 0 when there is no error, else 1.

${describeOptions(OPTIONS)}`;

/** @param {readonly string[]} files @returns {Promise<{errors: any[], warnings: any[]}>} */
async function check(files) {
  try {
    const definitions = await DefinitionFiles.read(files);
    const { engine, warnings } = definitions.createEngine({ seed: 0 });
    engine.dispose();
    return { errors: [], warnings };
  } catch (error) {
    if (error instanceof DefinitionErrors) return error;
    throw error;
  }
}

/** @param {readonly string[]} args @param {import('../output.mjs').Output} output */
export async function run(args, output) {
  const { values, files } = parseArguments('validate', OPTIONS, args);
  if (values.help) {
    await output.line(help);
    return 0;
  }
  if (files.length === 0) throw new Failure('oncue validate needs the files to check.\nSee "oncue validate --help".', 2);
  const { errors, warnings } = await check(files);
  const ok = errors.length === 0;
  if (values.json) {
    await output.line(JSON.stringify({ ok, errors, warnings }));
    return ok ? 0 : 1;
  }
  for (const line of warningLines(warnings)) console.error(line);
  for (const error of errors) await output.line(problemLine(error));
  await output.flush();
  const found = ok ? `valid${warnings.length > 0 ? `, ${counted(warnings.length, 'warning')}` : ''}` : counted(errors.length, 'error');
  console.error(`${files.join(', ')}: ${found}`);
  return ok ? 0 : 1;
}
