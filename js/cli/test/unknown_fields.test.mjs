import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fencesOf } from '../../../tests/fences.mjs';
import { unknownFields } from '../src/unknown_fields.mjs';
import { oncue } from './run_cli.mjs';

const counter = { name: 'views', type: 'int32', aggregation: 'counter' };
const group = (attribute, more) => ({ name: 'shop', attribute_key: { name: 'domain_userid' }, ttl: 'P1D', attributes: [attribute], ...more });
const rule = (more) => ({ name: 'hello', criteria: { attribute: 'shop:views', operator: '>', value: 1 }, ...more });
const warned = (definitions) => unknownFields(definitions, '').map(({ pointer, message }) => [pointer, ...[...message.matchAll(/"(\w+)"/g)].map(([, word]) => word)]);

describe('a field that is nearly a known one', () => {
  const property = { type: 'entity', vendor: 'com.example', name: 'cart', major_version: 1 };
  const SLIPS = {
    '/intervention': [{ intervention: [] }, 'interventions'],
    '/attribute_groups/0/attributes/0/event': [{ attribute_groups: [group({ ...counter, event: [] })] }, 'events'],
    '/attributes/0/timeUnit': [group({ ...counter, timeUnit: 'min' }), 'time_unit'],
    '/attributes/0/peroid': [group({ ...counter, peroid: 'P7D' }), 'period'],
    '/attributes/0/property/paht': [group({ ...counter, property: { ...property, paths: 'value', paht: 1 } }), undefined],
    '/attributes/0/property/paths': [group({ ...counter, property: { ...property, paths: 'value' } }), 'path'],
    '/attributes/0/events/0/verison': [group({ ...counter, events: [{ name: 'page_view', verison: '1-0-0' }] }), 'version'],
    '/attributes/0/criteria/all/0/values': [group({ ...counter, criteria: { all: [{ property: { name: 'app_id' }, operator: '=', values: 'x' }] } }), 'value'],
    '/attribute_key/properties': [group(counter, { attribute_key: { name: 'cart_id', properties: {} } }), undefined],
    '/isPublished': [group(counter, { isPublished: false }), 'is_published'],
    '/attribute_group': [{ name: 'shop', owner: 'a@example.com', attribute_group: [] }, 'attribute_groups'],
    '/1/0/deliver': [[[], [rule({ deliver: { max_total: 1 } })]], 'delivery'],
    '/payload_attribute_group': [rule({ payload_attribute_group: [] }), 'payload_attribute_groups'],
    '/criteria/all/0/none/0/valu': [rule({ criteria: { all: [{ none: [{ attribute: 'shop:views', operator: '>', valu: 1 }] }] } }), 'value'],
    '/delivery/cancel_if/al': [rule({ delivery: { cancel_if: { al: [] } } }), 'all'],
    '/a~1b~0interventions': [{ 'a/b~interventions': [] }, undefined],
    '/inter~1ventions': [{ 'inter/ventions': [] }, 'interventions'],
  };
  for (const [pointer, [definitions, meant]] of Object.entries(SLIPS)) {
    test(`${pointer}: ${meant ?? 'nothing is near enough'}`, () => {
      const found = unknownFields(definitions, '').find((one) => one.pointer === pointer);
      assert.equal(found?.message.match(/did you mean "(\w+)"\?$/)?.[1], meant);
    });
  }

  test('the known one is not missing, the field is null, or it is like nothing that is known', () => {
    assert.deepEqual(warned(group({ ...counter, events: [], event: [] })), []);
    assert.deepEqual(warned(group({ ...counter, event: null })), []);
    assert.deepEqual(warned(group({ ...counter, events: null, event: [] })), [['/attributes/0/event', 'event', 'events']]);
    assert.deepEqual(warned(rule({ tags: [], id: 7, created_at: '2026-01-05', criteria: { attribute: 'shop:views', operator: '>', value: 1, note: 'x' } })), []);
    assert.deepEqual(warned(['text', 7, null]), []);
  });
});

describe('oncue validate', () => {
  let folder;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-fields-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name, content) => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const validate = async (...files) => JSON.parse((await oncue(['validate', '--json', ...files])).stdout);
  const slip = group({ ...counter, event: [{ name: 'page_view' }] });
  const WARNING = { code: 'unknown_field', message: 'This attribute has no field "event"; did you mean "events"?' };

  test('warns, and says that the definitions are valid', async () => {
    const rules = file('rules.json', JSON.stringify({ attribute_groups: [slip] }));
    assert.deepEqual(await validate(rules), { ok: true, errors: [], warnings: [{ ...WARNING, pointer: '/attribute_groups/0/attributes/0/event', file: rules }] });
    const { code, stderr } = await oncue(['test', '--definitions', rules, '--events', '-'], '');
    assert.ok(stderr.includes(`warning: ${rules}#/attribute_groups/0/attributes/0/event: unknown_field: ${WARNING.message}`), stderr);
    assert.equal(code, 0);
  });

  test('of lines, and of several files, says which', async () => {
    const lines = file('rules.ndjson', `${JSON.stringify(rule())}\n\n${JSON.stringify(slip)}\n`);
    const other = file('other.json', JSON.stringify({ services: [], intervention: [] }));
    const at = (warnings) => warnings.filter(({ code }) => code === WARNING.code).map((one) => [one.file, one.pointer]);
    assert.deepEqual(at((await validate(lines)).warnings), [[lines, '/2/attributes/0/event']]);
    assert.deepEqual(at((await validate(lines, other)).warnings), [[lines, '/2/attributes/0/event'], [other, '/intervention']]);
  });

  test('beside an error that the slip makes, too', async () => {
    const { errors, warnings } = await validate(file('wrong.json', JSON.stringify({ attribute_groups: [group({ ...counter, aggregation: undefined, agregation: 'counter' })] })));
    assert.deepEqual([errors.length > 0, warnings.map(({ pointer }) => pointer)], [true, ['/attribute_groups/0/attributes/0/agregation']]);
  });
});

test('definitions of the shop, of the tutorials and of the documentation have none', () => {
  const root = new URL('../../../', import.meta.url);
  const files = ['demo-eshop/src/definitions.json', 'docs/examples/rules.json', ...['ecom', 'prospect_scoring', 'nested'].map((name) => `tests/fixtures/definitions/${name}.json`)];
  for (const file of files) assert.deepEqual(warned(JSON.parse(readFileSync(new URL(file, root), 'utf8'))), [], file);
  const shown = fencesOf('docs/definitions.md').filter(({ language }) => language === 'json');
  assert.ok(shown.length > 0);
  for (const { code } of shown) assert.deepEqual(warned(JSON.parse(code)), []);
});
