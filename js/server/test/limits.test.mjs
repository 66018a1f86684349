// server 7: how much one address may ask and hold open, over real sockets.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { serve } from './serve.mjs';
import { importSource } from './source.mjs';
import { Stream, useFolder, useServers, withStream } from './support.mjs';

const { isLoopback, networkOf } = await importSource('operations/addresses');
const { proxyTest } = await importSource('operations/proxies');
const withServer = useServers();
const folder = useFolder();
const from = (address) => ({ 'x-forwarded-for': address });

/** Opens connections one after the other; resolves to them, each with whether the server has kept it and what it answered. */
async function openConnections(port, count, { localAddress = '127.0.0.1', ask = 'GET /i HTTP/1.1\r\nhost: x\r\n\r\n' } = {}) {
  const sockets = [];
  for (let i = 0; i < count; i++) {
    const socket = connect({ port, host: '127.0.0.1', localAddress }).setEncoding('utf8').on('error', () => {});
    const closed = new Promise((done) => socket.once('close', () => done('')));
    socket.write(ask);
    const answer = await Promise.race([new Promise((done) => socket.once('data', done)), closed]);
    sockets.push({ socket, isKept: answer !== '', answer, closed });
  }
  return sockets;
}
const kept = (sockets) => sockets.map(({ isKept }) => isKept);
async function end({ socket, closed }) {
  socket.destroy();
  await closed;
}

/** Asks many times on one connection, all at once; resolves to how often each status came. */
async function flood(port, count, headers) {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`GET /i HTTP/1.1\r\nhost: x\r\n${lines}\r\n`.repeat(count - 1) + `GET /i HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines}\r\n`);
  let text = '';
  for await (const part of socket) text += part;
  const counts = {};
  for (const [, status] of text.matchAll(/HTTP\/1\.1 (\d+)/g)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe('requests a second', () => {
  test('without options: 2,000 at once and 1,000 a second for each address of another machine', (t) =>
    withServer({ trustProxies: ['loopback'] }, async (client, { port }) => {
      // The clock stands still, so that what is granted is not a matter of this machine's speed.
      t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
      const counts = (count, address) => flood(port, count, from(address));
      assert.deepEqual(await counts(2_005, '192.0.2.1'), { 200: 2_000, 429: 5 });
      assert.deepEqual(await counts(10, '192.0.2.2'), { 200: 10 }, 'another address');
      t.mock.timers.tick(1_000);
      assert.deepEqual(await counts(1_010, '192.0.2.1'), { 200: 1_000, 429: 10 });
      t.mock.timers.reset();
      const { status } = await client.ask('GET', '/healthz', undefined, from('192.0.2.3'));
      assert.equal(status, 200);
    }));

  test('without options this machine itself has no limit, and with 0 nobody has', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
    return withServer(async (_client, { port }) => {
      assert.deepEqual(Object.keys(await flood(port, 2_500, {})), ['200']);
    }).then(() =>
      withServer({ requestsPerSecond: 0, trustProxies: ['127.0.0.1'] }, async (_client, { port }) => {
        assert.deepEqual(Object.keys(await flood(port, 2_500, from('192.0.2.1'))), ['200']);
      }));
  });

  test('neither a bearer, nor a page, nor an unknown path, nor an address that cannot be read gets around it; a page may read why', () =>
    withServer({ requestsPerSecond: 1, tokens: ['secret'] }, async (client) => {
      const origin = 'https://shop.example';
      while ((await client.ask('GET', '/i')).status !== 429);
      for (const [method, path] of [['GET', '/healthz'], ['GET', '/api/v1/registry/services/'], ['GET', '/nothing'], ['OPTIONS', '/i'], ['POST', '/enriched'], ['GET', '/%zz'], ['GET', '/api/v1/registry/services/%zz'], ['PUT', `/api/v1/registry/services/${'x'.repeat(5_000)}`]]) {
        const answers = await Promise.all(Array.from({ length: 5 }, () => client.ask(method, path, undefined, { authorization: 'Bearer secret', origin })));
        const refused = answers.find(({ status }) => status === 429);
        assert.ok(refused, `${method} ${path}`);
        assert.deepEqual(refused.body, { error: 'too many requests' });
        assert.equal(refused.headers.get('access-control-allow-origin'), origin);
      }
    }));

  test('addresses of one IPv6 network count as one', () =>
    withServer({ requestsPerSecond: 3, trustProxies: ['127.0.0.1'] }, async (client) => {
      const ask = (address) => client.ask('GET', '/i', undefined, from(address)).then(({ status }) => status);
      const statuses = await Promise.all(Array.from({ length: 40 }, (_none, i) => ask(`2001:db8:1:2::${i.toString(16)}`)));
      assert.ok(statuses.includes(429));
      assert.equal(await ask('2001:db8:1:3::1'), 200);
    }));
});

