// What `npm pack` makes, installed into an empty project; bundled there, and opened in Chromium.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };
// Another port of this machine stands for the other servers that a page talks to.
const POLICY = "default-src 'self'; connect-src 'self' http://127.0.0.1:*; script-src 'self' 'wasm-unsafe-eval'";
const POLICY_WITHOUT_WASM = "default-src 'self'; script-src 'self'";

/** Packs and installs the packages into an empty project, beside the tracker that the repository has. */
export function createProject(workspaces) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-project-'));
  const npm = (...args) => execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  npm('pack', ...workspaces.map((one) => path.join(root, one)), '--ignore-scripts', '--silent');
  const packages = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  // The tracker is the page's own: it comes from this repository's packages, so that nothing is downloaded.
  npm('install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', ...packages.map((name) => `./${name}`));
  symlinkSync(path.join(root, 'node_modules/@snowplow'), path.join(folder, 'node_modules/@snowplow'), 'dir');
  cpSync(fileURLToPath(new URL('project', import.meta.url)), folder, { recursive: true });
  return {
    in: (...parts) => path.join(folder, ...parts),
    write: (name, text) => writeFileSync(path.join(folder, name), text),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** HTML of a page with these scripts in order. */
export const pageOf = (scripts, type = '') =>
  `<!doctype html><title>page</title>${scripts.map((src) => `<script ${type} src="${src}"></script>`).join('')}`;

/**
 * Serves `/ok/<file>`, `/missing/<file>`, which has no wasm, and `/strict/<file>`, whose policy forbids WebAssembly.
 * It is a collector, too.
 */
export async function serveProject(project) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname.startsWith('/com.snowplowanalytics')) return response.writeHead(200).end('ok');
    const [, kind, ...parts] = pathname.split('/');
    const file = project.in(...parts, ...(pathname.endsWith('/') ? ['index.html'] : []));
    const type = TYPES[path.extname(file)];
    if (!type || !existsSync(file) || (kind === 'missing' && type === TYPES['.wasm'])) return response.writeHead(404).end('not found');
    const policy = kind === 'strict' ? POLICY_WITHOUT_WASM : POLICY;
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(readFileSync(file));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close(() => {}) ?? server.closeAllConnections() };
}

/**
 * Opens a page and waits until its rule fired or the engine failed.
 * @returns {Promise<{title: string, failure?: string}>}
 */
export async function outcomeOf(browser, url) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(url);
    await page.waitForFunction(() => document.title !== 'page' || window.getStats?.().state === 'failed').catch((error) => {
      throw new Error(`${url}: nothing happened; ${errors.join('; ')}`, { cause: error });
    });
    return await page.evaluate(() => ({ title: document.title, failure: window.getStats?.().failure }));
  } finally {
    await context.close();
  }
}
