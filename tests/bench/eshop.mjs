// Per event of the tutorial's shop: our two doors against the same work written by hand.
import { readFileSync } from 'node:fs';
import { createEngine } from '@oncue/engine';

import * as page from '../../js/engine/dist/browser.mjs';

import { EVENT_IDS, MASK } from './lib/event_ids.mjs';
import { check, compare, race } from './lib/measure.mjs';
import { addToCart, ECOM, HandWritten, productView, VISITOR } from './lib/shop_events.mjs';

const START = 1767225600000;

// Made beforehand: making the event is the tracker's work. Few, so that their texts are in the cache as they are when
// the tracker has just made them; each gets a new event id when it is its turn.
const POOL = Array.from({ length: 64 }, (_, n) => addToCart(EVENT_IDS[n], START + n));

const texts = EVENT_IDS.map((id, n) => JSON.stringify(addToCart(id, START + n).payload));

/** All four must come to the same values, and show the same banners at the same events. */
function checkAgreement() {
  const engines = [createEngine({ definitions: ECOM }), createEngine({ definitions: ECOM })];
  const [parsing, raw] = [new HandWritten(), new HandWritten()];
  let shown = 0;
  for (let n = 0; n < 64; n++) {
    const now = START + n;
    const { payload, raw: json } = n % 3 === 0 ? productView(EVENT_IDS[n], now) : addToCart(EVENT_IDS[n], now);
    parsing.onPayload(payload);
    raw.onObjects(json[0].json, json[1].json);
    const news = [...parsing.shown].slice(shown);
    shown = parsing.shown.size;
    check(`${[...raw.shown]}` === `${[...parsing.shown]}`, `the rivals differ at event ${n}`);
    const fired = [engines[0].track(payload, { raw: json, now }), engines[1].track(JSON.stringify(payload), { now })];
    for (const one of fired) check(`${one.map(({ name }) => name)}` === `${news}`, `banners differ at event ${n}`);
    for (const engine of engines) {
      for (const one of [parsing, raw]) checkSame(engine, one, now);
    }
  }
  check(parsing.shown.size === 3, 'not every rule was reached');
  for (const engine of engines) engine.dispose();
}

function checkSame(engine, written, now) {
  const values = engine.groupAttributes('ecom_attributes', VISITOR, { now });
  const expected = {
    count_product_views: written.views || null,
    count_add_to_cart: written.adds || null,
    total_cart_value: written.adds ? written.value : null,
  };
  for (const [name, value] of Object.entries(expected)) {
    check((values[name] ?? null) === value, `${name} is ${values[name]} and by hand ${value}`);
  }
}

/** With one more attribute, of the latest hour: the times of events matter then, of which the tutorial's need none. */
function withWindow() {
  const definitions = structuredClone(ECOM);
  const { attributes } = definitions.attribute_groups[0];
  const adds = attributes.find(({ name }) => name === 'count_add_to_cart');
  attributes.push({ ...adds, name: 'recent_add_to_cart', period: 'PT1H' });
  return definitions;
}

/** What a page with these definitions loads. */
async function pageEngine(definitions) {
  const plainWasm = new Uint8Array(readFileSync(new URL('../../js/engine/dist/oncue.plain.wasm', import.meta.url)));
  await page.load({ plainWasm, engine: { definitions } });
  const engine = page.createEngine({ definitions });
  check(!engine.canExplain, 'it is not the engine of plain definitions');
  return engine;
}

export async function eshop() {
  checkAgreement();
  const paged = await pageEngine(ECOM);
  const windowed = await pageEngine(withWindow());
  const objects = createEngine({ definitions: ECOM });
  const text = createEngine({ definitions: ECOM });
  const [parsing, raw] = [new HandWritten(), new HandWritten()];
  let happened = '';
  const next = { object: 0, page: 0, windowed: 0, text: 0, parsing: 0, raw: 0 };
  // Each has a loop of its own: a shared one would call its subject through a megamorphic site.
  const ns = await race({
    object: (count) => {
      for (let i = 0; i < count; i++) {
        const n = next.object++;
        const event = POOL[n & 63];
        event.payload.eid = EVENT_IDS[n & MASK];
        objects.track(event.payload, { raw: event.raw, now: START + n });
      }
    },
    page: (count) => {
      for (let i = 0; i < count; i++) {
        const n = next.page++;
        const event = POOL[n & 63];
        event.payload.eid = EVENT_IDS[n & MASK];
        paged.track(event.payload, { raw: event.raw, now: START + n });
      }
    },
    windowed: (count) => {
      for (let i = 0; i < count; i++) {
        const n = next.windowed++;
        const event = POOL[n & 63];
        // A window keeps what happened last. Seldom another text, since making it is the tracker's work.
        const now = START + (n >> 10);
        if ((n & 1023) === 0) happened = String(now);
        event.payload.eid = EVENT_IDS[n & MASK];
        event.payload.dtm = happened;
        windowed.track(event.payload, { raw: event.raw, now });
      }
    },
    text: (count) => {
      for (let i = 0; i < count; i++) {
        const n = next.text++;
        text.track(texts[n & MASK], { now: START + n });
      }
    },
    parsing: (count) => {
      for (let i = 0; i < count; i++) parsing.onPayload(POOL[next.parsing++ & 63].payload);
    },
    raw: (count) => {
      for (let i = 0; i < count; i++) {
        const event = POOL[next.raw++ & 63];
        raw.onObjects(event.raw[0].json, event.raw[1].json);
      }
    },
  });
  const { recent_add_to_cart: recent } = windowed.groupAttributes('ecom_attributes', VISITOR, { now: START + (next.windowed >> 10) });
  check(recent === 100, `the window has ${recent} events`);
  for (const [name, engine] of Object.entries({ object: objects, page: paged, windowed, text })) {
    const adds = engine.groupAttributes('ecom_attributes', VISITOR).count_add_to_cart;
    check(adds === next[name], `${name} door: ${adds} of ${next[name]} events were counted`);
    engine.dispose();
  }
  for (const [name, one] of Object.entries({ parsing, raw })) {
    check(one.adds === next[name], `${name}: ${one.adds} of ${next[name]} events were counted`);
  }
  const us = (name) => ns[name] / 1000;
  return [
    compare('event, object door', us('object'), us('parsing'), 'hand-written, parses the payload', 'us'),
    compare('event, object door', us('object'), us('raw'), 'hand-written, raw objects', 'us'),
    compare("event, object door, a page's engine", us('page'), us('parsing'), 'hand-written, parses the payload', 'us'),
    compare("event, object door, a page's engine, a window", us('windowed'), us('parsing'), 'hand-written, parses the payload', 'us'),
    compare('event, text door', us('text'), us('parsing'), 'hand-written, parses the payload', 'us'),
    compare('event, text door', us('text'), us('raw'), 'hand-written, raw objects', 'us'),
  ];
}
