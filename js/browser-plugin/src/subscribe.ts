import { getOutlets } from './core.js';
import type { Outlet } from './handlers.js';
import type { StreamFetcher } from './receive/fetcher.js';
import type { SignalsInterventionConfiguration, TrackerId } from './types.js';

/** Stands in for the outlet's fetcher until that is loaded, then repeats what it was told. */
function loadFetcher(outlet: Outlet): StreamFetcher {
  const told: [keyof StreamFetcher, any[]][] = [];
  const standIn = new Proxy({} as StreamFetcher, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        told.push([name as keyof StreamFetcher, args]),
  });
  standIn.update(outlet.latest);
  import('./receive.js').then(
    ({ createFetcher }) => {
      const fetcher = (outlet.receiver = createFetcher(outlet));
      for (const [name, args] of told) (fetcher[name] as (...args: any[]) => void)(...args);
    },
    (error) => {
      outlet.receiver = undefined;
      outlet.log.error('OnCue: cannot load what receives interventions; call subscribeToInterventions again', error);
    }
  );
  return standIn;
}

/**
 * Receives interventions from a server, for the ids that events carry. Call it again to change the settings.
 * @param trackers ids of the trackers; default: all that are active
 */
export function subscribeToInterventions(config: SignalsInterventionConfiguration, trackers?: TrackerId[]): void {
  for (const outlet of getOutlets()) {
    if (!trackers || trackers.includes(outlet.tracker.id)) (outlet.receiver ??= loadFetcher(outlet)).configure(config);
  }
}
