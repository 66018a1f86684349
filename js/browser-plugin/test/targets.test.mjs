// Ids out of events: the same ones as Signals' own plugin finds, whose published code runs beside ours.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import { importSource, temporaryFile } from './source.mjs';

// Both read the browser's name where an event has none; Node 20 has none either.
globalThis.navigator ??= { userAgent: 'Node' };

const { extractIds } = await importSource('receive/targets');

/** The published module with two of its inner functions let out. */
async function importPeer() {
  const file = fileURLToPath(import.meta.resolve('@snowplow/signals-browser-plugin/dist/index.module.js'));
  const contents = `${readFileSync(file, 'utf8')}\nexport { extractAttributeKeyValues, selectorMap };`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    format: 'esm',
    mainFields: ['module', 'main'],
    write: false,
    logLevel: 'error',
  });
  const compiled = temporaryFile('peer.mjs');
  writeFileSync(compiled, outputFiles[0].contents);
  return import(pathToFileURL(compiled).href);
}

const { extractAttributeKeyValues, selectorMap } = await importPeer();

const CONTEXTS = 'iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0';
const UNSTRUCT = 'iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0';
const WEB_PAGE = { schema: 'iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0', data: { id: 'page-1' } };
const SESSION = {
  schema: 'iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2',
  data: { userId: 'u', sessionId: 's', 'odd/name~': 'o', list: ['only'], deep: [{ id: 7 }] },
};
const product = (id) => ({ schema: 'iglu:com.acme/product/jsonschema/2-0-0', data: { id, free: false } });
const BOUGHT = { schema: 'iglu:com.acme/bought/jsonschema/1-2-3', data: { order: { id: 12 }, lines: [{ sku: 'x' }] } };
const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

const FIELDS = {
  tv: 'js-4', tna: 'sp', aid: 'shop', p: 'web', dtm: '1', stm: '2', ttm: '3', eid: 'e1', tid: '4', uid: 'anna', ip: '::1', fp: '5',
  duid: 'd-1', sid: 's-1', vid: 3, nuid: 'n-1', page: 'Tea', cookie: '1', cs: 'UTF-8', lang: 'de', cd: 24, tz: 'Europe/Berlin',
  url: 'https://shop.example:8443/tea?utm_medium=a&utm_source=b&utm_term=c&utm_content=d&utm_campaign=e&gclid=f&_sp=dd.17#top',
  refr: 'http://search.example/?q=tea', vp: '800x600', ds: '800x2000', res: '1920x1080', ua: 'Browser/1',
  f_pdf: '1', f_fla: '2', f_java: '3', f_dir: '4', f_qt: '5', f_realp: '6', f_wma: '7', f_gears: '8', f_ag: '9',
  pp_mix: 1, pp_max: 2, pp_miy: 3, pp_may: 4,
  se_ca: 'c', se_ac: 'a', se_la: 'l', se_pr: 'p', se_va: 'v',
  tr_id: 1, tr_af: 2, tr_tt: 3, tr_tx: 4, tr_sh: 5, tr_ci: 6, tr_st: 7, tr_co: 8, tr_cu: 9,
  ti_id: 1, ti_sk: 2, ti_na: 3, ti_ca: 4, ti_pr: 5, ti_qu: 6, ti_cu: 7,
};
const contexts = (...data) => ({ schema: CONTEXTS, data });
const unstruct = { schema: UNSTRUCT, data: BOUGHT };
const PAYLOADS = {
  bare: { e: 'pv' },
  full: { e: 'ue', ...FIELDS, co: JSON.stringify(contexts(WEB_PAGE, SESSION, product('p1'), product('p2'))), ue_pr: JSON.stringify(unstruct) },
  encoded: { e: 'ue', ...FIELDS, cx: base64url(contexts(WEB_PAGE, SESSION, product('p1'))), ue_px: base64url(unstruct) },
  broken: { e: 'ue', duid: 'd-2', url: 'no url', co: '{', ue_pr: '[' },
  ...Object.fromEntries(['pv', 'pp', 'se', 'ev', 'tr', 'ad', 'zz'].map((e) => [e, { e, ...FIELDS }])),
};

const WHOLE = ['co', 'cx', 'context', 'entity', 'entities'].flatMap((root) => [
  `/${root}/com.snowplowanalytics.snowplow/web_page/id`,
  `/${root}/com.snowplowanalytics.snowplow/client_session/odd~1name~0`,
  `/${root}/com.snowplowanalytics.snowplow/client_session/list`,
  `/${root}/com.snowplowanalytics.snowplow/client_session/list/0`,
  `/${root}/com.snowplowanalytics.snowplow/client_session/deep/id`,
  `/${root}/com.acme/product/id`,
  `/${root}/com.acme/product/1/id`,
  `/${root}/com.acme/product/free`,
  `/${root}/com.acme/none/id`,
]);
const OWN = ['ue', 'ue_pr', 'ue_px', 'unstruct', 'unstruct_event', 'self_describing', 'sde'].flatMap((root) => [
  `/${root}/com.acme/bought/order/id`,
  `/${root}/com.acme/bought/lines/sku`,
  `/${root}/com.acme/other/order/id`,
]);
const NAMES = [...Object.keys(selectorMap), ...Object.keys(FIELDS), 'duid/more', 'nothing'];
const POINTERS = [...WHOLE, ...OWN, ...NAMES, ...NAMES.map((name) => `/${name}`)];

const one = (extract, pointer, payload) => extract({ key: pointer }, payload).key;

for (const [name, payload] of Object.entries(PAYLOADS)) {
  test(`plugin 4: every pointer and alias finds what the peer finds (${name})`, () => {
    for (const pointer of POINTERS) {
      assert.equal(one(extractIds, pointer, payload), one(extractAttributeKeyValues, pointer, payload), pointer);
    }
  });
}

test('plugin 4: lists of pointers give what the peer gives, whatever their order', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(PAYLOADS)), fc.dictionary(fc.constantFrom('a', 'b', '__k'), fc.array(fc.constantFrom(...POINTERS), { maxLength: 4 })), (payload, targets) => {
      assert.deepEqual({ ...extractIds({ ...targets }, payload) }, { ...extractAttributeKeyValues({ ...targets }, payload) });
    }),
    { seed: Number(process.env.ONCUE_SEED) || undefined }
  );
});

test("plugin 4: the raw objects give the same ids as the event's text", () => {
  const payload = PAYLOADS.full;
  const raw = [
    { keyIfEncoded: 'cx', keyIfNotEncoded: 'co', json: JSON.parse(payload.co) },
    { keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json: JSON.parse(payload.ue_pr) },
  ];
  const { co, ue_pr, ...rest } = payload;
  for (const pointer of POINTERS) assert.equal(extractIds({ key: pointer }, rest, raw).key, one(extractIds, pointer, payload), pointer);
});

test('an id is text: what is empty, null or an object is none, and base64 may hold any letter', () => {
  const entities = contexts({ schema: 'iglu:com.acme/user/jsonschema/1-0-0', data: { empty: '', none: null, object: {}, name: 'Zoë' } });
  const payload = { e: 'pv', duid: '', cx: base64url(entities) };
  const read = (name) => one(extractIds, `/co/com.acme/user/${name}`, payload);
  assert.deepEqual(['empty', 'none', 'object', 'name', 'toString'].map(read), [undefined, undefined, undefined, 'Zoë', undefined]);
  assert.deepEqual(extractIds({ k: ['/domain_userid', ''] }, payload), {});
});
