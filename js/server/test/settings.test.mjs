// server 7: settings that could not work are refused at the start, with what to write instead.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { startServer } from '@oncue/server';
import { serve } from './serve.mjs';
import { Client, useFolder, useServers } from './support.mjs';

const withServer = useServers();
const folder = useFolder();
let files = 0;
/** One that starts although it should not must not keep the test from ending. */
const start = async (options) => void (await (await startServer({ data: newFile(), port: 0, ...options })).close());
const newFile = () => path.join(folder, `settings-${++files}.db`);
const statusWith = async (client, token) => (await client.api('GET', 'registry/services/', undefined, { authorization: `Bearer ${token}` })).status;

describe('tokens', () => {
  test('ONCUE_TOKENS: spaces around the commas do not count', async () => {
    const server = await serve(['--data', newFile(), '--log', 'silent'], { ONCUE_TOKENS: ' aaa, bbb ,,ccc\n' });
    const client = new Client(server.url);
    assert.deepEqual(await Promise.all(['aaa', 'bbb', 'ccc', 'ddd'].map((token) => statusWith(client, token))), [200, 200, 200, 401]);
    assert.equal(await server.end(), 0);
  });

  test('one that no header can carry is refused, by the command and by startServer, and not repeated', async () => {
    for (const token of ['a b', ' a', 'a\n', 'ü', '']) {
      const said = token === '' ? /Token 2 .*is empty/ : /Token 2 .*a space or a letter that no header can carry: give each on its own/;
      await assert.rejects(start({ tokens: ['fine', token] }), said);
      await assert.rejects(serve(['--data', newFile(), '--token', 'fine', token]), (error) => {
        assert.match(error.message, said);
        assert.ok(!error.message.includes('fine'), error.message);
        return true;
      });
    }
    await assert.rejects(serve(['--data', newFile()], { ONCUE_TOKENS: 'a,b c' }), /Token 2 .*a space/);
  });
});

describe('origins', () => {
  const WRONG = [
    ['https://shop.example/', 'https://shop.example'],
    ['https://shop.example/basket', 'https://shop.example'],
    ['https://shop.example?x', 'https://shop.example'],
    ['https://shop.example:443', 'https://shop.example'],
    ['https://Shop.Example', 'https://shop.example'],
    ['https://müller.example', 'https://xn--mller-kva.example'],
    ['https://me:secret@shop.example', 'https://shop.example'],
    ['shop.example', 'https://shop.example'],
    ['shop.example:8443', 'https://shop.example:8443'],
    ['//shop.example', 'https://shop.example'],
    ['https://a.example,https://b.example', 'one such as https://shop.example, each on its own'],
    ['https://*.shop.example', 'one such as https://shop.example, each on its own'],
    ['', 'one such as https://shop.example, each on its own'],
    ['chrome-extension://abc/', 'one such as https://shop.example, each on its own'],
    ['chrome-extension:abc', 'one such as https://shop.example, each on its own'],
    ['file:///index.html', 'one such as https://shop.example, each on its own'],
  ];

  test('what no browser sends is refused, with what was probably meant', async () => {
    for (const [origin, meant] of WRONG) {
      await assert.rejects(start({ origins: ['https://fine.example', origin] }), ({ message }) => {
        assert.ok(message.startsWith(`The origin "${origin}" is none that a browser sends`) && message.endsWith(`: write ${meant}`), message);
        return true;
      });
    }
    await assert.rejects(start({ origins: ['*'] }), /leave origins out/);
  });

  test('oncue serve --origin says so, too', async () => {
    await assert.rejects(serve(['--data', newFile(), '--origin', 'https://shop.example/']), /"https:\/\/shop\.example\/" is none .*write https:\/\/shop\.example/);
    await assert.rejects(serve(['--data', newFile(), '--origin', 'shop.example']), /write https:\/\/shop\.example/);
  });

  test('origins of pages, extensions, apps and files are taken, and let those pages call', () => {
    const origins = ['https://shop.example', 'http://localhost:3000', 'http://[::1]:8080', 'https://xn--mller-kva.example', 'chrome-extension://abcdefghijklmnop', 'moz-extension://0c1f5e1a-7b3d-4c55-9c9f-000000000000', 'capacitor://localhost', 'null'];
    return withServer({ origins }, async (client) => {
      for (const origin of origins) {
        const { status, headers } = await client.api('GET', 'registry/services/', undefined, { origin });
        assert.deepEqual([status, headers.get('access-control-allow-origin')], [200, origin]);
      }
      assert.equal((await client.api('GET', 'registry/services/', undefined, { origin: 'https://evil.example' })).status, 403);
    });
  });
});

describe('the data file', () => {
  test('a folder that is missing, no folder, or a folder in its place: the reason, and what to do', async () => {
    const file = path.join(folder, 'some.txt');
    writeFileSync(file, 'text');
    const missing = path.join(folder, 'nowhere', 'x.db');
    for (const [data, said] of [
      [missing, `${missing}: there is no folder ${path.dirname(missing)}: make it, or give another file`],
      [path.join(file, 'x.db'), `${path.join(file, 'x.db')}: ${file} is no folder: give another file`],
      [path.join(file, 'y', 'x.db'), `${path.join(file, 'y', 'x.db')}: its folder ${path.join(file, 'y')} cannot be reached: make it, or give another file`],
      [folder, `${folder}: this is a folder: give a file in it, such as ${path.join(folder, 'oncue.db')}`],
    ]) {
      await assert.rejects(start({ data }), { message: said });
      await assert.rejects(serve(['--data', data]), ({ message }) => message.trimEnd().endsWith(`oncue serve: ${said}`));
    }
  });

  test('one that may not be written', async () => {
    // Nobody, not even root, makes a file there.
    await assert.rejects(start({ data: '/proc/x.db' }), /^Error: \/proc\/x\.db: this process may not write it, or into its folder \/proc: allow that, or give another file$/);
  });

  test('one that another server has: the second one says so, and the first one goes on', async () => {
    const data = newFile();
    const first = await serve(['--data', data, '--log', 'silent']);
    const said = `${data}: another server uses this file, and has it locked: end that one first, or give this one a file of its own`;
    await assert.rejects(start({ data }), { message: said });
    await assert.rejects(serve(['--data', data]), ({ message }) => message.trimEnd().endsWith(`oncue serve: ${said}`));
    assert.equal((await new Client(first.url).ask('GET', '/healthz')).status, 200);
    assert.equal(await first.end(), 0);
  });
});
