import { DefinitionFiles, warningLines } from './definition_files.mjs';
import { Failure } from './failure.mjs';
import { engineOptions, readMoment, restoreState } from './shared_options.mjs';

/**
 * What `test` and `replay` begin with: an engine as HISTORY_OPTIONS say. Warnings about the definitions go to stderr.
 * @param {Record<string, any>} values of HISTORY_OPTIONS
 * @param {readonly string[]} files what stood behind no option
 * @param {import('@oncue/engine').EngineOptions} more options of the one command
 */
export async function openEngine(values, files, more) {
  if (files.length > 0) throw new Failure(`"${files[0]}" belongs to no option: definitions come after --definitions, events after --events.`, 2);
  const asOf = readMoment(values['as-of']);
  const options = { ...engineOptions(values), ...more };
  const definitions = await DefinitionFiles.read(values.definitions);
  const { engine, warnings } = definitions.createEngine(options);
  restoreState(engine, values.state);
  for (const line of warningLines(warnings)) console.error(line);
  return { engine, asOf, options };
}
