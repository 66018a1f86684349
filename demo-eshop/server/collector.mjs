/** A small local stand-in for a Snowplow collector: takes what the tracker sends and keeps the last events in memory. */

const KEPT_EVENTS = 500;
const MAX_BODY_BYTES = 512 * 1024;
const PAYLOAD_SCHEMA = /^iglu:com\.snowplowanalytics\.snowplow\/payload_data\/jsonschema\/1-0-\d+$/;

// A transparent GIF of one pixel, which is what GET trackers load.
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

export function createCollector() {
  const events = [];

  const keep = (list) => {
    const received = new Date().toISOString();
    for (const payload of list) events.push({ collector_tstamp: received, payload });
    if (events.length > KEPT_EVENTS) events.splice(0, events.length - KEPT_EVENTS);
  };

  /** Answers the collector's paths; returns false for every other request. */
  return async function collect(request, response, url) {
    const isPost = url.pathname === '/com.snowplowanalytics.snowplow/tp2';
    if (!isPost && url.pathname !== '/i' && url.pathname !== '/events.json') return false;
    allowOrigin(request, response);
    if (request.method === 'OPTIONS') return end(response, 204);
    if (isPost) {
      if (request.method !== 'POST') return end(response, 405, { Allow: 'POST, OPTIONS' });
      const body = await readBody(request);
      if (body === null) return end(response, 413, { Connection: 'close' });
      const list = parsePayloads(body);
      if (list === null) return end(response, 400);
      keep(list);
      return end(response, 200, { 'Content-Type': 'text/plain; charset=utf-8' }, 'ok');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, { Allow: 'GET, HEAD, OPTIONS' });
    if (url.pathname === '/i') {
      if (url.searchParams.has('e')) keep([Object.fromEntries(url.searchParams)]);
      return end(response, 200, { 'Content-Type': 'image/gif', 'Cache-Control': 'no-store' }, PIXEL);
    }
    return end(response, 200, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }, JSON.stringify(events));
  };
}

/** The tracker sends cookies, so the origin has to be named, not starred. */
function allowOrigin(request, response) {
  const { origin } = request.headers;
  if (!origin) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Access-Control-Allow-Headers', 'Content-Type, SP-Anonymous');
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  response.setHeader('Access-Control-Max-Age', '600');
  response.setHeader('Vary', 'Origin');
}

/** The body as text, or null when it is larger than a tracker ever sends. */
async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The events of a payload_data envelope, or null when the text is not one. */
function parsePayloads(text) {
  try {
    const { schema, data } = JSON.parse(text);
    const isEnvelope = typeof schema === 'string' && PAYLOAD_SCHEMA.test(schema) && Array.isArray(data);
    return isEnvelope ? data.filter((event) => event !== null && typeof event === 'object' && !Array.isArray(event)) : null;
  } catch {
    return null;
  }
}

function end(response, status, headers = {}, body = undefined) {
  response.writeHead(status, headers).end(body);
  return true;
}
