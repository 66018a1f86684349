// No production dependency has a known vulnerability that is high or critical: npm's own audit of the lock file.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { npm } from './registry.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const GRAVE = ['high', 'critical'];

/**
 * What npm audit says of the packages that users install.
 * @returns {Promise<{grave: string[], skip?: string}>} `skip`: why nothing was audited. It begins with "missing: ", which CI
 *   does not accept, unless the registry is one that has no audits
 */
async function audit(...more) {
  const { status, stdout, stderr, missing } = await npm(root, 'audit', '--omit=dev', '--json', ...more);
  const { vulnerabilities, statusCode, message } = stdout.trim() === '' ? {} : JSON.parse(stdout);
  // A registry that mirrors packages may have no audits.
  if (!vulnerabilities && [404, 405].includes(statusCode)) return { grave: [], skip: `not audited, this registry has no audits: ${message}` };
  if (missing) return { grave: [], skip: `missing: ${missing}` };
  assert.ok(vulnerabilities, `npm audit ended with ${status}: ${stderr}${stdout}`);
  const found = Object.values(vulnerabilities).filter(({ severity }) => GRAVE.includes(severity));
  return { grave: found.map(({ name, severity, via }) => `${name}: ${severity}: ${via.map((one) => one.url ?? one).join(', ')}`) };
}

test('server 7: no production dependency has a known vulnerability that is high or critical', async (t) => {
  const { grave, skip } = await audit();
  if (skip) return t.skip(skip);
  assert.deepEqual(grave, []);
});

test('server 7: a registry that cannot be reached is missing, one without audits is not', async (t) => {
  const mirror = createServer((_request, response) => response.writeHead(405).end()).listen(0, '127.0.0.1');
  await once(mirror, 'listening');
  t.after(() => mirror.close());
  const registry = `--registry=http://127.0.0.1:${mirror.address().port}/`;
  assert.match((await audit(registry)).skip, /^not audited, this registry has no audits: 405/);
  mirror.closeAllConnections();
  mirror.close();
  assert.match((await audit(registry, '--fetch-retries=0')).skip, /^missing: the package registry/);
});

test('server 7: a grave vulnerability would be found, one of a tool that only develops, or a lesser one, would not count', async (t) => {
  const asked = [];
  const advisory = (id, severity) => [{ id, url: `https://advisories.example/${id}`, title: 'a test', severity, vulnerable_versions: '*', cwe: [], cvss: { score: 0 } }];
  const known = { libsql: advisory(1, 'critical'), 'prom-client': advisory(2, 'moderate'), typescript: advisory(3, 'critical') };
  const { version } = JSON.parse(readFileSync(new URL('../../node_modules/libsql/package.json', import.meta.url), 'utf8'));
  const registry = createServer((request, response) => {
    asked.push(request.url);
    response.setHeader('content-type', 'application/json');
    if (request.method === 'POST') return response.end(JSON.stringify(known));
    const name = request.url.slice(1);
    response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, dist: {} } } }));
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  t.after(() => registry.close());
  const { grave } = await audit(`--registry=http://127.0.0.1:${registry.address().port}/`);
  assert.ok(asked.some((url) => url.endsWith('/advisories/bulk')));
  assert.deepEqual(grave.filter((one) => one.includes('advisories.example')), ['libsql: critical: https://advisories.example/1']);
});
