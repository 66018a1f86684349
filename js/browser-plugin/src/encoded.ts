import type { Payload } from '@snowplow/browser-tracker';
import type { RawJson } from './raw.js';

/** The two names of each JSON field: plain, and base64url. */
export const EVENT_FIELD = ['ue_pr', 'ue_px'] as const;
export const CONTEXTS_FIELD = ['co', 'cx'] as const;

/**
 * The JSON of one of the fields above, from `raw` where that has it once, else from the text; undefined when the event has none.
 * @throws when the text is neither JSON nor base64url of JSON
 */
export function readJson(payload: Payload, [plain, encoded]: typeof EVENT_FIELD | typeof CONTEXTS_FIELD, raw?: RawJson): any {
  // Entities that found no context list to join (web_page switched off, say) are not in there at all.
  const [one, more] = raw?.filter(({ keyIfEncoded }) => keyIfEncoded === encoded) ?? [];
  if (one && !more) return one.json;
  let text = payload[plain] as string | undefined;
  if (!text && payload[encoded]) {
    const binary = atob((payload[encoded] as string).replace(/-/g, '+').replace(/_/g, '/'));
    text = new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
  }
  return text && JSON.parse(text);
}
