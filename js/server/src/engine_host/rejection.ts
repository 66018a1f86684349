// Events that are kept in the log and that no engine can read.
import type { Engine } from '@oncue/engine';

/** What the log has refused already, but for one that is older than it remembers: no fault of the event's. */
const REPEATED = 'duplicate';

/** @returns why the engine could not read the event that it was given last, such as `unknown_event_type`; '' when it could */
export function unreadable(engine: Engine): string {
  const reason = engine.rejection();
  return reason === REPEATED ? '' : reason;
}
