// The page under test: the real tracker, the real ecommerce and form plugins, Signals' plugin, and ours, all within reach of page.evaluate().
import * as tracker from '@snowplow/browser-tracker';
import * as shop from '@snowplow/browser-plugin-snowplow-ecommerce';
import * as forms from '@snowplow/browser-plugin-form-tracking';
import * as signals from '@snowplow/signals-browser-plugin';
import * as oncue from '@oncue/browser-plugin';
import { nameEvent } from '@oncue/browser-plugin/inspector';
import * as sources from '@oncue/browser-plugin/sources';
import * as actions from '@oncue/browser-plugin/actions';

const handled = [];
const activity = [];
oncue.subscribeToActivity((one) => one.type !== 'start' && activity.push({ ...one, eventName: one.payload && nameEvent(one.payload, one.raw) }));

/** Ids of events that the tracker itself built before any plugin saw them: a session's first, and those for which the cookie was slow. */
const builtEarly = [];
const observer = {
  beforeTrack(builder) {
    const { eid, co, cx, ue_pr, ue_px } = builder.getPayload();
    if (co || cx || ue_pr || ue_px) builtEarly.push(eid);
  },
};

/** A tracker with the plugin; `extra` plugins stand around it. */
function startTracker(configuration, { id = 'sp', before = [], after = [], ...options } = {}) {
  return tracker.newTracker(id, location.origin, {
    appId: id,
    contexts: { session: true },
    ...options,
    plugins: [observer, ...before, oncue.OnCuePlugin(configuration), shop.SnowplowEcommercePlugin(), ...after],
  });
}

/** Keeps what it was called with. */
const keep = (intervention) => {
  handled.push(intervention);
};

const product = (price, id = 'p1') => ({ id, category: 'tea', price, currency: 'USD' });
const view = (price = 10) => shop.trackProductView(product(price));
const add = (...prices) =>
  shop.trackAddToCart({ products: prices.map((price) => product(price)), total_value: 1, currency: 'USD' });

Object.assign(window, { tracker, shop, forms, signals, oncue, sources, actions, handled, activity, builtEarly, startTracker, keep, view, add, product });
