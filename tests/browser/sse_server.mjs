// A small interventions service: GET streams, and send() in the place of POST.
import { once } from 'node:events';
import { createServer } from 'node:http';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CORS = { 'access-control-allow-origin': '*' };

/** @returns the server: what was asked of it, who listens, and ways to send, break off and refuse. */
export async function startInterventionsServer() {
  /** Query of every request, and of those that listen now. */
  const requests = [];
  const listeners = new Set();
  let behaviour = 'serve';

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const ids = Object.fromEntries(searchParams);
    requests.push({ path: pathname, ids });
    if (behaviour === 'silent') return;
    if (behaviour === 'refuse') return response.writeHead(503, CORS).end();
    if (Object.values(ids).some((id) => !UUID.test(id))) {
      return response.writeHead(400, { ...CORS, 'content-type': 'application/json' }).end('{"error":"only UUIDs allowed as attribute key values"}');
    }
    response.writeHead(200, { ...CORS, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    const listener = { ids, path: pathname, response };
    listeners.add(listener);
    response.on('close', () => listeners.delete(listener));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const write = (text) => {
    for (const { response } of listeners) response.write(text);
  };
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    listeners,
    /** @param how `serve`, `refuse` (503), or `silent`: accepts and never answers */
    behave: (how) => (behaviour = how),
    write,
    /** Sends an intervention to everybody who listens for its target, or without one to everybody. */
    send(intervention) {
      const { name, id } = intervention.target_attribute_key ?? {};
      for (const { ids, response } of listeners) {
        if (!name || ids[name] === id) response.write(`data: ${JSON.stringify(intervention)}\n\n`);
      }
    },
    /** Ends every connection, as a restart of the server does. */
    breakOff() {
      for (const { response } of listeners) response.destroy();
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Waits until `condition()` holds, however long that takes a busy machine. */
export async function until(condition) {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
