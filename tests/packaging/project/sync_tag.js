// A page without a bundler and with sync: whose it is, the server, the token and the wasm's address come with the page's own.
var asked = new URLSearchParams(location.search);
window.getStats = oncue.getStats;
window.viewsOf = function (user) {
  var values = oncue.getAttributes('user_id', user);
  return values ? values.person.pages : 0;
};
snowplowBrowserTracking.newTracker('sp', location.origin, {
  plugins: [
    oncue.OnCuePlugin({
      definitions: RULES,
      engine: asked.has('wasm') ? { wasm: asked.get('wasm') } : {},
      sync: { endpoint: asked.get('endpoint'), mode: 'local_first', token: function () { return Promise.resolve(asked.get('token')); } },
    }),
  ],
});
snowplowBrowserTracking.setUserId(asked.get('user'));
snowplowBrowserTracking.trackPageView();
