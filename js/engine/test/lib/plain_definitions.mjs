// Definitions that oncue.plain.wasm serves: everything its compiler lets through, over the events of generated_events.mjs.

const PRICE = { type: 'entity', vendor: 'com.snowplowanalytics.snowplow.ecommerce', name: 'product', major_version: 1, path: 'price', index: 0 };
const CATEGORY = { ...PRICE, path: '$.category' };
const SECOND_ID = { ...PRICE, path: 'id', index: 1 };
const ACTION = { type: 'event', vendor: 'com.snowplowanalytics.snowplow.ecommerce', name: 'snowplow_ecommerce_action', major_version: 1, path: 'type' };
const AMOUNT = { ...ACTION, path: '$.total.amount' };
const FORM_VALUE = { type: 'event', vendor: 'com.snowplowanalytics.snowplow', name: 'submit_form', major_version: 1, path: 'elements[0].value' };
const SIZES = { ...PRICE, path: 'sizes' };
const atomic = (name) => ({ type: 'atomic', name });
const where = (operator, value, property = ACTION) => ({ all: [{ property, operator, value }] });

const SHOP = [{ name: 'snowplow_ecommerce_action' }];
const VIEWS = [{ name: 'page_view', vendor: 'com.snowplowanalytics.snowplow', version: '1-0-0' }];

const BASES = [
  { name: 'views', type: 'int32', aggregation: 'counter', events: SHOP, criteria: where('=', 'product_view') },
  { name: 'adds', type: 'int32', aggregation: 'counter', events: SHOP, criteria: where('in', ['add_to_cart', 'transaction']), default_value: 0 },
  { name: 'all_events', type: 'int64', aggregation: 'counter', events: [] },
  { name: 'titled', type: 'double', aggregation: 'counter', events: VIEWS, criteria: where('like', '%r%', { name: 'page_title' }) },
  { name: 'not_cheap', type: 'float', aggregation: 'counter', criteria: { any: [{ property: PRICE, operator: '>', value: 50 }, { property: AMOUNT, operator: '!=', value: 0.5 }] } },
  { name: 'small_sizes', type: 'int32', aggregation: 'counter', criteria: where('in', 's', SIZES) },
  { name: 'referred', type: 'int32', aggregation: 'counter', criteria: where('is not null', undefined, atomic('page_referrer')) },
  { name: 'at_four', type: 'int32', aggregation: 'counter', criteria: where('>=', 4, atomic('domain_sessionidx')) },
  { name: 'no_price', type: 'int32', aggregation: 'counter', criteria: where('is null', null, PRICE) },
  { name: 'spent', type: 'double', aggregation: 'sum', property: PRICE, default_value: -0.5 },
  { name: 'spent_whole', type: 'int32', aggregation: 'sum', property: AMOUNT },
  { name: 'valued', type: 'double', aggregation: 'sum', property: atomic('se_value') },
  { name: 'cheapest', type: 'double', aggregation: 'min', property: PRICE },
  { name: 'dearest', type: 'float', aggregation: 'max', property: PRICE },
  { name: 'mean_price', type: 'double', aggregation: 'mean', property: PRICE },
  { name: 'first_price_text', type: 'string', aggregation: 'first', property: PRICE, default_value: 'none' },
  { name: 'last_category', type: 'string', aggregation: 'last', property: CATEGORY },
  { name: 'last_truth', type: 'bool', aggregation: 'last', property: FORM_VALUE, default_value: false },
  { name: 'last_title', type: 'string', aggregation: 'last', property: atomic('page_title') },
  { name: 'last_session', type: 'string', aggregation: 'last', property: atomic('domain_sessionid') },
  { name: 'last_form', type: 'bytes', aggregation: 'last', property: FORM_VALUE },
  { name: 'last_second', type: 'string', aggregation: 'last', property: SECOND_ID },
  { name: 'last_action', type: 'string', aggregation: 'last', property: atomic('se_action') },
  { name: 'minutes_idle', type: 'double', aggregation: 'time_since_last', time_unit: 'min', events: [] },
  { name: 'hours_known', type: 'float', aggregation: 'time_since_first', time_unit: 'h', events: VIEWS },
];

const windowed = (attribute, i) => ({ ...attribute, name: `${attribute.name}_w`, period: ['PT10M', 'P1D', 5400, 'P7D'][i % 4] });
const group = (name, key, attributes, more = {}) => ({ name, version: 1, attribute_key: key, attributes, owner: 'a@example.com', is_published: true, ...more });
const intervention = (name, criteria, more = {}) => ({ name, version: 1, criteria, owner: 'a@example.com', is_published: true, ...more });
const criterion = (attribute, operator, value) => ({ attribute, operator, value });

export const plainDefinitions = {
  attribute_keys: [{ name: 'visitor', key: 'domain_userid', ttl: 'P3D', description: 'Gäste 👋' }],
  attribute_groups: [
    group('user', { name: 'domain_userid', key: 'domain_userid' }, [...BASES, ...BASES.map(windowed)]),
    group('user', { name: 'domain_userid' }, [{ ...BASES[0], ttl: 'P1D' }, BASES[9]], { version: 2 }),
    group('session', { name: 'domain_sessionid' }, BASES.slice(0, 12), { ttl: 'PT30M' }),
    group('person', { name: 'user_id', key: 'user_id' }, BASES.slice(0, 14).map(windowed)),
    group('visitor', { name: 'visitor' }, BASES.slice(8, 18)),
    group('tracker', { name: 'app_id', ttl: 600 }, BASES.slice(0, 3)),
  ],
  services: [{ name: 'all', attribute_groups: [{ name: 'user', version: 1 }, { name: 'session' }, { name: 'user', version: 2 }, { name: 'user', version: 1 }], owner: 'a@example.com' }],
  interventions: [
    intervention('discount', criterion('user:views', '>', 3), { target_attribute_keys: [{ name: 'user_id' }, 'domain_userid'] }),
    intervention('abandoned', { all: [criterion('session:spent', '>', 75), criterion('user:minutes_idle', '>=', 15)] }),
    intervention('busy_window', { any: [criterion('user:adds_w', '>=', 5), criterion('user:last_category_w', 'not like', 'home%')] }, {
      payload_attribute_groups: [{ name: 'session', version: 1 }, { name: 'user', version: 2 }, { name: 'user' }],
    }),
    intervention('outside', { all: [criterion('user:last_category', 'is not null'), { none: [criterion('user:last_second', 'in', ['sku-1', 'sku-2'])] }] }),
    intervention('nobody', { none: [criterion('person:views_w', 'is not null'), criterion('session:adds', '>', 2)] }),
    intervention('young', { any: [{ all: [criterion('user:hours_known', '<=', 1), criterion('visitor:last_truth', '=', true)] }, criterion('tracker:views', 'not in', [1, 2])] }, { version: 7 }),
  ],
};
