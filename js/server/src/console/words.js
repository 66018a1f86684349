// Definitions in words.

const UNITS = [['Y', 'year'], ['M', 'month'], ['W', 'week'], ['D', 'day']];
const CLOCK = [['H', 'hour'], ['M', 'minute'], ['S', 'second']];
const OPERATORS = { '=': 'is', '==': 'is', '!=': 'is not', '>': '>', '<': '<', '>=': '≥', '<=': '≤', rlike: 'matches', 'not rlike': 'does not match', changed: 'has changed' };
const TREES = { all: 'all of these', any: 'any of these', none: 'none of these' };

const amount = (n, unit) => `${n} ${unit}${Number(n) === 1 ? '' : 's'}`;
const several = (list) => (Array.isArray(list) ? list : []);

/** "P1DT12H" as "1 day 12 hours"; a number is seconds. */
export function duration(given) {
  if (typeof given === 'number') return amount(given, 'second');
  const [days = '', clock = ''] = String(given).replace(/^P/, '').split('T');
  const read = (text, units) => units.flatMap(([letter, unit]) => new RegExp(`([\\d.]+)${letter}`).exec(text)?.slice(1).map((n) => amount(n, unit)) ?? []);
  return [...read(days, UNITS), ...read(clock, CLOCK)].join(' ') || String(given);
}

/** A value of an attribute or of a rule. */
export function value(given) {
  if (given === null || given === undefined) return '–';
  if (Array.isArray(given)) return given.map(value).join(', ') || 'an empty list';
  if (typeof given === 'object') return Object.entries(given).map(([name, one]) => `${name}: ${value(one)}`).join(', ');
  return typeof given === 'string' ? `“${given}”` : String(given);
}

/**
 * Where a value comes from: a field, or a path in an event or an entity.
 * @param home name of the only event that counts, which is not said again
 */
export function property(given, home) {
  if (!given) return '';
  if (given.type === 'atomic' || given.path === undefined) return String(given.name);
  const path = String(given.path).replace(/^\$\.?/, '');
  if (given.type === 'event' && given.name === home) return path;
  return `${given.name}${given.index > 0 ? `[${given.index}]` : ''}.${path}`;
}

/** One condition: of an attribute in a rule, of a property in what an attribute counts. */
function condition({ attribute, property: of, operator, value: operand }, home) {
  const left = attribute ?? property(of, home);
  const words = OPERATORS[operator] ?? String(operator);
  return operand === undefined || operand === null ? `${left} ${words}` : `${left} ${words} ${value(operand)}`;
}

/** A tree of conditions as `{text, inner}`, `inner` being the branches. */
export function tree(criteria, home) {
  const kind = Object.keys(TREES).find((name) => Array.isArray(criteria?.[name]));
  if (!kind) return { text: criteria ? condition(criteria, home) : 'no condition', inner: [] };
  const inner = criteria[kind].map((one) => tree(one, home));
  return inner.length === 1 && kind !== 'none' ? inner[0] : { text: TREES[kind], inner };
}

/** A tree on one line. */
export function sentence(criteria, home) {
  const write = ({ text, inner }) => (inner.length > 0 ? `${text} (${inner.map(write).join('; ')})` : text);
  return write(tree(criteria, home));
}

const eventName = ({ name, vendor, version }) => (name ? `${name}${version ? ` ${version}` : ''}` : vendor ? `any event of ${vendor}` : 'any event');

/** What an attribute is: "sum of product.price, from snowplow_ecommerce_action where type is “add_to_cart”, over 7 days". */
export function attribute({ aggregation, property: of, events, criteria, period, default_value: missing }) {
  const list = several(events);
  const home = list.length === 1 ? list[0].name : undefined;
  const parts = [`${String(aggregation).replaceAll('_', ' ')}${of ? ` of ${property(of, home)}` : ''}`];
  parts.push(`from ${list.map(eventName).join(' and ') || 'any event'}${criteria ? ` where ${sentence(criteria, home)}` : ''}`);
  if (period) parts.push(`over ${duration(period)}`);
  if (missing !== undefined && missing !== null) parts.push(`else ${value(missing)}`);
  return parts.join(', ');
}

const DELIVERY = {
  cooldown: (given) => `not again for ${duration(given)}`,
  max_per_session: (n) => `at most ${n} a session`,
  max_per_day: (n) => `at most ${n} a day`,
  max_total: (n) => `at most ${n} in all`,
  priority: (n) => `priority ${n}`,
  exclusive_group: (name) => `one of “${name}” at a time`,
  delay: (given) => `${duration(given)} later`,
  cancel_if: (criteria) => `unless ${sentence(criteria)}`,
  refire: (how) => (how === 'edge' ? 'each time it becomes true' : 'once'),
};

/** The extension `delivery` in words; empty without one. */
export const delivery = (given) => Object.entries(given ?? {}).map(([name, one]) => DELIVERY[name]?.(one) ?? `${name} ${value(one)}`).join(', ');
