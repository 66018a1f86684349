import type { Payload } from '@snowplow/browser-tracker';
import { EVENT_FIELD, readJson } from '../encoded.js';
import type { RawJson } from '../raw.js';

const EVENT_NAMES: Record<string, string> = {
  pv: 'page_view',
  pp: 'page_ping',
  se: 'event',
  ev: 'event',
  tr: 'transaction',
  ti: 'transaction_item',
};

/** The `event_name` of an event, for display; the payload's `e` where it has none. */
export function nameEvent(payload: Payload, raw?: RawJson): string {
  const type = String(payload.e);
  if (type !== 'ue') return EVENT_NAMES[type] ?? type;
  try {
    return readJson(payload, EVENT_FIELD, raw).data.schema.split('/')[1] ?? type;
  } catch {
    return type;
  }
}
