// Chromium over its own protocol: unlike Playwright, which makes every tab believe it is in front, tabs here are visible
// and hidden as for a visitor, and a renderer can be killed.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../../scripts/lib/tools.mjs';

/** A connection: requests with answers, and events by session. */
function connect(child) {
  const [, , , input, output] = child.stdio;
  const pending = new Map();
  const listeners = new Set();
  let nextId = 0;
  let rest = '';
  output.setEncoding('utf8');
  output.on('data', (chunk) => {
    const parts = (rest + chunk).split('\0');
    rest = parts.pop();
    for (const part of parts) {
      const { id, result, error, ...event } = JSON.parse(part);
      if (id === undefined) for (const listener of [...listeners]) listener(event);
      else {
        const { resolve, reject, method } = pending.get(id);
        pending.delete(id);
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      }
    }
  });
  return {
    listeners,
    send(method, params = {}, sessionId) {
      const id = ++nextId;
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      return new Promise((resolve, reject) => pending.set(id, { resolve, reject, method }));
    },
  };
}

/** A wait of so long says what it is for, ms: if it never ends, that is all there is to go by. */
const LONG_MS = 60_000;

/** Waits until `condition` answers something true; it is asked every few ms, for as long as it takes. */
export async function until(condition, what = condition) {
  const late = setTimeout(() => console.error(`still waits until ${what}`), LONG_MS);
  try {
    for (;;) {
      const value = await condition();
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    clearTimeout(late);
  }
}

/** @param profile folder of the browser's profile: give the same to start the browser again where it was */
export async function startRawBrowser({ profile = mkdtempSync(join(tmpdir(), 'oncue-profile-')) } = {}) {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--remote-debugging-pipe'];
  // Pages of shop.example are not a secure context: no Web Locks there.
  const child = spawn(findChromium(), [...flags, '--host-resolver-rules=MAP *.example 127.0.0.1', `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const { send, listeners } = connect(child);

  /** A tab in front of the others; resolves when its document is there. */
  async function openTab(url, { onEvent = () => {} } = {}) {
    const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    const call = (method, params) => send(method, params, sessionId);
    const hear = (event) => event.sessionId === sessionId && onEvent(event);
    listeners.add(hear);
    await Promise.all(['Page.enable', 'Runtime.enable', 'Inspector.enable'].map((method) => call(method)));
    await call('Page.navigate', { url });
    const tab = {
      targetId,
      call,
      /** The value of an expression, or of a function called with JSON arguments. */
      async run(code, ...args) {
        const expression = typeof code === 'function' ? `(${code})(...${JSON.stringify(args)})` : code;
        const { result, exceptionDetails } = await call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
      },
      until: (expression) => until(() => tab.run(expression).catch(() => false), expression),
      show: () => send('Target.activateTarget', { targetId }),
      close: () => send('Target.closeTarget', { targetId }),
      /** Kills the renderer; resolves when it is gone. */
      crash() {
        const gone = new Promise((resolve) => {
          const listener = ({ sessionId: of, method }) => {
            if (of !== sessionId || method !== 'Inspector.targetCrashed') return;
            listeners.delete(listener);
            resolve();
          };
          listeners.add(listener);
        });
        call('Page.crash').catch(() => {});
        return gone;
      },
    };
    return tab;
  }

  return {
    send,
    openTab,
    profile,
    /** @param keep leaves the profile's folder for another start */
    async close({ keep = false } = {}) {
      await send('Browser.close').catch(() => {});
      await exited;
      if (!keep) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
    /** As a power switch would, but the operating system lives on. */
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
