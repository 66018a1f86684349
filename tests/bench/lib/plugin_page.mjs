// The page that tests/bench/plugin.mjs measures: the real tracker, with and without OnCue.
import * as tracker from '@snowplow/browser-tracker';
import * as shop from '@snowplow/browser-plugin-snowplow-ecommerce';
import * as oncue from '@oncue/browser-plugin';

window.handled = 0;

/**
 * As the tracker's own while the collector answers at once: the event is in localStorage, and no longer in line. But nothing
 * is sent: requests take several times what OnCue does, and no two rounds the same.
 */
const eventStore = {
  async add(payload) {
    localStorage.setItem('queue', JSON.stringify([payload]));
    return 0;
  },
  count: async () => 0,
  removeHead: async () => {},
  iterator: () => ({ next: async () => ({ value: undefined, done: true }) }),
  getAll: async () => [],
  getAllPayloads: async () => [],
};

/**
 * @param definitions undefined: the tracker alone
 * @param isSending whether the tracker keeps and sends events as it does in a shop
 */
function start(definitions, isSending = false) {
  const handlers = {
    count({ name }) {
      window.handled++;
      if (name === 'expensive') performance.mark('handled');
    },
  };
  const ours = definitions ? [oncue.OnCuePlugin({ definitions, handlers, measurement: false, engine: { refire: 'edge' } })] : [];
  tracker.newTracker('sp', location.origin, { appId: 'bench', contexts: { session: true }, ...(!isSending && { eventStore }), plugins: [...ours, shop.SnowplowEcommercePlugin()] });
  tracker.trackPageView();
}

const teapot = { id: 'SKU-1001', name: 'Celadon teapot', category: 'teaware/pots', price: 19.5, currency: 'EUR', quantity: 1 };
const lid = { ...teapot, id: 'SKU-1002', name: 'Celadon lid', price: 4.5 };
let tracked = 0;
const track = () => shop.trackAddToCart({ products: [tracked++ % 2 ? teapot : lid], total_value: 48, currency: 'EUR' });
const doNothing = () => {};

/** Calls `action` in `count` tasks of their own, `apart` ms from each other, as a visitor's clicks are; marks them, and the task after each. */
async function repeat(action, count, apart) {
  performance.mark('first');
  for (let n = 0; n < count; n++) {
    performance.mark('begin');
    action();
    performance.mark('end');
    setTimeout(() => performance.mark('next'));
    await new Promise((resolve) => setTimeout(resolve, apart));
  }
  performance.mark('last');
  performance.clearMarks();
}

Object.assign(window, { oncue, start, track, doNothing, repeat });
