// One line of input -> the events in it, each as text with its format.

/**
 * @typedef {import('@oncue/engine').EventFormat} EventFormat
 * @typedef {{text: string, format: EventFormat}} EventText
 */

export const FORMATS = /** @type {const} */ (['auto', 'payload', 'enriched-json', 'enriched-tsv']);

const ENVELOPE = /^iglu:com\.snowplowanalytics\.snowplow\/payload_data\//;
const ENRICHED_FIELDS = ['collector_tstamp', 'event_name', 'event_vendor', 'event_id'];

/** @param {string} text @returns {Record<string, unknown> | undefined} */
function parseObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The payloads that a tracker posts together. @param {Record<string, unknown>} object */
function enveloped(object) {
  const { schema, data } = object;
  return typeof schema === 'string' && ENVELOPE.test(schema) && Array.isArray(data) ? data : undefined;
}

/** @param {Record<string, unknown>} object @returns {EventFormat} */
function formatOf(object) {
  if ('e' in object) return 'payload';
  return ENRICHED_FIELDS.some((field) => field in object) ? 'enriched-json' : 'payload';
}

/**
 * What a line holds. A line that is nothing known is one payload, which core then refuses with a reason.
 * @param {string} line
 * @param {typeof FORMATS[number]} format
 * @returns {EventText[]} none for an empty line
 */
export function eventsOf(line, format) {
  if (line.trim() === '') return [];
  if (format === 'enriched-json' || format === 'enriched-tsv') return [{ text: line, format }];
  const isJson = line.trimStart().startsWith('{');
  if (format === 'auto' && !isJson && line.includes('\t')) return [{ text: line, format: 'enriched-tsv' }];
  // Only an envelope must be parsed here to be read as payload.
  const object = isJson && (format === 'auto' || line.includes('payload_data')) ? parseObject(line) : undefined;
  if (!object) return [{ text: line, format: 'payload' }];
  const payloads = enveloped(object);
  if (payloads) return payloads.map((payload) => ({ text: JSON.stringify(payload), format: 'payload' }));
  return [{ text: line, format: format === 'auto' ? formatOf(object) : format }];
}
