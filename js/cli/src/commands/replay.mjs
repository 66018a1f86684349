import { firedText } from '@oncue/engine/text';
import { describeOptions, parseArguments } from '../arguments.mjs';
import { Failure } from '../failure.mjs';
import { History } from '../history.mjs';
import { openEngine } from '../history_engine.mjs';
import { partsOf } from '../json_text.mjs';
import { HISTORY_OPTIONS } from '../shared_options.mjs';
import { cellText } from '../table.mjs';

export const summary = 'interventions that recorded events would have fired';
export const help = `oncue replay --definitions FILE... --events FILE|- [options]

Runs recorded events through the engine and writes each intervention that fires, in order, one JSON object a line: what
a handler receives, "at" (epoch ms) and "event_id", which is null where time fired it, or an event without an id. Time
passes as it did: timers between the events fire at their moment, and up to --as-of after the last. The same input gives
the same ids. An event later than --as-of ends the run with exit code 1; what was written until then did fire.

${describeOptions(HISTORY_OPTIONS)}`;

const COLUMNS = /** @type {const} */ ([24, 32, 8]);

/** @param {readonly string[]} cells */
const row = (cells) => cells.map((cell, i) => cell.padEnd(COLUMNS[i] ?? 0)).join('  ').trimEnd();

/** @param {import('@oncue/engine').FiredIntervention} fired */
function tableRow({ at, name, version, target_attribute_key: target, event_id }) {
  const whom = target ? `${target.name} ${cellText(target.id)}` : '';
  return row([new Date(at).toISOString(), cellText(name), `v${version}`, `${whom}  ${event_id ?? '-'}`]);
}

/** @param {import('@oncue/engine').Engine} engine @param {string} key */
function checkTargetKey(engine, key) {
  const keys = new Set(engine.catalog().interventions.flatMap(({ name }) => engine.explain(name)?.targets.map((target) => target.name) ?? []));
  if (!keys.has(key)) throw new Failure(`--key "${key}" is the target of no intervention here; known: ${[...keys].join(', ') || 'none'}`, 2);
}

/** @param {readonly string[]} args @param {import('../output.mjs').Output} output */
export async function run(args, output) {
  const { values, files } = parseArguments('replay', HISTORY_OPTIONS, args);
  if (values.help) {
    await output.line(help);
    return 0;
  }
  const { engine, asOf } = await openEngine(values, files, { explainFires: values.explain });
  if (values.key !== undefined) checkTargetKey(engine, values.key);

  const isTable = values.output === 'table';
  if (isTable) await output.line(row(['at', 'intervention', 'version', 'target, event']));
  const onFired = async (/** @type {readonly import('@oncue/engine').FiredIntervention[]} */ fired) => {
    const texts = isTable ? fired.map(tableRow) : partsOf(firedText(engine));
    for (const [i, { at, target_attribute_key: target }] of fired.entries()) {
      if (at > (asOf ?? Infinity)) continue;
      if (values.key === undefined || target?.name === values.key) await output.line(/** @type {string} */ (texts[i]));
    }
  };
  const history = new History(engine, { asOf, onFired });
  for (const file of values.events) await history.read(file, values.format ?? 'auto');
  await history.finish();
  await output.flush();
  for (const line of history.summary()) console.error(line);
  return values.strict && history.badCount > 0 ? 1 : 0;
}
