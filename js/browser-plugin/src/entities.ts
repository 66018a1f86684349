import type { Payload, SelfDescribingJson } from '@snowplow/browser-tracker';
import type { RawJson } from './raw.js';
import { CONTEXTS_SCHEMA } from './schemata.js';

type Contexts = { schema: string; data: SelfDescribingJson[] };

const wrap = (entities: SelfDescribingJson[]): Contexts => ({ schema: CONTEXTS_SCHEMA, data: entities });

/** The entities of a payload's `co` or `cx` text; throws when the text is neither JSON nor base64url of JSON. */
function readEntities(payload: Payload): SelfDescribingJson[] {
  if (payload.co) return JSON.parse(payload.co as string).data;
  if (!payload.cx) return [];
  const binary = atob((payload.cx as string).replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)).data;
}

/** A copy of `payload` whose context text ends with `extra`. */
export function appendToPayload(payload: Payload, extra: SelfDescribingJson[]): Payload {
  const copy = { ...payload, co: JSON.stringify(wrap([...readEntities(payload), ...extra])) } as Payload;
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
