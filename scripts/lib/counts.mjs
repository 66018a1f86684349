// What tests were found to be: {passed, failed, skipped, reasons, failures}; `reasons` are those of the skips, `failures`
// says what failed, and why.
export const NONE = { passed: 0, failed: 0, skipped: 0, reasons: [], failures: [] };

export const oneFailure = (sentence) => ({ ...NONE, failed: 1, failures: [sentence] });

export function sum(...all) {
  const add = (name) => all.reduce((total, counts) => total + counts[name], 0);
  const join = (name) => all.flatMap((counts) => counts[name]);
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped'), reasons: join('reasons'), failures: join('failures') };
}

export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
