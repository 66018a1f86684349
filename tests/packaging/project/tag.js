// A page without a bundler: the tracker's own UMD build and ours.
window.getStats = oncue.getStats;
snowplowBrowserTracking.newTracker('sp', location.origin, { plugins: [oncue.OnCuePlugin({ definitions: RULES, handlers: HANDLERS })] });
snowplowBrowserTracking.trackPageView();
