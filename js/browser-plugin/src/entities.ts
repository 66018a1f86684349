import type { Payload, SelfDescribingJson } from '@snowplow/browser-tracker';
import { CONTEXTS_SCHEMA } from './schemata.js';
import type { RawJson } from './raw.js';
import { CONTEXTS_FIELD, readJson } from './encoded.js';

type Contexts = { schema: string; data: SelfDescribingJson[] };

const wrap = (entities: SelfDescribingJson[]): Contexts => ({ schema: CONTEXTS_SCHEMA, data: entities });

/** A copy of `payload` whose context text ends with `extra`. */
export function appendToPayload(payload: Payload, extra: SelfDescribingJson[]): Payload {
  const copy = { ...payload, co: JSON.stringify(wrap([...(readJson(payload, CONTEXTS_FIELD)?.data ?? []), ...extra])) } as Payload;
  delete copy.cx;
  return copy;
}

/** A copy of `raw` with the context list of a payload that appendToPayload() has made. */
export const replaceContexts = (raw: RawJson, payload: Payload): RawJson => [
  ...raw.filter((json) => json.keyIfEncoded !== 'cx'),
  { keyIfEncoded: 'cx', keyIfNotEncoded: 'co', json: readJson(payload, CONTEXTS_FIELD) },
];
