import { OnCuePlugin, clearLocalSignals, explain, getAttributes, getStats } from '@oncue/browser-plugin';
import { receiveIntervention } from '@oncue/react';
import { isFitting } from './banners/answers';
import { definitionsWith, idleMinutes } from './idle';
import { startTracker } from './tracking';

/** Starts the tracker with the plugin. The banners of what fires are in `banners/`. */
export function startOnCue(): void {
  // For a look from the console, as a page with a script tag has it.
  Object.assign(window, { oncue: { explain, getAttributes, getStats } });
  startTracker(OnCuePlugin({
    definitions: definitionsWith(idleMinutes),
    handlers: {
      banner: (intervention) => {
        if (isFitting(intervention.name)) receiveIntervention(intervention);
      },
    },
  }));
}

export function forgetSignals(): void {
  void clearLocalSignals();
}
