#!/usr/bin/env node
/**
 * Serves the built shop and answers its tracker. PORT (default 3000) and HOST (default 127.0.0.1) come from the environment,
 * and so does ONCUE_SERVER: the address of OnCue's server, which then answers the tracker and has the definitions.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCollector } from './server/collector.mjs';
import { createPassOn } from './server/pass_on.mjs';
import { answerStream } from './server/quiet_stream.mjs';
import { createStaticHandler } from './server/static.mjs';

const LAST_PORT = 65_535;
const TRIED_PORTS = 50;

const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const root = join(dirname(fileURLToPath(import.meta.url)), 'dist');
const host = process.env.HOST || '127.0.0.1';
const firstPort = readPort(process.env.PORT);

if (!existsSync(join(root, 'index.html'))) {
  console.error('The shop is not built yet. Run: npm run build -w @oncue/demo-eshop');
  process.exit(1);
}

const passOn = process.env.ONCUE_SERVER ? createPassOn(process.env.ONCUE_SERVER) : () => false;
const collect = createCollector();
const serve = createStaticHandler(root);

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});

async function answer(request, response) {
  response.setHeader('Content-Security-Policy', POLICY);
  // Isolated pages get a clock of 5 microseconds instead of 100, which the inspector needs.
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'same-origin');
  const url = URL.canParse(request.url ?? '', 'http://shop') ? new URL(request.url, 'http://shop') : null;
  if (!url) {
    response.writeHead(400).end();
    return;
  }
  for (const attempt of [passOn, collect, answerStream]) {
    if (await attempt(request, response, url)) return;
  }
  if (url.pathname === '/definitions.json') url.pathname = '/shop_definitions.json';
  await serve(request, response, url);
}

function readPort(text) {
  if (text === undefined || text === '') return 3000;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= LAST_PORT) return port;
  console.error(`PORT must be a number from 0 to ${LAST_PORT}, but is "${text}".`);
  process.exit(1);
}

function listen(port) {
  server.once('error', (error) => {
    const isBusy = error.code === 'EADDRINUSE' && port < Math.min(LAST_PORT, firstPort + TRIED_PORTS);
    if (!isBusy) {
      console.error(`Cannot listen on ${host}:${port}: ${error.message}`);
      process.exit(1);
    }
    console.log(`Port ${port} is busy, trying ${port + 1}.`);
    listen(port + 1);
  });
  server.listen(port, host);
}

server.on('listening', () => {
  server.removeAllListeners('error');
  const name = host.includes(':') ? `[${host}]` : host;
  console.log(`OnCue demo shop: http://${name}:${server.address().port}/`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.closeAllConnections();
    server.close();
    process.exit(0);
  });
}

listen(firstPort);
