// The tutorial's e-shop, and the events its banners wait for.
import { readFileSync } from 'node:fs';

export const shopDefinitions = JSON.parse(
  readFileSync(new URL('../../../../tests/fixtures/definitions/ecom.json', import.meta.url), 'utf8'),
);

const SNOWPLOW = 'iglu:com.snowplowanalytics.snowplow';
const ECOMMERCE = `${SNOWPLOW}.ecommerce`;

/** What the tracker hands to afterTrack, and the objects behind it. */
export function shopEvent(type, price, more = {}) {
  const action = { schema: `${ECOMMERCE}/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type } };
  const product = { schema: `${ECOMMERCE}/product/jsonschema/1-0-0`, data: { id: 'p', category: 'tea', price, currency: 'USD' } };
  const event = { schema: `${SNOWPLOW}/unstruct_event/jsonschema/1-0-0`, data: action };
  const contexts = { schema: `${SNOWPLOW}/contexts/jsonschema/1-0-0`, data: [product] };
  return {
    payload: { e: 'ue', p: 'web', duid: 'user-1', ue_pr: JSON.stringify(event), co: JSON.stringify(contexts), ...more },
    raw: [
      { keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json: event },
      { keyIfEncoded: 'cx', keyIfNotEncoded: 'co', json: contexts },
    ],
  };
}
