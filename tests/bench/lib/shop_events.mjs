// Events of the tutorial's shop as the tracker hands them over, and the engine's work written by hand.
import { readFileSync } from 'node:fs';
import { buildSelfDescribingEvent, trackerCore } from '@snowplow/tracker-core';

export const ECOM = JSON.parse(readFileSync(new URL('../../fixtures/definitions/ecom.json', import.meta.url), 'utf8'));

const ACTION = 'iglu:com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2';
const PRODUCT = 'iglu:com.snowplowanalytics.snowplow.ecommerce/product/jsonschema/1-0-0';
const CART = 'iglu:com.snowplowanalytics.snowplow.ecommerce/cart/jsonschema/1-0-0';
const WEB_PAGE = 'iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0';

export const VISITOR = '5f1c2a55-0f75-4c1e-9b56-6a1a2b3c4d5e';

/** A payload with its raw objects, as every tracked event has. */
export const addToCart = (id, at) => shopEvent('add_to_cart', id, at);
export const productView = (id, at) => shopEvent('product_view', id, at);

// What the tracker of the shop's page adds to each.
const FROM_THE_PAGE = {
  tv: 'js-4.10.1',
  tna: 'shop',
  aid: 'oncue-shop',
  p: 'web',
  cookie: '1',
  cs: 'UTF-8',
  lang: 'en-GB',
  res: '1280x800',
  cd: 24,
  tz: 'Europe/Berlin',
  vp: '1280x720',
  ds: '1265x2410',
  vid: 3,
  sid: '1b4f2c31-8f0f-4d57-8d6e-2f7f7d1a9c11',
  duid: VISITOR,
  uid: 'ada',
  refr: 'http://127.0.0.1:4173/',
  url: 'http://127.0.0.1:4173/products/celadon-teapot',
};

/** By the tracker's own core: it makes payloads key by key, and such objects are slower to read than those written down as a whole. */
function shopEvent(type, id, at) {
  let made;
  const core = trackerCore({ base64: false, callback: (builder) => void (made = { payload: builder.build(), raw: builder.getJson() }) });
  core.addPayloadDict(FROM_THE_PAGE);
  // As demo-eshop/src/cart.ts describes them to the tracker.
  const product = { id: 'celadon-teapot', name: 'Celadon teapot', category: 'teaware/pots', price: 19.5, quantity: 1, brand: 'Kiln & Kettle', currency: 'EUR' };
  const entities = [
    { schema: PRODUCT, data: product },
    { schema: CART, data: { total_value: 48, currency: 'EUR' } },
    { schema: WEB_PAGE, data: { id: 'f1a3c8de-53a0-4d0e-8d58-0a5b2f1f8b11' } },
  ];
  core.track(buildSelfDescribingEvent({ event: { schema: ACTION, data: { type } } }), entities, at);
  made.payload.eid = id;
  return made;
}

/** The tutorial's three attributes and three rules as a shop would write them by hand, for one visitor. */
export class HandWritten {
  views = 0;
  adds = 0;
  value = 0;
  shown = new Set();

  onPayload(payload) {
    this.onObjects(JSON.parse(payload.ue_pr), JSON.parse(payload.co));
  }

  onObjects(event, entities) {
    const { schema, data } = event.data;
    if (!schema.includes('/snowplow_ecommerce_action/')) return;
    if (data.type === 'product_view') this.views++;
    if (data.type === 'add_to_cart') {
      this.adds++;
      const product = entities.data.find((entity) => entity.schema.includes('.ecommerce/product/jsonschema/1-'));
      if (product) this.value += product.data.price;
    }
    if (this.adds > 0) this.#show('cart_abandonment');
    if (this.views > 3) this.#show('discount');
    if (this.value > 100) this.#show('free_shipping');
  }

  #show(name) {
    if (!this.shown.has(name)) this.shown.add(name);
  }
}
