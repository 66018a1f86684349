// Two doors, one room: the objects of an event and its text give the same answer, in both artefacts.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import * as full from '@oncue/engine';
import * as page from '../dist/browser.mjs';
import { createEvents } from './lib/generated_events.mjs';
import { seed } from './lib/random.mjs';
import { rawOf } from './lib/raw_json.mjs';
import { richDefinitions } from './lib/rich_definitions.mjs';

const FIXTURES = new URL('../../../tests/fixtures/events/', import.meta.url);
const fixtures = readdirSync(FIXTURES).filter((name) => name.endsWith('.json'));
const NOW = Date.UTC(2023, 10, 14, 22, 13, 20);

const ARTEFACTS = { 'oncue.wasm': full, 'oncue.page.wasm': page };

before(async () => {
  await full.load();
  await page.load({ wasm: new Uint8Array(readFileSync(new URL('../dist/oncue.page.wasm', import.meta.url))) });
});

/** An attribute for everything the fixture looks at; all under one key that every event has. */
function definitionsFor({ atomic = {}, values = [], identifiers = [] }) {
  const properties = [
    ...Object.keys(atomic).map((name) => ({ type: 'atomic', name })),
    ...values.map(({ property }) => property),
    ...identifiers.map(({ property }) => property),
    { type: 'atomic', name: 'event_version' },
  ];
  const attributes = properties.flatMap((property, i) => [
    { name: `text_${i}`, type: 'string', aggregation: 'last', property },
    { name: `number_${i}`, type: 'double', aggregation: 'sum', property },
    { name: `present_${i}`, type: 'int32', aggregation: 'counter', criteria: { all: [{ property, operator: 'is not null' }] } },
  ]);
  return { attribute_groups: [{ name: 'g', attribute_key: { name: 'network_userid' }, attributes }] };
}

function run({ createEngine }, definitions, payload, now, raw) {
  const engine = createEngine({ definitions, seed: 1 });
  engine.track(raw ? payload : JSON.stringify(payload), { now, raw });
  const result = { rejection: engine.rejection(), attributes: engine.attributes('network_userid', 'n', now), snapshot: engine.snapshot() };
  engine.dispose();
  return result;
}

describe('events: every fixture through both doors', () => {
  for (const file of fixtures) {
    const cases = JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')).filter(({ payload }) => payload);
    if (cases.length === 0) continue;
    test(`${file}: ${cases.length} cases`, () => {
      let compared = 0;
      for (const fixture of cases) {
        const { row, now = NOW } = fixture;
        // The text door counts what the tracker would send; these two make every case visible under one id.
        const payload = { e: 'pv', ...fixture.payload, tnuid: 'n' };
        const raw = rawOf(payload);
        if (!raw) continue;
        compared++;
        const definitions = definitionsFor(fixture);
        const expected = run(full, definitions, payload, now, raw);
        for (const [name, artefact] of Object.entries(ARTEFACTS)) {
          const here = `${row}, ${name}: ${JSON.stringify(payload)}`;
          assert.deepEqual(run(artefact, definitions, payload, now, raw), expected, here);
          assert.deepEqual(run(artefact, definitions, payload, now), expected, here);
        }
      }
      assert.ok(compared > cases.length / 2, `only ${compared} could be compared`);
    });
  }
});

