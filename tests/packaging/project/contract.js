// What sp.js does with addPlugin: an async script; on load, the global, which must be an object; the constructor with the
// arguments given; every other export callable, with tracker ids as second argument.
window.getStats = () => (window.oncue ? oncue.getStats() : { state: 'idle' });
snowplowBrowserTracking.newTracker('sp', location.origin);
const script = document.createElement('script');
script.async = true;
script.onload = () => {
  const { OnCuePlugin, ...others } = window.oncue;
  const plugin = OnCuePlugin.apply(null, [{ definitions: RULES }]);
  snowplowBrowserTracking.addPlugin({ plugin }, ['sp']);
  others.addInterventionHandlers(HANDLERS, ['sp']);
  snowplowBrowserTracking.trackPageView();
};
script.src = PLUGIN;
document.head.append(script);
