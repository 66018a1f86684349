import { newTracker, trackPageView } from '@snowplow/browser-tracker';
import wasm from '@oncue/engine/oncue.page.wasm?url';
import { OnCuePlugin, getStats } from '@oncue/browser-plugin/slim';
import { DEFINITIONS, handlers } from './rules.mjs';

window.getStats = getStats;
newTracker('sp', location.origin, { plugins: [OnCuePlugin({ definitions: DEFINITIONS, handlers, engine: { wasm } })] });
trackPageView();
