import { createEngine, load } from '@oncue/engine';

const ACTION = 'iglu:com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2';
const EVENT = {
  schema: 'iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0',
  data: { schema: ACTION, data: { type: 'product_view' } },
};
const NOW = Date.UTC(2026, 0, 5);
const views = (engine) => engine.groupAttributes('ecom_attributes', 'u', { now: NOW }).count_product_views;

function codeOf(body) {
  try {
    return body();
  } catch (error) {
    return error.code;
  }
}

export default {
  async fetch(request) {
    await load();
    const definitions = await request.text();
    const engine = createEngine({ definitions });
    const payload = { e: 'ue', duid: 'u', ue_pr: JSON.stringify(EVENT) };
    const raw = [{ keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json: EVENT }];
    const fired = [0, 1, 2, 3].flatMap((i) => engine.track(payload, { now: NOW + i, raw })).map(({ name }) => name);
    const other = createEngine({ definitions });
    other.restore(engine.snapshot());
    const code = codeOf(() => createEngine({ definitions: '{' }));
    return Response.json({ fired, views: views(engine), restored: views(other), code });
  },
};
