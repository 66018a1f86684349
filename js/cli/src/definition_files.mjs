// Definition files: one is handed to core as it is; several become one NDJSON text, and what core says about its lines
// is said about the files.
import { readFile } from 'node:fs/promises';
import { OnCueError, createEngine } from '@oncue/engine';
import { Failure } from './failure.mjs';
import { unknownFields } from './unknown_fields.mjs';
import { counted } from './words.mjs';

/**
 * @typedef {import('@oncue/engine').Problem & {file: string}} FileProblem
 * @typedef {{file: string, pointer: string}} Origin
 */

/** @param {string} file */
async function readText(file) {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new Failure(`${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`);
  }
}

/** Of a part of all definitions what may be right beside the others. */
const NEEDS_THE_OTHERS = 'unresolvable_key';

/** @param {string} text */
function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The file as lines of NDJSON; undefined when it is neither JSON nor NDJSON.
 * @param {string} text
 * @returns {{pointer: string, line: string}[] | undefined}
 */
function toLines(text) {
  if (isJson(text)) return [{ pointer: '', line: JSON.stringify(JSON.parse(text)) }];
  const lines = text.split('\n').map((line, i) => ({ pointer: `/${i}`, line: line.trim() }));
  const filled = lines.filter(({ line }) => line !== '');
  return filled[0] && isJson(filled[0].line) && filled.length > 1 ? filled : undefined;
}

/** @param {string} text @returns {import('@oncue/engine').Problem[]} */
function nearMisses(text) {
  const lines = (toLines(text) ?? []).filter(({ line }) => isJson(line));
  return lines.flatMap(({ pointer, line }) => unknownFields(JSON.parse(line), pointer));
}

/** Definitions of one or several files, and where in the files what core points at stands. */
export class DefinitionFiles {
  /** @param {string} text @param {(pointer: string) => Origin} locate */
  constructor(text, locate) {
    this.text = text;
    this.locate = locate;
  }

  /** @param {readonly string[]} files */
  static async read(files) {
    const [file = '', ...others] = files;
    const texts = await Promise.all(files.map((one) => readText(one).catch((error) => (others.length > 0 ? /** @type {Failure} */ (error) : Promise.reject(error)))));
    /** @type {FileProblem[]} */
    const broken = [];
    if (others.length === 0) return new DefinitionFiles(/** @type {string} */ (texts[0] ?? ''), (pointer) => ({ file, pointer }));

    /** @type {(Origin & {line: string})[]} */
    const lines = [];
    texts.forEach((text, i) => {
      const own = /** @type {string} */ (files[i]);
      if (typeof text !== 'string') return void broken.push({ file: own, pointer: '', code: 'unreadable', message: `It cannot be read: ${text.message.slice(own.length + 2)}.` });
      const parts = toLines(text);
      // What is no JSON at all would take the other files down with it: core says alone what is wrong with it.
      if (!parts) broken.push(...checkAlone(text, own));
      for (const part of parts ?? []) lines.push({ file: own, ...part });
    });
    const read = new DefinitionFiles(lines.map(({ line }) => line).join('\n'), (pointer) => {
      // Core takes a single line for the whole text, and numbers several.
      const [, index = '0', rest = ''] = lines.length === 1 ? ['', '0', pointer] : (/^\/(\d+)(.*)$/s.exec(pointer) ?? []);
      const line = lines[Number(index)];
      return { file: line?.file ?? file, pointer: `${line?.pointer ?? ''}${rest}` };
    });
    if (broken.length > 0) throw new DefinitionErrors([...broken, ...read.problemsOfPart()], []);
    return read;
  }

  /** What is wrong whatever else there is. @returns {FileProblem[]} */
  problemsOfPart() {
    try {
      if (this.text !== '') this.createEngine({ seed: 0 }).engine.dispose();
      return [];
    } catch (error) {
      if (!(error instanceof DefinitionErrors)) throw error;
      return error.errors.filter(({ code }) => code !== NEEDS_THE_OTHERS);
    }
  }

  /**
   * @param {readonly import('@oncue/engine').Problem[]} problems
   * @returns {FileProblem[]}
   */
  placed(problems) {
    return problems.map((problem) => ({ ...problem, ...this.locate(problem.pointer) }));
  }

  /**
   * @param {import('@oncue/engine').EngineOptions} options
   * @returns {{engine: import('@oncue/engine').Engine, warnings: FileProblem[]}}
   * @throws {DefinitionErrors}
   */
  createEngine(options) {
    try {
      const definitions = /** @type {import('@oncue/engine').Definitions} */ (this.text);
      const engine = createEngine({ ...options, definitions });
      return { engine, warnings: this.placed([...engine.warnings, ...nearMisses(this.text)]) };
    } catch (error) {
      if (!(error instanceof OnCueError) || error.code !== 'invalid_definitions') throw error;
      const isTooDeep = error.problems.some(({ code }) => code === 'too_deep');
      throw new DefinitionErrors(this.placed(error.problems), isTooDeep ? [] : this.placed(nearMisses(this.text)));
    }
  }
}

/** @param {string} text @param {string} file @returns {FileProblem[]} */
function checkAlone(text, file) {
  try {
    createEngine({ definitions: text }).dispose();
    return [{ file, pointer: '', code: 'syntax', message: 'This is neither JSON nor NDJSON.' }];
  } catch (error) {
    if (!(error instanceof OnCueError)) throw error;
    return error.problems.map((problem) => ({ ...problem, file }));
  }
}

/** All that is wrong with the definitions. */
export class DefinitionErrors extends Failure {
  /** @param {FileProblem[]} errors @param {FileProblem[]} warnings */
  constructor(errors, warnings) {
    super(`${errors.map(problemLine).join('\n')}\n${counted(errors.length, 'error')} in the definitions`);
    this.errors = errors;
    this.warnings = warnings;
  }
}

/** @param {FileProblem} problem */
export const problemLine = ({ file, pointer, code, message }) => `${file}#${pointer}: ${code}: ${message}`;

/**
 * Warnings for a human: what is said of every attribute is said once.
 * @param {readonly FileProblem[]} warnings
 */
export function warningLines(warnings) {
  const isRepeated = (/** @type {FileProblem} */ { code }) => code === 'no_ttl';
  const lines = warnings.filter((one) => !isRepeated(one)).map((one) => `warning: ${problemLine(one)}`);
  const [first, ...more] = warnings.filter(isRepeated);
  if (first) lines.push(`warning: ${problemLine(first)}${more.length > 0 ? ` So for ${counted(more.length, 'more attribute')}.` : ''}`);
  return lines;
}
