/**
 * The shop a second time, on a port of its own, for the view of two devices: to a page another port is another browser
 * profile, with storage of its own. Its network can be cut, which cuts nobody else.
 */
import { createServer } from 'node:http';

const PATH = '/second-device';

/** @param answer the shop's request handler */
export function createSecondDevice(answer) {
  const sockets = new Set();
  let isOnline = true;
  const server = createServer(answer);
  server.on('connection', (socket) => {
    if (!isOnline) return socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  function connect(online) {
    isOnline = online;
    if (!online) for (const socket of sockets) socket.destroy();
  }

  return {
    server,
    /** GET tells its port, null when there is none, and whether it is connected; POST `{"online": false}` cuts it off. */
    async control(request, response, url) {
      if (url.pathname !== PATH) return false;
      if (request.method === 'POST') {
        // Another site's page may send a form, but not this header.
        if (request.headers['sec-fetch-site'] !== 'same-origin') {
          response.writeHead(403).end();
          return true;
        }
        let text = '';
        for await (const chunk of request) if ((text += chunk).length > 100) break;
        connect(text !== '{"online":false}');
      }
      const port = server.address()?.port ?? null;
      response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
      response.end(JSON.stringify({ port, online: isOnline }));
      return true;
    },
  };
}
