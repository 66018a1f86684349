// A server's end: what was asked is answered, then every connection closes.
import type { FastifyInstance } from 'fastify';

/** Requests that are under way at the end may take this long. */
const LAST_REQUESTS_MS = 10_000;
const CHECK_MS = 10;

/**
 * Node waits for connections on which nothing was asked yet, which browsers open in advance; so requests are counted here.
 * @returns closes the server
 */
export function closing(app: FastifyInstance): () => Promise<void> {
  let open = 0;
  app.server.on('request', (_request, response) => {
    open++;
    response.once('close', () => open--);
  });
  return async () => {
    const start = Date.now();
    const closed = app.close();
    const timer = setInterval(() => {
      if (open === 0 || Date.now() - start > LAST_REQUESTS_MS) app.server.closeAllConnections();
    }, CHECK_MS);
    await closed.finally(() => clearInterval(timer));
  };
}
