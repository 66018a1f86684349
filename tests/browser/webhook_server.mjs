// The shop's back end: takes posts of interventions, or does what it is told to do instead.
import { once } from 'node:events';
import { createServer } from 'node:http';

export async function startBackEnd() {
  const posts = [];
  /** Statuses of the next answers; 200 when there are none left. */
  const answers = [];
  let atOnce = 0;
  let hanging = 0;
  let hung = 0;
  let mostAtOnce = 0;
  const server = createServer(async (request, response) => {
    const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*', 'access-control-expose-headers': 'retry-after' };
    if (request.method === 'OPTIONS') return response.writeHead(204, cors).end();
    atOnce++;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    response.on('close', () => atOnce--);
    let text = '';
    for await (const chunk of request) text += chunk;
    const { status = 200, headers = {} } = answers.shift() ?? {};
    posts.push({ status, key: request.headers['idempotency-key'], headers: request.headers, text });
    if (status === 'hang') {
      hanging++;
      hung++;
      return response.on('close', () => hanging--);
    }
    if (status === 'cut') return response.destroy();
    response.writeHead(status, { ...cors, ...headers }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}/hook`,
    posts,
    answers,
    /** How many posts are left without an answer now. */
    hanging: () => hanging,
    /** How many were left without an answer so far, whether or not somebody still waits for one. */
    hung: () => hung,
    /** How many posts were under way at the same time, at most. */
    mostAtOnce: () => mostAtOnce,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