describe('events: text that no tracker made', () => {
  const schema = 'iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0';
  const event = { schema: 'iglu:com.acme/thing/jsonschema/1-0-0', data: { text: 'ö' } };
  const body = JSON.stringify({ schema, data: event });
  const base64 = Buffer.from(body).toString('base64');
  const bytes = (...codes) => Buffer.concat([Buffer.from(body.slice(0, -4)), Buffer.from(codes), Buffer.from('"}}}')]).toString('base64url');
  const property = { type: 'event', vendor: 'com.acme', name: 'thing', major_version: 1, path: 'text' };
  const definitions = definitionsFor({ atomic: { event_name: '', page_title: '', se_value: '' }, values: [{ property }] });
  const payload = (more) => JSON.stringify({ e: 'ue', tnuid: 'n', ...more });
  const cases = {
    'no JSON': '{',
    'an array': '[]',
    'null': 'null',
    'nothing': '',
    'a member twice': '{"e":"se","e":"pv","tnuid":"n"}',
    'a lone surrogate': '{"e":"pv","tnuid":"n","page":"\\ud800"}',
    'objects as protocol values': payload({ e: 'pv', page: {}, se_va: [], tid: { a: 1 } }),
    'scalars as protocol values': '{"e":"se","tnuid":"n","page":true,"se_va":-0,"url":1e400,"tid":1e21}',
    'an object for the plain variant': payload({ ue_pr: {}, ue_px: base64 }),
    'false for the plain variant': payload({ ue_pr: false, ue_px: base64 }),
    'a number': payload({ ue_pr: 5 }),
    'base64 with padding': payload({ ue_px: base64 }),
    'base64 with more padding': payload({ ue_px: `${base64}====` }),
    'base64 of both alphabets': payload({ ue_px: Buffer.from(body.replace('ö', 'ö?>~\u07ff\uffff')).toString('base64') }),
    'base64 with a space': payload({ ue_px: ` ${base64}` }),
    'base64 with a foreign character': payload({ ue_px: `${base64}é` }),
    'base64 of an impossible length': payload({ ue_px: 'AAAAA' }),
    'base64 that is cut off': payload({ ue_px: base64.slice(0, -8) }),
    'base64 with a byte order mark': payload({ ue_px: Buffer.from(`\ufeff${body}`).toString('base64') }),
    'entities that are no JSON': payload({ ue_px: base64, cx: '!', co: '{' }),
    ...Object.fromEntries(
      [[0xe2, 0x82], [0xff], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80], [0xe0, 0x80, 0x80], [0xc3, 0x41], [0xf1, 0x80, 0x80], [0x80]].map(
        (codes) => [`bytes ${codes.map((code) => code.toString(16))}`, payload({ ue_px: bytes(...codes) })],
      ),
    ),
  };
  for (const [name, text] of Object.entries(cases)) {
    test(name, () => {
      const answers = Object.values(ARTEFACTS).map(({ createEngine }) => {
        const engine = createEngine({ definitions, seed: 1 });
        engine.track(text, { now: NOW });
        const tracked = [engine.rejection(), engine.attributes('network_userid', 'n', NOW), engine.snapshot()];
        engine.replay(text);
        return [...tracked, engine.rejection(), engine.snapshot()];
      });
      assert.deepEqual(answers[1], answers[0]);
    });
  }
});

test("enriched formats: the page's artefact says which one reads them", () => {
  const engine = page.createEngine({ definitions: [], seed: 1 });
  for (const format of ['enriched-json', 'enriched-tsv']) {
    assert.throws(() => engine.track('{}', { format }), { code: 'format_unavailable', message: /oncue\.wasm/ });
    assert.throws(() => engine.replay('{}', format), { code: 'format_unavailable' });
  }
});

test(`100,000 generated events through both doors of both artefacts (ONCUE_SEED=${seed})`, () => {
  const [first, ...others] = Object.entries(ARTEFACTS).flatMap(([name, { createEngine }]) =>
    [false, true].map((isText) => ({ name, isText, engine: createEngine({ definitions: richDefinitions, seed: 7 }) })),
  );
  const nextEvent = createEvents(seed);
  const take = ({ engine, isText }, { payload, raw, now }) =>
    isText ? engine.track(JSON.stringify(payload), { now }) : engine.track(payload, { now, raw });
  let fired = 0;
  for (let i = 0; i < 100_000; i++) {
    const event = nextEvent();
    const one = take(first, event);
    fired += one.length;
    for (const other of others) {
      const here = `${other.name} ${other.isText ? 'text' : 'objects'}, seed ${seed}, event ${i}: ${JSON.stringify(event.payload)}`;
      const same = take(other, event);
      if (one.length > 0 || same.length > 0) assert.deepEqual(same, one, here);
      if (first.engine.rejection() !== other.engine.rejection()) assert.equal(other.engine.rejection(), first.engine.rejection(), here);
      if (i % 1000 === 999) assert.equal(Buffer.compare(other.engine.snapshot(), first.engine.snapshot()), 0, `snapshots differ, ${here}`);
    }
  }
  assert.ok(fired > 100, `only ${fired} interventions fired: the generator no longer reaches them`);
  for (const { engine } of others) assert.deepEqual({ ...engine.stats(), memoryBytes: 0 }, { ...first.engine.stats(), memoryBytes: 0 });
});
