// What trackers send, as entries of the log.
import { createHash } from 'node:crypto';
import { badRequest, tooLarge } from '../errors.js';
import type { NewEntry } from '../storage/store.js';
import { shortJsonLine, shortPayload, shortTsvLine } from './lengths.js';

export type NewEvent = Omit<NewEntry, 'kind'>;
type Json = Record<string, unknown>;

const ENVELOPE = /^iglu:com\.snowplowanalytics\.snowplow\/payload_data\/jsonschema\/1-0-\d+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PLAIN = /^[\x21-\x7e]{1,64}$/;
const PACKED: readonly (readonly [string, string])[] = [['ue_px', 'ue_pr'], ['cx', 'co']];
/** Columns of an enriched event, and the place of its id among them. */
const TSV_COLUMNS = 131;
const TSV_EVENT_ID = 6;

/** Trackers send some tens at once; what a body of 1 MiB could hold of empty ones is more than a server can. */
const MOST_EVENTS = 1_000;
/** Of a pipeline, whose lines are long. */
const MOST_LINES = 10_000;
/** Enrich keeps as much of a user agent. */
const MOST_USER_AGENT = 1_000;

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

/** What the events of one request add to the log: base64 and a user agent for each make it more than its body. */
class Room {
  private used = 0;

  /** @param most bytes, or characters: what is not ASCII is seldom in a payload */
  constructor(private readonly most: number) {}

  /** @throws {HttpError} 413 */
  take(event: NewEvent): NewEvent {
    this.used += event.body.length;
    if (this.used > this.most) throw tooLarge(`the events would take more than ${this.most} bytes; send fewer in a request. Nothing of it was taken`);
    return event;
  }
}

/** @throws {HttpError} 413 */
function limitCount(count: number, most: number, what: string): void {
  if (count > most) throw tooLarge(`the body has ${count} ${what}, and a request may have ${most}; send fewer. Nothing of it was taken`);
}

/** A payload without the type of its event is none to Enrich either. */
const isEvent = (value: unknown): value is Json => isObject(value) && Boolean(value.e);

/** @param userAgent of the request, for payloads that do not carry one; '' for none */
function payloadEvent(sent: Json, userAgent: string): NewEvent {
  const payload = shortPayload(sent);
  const isComplete = (!userAgent || 'ua' in payload) && !PACKED.some(([packed]) => packed in payload);
  const complete = isComplete ? payload : { ...(userAgent && { ua: userAgent.slice(0, MOST_USER_AGENT) }), ...unpacked(payload) };
  return { format: 'payload', ...eventIdOf(sent.eid), body: JSON.stringify(complete) };
}

/**
 * The events of a payload_data envelope; what is no event among them is left out.
 * @param mostBytes that they may take in the log
 * @throws {HttpError} 400 when it is no envelope, 413 when it has too much
 */
export function readEnvelope(body: unknown, userAgent: string, mostBytes: number): NewEvent[] {
  const isEnvelope = isObject(body) && typeof body.schema === 'string' && ENVELOPE.test(body.schema) && Array.isArray(body.data);
  if (!isEnvelope) throw badRequest('the body must be a payload_data envelope');
  const payloads = body.data as unknown[];
  limitCount(payloads.length, MOST_EVENTS, 'events');
  const room = new Room(mostBytes);
  return payloads.filter(isEvent).map((payload) => room.take(payloadEvent(payload, userAgent)));
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
      const event = JSON.parse(line) as Json;
      return { format: 'enriched-json', ...eventIdOf(event.event_id), body: shortJsonLine(event, line) };
    } catch {
      return 'not JSON';
    }
  }
  const columns = line.split('\t');
  if (columns.length !== TSV_COLUMNS) return `${columns.length} columns instead of ${TSV_COLUMNS}`;
  return { format: 'enriched-tsv', ...eventIdOf(columns[TSV_EVENT_ID]), body: shortTsvLine(columns, line).replaceAll('\0', '') };
}

/**
 * Enriched events, one a line: TSV of 131 columns, or JSON of an Analytics SDK.
 * @throws {HttpError} 413 when there are too many lines
 */
export function readEnriched(text: string): EnrichedLines {
  const events: NewEvent[] = [];
  const rejected: { line: number; reason: string }[] = [];
  const lines = text.split(/\r?\n/);
  limitCount(lines.filter((line) => line.trim() !== '').length, MOST_LINES, 'lines');
  lines.forEach((line, i) => {
    if (line.trim() === '') return;
    const read = readLine(line);
    if (typeof read === 'string') rejected.push({ line: i + 1, reason: read });
    else events.push(read);
  });
  return { events, rejected };
}
