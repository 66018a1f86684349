// server 7: tokens that change while the server runs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { createLogger } from '@oncue/server';
import { serve } from './serve.mjs';
import { Client, useFolder, useServers, withStream } from './support.mjs';

const withServer = useServers();
const folder = useFolder();

let files = 0;
/** A file of tokens; `write` replaces it as editors and secret stores do, `append` writes into it. */
function tokenFile(...tokens) {
  const name = path.join(folder, `tokens-${++files}.txt`);
  const write = (...lines) => {
    writeFileSync(`${name}.new`, `${lines.join('\n')}\n`);
    renameSync(`${name}.new`, name);
  };
  write(...tokens);
  return { name, write, append: (line) => writeFileSync(name, `${line}\n`, { flag: 'a' }) };
}

const statusWith = async (client, token) => (await client.api('GET', 'registry/services/', undefined, { authorization: `Bearer ${token}` })).status;
async function until(client, token, status) {
  while ((await statusWith(client, token)) !== status);
}

describe('--token-file', () => {
  test('a new token opens once it stands in the file, an old one until it is removed; nothing is interrupted', async () => {
    const { name, write, append } = tokenFile('# for the shop', 'first', '');
    await withServer({ tokens: ['always'], tokenFile: name }, async (client) => {
      assert.deepEqual([await statusWith(client, 'first'), await statusWith(client, 'second'), await statusWith(client, 'always')], [200, 401, 200]);
      const duid = randomUUID();
      await withStream(client, { domain_userid: duid }, async (stream) => {
        append('second');
        await until(client, 'second', 200);
        assert.equal(await statusWith(client, 'first'), 200, 'both are valid');
        write('second');
        await until(client, 'first', 401);
        assert.deepEqual([await statusWith(client, 'second'), await statusWith(client, 'always')], [200, 200]);
        client.token = 'second';
        assert.deepEqual((await client.api('POST', `interventions?domain_userid=${duid}`, { name: 'n', version: 1 })).body, { status: 'success' });
        await stream.until(({ messages }) => messages.length === 1);
      });
    });
  });

  test('a file that is empty, unreadable or wrong changes nothing, and the log says so once; the next good one is taken', async () => {
    const { name, write } = tokenFile('first');
    const lines = [];
    const logger = createLogger('info', new Writable({ write: (chunk, _encoding, done) => (lines.push(JSON.parse(chunk)), done()) }));
    await withServer({ tokenFile: name, logger }, async (client, server) => {
      const complaints = () => lines.filter(({ level }) => level === 50).map(({ error }) => error);
      for (const [make, said] of [[() => write('# nothing'), /no token/], [() => write('two words'), /a space/], [() => rmSync(name), /cannot be read/]]) {
        const before = complaints().length;
        make();
        while (complaints().length === before) assert.equal(await statusWith(client, 'first'), 200);
        assert.match(complaints().at(-1), said);
        assert.deepEqual([await statusWith(client, 'first'), await statusWith(client, '#'), await statusWith(client, 'two')], [200, 401, 401]);
      }
      write('third');
      server.reloadTokens();
      assert.deepEqual([await statusWith(client, 'third'), await statusWith(client, 'first')], [200, 401]);
      assert.equal(lines.at(-1).msg, 'the tokens were read again');
      assert.ok(!JSON.stringify(lines).includes('third'));
    });
  });

  test('a server does not start on a file without tokens', async () => {
    for (const [lines, said] of [[[], /no token in/], [['# only this'], /no token in/], [['ü'], /no header can carry/]]) {
      const { name } = tokenFile(...lines);
      await assert.rejects(withServer({ tokenFile: name }, async () => {}), said);
    }
    await assert.rejects(withServer({ tokenFile: path.join(folder, 'none') }, async () => {}), /cannot be read.*none/);
  });

  test('tokens of a file are enough to listen for others', async () => {
    const { name } = tokenFile('first');
    await withServer({ tokenFile: name, host: '0.0.0.0' }, async (_client, { port }) => {
      const client = new Client(`http://127.0.0.1:${port}`, 'first');
      assert.equal((await client.api('GET', 'registry/services/')).status, 200);
      assert.equal((await client.api('GET', 'registry/services/', undefined, { authorization: 'Bearer local' })).status, 401);
    });
  });

  test('oncue serve reads it again at SIGHUP and goes on', async () => {
    const { name, write } = tokenFile('first');
    const server = await serve(['--data', path.join(folder, 'hup.db'), '--token-file', name]);
    const client = new Client(server.url);
    assert.deepEqual([await statusWith(client, 'first'), await statusWith(client, 'second')], [200, 401]);
    write('second');
    server.child.kill('SIGHUP');
    await until(client, 'second', 200);
    assert.equal(await statusWith(client, 'first'), 401);
    assert.ok(!/first|second/.test(server.complained()), server.complained());
    assert.equal(await server.end(), 0);
  });
});
