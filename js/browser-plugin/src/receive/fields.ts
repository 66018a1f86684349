import type { Payload } from '@snowplow/browser-tracker';
import { EVENT_FIELD, readJson } from '../encoded.js';
import type { RawJson } from '../raw.js';

/** Enriched names whose field of the tracker protocol no rule below finds. */
const FIELDS: Record<string, string> = {
  app_id: 'aid',
  platform: 'p',
  dvce_created_tstamp: 'dtm',
  dvce_sent_tstamp: 'stm',
  true_tstamp: 'ttm',
  event_id: 'eid',
  txn_id: 'tid',
  name_tracker: 'tna',
  v_tracker: 'tv',
  user_id: 'uid',
  user_ipaddress: 'ip',
  user_fingerprint: 'fp',
  domain_userid: 'duid',
  domain_sessionid: 'sid',
  domain_sessionidx: 'vid',
  network_userid: 'nuid',
  page_url: 'url',
  page_title: 'page',
  page_referrer: 'refr',
  tr_orderid: 'tr_id',
  ti_orderid: 'ti_id',
  tr_total: 'tr_tt',
  tr_tax: 'tr_tx',
  br_lang: 'lang',
  br_cookies: 'cookie',
  br_colordepth: 'cd',
  f_flash: 'f_fla',
  f_director: 'f_dir',
  f_quicktime: 'f_qt',
  f_realplayer: 'f_realp',
  f_windowsmedia: 'f_wma',
  f_silverlight: 'f_ag',
  os_timezone: 'tz',
  doc_charset: 'cs',
};
const URL_PARTS: Record<string, keyof URL> = {
  scheme: 'protocol',
  host: 'hostname',
  path: 'pathname',
  query: 'search',
  fragment: 'hash',
};
const EVENT_TYPES: Record<string, string> = {
  se: 'struct',
  ev: 'struct',
  ue: 'unstruct',
  ad: 'ad_impression',
  tr: 'transaction',
  ti: 'transaction_item',
  pv: 'page_view',
  pp: 'page_ping',
};

const toField = (name: string): string =>
  FIELDS[name] ??
  name
    .replace(/^br_features/, 'f')
    .replace(/^f_.*/, (feature) => FIELDS[feature] ?? feature)
    .replace(/^(se|tr|ti)_(..).+/, '$1_$2')
    .replace(/^pp_(.)offset_(..)./, 'pp_$2$1');

function readSchema(payload: Payload, type: string | undefined, raw?: RawJson): string | undefined {
  if (!type) return undefined;
  if (type === 'unstruct') return readJson(payload, EVENT_FIELD, raw).data.schema;
  const path = type === 'struct' ? 'google.analytics/event' : 'snowplowanalytics.snowplow/' + type;
  return `iglu:com.${path}/jsonschema/1-0-0`;
}

/** Enriched names that are worked out: a pattern of names, and the value of one that matches; may throw. */
const COMPUTED: [RegExp, (payload: any, match: any, raw?: RawJson) => unknown][] = [
  [/^event$/, ({ e }) => EVENT_TYPES[e] ?? e],
  [
    /^event_(vendor|name|format|version)$/,
    (payload, [, part], raw) =>
      readSchema(payload, EVENT_TYPES[payload.e], raw)?.slice(5).split('/')[
        ['vendor', 'name', 'format', 'version'].indexOf(part)
      ],
  ],
  [
    /^(page|refr)_url(.+)/,
    (payload, [, of, part]) => new URL(payload[of === 'page' ? 'url' : of])[URL_PARTS[part] ?? (part as 'port')] || undefined,
  ],
  [/^mkt_(.+)/, ({ url }, [, part]) => readParameter(url, part === 'clickid' ? 'gclid' : 'utm_' + part)],
  [/^refr_d(o)?/, ({ url }, [, user]) => readParameter(url, '_sp')?.split('.')[user ? 0 : 1]],
  [/^(br_view|dvce_screen|doc_)(w|h)/, (payload, [, of, side]) => payload[SIZES[of] as string].split('x')[side === 'w' ? 0 : 1]],
  [/^useragent$/, ({ ua }) => ua ?? navigator.userAgent],
];
const SIZES: Record<string, string> = { br_view: 'vp', dvce_screen: 'res', doc_: 'ds' };

const readParameter = (url: string, name: string): string | null => new URL(url).searchParams.get(name);

/**
 * A field of a payload by its name in the tracker protocol or in an enriched event; undefined where it has none.
 * Of the names that enrichment works out, those are known that need nothing but the payload: `event`, `event_name` and
 * the like, parts of URLs, campaign parameters, sizes.
 */
export function readField(payload: Payload, name: string, raw?: RawJson): unknown {
  for (const [pattern, compute] of COMPUTED) {
    const match = pattern.exec(name);
    if (!match) continue;
    try {
      return compute(payload, match, raw);
    } catch {
      return undefined;
    }
  }
  return payload[toField(name)] ?? payload[name];
}
