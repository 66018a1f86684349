import { Failure } from './failure.mjs';
import { suggestion } from './words.mjs';

/**
 * `flag` takes no value, `text` one (the last wins), `list` one or more, each time it is given.
 * @typedef {{kind: 'flag' | 'text' | 'list', value?: string, choices?: readonly string[], required?: boolean, help: string}} Option
 * @typedef {Record<string, Option>} Options
 * @typedef {{values: Record<string, any>, files: string[]}} Parsed
 */

/** @param {string} argument */
const isOption = (argument) => argument.startsWith('--') && argument.length > 2;

/** @param {string} message @param {string} command @returns {never} */
function refuse(message, command) {
  throw new Failure(`${message}\nSee "oncue ${command} --help".`, 2);
}

/**
 * @param {string} command
 * @param {Options} options
 * @param {readonly string[]} args
 * @returns {Parsed} every list option present, flags false unless given
 */
export function parseArguments(command, options, args) {
  /** @type {Record<string, any>} */
  const values = {};
  for (const [name, { kind }] of Object.entries(options)) values[name] = kind === 'list' ? [] : kind === 'flag' ? false : undefined;
  /** @type {string[]} */
  const files = [];
  for (let i = 0; i < args.length; ) {
    const argument = /** @type {string} */ (args[i++]);
    if (argument === '-h') values.help = true;
    else if (isOption(argument)) i += readOption(command, options, argument, args.slice(i), values);
    else files.push(argument);
  }
  if (!values.help) checkRequired(command, options, values);
  return { values, files };
}

/**
 * @param {string} command
 * @param {Options} options
 * @param {string} argument
 * @param {readonly string[]} rest
 * @param {Record<string, any>} values
 * @returns {number} how many of `rest` were its values
 */
function readOption(command, options, argument, rest, values) {
  const equals = argument.indexOf('=');
  const name = argument.slice(2, equals < 0 ? undefined : equals);
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option) refuse(`There is no option --${name}${suggestion(name, Object.keys(options))}`, command);
  if (option.kind === 'flag') {
    if (equals >= 0) refuse(`--${name} takes no value`, command);
    values[name] = true;
    return 0;
  }
  const end = rest.findIndex(isOption);
  const following = rest.slice(0, option.kind === 'text' ? 1 : end < 0 ? undefined : end);
  const taken = equals >= 0 ? [argument.slice(equals + 1)] : following;
  const first = taken[0];
  if (first === undefined || isOption(first)) refuse(`--${name} needs a value: --${name} ${option.value}`, command);
  if (option.choices && !option.choices.includes(first)) {
    refuse(`--${name} cannot be "${first}"; use one of: ${option.choices.join(', ')}`, command);
  }
  if (option.kind === 'text') values[name] = first;
  else values[name].push(...taken);
  return equals >= 0 ? 0 : taken.length;
}

/**
 * @param {string} command
 * @param {Options} options
 * @param {Record<string, any>} values
 */
function checkRequired(command, options, values) {
  for (const [name, option] of Object.entries(options)) {
    const given = option.kind === 'list' ? values[name].length > 0 : values[name] !== undefined;
    if (option.required && !given) refuse(`oncue ${command} needs --${name} ${option.value}`, command);
  }
}

/**
 * @param {Options} options
 * @returns {string} one line per option
 */
export function describeOptions(options) {
  const rows = Object.entries(options).map(([name, { value, help }]) => [`  --${name}${value ? ` ${value}` : ''}`, help]);
  const width = Math.max(...rows.map(([left = '']) => left.length)) + 2;
  return rows.map(([left = '', right = '']) => left.padEnd(width) + right.replaceAll('\n', `\n${' '.repeat(width)}`)).join('\n');
}
