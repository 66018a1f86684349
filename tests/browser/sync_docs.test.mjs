// The script of docs/sync-in-the-page.md, run as it stands against a real server: only the addresses are those that exist.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { mintSyncToken, startServer } from '@oncue/server';
import { onlyFence, root } from '../fences.mjs';
import { useBrowser } from './plugin_support.mjs';
import { publish, sharedDefinitions } from './sync_support.mjs';

const withShop = useBrowser();
const SECRET = 'a secret of tests that has thirty-two bytes';

test('docs/sync-in-the-page.md: the script counts for the visitor who is signed in, and tells the server', async () => {
  const shown = onlyFence('synced page');
  const folder = mkdtempSync(join(tmpdir(), 'oncue-docs-'));
  const server = await startServer({ data: join(folder, 'sync.db'), port: 0, sync: { secrets: [SECRET] } });
  const address = `http://127.0.0.1:${server.port}`;
  try {
    await publish(address, sharedDefinitions([1], 'page_view'));
    const code = shown.code.replaceAll("'https://collector.example.com'", 'location.origin').replaceAll('https://oncue.example.com', address);
    const extra = `\nimport * as tracker from '@snowplow/browser-tracker';\nimport * as oncue from '@oncue/browser-plugin';\nObject.assign(window, { tracker, oncue, startTracker: true });`;
    const { outputFiles } = await build({ stdin: { contents: code + extra, resolveDir: `${root}js/browser-plugin` }, bundle: true, format: 'esm', write: false });
    const onPage = async (page) => {
      await page.route('**/page.js', (route) => route.fulfill({ contentType: 'text/javascript', body: outputFiles[0].text }));
      await page.route('**/account/oncue-token', async (route) => route.fulfill({ body: await mintSyncToken({ secret: SECRET, key: 'user_id', id: 'ann' }) }));
    };
    await withShop({ onPage }, async (shop, page) => {
      await page.waitForFunction(() => {
        const { ids, stats } = oncue.inspect().engine?.sync({ do: 'status' }) ?? {};
        return stats?.recorded === 1 && ids[0].pending === 0;
      });
      assert.equal(await page.evaluate(() => oncue.getAttributes('user_id').shared.clicks), 1);
      while (!shop.log.some(({ text }) => text === 'show at_1')) await shop.settle();
    });
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