describe('connections', () => {
  test('an address has so many and no more, until one of them ends', () =>
    withServer({ connectionsPerAddress: 3 }, async (_client, { port }) => {
      const sockets = await openConnections(port, 5);
      assert.deepEqual(kept(sockets), [true, true, true, false, false]);
      await end(sockets[0]);
      // The server hears of the end by itself; a connection before that is refused.
      let more;
      do [more] = await openConnections(port, 1); while (!more.isKept);
      for (const one of [...sockets, more]) await end(one);
    }));

  test('without options 1,000 of another machine, and of this one as many as it likes', () =>
    withServer({ trustProxies: ['127.0.0.2'] }, async (_client, { port }) => {
      const sockets = await openConnections(port, 1_005);
      assert.ok(kept(sockets).every(Boolean));
      await Promise.all(sockets.map(end));
    }).then(() =>
      withServer({ trustProxies: ['127.0.0.1'] }, async (_client, { port }) => {
        const ask = `GET /api/v1/interventions?domain_userid=${randomUUID()} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 192.0.2.1\r\n\r\n`;
        const sockets = await openConnections(port, 1_005, { ask });
        assert.deepEqual(sockets.map(({ answer }) => answer.slice(9, 12)), [...Array(1_000).fill('200'), ...Array(5).fill('429')]);
        await Promise.all(sockets.map(end));
      })));

  test('a trusted proxy has as many as it likes; streams of those behind it are counted by their address', () =>
    withServer({ connectionsPerAddress: 2, trustProxies: ['127.0.0.1'] }, async (client) => {
      const open = (address) => Stream.open(client.url, { domain_userid: randomUUID() }, from(address));
      const streams = [];
      for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.2']) streams.push(await open(address));
      assert.deepEqual(streams.map(({ status }) => status), [200, 200, 200, 200]);
      const refused = await open('192.0.2.1');
      assert.equal(refused.status, 429);
      assert.deepEqual(await refused.response.json(), { error: 'too many streams of this address' });
      assert.deepEqual([refused.response.headers.get('retry-after'), refused.response.headers.get('access-control-allow-origin')], ['60', '*']);
      streams[0].close();
      let again;
      do again = await open('192.0.2.1'); while (again.status !== 200);
      await withStream(client, { domain_userid: randomUUID() }, async ({ status }) => assert.equal(status, 200), from('192.0.2.3'));
      for (const stream of [...streams, again]) stream.close();
    }));

  test('oncue serve: --max-connections, --max-connections-per-address, --max-body and --rate', async () => {
    const server = await serve(['--data', `${folder}/limits.db`, '--max-connections', '4', '--max-connections-per-address', '3', '--max-body', '2000', '--rate', '0', '--log', 'silent']);
    const port = Number(new URL(server.url).port);
    const sockets = await openConnections(port, 4);
    assert.deepEqual(kept(sockets), [true, true, true, false]);
    // One that was refused counts until it is gone.
    let other;
    do [other] = await openConnections(port, 1, { localAddress: '127.0.0.2' }); while (!other.isKept);
    const [more] = await openConnections(port, 1, { localAddress: '127.0.0.2' });
    assert.equal(more.isKept, false, 'all together');
    for (const one of [...sockets, other, more]) await end(one);
    let answer;
    do answer = await fetch(`${server.url}/enriched`, { method: 'POST', body: 'x'.repeat(2001), headers: { authorization: 'Bearer x' } }).catch(() => undefined); while (!answer);
    assert.equal(answer.status, 413);
    await answer.text();
    assert.equal(await server.end(), 0);
  });
});

describe('addresses', () => {
  test('an IPv4 address however it is written, an IPv6 one by its first 64 bits', () => {
    for (const [address, network] of [
      ['192.0.2.1', '192.0.2.1'], ['::ffff:192.0.2.1', '192.0.2.1'], ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1'], ['2001:DB8::1', '2001:db8:0:0'],
      ['2001:0db8:0000:0001::', '2001:db8:0:1'], ['::1', '0:0:0:0'], ['fe80::1%eth0', 'fe80:0:0:0'], ['::', '0:0:0:0'],
    ]) assert.equal(networkOf(address), network, address);
    assert.deepEqual(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '10.0.0.1', '::2', '1127.0.0.1'].map(isLoopback), [true, true, true, true, false, false, false]);
  });

  test('trusted proxies: addresses, networks and names, of either family', () => {
    const isProxy = proxyTest(['loopback', '10.0.0.0/8', '192.0.2.7', 'fc00::/7']);
    for (const address of ['127.0.0.1', '::1', '10.255.0.1', '::ffff:10.0.0.1', '192.0.2.7', 'fd00::1']) assert.ok(isProxy(address), address);
    for (const address of ['192.0.2.8', '11.0.0.1', '2001:db8::1', '::ffff:192.0.2.8']) assert.ok(!isProxy(address), address);
  });
});
