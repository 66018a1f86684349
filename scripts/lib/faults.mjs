// Deliberate faults in core that the tests have to notice (scripts/faults.mjs).
import { Failure } from './processes.mjs';

/** Each text stands exactly once in its file; the fault is what a tired colleague might have written instead. */
export const FAULTS = [
  {
    name: 'boundary: > means >=',
    file: 'core/src/criteria/operators.cc',
    text: "0b110'011'100'001'101'010",
    fault: "0b110'011'110'001'101'010",
  },
  {
    name: 'null: != on an absent property of an event is false',
    file: 'core/src/criteria/operators.cc',
    text: 'return op == Operator::IsNull || op == Operator::NotEqual;',
    fault: 'return op == Operator::IsNull;',
  },
  {
    name: 'tie: of values seen equally often, most_frequent takes the one seen first',
    file: 'core/src/aggregation/most_frequent.h',
    text: 'a.last > b.last;',
    fault: 'a.last < b.last;',
  },
  {
    name: 'edge: an intervention fires on every update while it holds',
    file: 'core/src/engine/ingest.cc',
    text: 'const bool held = context.truth;',
    fault: 'const bool held = false;',
  },
  {
    name: 'window: an event exactly one period old still counts',
    file: 'core/src/window/rolling_window.cc',
    text: 'return stamp.ts <= bound;',
    fault: 'return stamp.ts < bound;',
  },
];

/** The source with the fault in it. */
export function faulty(source, { name, file, text, fault }) {
  const times = source.split(text).length - 1;
  if (times === 1) return source.replace(text, () => fault);
  throw new Failure(`${name}: ${file} holds ${JSON.stringify(text)} ${times} times, not once; bring FAULTS up to date`);
}
