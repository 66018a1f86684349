// npm start   installs what is missing, builds, and serves the shop with OnCue's server behind it. PORT chooses the shop's
// port (3000), DEVICE_PORT that of its second device (3001), SERVER_PORT the server's (8787). What the server knows is kept
// in build/demo/, a file for each of its ports.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { build } from './build.mjs';
import { Failure, main, run } from './lib/processes.mjs';
import { inRoot } from './lib/paths.mjs';
import { seed } from './lib/seed.mjs';
import { setup } from './setup.mjs';

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

async function choosePort(wanted, ...taken) {
  for (let port = wanted; port <= 65535; port++) {
    if (!taken.includes(port) && (await isFree(port))) return port;
    console.log(`Port ${port} is busy, trying ${port + 1}.`);
  }
  throw new Failure(`No free port from ${wanted} on.`);
}

function wantedPort(name, usual) {
  const text = process.env[name] ?? usual;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= 65535) return port;
  throw new Failure(`${name} must be a number from 1 to 65535, got "${text}".`);
}

async function answers(url) {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function untilReady(what, url) {
  const deadline = Date.now() + READY_MS;
  while (!(await answers(url))) {
    if (Date.now() > deadline) throw new Failure(`${what} did not answer at ${url} in ${READY_MS / 1000} s.`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/**
 * Starts a Node program that is to go on, and waits until `url` answers.
 * @returns {Promise<{ended: Promise<never>}>} `ended` rejects when the program ends
 */
async function begin(what, url, file, args, env = {}) {
  // Its own line would name the same page by another address.
  const stdio = ['inherit', 'ignore', 'inherit'];
  const ended = run(process.execPath, [file, ...args], { env: { ...process.env, ...env }, stdio }).then((code) => {
    throw new Failure(`${what} ended with code ${code}.`);
  });
  await Promise.race([ended, untilReady(what, url)]);
  return { ended };
}

/** Each port has data of its own, since a file has one server at a time. */
async function beginServer(port, pages, secret) {
  const address = `http://127.0.0.1:${port}`;
  const data = inRoot('build', 'demo', `${port}.db`);
  fs.mkdirSync(path.dirname(data), { recursive: true });
  // No page but the shop may use the visitor's browser to get at it, which any token opens.
  const args = ['serve', '--port', String(port), '--data', data, '--origin', ...pages, '--log', 'warn'];
  const { ended } = await begin("OnCue's server", `${address}/healthz`, inRoot('js/cli/bin/oncue.mjs'), args, { ONCUE_SYNC_SECRET: secret });
  await Promise.race([ended, seed(address, inRoot('demo-eshop/src/definitions.json'))]);
  return { address, ended };
}

await main(async () => {
  const wanted = { shop: wantedPort('PORT', 3000), server: wantedPort('SERVER_PORT', 8787), device: wantedPort('DEVICE_PORT', 3001) };
  await setup('build');
  await build();
  const port = await choosePort(wanted.shop);
  const serverPort = await choosePort(wanted.server, port);
  const devicePort = await choosePort(wanted.device, port, serverPort);
  const shop = `http://localhost:${port}`;
  const device = `http://localhost:${devicePort}`;
  // Signs the tokens of those who are signed in: shop and server begin together, so nobody else has to know it.
  const secret = randomBytes(32).toString('base64');
  const server = await beginServer(serverPort, [shop, device], secret);
  const env = { PORT: String(port), DEVICE_PORT: String(devicePort), ONCUE_SERVER: server.address, ONCUE_SYNC_SECRET: secret };
  const { ended } = await begin("The shop's server", `${shop}/`, inRoot('demo-eshop/server.mjs'), [], env);
  console.log(`
  The shop is open:  ${shop}/
  Its console:       http://localhost:${serverPort}/
  A second device:   ${device}/?device=second
  Ctrl-C closes both.
`);
  await Promise.race([server.ended, ended]);
});
