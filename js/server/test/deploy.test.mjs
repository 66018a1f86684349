// The files in deploy/: what they name exists.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { parseDocument } from 'yaml';
import { serve } from './serve.mjs';
import { counterGroup, intervention, pageView, useFolder } from './support.mjs';
import { useSyncServers } from './sync_support.mjs';

const withServer = useSyncServers();
const folder = useFolder();
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

test('the dashboard shows each process by itself where a limit is that of a process, and whether its engine takes events', () => {
  const expressions = JSON.parse(read('grafana.json')).panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  for (const name of ['oncue_engine_memory_bytes', 'process_resident_memory_bytes', 'oncue_engine_ok']) {
    const own = expressions.filter((expr) => expr.includes(name));
    assert.ok(own.length > 0, name);
    for (const expr of own) assert.match(expr, /^(max|min) by \(instance\) \(\w+\)$/, name);
  }
});

test('no panel of the dashboard lies on another one', () => {
  const { panels } = JSON.parse(read('grafana.json'));
  const places = panels.map(({ gridPos: { x, y, w, h } }) => ({ left: x, right: x + w, top: y, bottom: y + h }));
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const [i, a] of places.entries()) {
    assert.ok(a.right <= 24);
    for (const b of places.slice(i + 1)) assert.ok(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top, panels[i].title);
  }
});

