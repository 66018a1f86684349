// server 7 and 8: what is logged, and that no token is.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createLogger } from '@oncue/server';
import { raw } from './hostile.mjs';
import { serve } from './serve.mjs';
import { Client, counterGroup, TP2, useFolder, useServers } from './support.mjs';

const withServer = useServers();
const folder = useFolder();
const SECRETS = ['top-secret', 'other-secret', 'query-secret', 'path-secret', 'body-secret', 'cookie-secret', 'raw-secret'];

/** Every text in a value, with that of bytes. */
function* textsIn(value) {
  if (typeof value === 'string') yield value;
  if (typeof value !== 'object' || value === null) return;
  if (value.type === 'Buffer' && Array.isArray(value.data)) yield Buffer.from(value.data).toString('latin1');
  for (const one of Object.values(value)) yield* textsIn(one);
}

function assertNoSecret(lines) {
  for (const line of lines) {
    for (const text of textsIn(JSON.parse(line))) for (const secret of SECRETS) assert.ok(!text.includes(secret), line.slice(0, 500));
  }
}

/** Tokens wherever somebody may put one: headers, queries, paths, bodies, and requests that are none. */
async function askWithSecrets(client) {
  const bearer = (token) => ({ authorization: `Bearer ${token}` });
  await client.publish({ attribute_groups: [counterGroup()] });
  await client.api('POST', 'registry/attribute_groups/', '{"body-secret"', bearer('top-secret'));
  for (const path of ['/api/v1/registry/services/', '/metrics', '/nothing', '/sync/v1/time']) {
    await client.ask('GET', path, undefined, { ...bearer('other-secret'), cookie: 'token=cookie-secret', 'x-api-key': 'other-secret' });
    await client.ask('GET', `${path}?token=query-secret&access_token=query-secret`, undefined, bearer('top-secret'));
  }
  for (const path of ['registry/services/path-secret', 'registry/attribute_groups/g/versions/path-secret', 'path-secret']) await client.api('GET', path);
  await client.api('DELETE', 'domain_userid/path-secret');
  await client.ask('POST', TP2, 'body-secret', { cookie: 'token=cookie-secret' });
  await client.ask('POST', '/enriched', 'x'.repeat(2_000_000), bearer('top-secret'));
  const { port } = new URL(client.url);
  for (const broken of ['x y: z\r\n', 'content-length: 1\r\ncontent-length: 2\r\n', 'transfer-encoding: gzip\r\n', `x: ${'y'.repeat(40_000)}\r\n`]) {
    await raw(Number(port), `POST /enriched?token=query-secret HTTP/1.1\r\nhost: x\r\nauthorization: Bearer raw-secret\r\n${broken}\r\n`);
  }
  await raw(Number(port), 'raw-secret\r\n\r\n');
}

test('no token is in the log, at whatever level, and a line is one JSON object', async () => {
  const lines = [];
  const logger = createLogger('trace', new Writable({ write: (chunk, _encoding, done) => (lines.push(...String(chunk).trim().split('\n')), done()) }));
  await withServer({ logger, tokens: ['top-secret'] }, async (client) => {
    client.token = 'top-secret';
    await askWithSecrets(client);
  });
  assert.ok(lines.some((line) => line.includes('client error')), 'requests that Node cannot read are logged');
  assertNoSecret(lines);
});

test('what is wrong inside the server is logged without the request: its token, cookie and bytes are left out', () => {
  const lines = [];
  const logger = createLogger('info', new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) }));
  const headers = { authorization: 'Bearer top-secret', cookie: 'token=cookie-secret', accept: 'text/plain' };
  const error = Object.assign(new Error('a test'), { rawPacket: Buffer.from('authorization: Bearer raw-secret'), headers });
  logger.error({ err: error, req: { headers }, headers }, 'unexpected error');
  logger.error(error);
  assert.equal(lines.length, 2);
  assertNoSecret(lines);
  assert.match(lines[0], /a test.*text\/plain/, 'the rest is there');
});

test('a proxy that is not trusted is named in the log, once; one that is trusted is not', async () => {
  const lines = [];
  const logger = createLogger('info', new Writable({ write: (chunk, _encoding, done) => (lines.push(JSON.parse(chunk)), done()) }));
  const warnings = () => lines.filter(({ msg }) => /--trust-proxy/.test(msg));
  const ask = async (client) => {
    for (const address of ['192.0.2.1', '192.0.2.2']) await client.ask('GET', '/i', undefined, { 'x-forwarded-for': address });
  };
  await withServer({ logger, trustProxies: ['loopback'] }, ask);
  assert.equal(warnings().length, 0);
  await withServer({ logger }, ask);
  assert.deepEqual(warnings().map(({ level }) => level), [40]);
});

test('connections that are not taken are counted, and logged once a minute; no address is logged', async () => {
  const lines = [];
  const logger = createLogger('info', new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) }));
  await withServer({ logger, connectionsPerAddress: 2 }, async (client, { port }) => {
    const refused = async () => Number(/^oncue_connections_refused_total (\d+)$/m.exec((await client.ask('GET', '/metrics')).body)[1]);
    assert.equal(await refused(), 0);
    const sockets = Array.from({ length: 6 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    let closed = 0;
    await new Promise((done) => sockets.forEach((socket) => socket.on('close', () => ++closed === 5 && done()).resume()));
    assert.equal(await refused(), 5);
    sockets.forEach((socket) => socket.destroy());
  });
  const warnings = lines.filter((line) => line.includes('--max-connections-per-address'));
  assert.equal(warnings.length, 1);
  assert.doesNotMatch(lines.join(''), /127\.0\.0\.1(?!:)/);
});

test('oncue serve: neither standard error nor standard output has a token, nor have the metrics', async () => {
  const server = await serve(['--data', `${folder}/logs.db`, '--token', 'top-secret', '--log', 'debug']);
  let said = '';
  server.child.stdout.on('data', (text) => (said += text));
  const client = new Client(server.url, 'top-secret');
  await askWithSecrets(client);
  const { body } = await client.ask('GET', '/metrics');
  assert.equal(await server.end(), 0);
  assertNoSecret(server.complained().trim().split('\n').filter(Boolean));
  for (const secret of SECRETS) assert.ok(!said.includes(secret) && !body.includes(secret), secret);
});
