import { OnCuePlugin, clearLocalSignals } from '@oncue/browser-plugin';
import { receiveIntervention } from '@oncue/react';
import { isFitting } from './banners/answers';
import { definitionsWith, idleMinutes } from './idle';
import { startTracker } from './tracking';

/** Starts the tracker with the plugin. The banners of what fires are in `banners/`. */
export function startOnCue(): void {
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
