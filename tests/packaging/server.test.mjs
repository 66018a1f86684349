// `npm pack` of the server and the command line, installed into an empty project: `oncue serve` starts there and answers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { npm } from './registry.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ECOM = JSON.parse(readFileSync(path.join(root, 'tests/fixtures/definitions/ecom.json'), 'utf8'));

/** `npx oncue serve` in a folder. */
async function serve(folder, ...args) {
  const child = spawn(path.join(folder, 'node_modules/.bin/oncue'), ['serve', '--port', '0', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const url = await new Promise((resolve, reject) => {
    void exited.then(() => reject(new Error(said)));
    child.stdout.on('data', () => {
      const [, address] = /^OnCue server: (http:\S+)\/$/m.exec(said) ?? [];
      if (address) resolve(address);
    });
  });
  const end = async () => {
    child.kill('SIGTERM');
    return (await exited)[0];
  };
  return { url, end };
}

test('packed and installed elsewhere, oncue serve starts, counts, keeps, and shows its console', async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-serve-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  const packing = await npm(folder, 'pack', ...['js/engine', 'js/server', 'js/cli'].map((one) => path.join(root, one)), '--ignore-scripts', '--silent');
  assert.equal(packing.status, 0, packing.stderr);
  const packages = readdirSync(folder).filter((name) => name.endsWith('.tgz')).map((name) => `./${name}`);
  assert.equal(packages.length, 3);
  const installing = await npm(folder, 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', ...packages);
  if (installing.missing) return t.skip(`missing: ${installing.missing}`);
  assert.equal(installing.status, 0, installing.stderr);
  for (const file of ['deploy/Dockerfile', 'deploy/grafana.json', 'README.md']) {
    assert.ok(existsSync(path.join(folder, 'node_modules/@oncue/server', file)), file);
  }
  assert.ok(!existsSync(path.join(folder, 'node_modules/@snowplow')), 'nothing that only tests need is installed');

  const first = await serve(folder);
  const api = (url, route, body) => fetch(url + route, { method: 'POST', headers: { authorization: 'Bearer any' }, body: JSON.stringify(body) });
  for (const kind of ['attribute_groups', 'services', 'interventions']) {
    for (const object of ECOM[kind]) assert.equal((await api(first.url, `/api/v1/registry/${kind}/`, object)).status, 201);
  }
  const duid = randomUUID();
  const vendor = 'com.snowplowanalytics.snowplow';
  const data = { schema: `iglu:${vendor}.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type: 'add_to_cart' } };
  const event = { e: 'ue', eid: randomUUID(), duid, ue_pr: JSON.stringify({ schema: `iglu:${vendor}/unstruct_event/jsonschema/1-0-0`, data }) };
  const sent = await api(first.url, `/${vendor}/tp2`, { schema: `iglu:${vendor}/payload_data/jsonschema/1-0-4`, data: [event] });
  assert.equal(sent.status, 200);
  const page = await fetch(`${first.url}/`);
  assert.match(await page.text(), /<title>OnCue server<\/title>/);
  assert.equal(await first.end(), 0);

  // The same file goes on, in the folder it was started in.
  assert.ok(existsSync(path.join(folder, 'oncue.db')));
  const second = await serve(folder, '--token', 'secret');
  assert.equal((await api(second.url, '/api/v1/get-online-attributes', {})).status, 401);
  const answer = await fetch(`${second.url}/api/v1/get-online-attributes`, {
    method: 'POST', headers: { authorization: 'Bearer secret' }, body: JSON.stringify({ attribute_keys: { domain_userid: [duid] }, service: 'ecom_attributes' }),
  });
  assert.deepEqual((await answer.json()).count_add_to_cart, [1]);
  assert.equal(await second.end(), 0);
});
