// node scripts/generate_problem_table.mjs [--check]   the table of problem codes in docs/definitions.md, from problems.def.
import fs from 'node:fs';
import { inRoot } from './lib/paths.mjs';
import { Failure, main } from './lib/processes.mjs';

const LIST = inRoot('core', 'src', 'definition', 'problems.def');
const PAGE = inRoot('docs', 'definitions.md');
const TABLE = /(<!-- problems: [^\n]* -->\n)[^]*?(<!-- \/problems -->)/;

// In a sentence @ stands for the field and % for what was found or expected.
const readable = (sentence) => JSON.parse(`"${sentence}"`).replace(/^@/, 'This field').replace(/"?%"?/g, '…').replaceAll('|', '\\|');

function row([, code, severity, sentence]) {
  return `| \`${code}\` | ${severity.toLowerCase()} | ${readable(sentence)} |`;
}

await main(async () => {
  const problems = [...fs.readFileSync(LIST, 'utf8').matchAll(/^ONCUE_PROBLEM\((\w+), (\w+), "(.*)"\)$/gm)];
  const page = fs.readFileSync(PAGE, 'utf8');
  if (problems.length === 0 || !TABLE.test(page)) throw new Failure('Found no list of problems, or no place for its table.');
  const table = ['| Code | | Sentence |', '|---|---|---|', ...problems.map(row), ''].join('\n');
  const fresh = page.replace(TABLE, (_, begin, end) => begin + table + end);
  if (!process.argv.includes('--check')) fs.writeFileSync(PAGE, fresh);
  else if (fresh !== page) throw new Failure('docs/definitions.md is stale.');
});
