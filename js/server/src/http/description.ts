// GET /openapi.json and /docs: which routes there are.
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

type Methods = Record<string, { responses: { default: { description: string } } }>;

/** Must be called before the routes are added. */
export function describeRoutes(app: FastifyInstance): void {
  const paths: Record<string, Methods> = {};
  app.addHook('onRoute', ({ method, url }) => {
    if (url === '*') return;
    const path = url.replace(/:(\w+)/g, '{$1}');
    // HEAD goes without saying where there is GET.
    for (const one of [method].flat()) if (one !== 'HEAD') (paths[path] ??= {})[one.toLowerCase()] = { responses: { default: { description: 'see the documentation' } } };
  });
  app.get('/openapi.json', async () => ({ openapi: '3.1.0', info: { title: "OnCue's server: the API of Snowplow Signals, and a collector", version }, paths }));
  app.get('/docs', async (_request, reply) => {
    const lines = Object.entries(paths).map(([path, methods]) => `${Object.keys(methods).join(', ').toUpperCase()} ${path}`);
    return reply.type('text/plain; charset=utf-8').send(`${lines.sort().join('\n')}\n`);
  });
}
