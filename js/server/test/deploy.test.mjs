// The files in deploy/: what they name exists.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { useSyncServers } from './sync_support.mjs';

const withServer = useSyncServers();
const read = (name) => readFileSync(new URL(`../deploy/${name}`, import.meta.url), 'utf8');
const help = () => spawnSync(process.execPath, [fileURLToPath(new URL('../../cli/bin/oncue.mjs', import.meta.url)), 'serve', '--help'], { encoding: 'utf8' }).stdout;

test('every metric of the Grafana dashboard is one that the server has', () =>
  withServer(async (client) => {
    const { body } = await client.ask('GET', '/metrics');
    const expressions = JSON.parse(read('grafana.json')).panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const named = new Set(expressions.flatMap((expr) => expr.match(/\b(oncue|process)_[a-z_]+/g)));
    assert.ok(named.size >= 18);
    for (const name of named) assert.match(body, new RegExp(`^# TYPE ${name.replace(/_bucket$/, '')} `, 'm'));
  }));

test('every option in the Dockerfile and the unit is one that the command has', () => {
  const known = help();
  for (const name of ['Dockerfile', 'oncue.service']) {
    const line = read(name).split('\n').find((one) => /^(ENTRYPOINT|ExecStart)/.test(one));
    const options = line.match(/--[a-z]+(?=["\s])/g).filter((option) => option !== '--no' && !line.includes(`${option}-`));
    assert.ok(options.includes('--data'), line);
    for (const option of options) assert.ok(known.includes(option), `${name}: ${option}`);
  }
});

test('the unit is one that systemd accepts', (t) => {
  const unit = fileURLToPath(new URL('../deploy/oncue.service', import.meta.url));
  const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
  if (error) return t.skip('systemd-analyze is not here');
  assert.equal(status, 0, stderr);
});
