import { groupAttributesText } from '@oncue/engine/text';
import { describeOptions, parseArguments } from '../arguments.mjs';
import { Failure } from '../failure.mjs';
import { History } from '../history.mjs';
import { openEngine } from '../history_engine.mjs';
import { membersOf } from '../json_text.mjs';
import { HISTORY_OPTIONS, WINDOW_EVENT_LIMIT } from '../shared_options.mjs';
import { cellOf, cellText, tableLines, widthOf } from '../table.mjs';

const { explain: _, ...SHARED } = HISTORY_OPTIONS;
/** @type {import('../arguments.mjs').Options} */
const OPTIONS = { ...SHARED, output: { kind: 'text', value: 'KIND', choices: ['table', 'json'], help: 'table (default) or json (one object a line)' } };

export const summary = 'attributes per id, worked out from recorded events';
export const help = `oncue test --definitions FILE... --events FILE|- [options]

Works out the attributes of every id in recorded events, as sp_signals.test() does, groups that are not published
included. Each event counts at its own time: collector_tstamp of an enriched event, else stm, ttm or dtm of a payload.
As JSON: one line per group and id, ids sorted:
  {"group":"g","version":1,"attribute_key":"domain_userid","id":"...","attributes":{...}}

${describeOptions(OPTIONS)}`;

/**
 * @typedef {import('@oncue/engine').Engine} Engine
 * @typedef {import('@oncue/engine').Catalog['groups'][number]} Group
 */

/** @param {Engine} engine @param {string | undefined} key @returns {Group[]} */
function chosenGroups(engine, key) {
  const groups = engine.catalog().groups.filter(({ attributes }) => attributes.length > 0);
  if (key === undefined) return groups;
  const keys = [...new Set(groups.map(({ attribute_key }) => attribute_key))];
  if (keys.includes(key)) return groups.filter(({ attribute_key }) => attribute_key === key);
  throw new Failure(`--key "${key}" is the key of no group here; known: ${keys.join(', ') || 'none'}`, 2);
}

/** @param {Engine} engine @param {Group} group @param {string} id @param {number} now */
const valuesText = (engine, { name, version }, id, now) => groupAttributesText(engine, name, id, { version, now }) ?? '{}';

/** @param {Engine} engine @param {Group} group @param {number} now @param {import('../output.mjs').Output} output */
async function writeJson(engine, group, now, output) {
  const { name, version, attribute_key } = group;
  for (const id of engine.ids(attribute_key)) {
    const head = JSON.stringify({ group: name, version, attribute_key, id });
    await output.line(`${head.slice(0, -1)},"attributes":${valuesText(engine, group, id, now)}}`);
  }
}

/** @param {Engine} engine @param {Group} group @param {string} attribute @param {string} id @param {number} now */
const explanationOf = (engine, { name, attribute_key }, attribute, id, now) =>
  engine.explain(`${name}:${attribute}`, { [attribute_key]: id }, now);

/**
 * The attributes that may have a full window. Asking about each of many ids is slow, so only these are asked about.
 * @param {Engine} engine @param {Group} group @param {string[]} ids @param {number} now @param {boolean} isPossible
 */
function windowed(engine, group, ids, now, isPossible) {
  const [id] = ids;
  if (id === undefined || !isPossible) return new Set();
  return new Set(group.attributes.filter((name) => explanationOf(engine, group, name, id, now)?.window_events !== undefined));
}

/**
 * @param {Engine} engine
 * @param {Group} group
 * @param {number} now
 * @param {import('../output.mjs').Output} output
 * @param {boolean} canBeFull
 * @returns {Promise<boolean>} whether a window is full
 */
async function writeTable(engine, group, now, output, canBeFull) {
  const ids = engine.ids(group.attribute_key);
  const windows = windowed(engine, group, ids, now, canBeFull);
  let anyFull = false;
  const rows = ids.map((id) => {
    const values = membersOf(valuesText(engine, group, id, now));
    const cells = group.attributes.map((attribute) => {
      const isFull = windows.has(attribute) && explanationOf(engine, group, attribute, id, now)?.window_full === true;
      anyFull ||= isFull;
      return cellOf(values.get(attribute) ?? 'null') + (isFull ? '*' : '');
    });
    return [cellText(id), ...cells];
  });
  const isNumeric = (/** @type {number} */ column) => rows.every((row) => /^(-?[\d.e+]+\*?|null)$/.test(row[column] ?? ''));
  const head = [group.attribute_key, ...group.attributes];
  const right = new Set([...head.keys()].filter((column) => column > 0 && isNumeric(column)));
  await output.line(`${group.name} v${group.version}`);
  const lines = tableLines(head, rows, right);
  const fits = widthOf(lines) <= (process.stdout.columns ?? 120);
  for (const line of fits ? lines : uprightLines(head, rows)) await output.line(line);
  await output.line('');
  return anyFull;
}

/** One block per id, for groups wider than the terminal. @param {string[]} head @param {string[][]} rows */
function uprightLines(head, rows) {
  const width = Math.max(...head.map(({ length }) => length));
  return rows.flatMap((row) => ['-'.repeat(width), ...head.map((title, column) => `${title.padEnd(width)}  ${row[column]}`)]);
}

/** @param {readonly string[]} args @param {import('../output.mjs').Output} output */
export async function run(args, output) {
  const { values, files } = parseArguments('test', OPTIONS, args);
  if (values.help) {
    await output.line(help);
    return 0;
  }
  const { engine, asOf, options } = await openEngine(values, files, { includeUnpublished: true, rememberIds: true });
  const groups = chosenGroups(engine, values.key);

  const history = new History(engine, { asOf });
  for (const file of values.events) await history.read(file, values.format ?? 'auto');
  const now = await history.finish();
  const limit = options.windowEventLimit ?? WINDOW_EVENT_LIMIT;
  const canBeFull = limit !== 'unlimited' && history.events > limit;
  let anyFull = false;
  for (const group of groups) {
    if (values.output === 'json') await writeJson(engine, group, now, output);
    else anyFull = (await writeTable(engine, group, now, output, canBeFull)) || anyFull;
  }
  if (anyFull) await output.line('* the window is full: it holds only the most recent events (--window-event-limit)');
  await output.flush();
  for (const line of history.summary()) console.error(line);
  return values.strict && history.badCount > 0 ? 1 : 0;
}
