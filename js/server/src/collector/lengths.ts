// How long a text of an event may be: an engine keeps each id, and each last value, in memory.

/** Of an id, in UTF-16 units. Enrich's own columns are shorter (128 and 255); cut, one would be another one's id. */
export const MOST_ID = 1_024;
/** Enrich's longest column that is no JSON. */
const MOST_TEXT = 4_096;

const PAYLOAD_IDS: ReadonlySet<string> = new Set(['duid', 'sid', 'uid', 'nuid', 'tnuid']);
const PAYLOAD_JSON: ReadonlySet<string> = new Set(['ue_pr', 'ue_px', 'co', 'cx']);
const ENRICHED_IDS: readonly string[] = ['user_id', 'domain_userid', 'network_userid', 'refr_domain_userid', 'domain_sessionid'];
/** The same among the columns of TSV. */
const TSV_IDS: readonly number[] = [12, 15, 17, 120, 123];

type Json = Record<string, unknown>;

const isLong = (value: unknown, most: number): value is string => typeof value === 'string' && value.length > most;

/** The payload without ids that are too long, and with other texts cut; itself where there are none. */
export function shortPayload(payload: Json): Json {
  let result = payload;
  for (const [name, value] of Object.entries(payload)) {
    const isId = PAYLOAD_IDS.has(name);
    if (!isLong(value, isId ? MOST_ID : MOST_TEXT) || PAYLOAD_JSON.has(name)) continue;
    if (result === payload) result = { ...payload };
    if (isId) delete result[name];
    else result[name] = value.slice(0, MOST_TEXT);
  }
  return result;
}

/** An enriched event's line without ids that are too long. @param event what it says */
export function shortJsonLine(event: Json, line: string): string {
  const long = ENRICHED_IDS.filter((name) => isLong(event[name], MOST_ID));
  if (long.length === 0) return line;
  return JSON.stringify(Object.fromEntries(Object.entries(event).filter(([name]) => !long.includes(name))));
}

/** The same of a line of TSV. */
export function shortTsvLine(columns: readonly string[], line: string): string {
  if (!TSV_IDS.some((index) => isLong(columns[index], MOST_ID))) return line;
  return columns.map((text, index) => (TSV_IDS.includes(index) && isLong(text, MOST_ID) ? '' : text)).join('\t');
}
