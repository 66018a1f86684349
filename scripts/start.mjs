// npm start   installs what is missing, builds, and serves the shop. PORT chooses the port (3000).
import net from 'node:net';
import { build } from './build.mjs';
import { Failure, main, run } from './lib/processes.mjs';
import { inRoot } from './lib/paths.mjs';
import { setup } from './setup.mjs';

const FIRST_PORT = 3000;
const READY_MS = 30_000;

function bindable(port, host) {
  return new Promise((done) => {
    const probe = net.createServer();
    probe.once('error', (error) => done(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => done(true)));
  });
}

// All three, since a program that listens on one of them does not always keep others from the rest.
async function isFree(port) {
  for (const host of ['127.0.0.1', '::1', '::']) {
    if (!(await bindable(port, host))) return false;
  }
  return true;
}

async function choosePort(wanted) {
  for (let port = wanted; port <= 65535; port++) {
    if (await isFree(port)) return port;
    console.log(`Port ${port} is busy, trying ${port + 1}.`);
  }
  throw new Failure(`No free port from ${wanted} on.`);
}

function wantedPort() {
  const port = Number(process.env.PORT ?? FIRST_PORT);
  if (Number.isInteger(port) && port > 0 && port <= 65535) return port;
  throw new Failure(`PORT must be a number from 1 to 65535, got "${process.env.PORT}".`);
}

async function answers(url) {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function untilReady(url) {
  const deadline = Date.now() + READY_MS;
  while (!(await answers(url))) {
    if (Date.now() > deadline) throw new Failure(`The shop's server did not answer at ${url} in ${READY_MS / 1000} s.`);
    await new Promise((done) => setTimeout(done, 50));
  }
  console.log(`\n  The shop is open:  ${url}\n  Ctrl-C closes it.\n`);
}

async function serve(port) {
  const env = { ...process.env, PORT: String(port) };
  // Its own line would name the same page by another address.
  const stdio = ['inherit', 'ignore', 'inherit'];
  const ended = run(process.execPath, [inRoot('demo-eshop', 'server.mjs')], { env, stdio }).then((code) => {
    throw new Failure(`The shop's server ended with code ${code}.`);
  });
  await Promise.race([ended, untilReady(`http://localhost:${port}/`)]);
  await ended;
}

await main(async () => {
  const port = wantedPort();
  await setup('build');
  await build();
  await serve(await choosePort(port));
});
