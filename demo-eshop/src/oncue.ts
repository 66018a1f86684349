import { OnCuePlugin, clearLocalSignals, explain, getAttributes, getStats, subscribeToInterventions } from '@oncue/browser-plugin';
import { receiveIntervention } from '@oncue/react';
import { isFitting } from './banners/answers';
import { definitionsWith, idleMinutes, isShortened } from './idle';
import { startTracker } from './tracking';

/** Starts the tracker with the plugin. The banners of what fires are in `banners/`. */
export function startOnCue(): void {
  // For a look from the console, as a page with a script tag has it.
  Object.assign(window, { oncue: { explain, getAttributes, getStats } });
  startTracker(OnCuePlugin({
    ...(isShortened ? { definitions: definitionsWith(idleMinutes) } : { definitionsUrl: '/definitions.json' }),
    // Who is signed in is the same person on all devices.
    sync: { endpoint: location.origin, token: fetchToken, mode: 'local_first' },
    handlers: {
      banner: (intervention) => {
        if (isFitting(intervention.name)) receiveIntervention(intervention);
      },
    },
  }));
  // What a server sends to this visitor; what it fires and this page has fired already is not shown again.
  subscribeToInterventions({ endpoint: location.origin });
}

/** The shop's back end says who this is to OnCue's server; it has no token where there is no such server. */
async function fetchToken(_key: string, id: string): Promise<string | undefined> {
  const response = await fetch(`/sync-token?${new URLSearchParams({ id })}`);
  if (response.status === 204) return undefined;
  if (!response.ok) throw new Error(`/sync-token answered ${response.status}`);
  return response.text();
}

export function forgetSignals(): void {
  void clearLocalSignals();
}
