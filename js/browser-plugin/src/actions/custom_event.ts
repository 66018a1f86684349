import type { InterventionHandler } from '../types.js';

export interface CustomEventConfiguration {
  /** Where the event is dispatched; default `document`. It bubbles. */
  target?: EventTarget;
  /** Default `oncue:intervention`. */
  type?: string;
}

/**
 * A handler that dispatches a DOM CustomEvent whose `detail` is the intervention, for code that knows nothing of trackers.
 * A listener that throws does not fail the handler: the browser reports it as it does for any event.
 */
export function customEventHandler({ target, type = 'oncue:intervention' }: CustomEventConfiguration = {}): InterventionHandler {
  return (intervention) => {
    (target ?? document).dispatchEvent(new CustomEvent(type, { detail: intervention, bubbles: true }));
  };
}
