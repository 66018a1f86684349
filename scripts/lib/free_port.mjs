import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that outgoing connections are given (on Linux from 32,768 on), and none that browsers refuse. */
const FIRST = 11_000;
const PORTS = 18_000;

async function isFree(port) {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}

/**
 * A port of this machine that nobody uses, for a process that has to be told one. While that process is down no outgoing
 * connection is given it: one that tries again and again to reach it would at last be connected to itself.
 */
export async function freePort() {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
}
