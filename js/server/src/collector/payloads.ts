// What trackers send, as entries of the log.
import { createHash } from 'node:crypto';
import { badRequest } from '../errors.js';
import type { NewEntry } from '../storage/store.js';

export type NewEvent = Omit<NewEntry, 'kind'>;
type Json = Record<string, unknown>;

const ENVELOPE = /^iglu:com\.snowplowanalytics\.snowplow\/payload_data\/jsonschema\/1-0-\d+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PLAIN = /^[\x21-\x7e]{1,64}$/;
const PACKED: readonly (readonly [string, string])[] = [['ue_px', 'ue_pr'], ['cx', 'co']];
/** Columns of an enriched event, and the place of its id among them. */
const TSV_COLUMNS = 131;
const TSV_EVENT_ID = 6;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The id by which a repeated event is known; undefined when it has none. Trackers send UUIDs, in whatever case; other texts are
 * ids too, though events of them have none in Enrich's eyes. Long ones, and what a store might change, stand in by their hash.
 */
function eventIdOf(value: unknown): { eventId: string } | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  if (UUID.test(value)) return { eventId: value.toLowerCase() };
  return { eventId: PLAIN.test(value) ? value : `sha256:${createHash('sha256').update(value, 'utf16le').digest('hex')}` };
}

/** Base64 JSON is unpacked, so that what the store holds can be searched. */
function unpacked(payload: Json): Json {
  const result: Json = { ...payload };
  for (const [packed, plain] of PACKED) {
    const value = result[packed];
    if (typeof value !== 'string') continue;
    if (!result[plain]) result[plain] = Buffer.from(value, 'base64url').toString('utf8');
    delete result[packed];
  }
  return result;
}

/** @param userAgent of the request, for payloads that do not carry one; '' for none */
function payloadEvent(payload: Json, userAgent: string): NewEvent {
  const isComplete = (!userAgent || 'ua' in payload) && !PACKED.some(([packed]) => packed in payload);
  const complete = isComplete ? payload : { ...(userAgent && { ua: userAgent }), ...unpacked(payload) };
  return { format: 'payload', ...eventIdOf(payload.eid), body: JSON.stringify(complete) };
}

/**
 * The events of a payload_data envelope; what is no object among them is left out.
 * @throws {HttpError} 400 when it is no envelope
 */
export function readEnvelope(body: unknown, userAgent: string): NewEvent[] {
  const isEnvelope = isObject(body) && typeof body.schema === 'string' && ENVELOPE.test(body.schema) && Array.isArray(body.data);
  if (!isEnvelope) throw badRequest('the body must be a payload_data envelope');
  return (body.data as unknown[]).filter(isObject).map((payload) => payloadEvent(payload, userAgent));
}

/** The event of a GET request's query, if it is one. */
export function readQuery(query: URLSearchParams, userAgent: string): NewEvent[] {
  return query.has('e') ? [payloadEvent(Object.fromEntries(query), userAgent)] : [];
}

interface EnrichedLines {
  readonly events: readonly NewEvent[];
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
}

function readLine(line: string): NewEvent | string {
  if (line.startsWith('{')) {
    try {
      return { format: 'enriched-json', ...eventIdOf((JSON.parse(line) as Json).event_id), body: line };
    } catch {
      return 'not JSON';
    }
  }
  const columns = line.split('\t');
  if (columns.length !== TSV_COLUMNS) return `${columns.length} columns instead of ${TSV_COLUMNS}`;
  return { format: 'enriched-tsv', ...eventIdOf(columns[TSV_EVENT_ID]), body: line.replaceAll('\0', '') };
}

/** Enriched events, one a line: TSV of 131 columns, or JSON of an Analytics SDK. */
export function readEnriched(text: string): EnrichedLines {
  const events: NewEvent[] = [];
  const rejected: { line: number; reason: string }[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '') return;
    const read = readLine(line);
    if (typeof read === 'string') rejected.push({ line: i + 1, reason: read });
    else events.push(read);
  });
  return { events, rejected };
}
