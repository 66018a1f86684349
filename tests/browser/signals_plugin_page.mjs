// The page under test: the real tracker and the unmodified Signals plugin, within reach of page.evaluate().
import * as tracker from '@snowplow/browser-tracker';
import * as shop from '@snowplow/browser-plugin-snowplow-ecommerce';
import * as signals from '@snowplow/signals-browser-plugin';

const handled = [];

/** Everything goes to `endpoint`, which is another origin than the page's. */
function start(endpoint) {
  const started = tracker.newTracker('sp', endpoint, {
    appId: 'shop',
    bufferSize: 1,
    plugins: [signals.SignalsPlugin({ handlers: { keep: (intervention) => void handled.push(intervention) } }), shop.SnowplowEcommercePlugin()],
  });
  signals.subscribeToInterventions({ endpoint });
  return { duid: started.getDomainUserInfo()[1], sid: started.getDomainUserInfo()[6] };
}

const view = () => shop.trackProductView({ id: 'p1', category: 'tea', price: 10, currency: 'USD' });

Object.assign(window, { tracker, shop, handled, start, view });