test('every option in the Dockerfile and the unit is one that the command has', () => {
  const known = help();
  for (const name of ['Dockerfile', 'oncue.service']) {
    const line = read(name).split('\n').find((one) => /^(ENTRYPOINT|ExecStart)/.test(one));
    const options = line.match(/--[a-z]+(?=["\s])/g).filter((option) => option !== '--no' && !line.includes(`${option}-`));
    assert.ok(options.includes('--data'), line);
    for (const option of options) assert.ok(known.includes(option), `${name}: ${option}`);
  }
});

test('the Dockerfile has no fault that a linter knows', () => {
  const faults = (text) => validate(text).map(({ range, message }) => `line ${range.start.line + 1}: ${message}`);
  assert.deepEqual(faults(read('Dockerfile')), []);
  assert.equal(faults(`${read('Dockerfile')}RUNN x\nCMD [\n`).length > 0, true, 'the linter finds faults');
});

test('the image has a fixed base, is no root, and keeps its data in the volume that the compose file gives it', () => {
  const dockerfile = read('Dockerfile');
  const value = (instruction) => new RegExp(`^${instruction} (.+)$`, 'm').exec(dockerfile)?.[1];
  assert.match(value('FROM'), /^node:\d+-[a-z]+-slim$/);
  assert.equal(value('USER'), 'node');
  const entry = JSON.parse(value('ENTRYPOINT'));
  assert.ok(entry.at(-1).startsWith(`${value('VOLUME')}/`));
  const { oncue } = parseDocument(read('compose.yaml')).toJS().services;
  assert.deepEqual(oncue.volumes.map((volume) => volume.split(':')[1]), [value('VOLUME')]);
  assert.deepEqual(oncue.ports.map((port) => port.split(':').at(-1)), [value('EXPOSE')]);
});

test('the compose file is YAML that Compose reads: known keys, declared volumes, ports of this machine only, secrets asked for', () => {
  const document = parseDocument(read('compose.yaml'), { strict: true });
  assert.deepEqual([...document.errors, ...document.warnings], []);
  const { services, volumes, ...rest } = document.toJS();
  assert.deepEqual(rest, {});
  // Of the Compose specification, what a service like this may use.
  const known = ['build', 'command', 'environment', 'ports', 'volumes', 'restart', 'stop_grace_period', 'read_only', 'tmpfs', 'security_opt'];
  for (const [name, service] of Object.entries(services)) {
    assert.deepEqual(Object.keys(service).filter((key) => !known.includes(key)), [], name);
    for (const volume of service.volumes) assert.ok(Object.hasOwn(volumes, volume.split(':')[0]), volume);
    for (const port of service.ports) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/);
    const { ONCUE_SYNC_SECRET, ...asked } = service.environment;
    assert.equal(ONCUE_SYNC_SECRET, '${ONCUE_SYNC_SECRET:-}');
    assert.deepEqual(Object.keys(asked), ['ONCUE_TOKENS']);
    for (const value of Object.values(asked)) assert.match(value, /^\$\{[A-Z_]+:\?.+\}$/);
    assert.match(service.stop_grace_period, /^\d+s$/);
    assert.ok(['no', 'always', 'on-failure', 'unless-stopped'].includes(service.restart));
  }
});

test('with the command of the compose file, and an empty sync secret as without one, the server starts', async () => {
  const { command, environment } = parseDocument(read('compose.yaml')).toJS().services.oncue;
  for (const option of command.filter((one) => one.startsWith('--'))) assert.ok(help().includes(option), option);
  const names = Object.fromEntries(Object.keys(environment).map((name) => [name, name === 'ONCUE_TOKENS' ? 'secret' : '']));
  const server = await serve(['--data', path.join(folder, 'compose.db'), ...command], names);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  assert.equal((await fetch(`${server.url}/sync/v1/time`)).status, 404, 'no sync');
  assert.equal(await server.end(), 0);
});

/** Samples by name and labels; throws at what Prometheus would not read. */
function readExposition(text) {
  const types = new Map();
  const helped = new Set();
  const samples = [];
  assert.ok(text.endsWith('\n'));
  for (const line of text.split('\n').filter(Boolean)) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (comment?.[1] === 'HELP') {
      assert.ok(!helped.has(comment[2]), line);
      helped.add(comment[2]);
    } else if (comment) {
      assert.ok(helped.has(comment[2]) && !types.has(comment[2]), line);
      assert.match(comment[3], /^(counter|gauge|histogram|summary)$/);
      types.set(comment[2], comment[3]);
    } else {
      const [, name, labels = '', value] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/.exec(line) ?? assert.fail(`no sample: ${line}`);
      const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
      assert.ok(types.has(family), line);
      assert.ok(value === 'NaN' || /^[+-]Inf$/.test(value) || Number.isFinite(Number(value)), line);
      samples.push({ name, family, type: types.get(family), labels, value: Number(value.replace('Inf', 'Infinity')) });
    }
  }
  return { types, samples };
}

test('/metrics is what Prometheus reads: every sample of a described family, histograms add up, units and endings as its linter asks', () =>
  withServer(async (client) => {
    // A label with everything that needs escaping comes from what clients ask for.
    await client.publish({ attribute_groups: [counterGroup()], interventions: [intervention()] });
    await client.track(pageView({ duid: 'ann' }), pageView({ duid: 'ann' }));
    await client.ask('GET', '/no"such\\page');
    const { types, samples } = readExposition((await client.ask('GET', '/metrics')).body);
    const keys = samples.map(({ name, labels }) => `${name}{${labels}}`);
    assert.equal(new Set(keys).size, keys.length, 'no sample twice');
    // Names beside these are prom-client's.
    const own = [...types].filter(([name]) => name.startsWith('oncue_'));
    assert.ok(own.length >= 10);
    for (const [name, type] of own) {
      assert.equal(/_total$/.test(name), type === 'counter', name);
      assert.doesNotMatch(name, /[A-Z]|_(ms|milliseconds|kb|mb)(_|$)/, name);
    }
    const histograms = samples.filter(({ type, name }) => type === 'histogram' && name.endsWith('_count'));
    assert.ok(histograms.length > 0);
    for (const { family, labels, value } of histograms) {
      const isPart = (sample) => sample.name === `${family}_bucket` && sample.labels.replace(/(^|,)le="[^"]*"(,|$)/, '').replace(/,$/, '') === labels.replace(/,$/, '');
      const buckets = samples.filter(isPart);
      assert.ok(buckets.length > 1, `${family}{${labels}}`);
      assert.ok(buckets.every((bucket, n) => n === 0 || bucket.value >= buckets[n - 1].value), `${family} grows`);
      assert.match(buckets.at(-1).labels, /le="\+Inf"/);
      assert.equal(buckets.at(-1).value, value);
    }
  }));

test('the unit is one that systemd accepts', (t) => {
  const unit = fileURLToPath(new URL('../deploy/oncue.service', import.meta.url));
  const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
  if (error) return t.skip('missing: systemd-analyze, of the package systemd');
  assert.equal(status, 0, stderr);
});
