// A page with sp.js, which loads the plugin by its address.
window.getStats = () => (window.oncue ? oncue.getStats() : { state: 'idle' });
window.GlobalSnowplowNamespace = ['snowplow'];
window.snowplow = function () {
  (window.snowplow.q = window.snowplow.q || []).push(arguments);
};
snowplow('newTracker', 'sp1', location.origin);
snowplow('addPlugin', PLUGIN, ['oncue', 'OnCuePlugin'], [{ definitions: RULES }]);
snowplow('addInterventionHandlers', HANDLERS);
snowplow('trackPageView');
