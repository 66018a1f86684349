// What is synced in simulations: every aggregation for ever, with a TTL and with a window, spread over bundles, each in
// two versions, the second of which lacks one attribute and has another.

const NUMBER = { type: 'double', property: 'se_property' };
const ofLabel = (type) => ({ type, property: 'se_label' });

const AGGREGATIONS = {
  counter: {},
  sum: NUMBER,
  min: NUMBER,
  max: NUMBER,
  mean: NUMBER,
  first: ofLabel('string'),
  last: ofLabel('string'),
  unique_list: ofLabel('string_list'),
  most_frequent: ofLabel('string'),
  least_frequent: ofLabel('string'),
  category_count: ofLabel('dict'),
  approx_count_distinct: ofLabel('int64'),
  time_since_last: { type: 'double', time_unit: 's' },
  time_since_first: { type: 'double', time_unit: 'min' },
};

const DURATIONS = { PT2S: 2_000, PT10M: 600_000, PT30M: 1_800_000, P1D: 86_400_000 };
const TTLS = ['PT10M', 'P1D', 'PT30M', 'PT2S'];
const PERIODS = ['PT30M', 'PT10M', 'PT2S', 'P1D'];
/** Of large bundles and of small ones. */
const ATTRIBUTES = { large: 5, small: 2 };

const atomic = (name) => ({ type: 'atomic', name });

function attributeOf(aggregation, retention, i) {
  const { type = 'int64', property, time_unit: timeUnit } = AGGREGATIONS[aggregation];
  return {
    name: `${aggregation}_${retention}`,
    type,
    aggregation,
    events: [],
    ...(property && { property: atomic(property) }),
    ...(timeUnit && { time_unit: timeUnit }),
    ...(retention === 'ttl' && { ttl: TTLS[i % TTLS.length] }),
    ...(retention === 'window' && { period: PERIODS[i % PERIODS.length] }),
    ...(i % 3 === 0 && { criteria: { all: [{ property: atomic('se_action'), operator: '=', value: 'buy' }] } }),
  };
}

function allAttributes() {
  const all = [];
  for (const [i, aggregation] of Object.keys(AGGREGATIONS).entries()) {
    for (const [j, retention] of ['ever', 'ttl', 'window'].entries()) all.push(attributeOf(aggregation, retention, i + 2 * j));
  }
  return all;
}

/** Tells events apart: its value is the event's serial number. */
const SERIAL = { name: 'serial', type: 'double', aggregation: 'last', events: [], property: atomic('se_value') };
const COUNT = { name: 'count', type: 'int64', aggregation: 'counter', events: [] };

/** An intervention that no device makes true. */
export const NEVER = 'never';

const INTERVENTIONS = Object.entries({ after_3: 3, after_6: 6, [NEVER]: 1e9 }).map(([name, count]) => ({
  name,
  version: 1,
  criteria: { attribute: 'person:count', operator: '>=', value: count },
  target_attribute_keys: [{ name: 'user_id' }],
}));

function definitionsOf(attributes) {
  const group = { name: 'person', version: 1, attribute_key: { name: 'user_id' }, attributes };
  const synced = { attribute_keys: [{ name: 'user_id' }], attribute_groups: [group] };
  return { attributes, server: JSON.stringify(synced), device: JSON.stringify({ ...synced, interventions: INTERVENTIONS }) };
}

function makeBundles(size) {
  const all = allAttributes();
  const bundles = [];
  for (let i = 0; i < all.length; i += size) {
    // A stride that is prime to their number mixes aggregations.
    const chosen = Array.from({ length: size + 1 }, (_, k) => all[((i + k) * 17) % all.length]);
    bundles.push([chosen.slice(0, -1), chosen.slice(1)].map((attributes) => definitionsOf([SERIAL, COUNT, ...attributes])));
  }
  return bundles;
}

const large = makeBundles(ATTRIBUTES.large);

export const LARGE_BUNDLES = large.length;
/** The large ones first. */
export const bundles = [...large, ...makeBundles(ATTRIBUTES.small)].map((versions, index) => ({ index, versions }));

/** Milliseconds; 0 when the attribute has none. */
export const ttlOf = ({ ttl }) => DURATIONS[ttl] ?? 0;
export const periodOf = ({ period }) => DURATIONS[period] ?? 0;
