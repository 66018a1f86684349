// A reporter for `node --test` that ends with one JSON line of counts; suites and files are not tests, but a suite that is
// skipped as a whole is one skip: what is in it is not reported. What failed is there in words; of a file that was ended
// before its tests were, what it printed last and which of its tests was the last to end.
import path from 'node:path';
import { inspect } from 'node:util';

/** Characters of what a file printed to stderr. */
const MAX_PRINTED = 4000;

const isFile = (test) => test.nesting === 0 && path.isAbsolute(test.name);

function describe({ name, file, details }) {
  const error = details?.error?.cause ?? details?.error;
  const where = file === undefined ? '' : ` (${path.relative('.', file)})`;
  return `${name}${where}\n${error?.stack ?? inspect(error)}`;
}

function describeFile(test, { lastEnded = 'none', printed = '' } = {}) {
  return `${describe({ ...test, file: undefined })}\nthe last of its tests that ended: ${lastEnded}\n${printed}`.trimEnd();
}

export default async function* countReporter(source) {
  const counts = { passed: 0, failed: 0, skipped: 0, reasons: [], failures: [] };
  const files = new Map();
  const note = (file, change) => files.set(file, { ...files.get(file), ...change });
  for await (const { type, data } of source) {
    if (type === 'test:stderr') note(data.file, { printed: `${files.get(data.file)?.printed ?? ''}${data.message}`.slice(-MAX_PRINTED) });
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (!isFile(data)) note(data.file, { lastEnded: data.name });
    if (data.details?.type === 'suite' && data.skip === undefined) continue;
    if (data.skip !== undefined || data.todo !== undefined) {
      counts.skipped++;
      counts.reasons.push(String(data.skip ?? data.todo));
    } else if (type === 'test:fail') {
      counts.failed++;
      counts.failures.push(isFile(data) ? describeFile(data, files.get(data.name)) : describe(data));
    } else if (!isFile(data)) {
      counts.passed++;
    }
  }
  yield JSON.stringify(counts);
}
