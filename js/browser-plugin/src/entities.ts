import type { Payload, SelfDescribingJson } from '@snowplow/browser-tracker';
import { CONTEXTS_FIELD, readJson } from './encoded.js';
import type { RawJson } from './raw.js';
import { CONTEXTS_SCHEMA } from './schemata.js';

type Contexts = { schema: string; data: SelfDescribingJson[] };

const wrap = (entities: SelfDescribingJson[]): Contexts => ({ schema: CONTEXTS_SCHEMA, data: entities });

/** A copy of `payload` whose context text ends with `extra`. */
export function appendToPayload(payload: Payload, extra: SelfDescribingJson[]): Payload {
  const copy = { ...payload, co: JSON.stringify(wrap([...(readJson(payload, CONTEXTS_FIELD)?.data ?? []), ...extra])) } as Payload;
  delete copy.cx;
  return copy;
}

/** A copy of `raw` whose context list ends with `extra`. */
export function appendToRaw(raw: RawJson, extra: SelfDescribingJson[]): RawJson {
  const others = raw.filter((json) => json.keyIfEncoded !== 'cx');
  const contexts = raw.find((json) => json.keyIfEncoded === 'cx')?.json as Contexts | undefined;
  const json = wrap([...(contexts?.data ?? []), ...extra]);
  return [...others, { keyIfEncoded: 'cx', keyIfNotEncoded: 'co', json }];
}
