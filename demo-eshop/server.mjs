#!/usr/bin/env node
/**
 * Serves the built shop and answers its tracker. PORT (default 3000) and HOST (default 127.0.0.1) come from the environment,
 * and so does ONCUE_SERVER: the address of OnCue's server, which then answers the tracker and has the definitions. With
 * DEVICE_PORT the shop can also be opened there, as on a second device; with ONCUE_SYNC_SECRET, which OnCue's server must
 * have too, those who sign in are in step on all their devices.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCollector } from './server/collector.mjs';
import { createPassOn } from './server/pass_on.mjs';
import { answerStream } from './server/quiet_stream.mjs';
import { createSecondDevice } from './server/second_device.mjs';
import { createStaticHandler } from './server/static.mjs';
import { createTokens } from './server/sync_token.mjs';

const LAST_PORT = 65_535;
const TRIED_PORTS = 50;

const policy = (frames, parents) => [
  "default-src 'self'",
  `frame-src ${frames}`,
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  `frame-ancestors ${parents}`,
].join('; ');

const root = join(dirname(fileURLToPath(import.meta.url)), 'dist');
const host = process.env.HOST || '127.0.0.1';
const firstPort = readPort(process.env.PORT);

if (!existsSync(join(root, 'index.html'))) {
  console.error('The shop is not built yet. Run: npm run build -w @oncue/demo-eshop');
  process.exit(1);
}

const passOn = process.env.ONCUE_SERVER ? createPassOn(process.env.ONCUE_SERVER) : () => false;
const answerToken = createTokens(process.env.ONCUE_SYNC_SECRET);
const collect = createCollector();
const serve = createStaticHandler(root);

const device = createSecondDevice((request, response) => {
  // An isolated page needs the second line to show a frame of another origin; only the shop may, says the first.
  response.setHeader('Content-Security-Policy', policy("'none'", hostsOf(server)));
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  guard(answer, request, response);
});
const server = createServer((request, response) => {
  response.setHeader('Content-Security-Policy', policy(hostsOf(device.server), "'none'"));
  guard(answer, request, response);
});

/** As a page may be told them in a policy; 'none' when it listens nowhere. */
function hostsOf(listener) {
  const port = listener.address()?.port;
  return port ? `http://localhost:${port} http://127.0.0.1:${port}` : "'none'";
}

function guard(work, request, response) {
  work(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
}

async function answer(request, response) {
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
  for (const attempt of [device.control, answerToken, passOn, collect, answerStream]) {
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
if (process.env.DEVICE_PORT) device.server.listen(readPort(process.env.DEVICE_PORT), host);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const one of [server, device.server]) {
      one.closeAllConnections();
      one.close();
    }
    process.exit(0);
  });
}

listen(firstPort);
