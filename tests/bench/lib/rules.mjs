// The same rules for us and for the rule engines: a few flat ones, or a hundred nested ones over ten attributes.

const NAMES = Array.from({ length: 10 }, (_, i) => `a${i}`);

const greater = (name, value) => ({ kind: 'greater', name, value });
const equal = (name, value) => ({ kind: 'equal', name, value });
const group = (kind, children) => ({ kind, children });

/** all(x > n, any(y = n, all(z > m, u > 1)), none(v > 1e9, w = -1)): true or false depending on n. */
function nestedRule(n) {
  const name = (offset) => NAMES[(n + offset) % NAMES.length];
  return group('all', [
    greater(name(0), n % 7),
    group('any', [equal(name(1), n), group('all', [greater(name(2), n % 3), greater(name(3), 1)])]),
    group('none', [greater(name(4), 1e9), equal(name(5), -1)]),
  ]);
}

export const FLAT = [greater('a0', 3), greater('a1', 0), greater('a2', 100)];
export const NESTED = Array.from({ length: 100 }, (_, n) => nestedRule(n));
export const nameOf = (i) => `rule${i}`;
/** What input n says of every fact. */
export const facts = (value) => Object.fromEntries(NAMES.map((name) => [name, value]));

/** @returns registry objects: ten counters of one event, and the rules over them */
export function forOnCue(rules) {
  const leaf = { greater: '>', equal: '=' };
  const convert = (rule) =>
    rule.children
      ? { [rule.kind]: rule.children.map(convert) }
      : { attribute: `bench:${rule.name}`, operator: leaf[rule.kind], value: rule.value };
  return {
    attribute_groups: [
      {
        name: 'bench',
        attribute_key: { name: 'domain_userid' },
        // "last", so that every event changes every fact, as the rivals' facts do. Ten attributes of their own: equal
        // definitions would share one state.
        attributes: NAMES.map((name, i) => ({
          name,
          type: 'int32',
          aggregation: 'last',
          events: [{ name: 'event', vendor: 'com.google.analytics' }],
          property: { type: 'atomic', name: 'se_value' },
          criteria: { all: [{ property: { type: 'atomic', name: 'se_value' }, operator: '!=', value: -i - 1 }] },
        })),
      },
    ],
    interventions: rules.map((rule, i) => ({ name: nameOf(i), criteria: convert(rule) })),
  };
}

export function forJsonLogic(rule) {
  const children = rule.children?.map(forJsonLogic);
  switch (rule.kind) {
    case 'all':
      return { and: children };
    case 'any':
      return { or: children };
    case 'none':
      return { '!': [{ or: children }] };
    case 'greater':
      return { '>': [{ var: rule.name }, rule.value] };
    default:
      return { '==': [{ var: rule.name }, rule.value] };
  }
}

export function forAep(rules) {
  const matcher = (key, name, value) => ({ type: 'matcher', definition: { key, matcher: name, values: [value] } });
  // It has no "none": not any, spelt as all of the opposites.
  const convert = (rule, negated = false) => {
    if (rule.children) {
      const inside = rule.kind === 'none' ? !negated : negated;
      const logic = (rule.kind === 'all') !== inside ? 'and' : 'or';
      return { type: 'group', definition: { logic, conditions: rule.children.map((child) => convert(child, inside)) } };
    }
    const names = { greater: ['gt', 'le'], equal: ['eq', 'ne'] }[rule.kind];
    return matcher(rule.name, names[Number(negated)], rule.value);
  };
  return {
    version: 1,
    rules: rules.map((rule, i) => ({ condition: convert(rule), consequences: [{ id: nameOf(i), type: 'x', detail: {} }] })),
  };
}

export function forJsonRules(rules) {
  const convert = (rule) => {
    if (rule.kind === 'none') return { not: { any: rule.children.map(convert) } };
    if (rule.children) return { [rule.kind]: rule.children.map(convert) };
    return { fact: rule.name, operator: rule.kind === 'greater' ? 'greaterThan' : 'equal', value: rule.value };
  };
  return rules.map((rule, i) => {
    const conditions = convert(rule);
    return { conditions: conditions.fact ? { all: [conditions] } : conditions, event: { type: nameOf(i) } };
  });
}
