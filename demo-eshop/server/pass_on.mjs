/** Hands what a page asks of OnCue's server on to that server, so that all of it has the shop's own address. */
import { request as ask } from 'node:http';
import { pipeline } from 'node:stream';

const DEFINITIONS = '/definitions.json';
const ROUTES = new Set([
  `GET ${DEFINITIONS}`,
  'GET /api/v1/interventions',
  'GET /i',
  'POST /com.snowplowanalytics.snowplow/tp2',
  'OPTIONS /com.snowplowanalytics.snowplow/tp2',
  'GET /sync/v1/state',
  'GET /sync/v1/stream',
  'POST /sync/v1/claim',
  'POST /sync/v1/upload',
]);
/** About one connection, not about what is asked. */
const OWN_TO_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

const handOver = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_TO_CONNECTION.has(name)));

/** @param {string} address of the server, such as http://127.0.0.1:8787 */
export function createPassOn(address) {
  const { hostname, port, host } = new URL(address);
  let hasDefinitions = false;

  /** Resolves to false when the shop has to answer by itself. */
  return function passOn(request, response, url) {
    if (!ROUTES.has(`${request.method} ${url.pathname}`)) return false;
    return new Promise((resolve) => {
      const path = url.pathname + url.search;
      const outgoing = ask({ hostname, port, path, method: request.method, headers: { ...handOver(request.headers), host } });
      outgoing.on('response', (answer) => {
        if (url.pathname === DEFINITIONS) hasDefinitions = true;
        response.writeHead(answer.statusCode, handOver(answer.headers));
        // A stream of interventions begins with nothing but its headers.
        response.flushHeaders();
        // Whichever side ends first, the other one has nothing left to wait for.
        pipeline(answer, response, () => resolve(true));
      });
      outgoing.on('error', () => {
        // The shop's own definitions stand in, but never for those that pages have had from the server.
        if (url.pathname === DEFINITIONS && !hasDefinitions) return resolve(false);
        if (!response.headersSent) response.writeHead(502);
        response.end();
        resolve(true);
      });
      response.on('close', () => outgoing.destroy());
      request.pipe(outgoing);
    });
  };
}
