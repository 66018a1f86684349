import { newTracker, trackPageView } from '@snowplow/browser-tracker';
import { OnCuePlugin, getStats } from '@oncue/browser-plugin/inline';
import { DEFINITIONS, handlers } from './rules.mjs';

window.getStats = getStats;
newTracker('sp', location.origin, { plugins: [OnCuePlugin({ definitions: DEFINITIONS, handlers })] });
trackPageView();
