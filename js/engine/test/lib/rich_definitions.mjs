// One bundle that uses every aggregation, lifetime and windowed, several keys, and criteria of all kinds, over the
// events of generated_events.mjs.

const PRICE = { type: 'entity', vendor: 'com.snowplowanalytics.snowplow.ecommerce', name: 'product', major_version: 1, path: 'price', index: 0 };
const CATEGORY = { ...PRICE, path: 'category' };
const SECOND_ID = { ...PRICE, path: 'id', index: 1 };
const ACTION = { type: 'event', vendor: 'com.snowplowanalytics.snowplow.ecommerce', name: 'snowplow_ecommerce_action', major_version: 1, path: 'type' };
const AMOUNT = { ...ACTION, path: '$.total.amount' };
const FORM_VALUE = { type: 'event', vendor: 'com.snowplowanalytics.snowplow', name: 'submit_form', major_version: 1, path: 'elements[0].value' };
const atomic = (name, more = {}) => ({ type: 'atomic', name, ...more });
const where = (operator, value, property = ACTION) => ({ all: [{ property, operator, value }] });

const SHOP = [{ name: 'snowplow_ecommerce_action' }];
const VIEWS = [{ name: 'page_view', vendor: 'com.snowplowanalytics.snowplow', version: '1-0-0' }];

const BASES = [
  { name: 'views', type: 'int32', aggregation: 'counter', events: SHOP, criteria: where('=', 'product_view') },
  { name: 'adds', type: 'int32', aggregation: 'counter', events: SHOP, criteria: where('in', ['add_to_cart', 'transaction']) },
  { name: 'all_events', type: 'int64', aggregation: 'counter', events: [] },
  { name: 'pricing', type: 'int32', aggregation: 'counter', events: VIEWS, criteria: where('like', '%pricing%', atomic('page_url')) },
  { name: 'with_referrer', type: 'int32', aggregation: 'counter', events: VIEWS, criteria: where('is not null', undefined, atomic('refr_medium')) },
  { name: 'spent', type: 'double', aggregation: 'sum', property: PRICE },
  { name: 'spent_whole', type: 'int32', aggregation: 'sum', property: AMOUNT },
  { name: 'cheapest', type: 'double', aggregation: 'min', property: PRICE },
  { name: 'dearest', type: 'float', aggregation: 'max', property: PRICE },
  { name: 'mean_price', type: 'double', aggregation: 'mean', property: PRICE },
  { name: 'first_price_text', type: 'string', aggregation: 'first', property: PRICE },
  { name: 'last_category', type: 'string', aggregation: 'last', property: CATEGORY },
  { name: 'last_title', type: 'string', aggregation: 'last', property: atomic('page_title') },
  { name: 'last_seen', type: 'unix_timestamp', aggregation: 'last', property: atomic('derived_tstamp') },
  { name: 'last_campaign', type: 'string', aggregation: 'last', property: atomic('mkt_campaign') },
  { name: 'last_form', type: 'string', aggregation: 'last', property: FORM_VALUE },
  { name: 'usual_category', type: 'string', aggregation: 'most_frequent', property: CATEGORY },
  { name: 'rare_category', type: 'string', aggregation: 'least_frequent', property: CATEGORY },
  { name: 'usual_hour', type: 'int32', aggregation: 'most_frequent', property: atomic('derived_tstamp', { date_part: 'hour_of_day' }) },
  { name: 'categories', type: 'dict', aggregation: 'category_count', property: CATEGORY },
  { name: 'products', type: 'int64', aggregation: 'approx_count_distinct', property: SECOND_ID },
  { name: 'recent_products', type: 'string_list', aggregation: 'unique_list', property: SECOND_ID },
  { name: 'days', type: 'string_list', aggregation: 'unique_list', property: atomic('dvce_created_tstamp', { date_part: 'active_day' }) },
  { name: 'minutes_idle', type: 'double', aggregation: 'time_since_last', time_unit: 'min', events: [] },
  { name: 'hours_known', type: 'double', aggregation: 'time_since_first', time_unit: 'h', events: VIEWS },
];

const windowed = (attribute, i) => ({ ...attribute, name: `${attribute.name}_w`, period: ['PT10M', 'P1D', 'PT1.5H', 'P7D'][i % 4] });
const group = (name, key, attributes, more = {}) => ({ name, version: 1, attribute_key: key, attributes, owner: 'a@example.com', is_published: true, ...more });
const intervention = (name, criteria, more = {}) => ({ name, version: 1, criteria, owner: 'a@example.com', is_published: true, ...more });
const criterion = (attribute, operator, value) => ({ attribute, operator, value });

const PRODUCT_KEY = { name: 'sku', property: { ...PRICE, path: 'id' } };

export const richDefinitions = {
  attribute_keys: [PRODUCT_KEY],
  attribute_groups: [
    group('user', { name: 'domain_userid', key: 'domain_userid' }, [...BASES, ...BASES.map(windowed)]),
    group('session', { name: 'domain_sessionid', key: 'domain_sessionid' }, BASES.slice(0, 8), { ttl: 'PT30M' }),
    group('person', { name: 'user_id', key: 'user_id' }, BASES.slice(0, 14).map(windowed)),
    group('product', PRODUCT_KEY, [BASES[0], BASES[1], BASES[9]]),
  ],
  services: [{ name: 'all', attribute_groups: [{ name: 'user', version: 1 }, { name: 'session', version: 1 }], owner: 'a@example.com', is_published: true }],
  interventions: [
    intervention('discount', criterion('user:views', '>', 3)),
    intervention('abandoned', { all: [criterion('session:spent', '>', 75), criterion('user:minutes_idle', '>=', 15)] }),
    intervention('busy_window', { any: [criterion('user:adds_w', '>=', 5), criterion('user:last_category_w', 'rlike', '^home/')] }, {
      payload_attribute_groups: [{ name: 'session', version: 1 }],
    }),
    intervention('changes', { all: [criterion('user:last_category', 'changed'), { none: [criterion('user:recent_products', 'in', 'sku-1')] }] }),
    intervention('nobody', { none: [criterion('person:views_w', 'is not null'), criterion('session:adds', '>', 2)] }),
  ],
};

