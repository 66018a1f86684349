// The page's text door: what core's own does for other hosts (core/src/event/read_payload.cc), with the browser's JSON and
// base64, ending in the object door's record. js/engine/test/doors.test.mjs holds the doors together.
import { asJson, isObject, type Extractor } from './extractor.js';
import type { Glue } from './glue.js';

// One well-formed UTF-8 sequence of several bytes, or one byte that belongs to none.
const SEQUENCE =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|[\x80-\xff]/g;

function decodeBase64(text: string): string {
  text = text.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/');
  // atob() lets white space pass.
  if (/\s/.test(text)) return '';
  return atob(text).replace(SEQUENCE, (sequence) => (sequence[1] ? decodeURIComponent(escape(sequence)) : '\ufffd'));
}

/** The JSON object of a self-describing value; `{}` where its text is none. The plain variant wins. */
function json(plain?: string, encoded?: string): Record<string, unknown> {
  try {
    return JSON.parse(plain || decodeBase64(encoded ?? '')) || {};
  } catch {
    return {};
  }
}

/** Writes a payload that came as text into the shared buffer; returns the length of the record in bytes. */
export function readText(extractor: Extractor, glue: Glue, text: string): number {
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {}
  if (!isObject(payload)) return extractor.writeReason(glue);
  // Protocol values are texts; objects and arrays are none.
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(payload)) {
    const known = asJson(value);
    if (known !== null && typeof known !== 'object') values[key] = String(known);
  }
  return extractor.write(glue, values, [
    { keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json: json(values.ue_pr, values.ue_px) },
    { keyIfEncoded: 'cx', keyIfNotEncoded: 'co', json: json(values.co, values.cx) },
  ]);
}
