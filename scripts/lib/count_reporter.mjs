// A reporter for `node --test` that ends with one JSON line of counts; suites and files are not tests, but a suite that is
// skipped as a whole is one skip: what is in it is not reported.
import path from 'node:path';

const isFile = (test) => test.nesting === 0 && path.isAbsolute(test.name);

export default async function* countReporter(source) {
  const counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite' && data.skip === undefined) continue;
    if (data.skip !== undefined || data.todo !== undefined) {
      counts.skipped++;
      counts.reasons.push(String(data.skip ?? data.todo));
    } else if (type === 'test:fail') {
      counts.failed++;
    } else if (!isFile(data)) {
      counts.passed++;
    }
  }
  yield JSON.stringify(counts);
}
