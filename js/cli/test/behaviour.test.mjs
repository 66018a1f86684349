import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createEngine, load } from '@oncue/engine';
import { membersOf, partsOf } from '../src/json_text.mjs';
import { tableLines, widthOf } from '../src/table.mjs';
import { oncue } from './run_cli.mjs';

const RULES = ['--definitions', 'data/rules.json'];
const PAGE = { e: 'pv', duid: 'ann', dtm: '1767600000000' };
const line = (more = {}) => `${JSON.stringify({ ...PAGE, ...more })}\n`;
const testJson = (input, ...args) => oncue(['test', ...RULES, '--events', '-', '--output', 'json', ...args], input);
const viewsOf = ({ stdout }) => JSON.parse(stdout.split('\n')[0]).attributes.views;

let folder;
const file = (name, content) => {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
};
before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-cli-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('the command line', () => {
  const REFUSED = {
    'there is no command "tset"; did you mean "test"?': ['tset'],
    'there is no option --definition; did you mean "definitions"?': ['test', '--definition', 'x'],
    'oncue test needs --definitions FILE...': ['test', '--events', '-'],
    'oncue replay needs --events FILE|-': ['replay', ...RULES],
    '--output cannot be "xml"; use one of: table, json': ['test', ...RULES, '--events', '-', '--output', 'xml'],
    '--as-of "tomorrow" is not a moment; write ISO 8601': ['test', ...RULES, '--events', '-', '--as-of', 'tomorrow'],
    '--as-of "2026-02-30" is not a moment': ['test', ...RULES, '--events', '-', '--as-of', '2026-02-30'],
    'there is no option --constructor': ['test', '--constructor', 'x'],
    '--seed "x" must be a whole number': ['replay', ...RULES, '--events', '-', '--seed', 'x'],
    '--window-event-limit "0" must be a whole number from 1 to 100,000, or unlimited': ['test', ...RULES, '--events', '-', '--window-event-limit', '0'],
    '--strict takes no value': ['test', ...RULES, '--events', '-', '--strict=yes'],
    '--seed needs a value: --seed N': ['replay', ...RULES, '--events', '-', '--seed'],
    '"stray" belongs to no option': ['test', 'stray', ...RULES, '--events', '-'],
    '--key "user" is the key of no group here; known: domain_userid, domain_sessionid': ['test', ...RULES, '--events', '-', '--key', 'user'],
    '--key "typo" is the target of no intervention here; known: domain_userid': ['replay', ...RULES, '--events', '-', '--key', 'typo'],
    'oncue validate needs the files to check': ['validate'],
  };
  for (const [message, args] of Object.entries(REFUSED)) {
    test(`oncue ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await oncue(args);
      assert.ok(stderr.toLowerCase().includes(message.toLowerCase()), stderr);
      assert.equal(code, 2);
      assert.equal(stdout, '');
    });
  }

  test('--version', async () => assert.match((await oncue(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/));
});

test('a table of more rows than a call has arguments', () => {
  const lines = tableLines(['id', 'views'], Array.from({ length: 200_000 }, (_, i) => [`user ${i}`, '1']), new Set([1]));
  assert.equal(lines.length, 200_002);
  assert.equal(widthOf(lines), 'user 199999  views'.length);
});

test('parts of JSON text, as they stand', () => {
  assert.deepEqual(partsOf('[]'), []);
  assert.deepEqual(partsOf('{}'), []);
  assert.deepEqual(partsOf('[1]'), ['1']);
  assert.deepEqual(partsOf('[{"a":[1,2]},"x,\\"]",3]'), ['{"a":[1,2]}', '"x,\\"]"', '3']);
  assert.deepEqual([...membersOf('{"a,b":{"2":1,"1":1},"n":9007199254740993,"s":"}"}')], [['a,b', '{"2":1,"1":1}'], ['n', '9007199254740993'], ['s', '"}"']]);
});

test('a category_count keeps its order: the highest counts first, names that look like integers included', async () => {
  const attributes = [
    { name: 'total', type: 'int32', aggregation: 'counter' },
    { name: 'counts', type: 'dict', aggregation: 'category_count', property: { name: 'se_label' } },
  ];
  const group = { name: 'g', attribute_key: { name: 'domain_userid' }, attributes };
  const fires = { name: 'seen', criteria: { attribute: 'g:total', operator: '>', value: 2 }, payload_attribute_groups: [{ name: 'g' }] };
  const rules = ['--definitions', file('order.json', JSON.stringify({ attribute_groups: [group], interventions: [fires] })), '--events', '-'];
  const event = (label) => `${JSON.stringify({ e: 'se', duid: 'ann', se_ca: 'c', se_ac: 'a', se_la: label, dtm: '1767600000000' })}\n`;
  const events = event('9') + event('9') + event('1');
  assert.ok((await oncue(['test', ...rules, '--output', 'json'], events)).stdout.includes('"attributes":{"total":3,"counts":{"9":2,"1":1}}'));
  assert.match((await oncue(['test', ...rules], events)).stdout, /ann +3 +\{"9":2,"1":1\}/);
  assert.ok((await oncue(['replay', ...rules], events)).stdout.includes('"attributes":{"g:total":3,"g:counts":{"9":2,"1":1}}'));
});

describe('definitions', () => {
  const GROUP = { name: 'g', attribute_key: { name: 'user_id' }, attributes: [{ name: 'a', type: 'int32', aggregation: 'counter' }] };
  const BAD = { ...GROUP, name: 'bad name' };

  test('validate: every problem of several files, with the file it is in', async () => {
    const bundle = file('bundle.json', JSON.stringify({ attribute_groups: [GROUP, BAD] }, null, 2));
    const array = file('array.json', JSON.stringify([BAD]));
    const ndjson = file('lines.ndjson', `${JSON.stringify({ ...GROUP, name: 'h' })}\n\n${JSON.stringify(BAD)}\n`);
    const { code, stdout } = await oncue(['validate', bundle, array, ndjson]);
    assert.equal(code, 1);
    const places = stdout.trim().split('\n').map((text) => text.slice(folder.length + 1, text.indexOf(' ')));
    assert.deepEqual(places, ['bundle.json#/attribute_groups/1/name:', 'array.json#/0/name:', 'lines.ndjson#/2/name:']);
  });

  test('validate: a file that is no JSON beside one that is', async () => {
    const good = file('good.json', JSON.stringify(GROUP));
    const broken = file('broken.json', '{"name": 1,\n');
    const { code, stdout } = await oncue(['validate', good, broken]);
    assert.equal(code, 1);
    assert.match(stdout, /broken\.json#: syntax: This is not JSON: .*line 2/);
  });

  test('validate: every problem of every file, also beside files that cannot be read at all', async () => {
    const keyed = { ...GROUP, name: 'keyed', attribute_key: { name: 'defined_elsewhere' } };
    const files = [file('broken.json', '{'), file('bad.json', JSON.stringify(BAD)), path.join(folder, 'none.json'), file('keyed.json', JSON.stringify(keyed))];
    for (const order of [files, [...files].reverse(), files.slice(0, 2), files.slice(1, 3)]) {
      const { code, stdout, stderr } = await oncue(['validate', ...order]);
      assert.equal(code, 1);
      const found = stdout.trim().split('\n').map((text) => /([a-z]+)\.json#(\S*): (\w+): .*\.$/.exec(text).slice(1)).sort();
      const expected = [['bad', '/name', 'invalid_name'], ['broken', '', 'syntax'], ['none', '', 'unreadable']].filter(([name]) => order.some((one) => one.endsWith(`${name}.json`)));
      // Its key may stand in a file that cannot be read.
      assert.deepEqual(found, expected);
      assert.match(stderr, new RegExp(`: ${expected.length} errors`));
    }
    const { ok, errors } = JSON.parse((await oncue(['validate', '--json', ...files])).stdout);
    assert.deepEqual([ok, errors.length], [false, 3]);
  });

  test('validate --json: the same as data', async () => {
    const bad = file('bad.json', JSON.stringify(BAD));
    const { code, stdout } = await oncue(['validate', '--json', bad]);
    const { ok, errors } = JSON.parse(stdout);
    assert.deepEqual([code, ok, errors[0].file, errors[0].pointer, errors[0].code], [1, false, bad, '/name', 'invalid_name']);
  });

  test('several files are one bundle', async () => {
    const rules = JSON.parse(readFileSync(new URL('data/rules.json', import.meta.url), 'utf8'));
    const groups = file('groups.json', JSON.stringify({ attribute_groups: rules.attribute_groups }));
    const interventions = file('interventions.json', JSON.stringify(rules.interventions));
    const split = await oncue(['replay', '--definitions', groups, interventions, '--events', 'data/events.ndjson']);
    const whole = await oncue(['replay', ...RULES, '--events', 'data/events.ndjson']);
    assert.equal(split.stdout, whole.stdout);
    assert.notEqual(split.stdout, '');
  });

  test('no TTL anywhere: one warning, however many attributes', async () => {
    const { stderr } = await oncue(['validate', '../../../tests/fixtures/definitions/ecom.json']);
    assert.equal(stderr.match(/no_ttl/g).length, 1);
    assert.match(stderr, /2 more attributes/);
  });

  test('bad definitions stop test and replay with every problem', async () => {
    const { code, stderr } = await oncue(['replay', '--definitions', file('bad2.json', JSON.stringify([BAD])), '--events', '-']);
    assert.equal(code, 1);
    assert.match(stderr, /bad2\.json#\/0\/name: invalid_name: /);
  });

  test('a file that is not there', async () => {
    const { code, stderr } = await oncue(['validate', 'nowhere.json']);
    assert.equal(code, 1);
    assert.equal(stderr, 'nowhere.json: there is no such file\n');
  });
});

describe('events', () => {
  test('Windows line ends, a byte order mark, no newline at the end', async () => {
    const text = `\uFEFF${line()}${line()}`.replaceAll('\n', '\r\n') + JSON.stringify(PAGE);
    assert.equal(viewsOf(await testJson(text)), 3);
  });

  test('lines across reads of the pipe', async () => {
    const bytes = Buffer.from(line({ page: 'Grüße' }).repeat(3));
    const parts = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => bytes.subarray(i * 7, i * 7 + 7));
    const result = await testJson(parts);
    assert.equal(viewsOf(result), 3);
    assert.doesNotMatch(result.stderr, /bad line/);
  });

  test('auto: payload, enriched JSON and enriched TSV side by side', async () => {
    const enriched = { event: 'page_view', event_name: 'page_view', event_vendor: 'com.snowplowanalytics.snowplow', domain_userid: 'ann', collector_tstamp: '2026-01-05T08:00:01.000Z' };
    const columns = Array.from({ length: 131 }, () => '');
    // Positions of the canonical event's columns, from 1: 4, 6, 16, 126, 127, 129.
    for (const [position, value] of Object.entries({ 4: '2026-01-05 08:00:02.000', 6: 'page_view', 16: 'ann', 126: 'com.snowplowanalytics.snowplow', 127: 'page_view', 129: '1-0-0' })) {
      columns[position - 1] = value;
    }
    const result = await testJson(`${line()}${JSON.stringify(enriched)}\n${columns.join('\t')}\n`);
    assert.doesNotMatch(result.stderr, /bad line/);
    assert.equal(viewsOf(result), 3);
  });

  test('bad lines: the first ten are shown, all are counted, --strict fails', async () => {
    const input = line() + 'x\n'.repeat(12);
    const lax = await testJson(input);
    assert.equal(lax.code, 0);
    assert.equal(lax.stderr.match(/not_json/g).length, 10);
    assert.match(lax.stderr, /standard input:2: not_json/);
    assert.match(lax.stderr, /12 bad lines of 13 events skipped \(the first 10 are above\)/);
    assert.equal((await testJson(input, '--strict')).code, 1);
  });

  test('--as-of before the last event', async () => {
    const { code, stderr } = await testJson(line(), '--as-of', '2026-01-01');
    assert.equal(code, 1);
    assert.match(stderr, /--as-of 2026-01-01T00:00:00.000Z lies before the event at standard input:1 \(2026-01-05T08:00:00.000Z\)/);
  });

  test('--as-of before the last event: replay has written what fired until then, and nothing of later', async () => {
    const later = line({ dtm: '1767600060000', duid: 'bob' }).repeat(2);
    const { code, stdout, stderr } = await oncue(['replay', ...RULES, '--events', '-', '--as-of', '2026-01-05T08:00:30Z'], line().repeat(2) + later);
    assert.equal(code, 1);
    assert.deepEqual(stdout.trim().split('\n').map((text) => JSON.parse(text).target_attribute_key.id), ['ann']);
    assert.match(stderr, /the event at standard input:3 /);
  });

  test('--as-of before the last event: what time fired on the way to it was fired', async () => {
    const definitions = file('idle.json', JSON.stringify({
      attribute_groups: [{ name: 'g', attribute_key: { name: 'domain_userid' }, attributes: [{ name: 'idle', type: 'double', aggregation: 'time_since_last', time_unit: 'min', events: [] }] }],
      interventions: [{ name: 'away', criteria: { attribute: 'g:idle', operator: '>=', value: 15 }, target_attribute_keys: [{ name: 'domain_userid' }] }],
    }));
    const events = line() + line({ dtm: String(Number(PAGE.dtm) + 7_200_000) });
    for (const [asOf, fires] of [['08:14:59', 0], ['08:15:00', 1], ['09:00:00', 1]]) {
      const { code, stdout, stderr } = await oncue(['replay', '--definitions', definitions, '--events', '-', '--as-of', `2026-01-05T${asOf}Z`], events);
      assert.equal(code, 1);
      assert.match(stderr, /the event at standard input:2 /);
      const fired = stdout.trim() === '' ? [] : stdout.trim().split('\n').map((text) => JSON.parse(text));
      assert.deepEqual(fired.map(({ at, event_id }) => [at, event_id]), Array(fires).fill([Number(PAGE.dtm) + 900_000, null]), asOf);
    }
  });

  test('a line of several payloads is one bad line, whatever is wrong with them', async () => {
    const envelope = (...data) => `${JSON.stringify({ schema: 'iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4', data })}\n`;
    const result = await testJson(envelope({ e: 'zz' }, PAGE, { e: 'zz' }, { e: 'ue' }) + line() + envelope({ e: 'zz' }));
    assert.equal(viewsOf(result), 2);
    assert.deepEqual(result.stderr.match(/standard input:\d+/g), ['standard input:1', 'standard input:3']);
    assert.match(result.stderr, /2 bad lines of 6 events skipped/);
  });

  for (const [format, other] of [['payload', 'enriched-json'], ['enriched-json', 'payload'], ['enriched-tsv', 'payload']]) {
    test(`--format ${format}: read as such, whatever it looks like`, async () => {
      const columns = Array(131).fill('');
      for (const [position, value] of Object.entries({ 4: '2026-01-05 08:00:02.000', 6: 'page_view', 16: 'ann', 126: 'com.snowplowanalytics.snowplow', 127: 'page_view', 129: '1-0-0' })) columns[position - 1] = value;
      const enriched = { event: 'page_view', event_vendor: 'com.snowplowanalytics.snowplow', event_name: 'page_view', event_version: '1-0-0', collector_tstamp: '2026-01-05T08:00:01Z', domain_userid: 'ann' };
      const input = { payload: line(), 'enriched-json': `${JSON.stringify(enriched)}\n`, 'enriched-tsv': `${columns.join('\t')}\n` }[format];
      assert.equal(viewsOf(await testJson(input, '--format', format)), 1);
      assert.match((await testJson(input, '--format', other)).stderr, /1 bad line of 1 event skipped/);
    });
  }

  test('the clock never runs backwards', async () => {
    const { stdout } = await oncue(['replay', ...RULES, '--events', '-'], line() + line({ dtm: '1000' }));
    assert.equal(JSON.parse(stdout).at, Number(PAGE.dtm));
  });

  test('gzip is refused', async () => {
    const { code, stderr } = await testJson([gzipSync(line())]);
    assert.equal(code, 1);
    assert.match(stderr, /standard input is gzip\. Decompress it first: gunzip -c FILE/);
  });

  test('a line with a NUL byte is a bad line, and the others count', async () => {
    const result = await testJson([line(), Buffer.from('{"e":"pv",\0}\n'), line()]);
    assert.equal(result.code, 0);
    assert.equal(viewsOf(result), 2);
    assert.match(result.stderr, /standard input:2: nul_byte: the line holds a NUL byte/);
    assert.match(result.stderr, /1 bad line of 3 events skipped/);
  });

  for (const [name, end] of Object.entries({ 'a line': line(), 'the end of the input': '' })) {
    test(`an overlong line before ${name} is a bad line, and its memory is bounded`, async () => {
      function* long() {
        yield line();
        for (let i = 0; i < 40; i++) yield Buffer.alloc(1024 * 1024, 'x');
        yield `\n${end}`;
      }
      const result = await testJson(long());
      assert.equal(result.code, 0);
      assert.equal(viewsOf(result), end === '' ? 1 : 2);
      assert.match(result.stderr, /standard input:2: too_long: the line is longer than 16 MiB; write one event per line/);
    });
  }

  test('a line of exactly the longest length counts', async () => {
    const short = line({ pad: '' });
    const result = await testJson([line({ pad: 'x'.repeat(16 * 1024 * 1024 - short.length + 1) }), line()]);
    assert.equal(viewsOf(result), 2);
  });

  test('files that are not there, and directories', async () => {
    assert.match((await oncue(['test', ...RULES, '--events', 'nowhere'])).stderr, /nowhere: there is no such file/);
    assert.match((await oncue(['test', ...RULES, '--events', 'data'])).stderr, /data is a directory/);
  });

  test('memory follows the state, not the input', async () => {
    function* many() {
      const text = line({ page: 'x'.repeat(2000) }).repeat(500);
      for (let i = 0; i < 100; i++) yield text;
    }
    // 100 MB of input with a heap of 64 MB.
    const { code, stdout, stderr } = await new Promise((done) => {
      process.env.NODE_OPTIONS = '--max-old-space-size=64';
      done(testJson(many()));
      delete process.env.NODE_OPTIONS;
    });
    assert.equal(code, 0, stderr);
    assert.equal(viewsOf({ stdout }), 50_000);
  });

  test('a reader that stops early is no error', async () => {
    const input = file('many.ndjson', Array.from({ length: 20_000 }, (_, i) => line({ duid: `user ${i}` }) + line({ duid: `user ${i}` })).join(''));
    const bin = fileURLToPath(new URL('../bin/oncue.mjs', import.meta.url));
    const here = fileURLToPath(new URL('.', import.meta.url));
    const child = spawn(process.execPath, [bin, 'replay', ...RULES, '--events', input], { cwd: here, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => (errors += text));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((done) => child.on('exit', done));
    assert.equal(code, 0, errors);
    assert.doesNotMatch(errors, /EPIPE/);
  });
});

test('the sources pass the strict type check', () => {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', fileURLToPath(new URL('..', import.meta.url))], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});

describe('--state', () => {
  const snapshot = async () => {
    await load();
    const engine = createEngine({ definitions: readFileSync(new URL('data/rules.json', import.meta.url), 'utf8') });
    engine.track({ ...PAGE, eid: 'before' }, { now: 1767600000000 });
    return file('state.bin', engine.snapshot());
  };

  test('events go on from a snapshot', async () => {
    const state = await snapshot();
    assert.equal(viewsOf(await testJson(line({ eid: 'after', dtm: '1767600001000' }))), 1);
    assert.equal(viewsOf(await testJson(line({ eid: 'after', dtm: '1767600001000' }), '--state', state)), 2);
  });

  test('bytes that are no snapshot, or no file at all, are refused by name', async () => {
    const foreign = file('foreign.bin', 'something else');
    for (const [state, words] of [[foreign, 'snapshot_foreign'], [`${folder}/none.bin`, 'cannot be read']]) {
      const { code, stderr } = await testJson(line(), '--state', state);
      assert.equal(code, 1);
      assert.ok(stderr.includes(`--state ${state}`) && stderr.includes(words), stderr);
    }
  });
});
