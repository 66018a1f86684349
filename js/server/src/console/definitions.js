// Definitions as the page shows them: each with its name, what it means, and more when it is opened.
import * as words from './words.js';

/** Kinds with more objects than this are shown closed. */
const MOST_OPEN = 12;

export function element(name, content, ...children) {
  const made = document.createElement(name);
  if (typeof content === 'string') made.textContent = content;
  made.append(...children.filter(Boolean));
  return made;
}

function heading({ name, version, is_published }, gist) {
  const summary = element('summary', '', element('b', name), version && ' ', version && element('span', `v${version}`));
  if (!is_published) summary.append(' ', element('em', 'not published'));
  if (gist) {
    const short = element('span', gist);
    short.className = 'gist';
    summary.append(' ', short);
  }
  return summary;
}

function facts(...pairs) {
  const list = element('dl');
  for (const [term, what] of pairs) if (what) list.append(element('dt', term), element('dd', what));
  return list;
}

function tree({ text, inner }) {
  const item = element('li', text);
  if (inner.length > 0) item.append(element('ul', '', ...inner.map(tree)));
  return item;
}

const ruleOf = (criteria) => {
  const list = element('ul', '', tree(words.tree(criteria)));
  list.className = 'rule';
  return list;
};

function keyFacts(key) {
  return [facts(['Value', key.property ? words.property(key.property) : (key.key ?? key.external_column ?? key.name)], ['Kept', key.ttl && words.duration(key.ttl)], ['About', key.description])];
}

const column = ({ name, type }, meaning) => element('li', '', element('b', name), ' ', element('span', type), element('div', meaning));

function groupFacts({ attribute_key: key, attributes, fields, ttl, description, owner, offline, online }) {
  const columns = [...(attributes ?? []).map((one) => column(one, words.attribute(one))), ...(fields ?? []).map((one) => column(one, 'a column of the warehouse'))];
  const list = element('ul', '', ...columns);
  list.className = 'columns';
  const computed = offline ? 'in the warehouse, not here' : online === false ? 'not for reading' : '';
  return [list, facts(['Key', key?.name], ['Kept', ttl && words.duration(ttl)], ['Computed', computed], ['About', description], ['Owner', owner])];
}

const linkNames = (links) => (links ?? []).map((one) => (typeof one === 'string' ? one : `${one.name}${one.version ? ` v${one.version}` : ''}`)).join(', ');

function interventionFacts({ criteria, target_attribute_keys, payload_attribute_groups, description, owner }, delivery, preview) {
  const button = element('button', 'How many ids would match?');
  button.type = 'button';
  button.addEventListener('click', () => preview(criteria));
  return [
    ruleOf(criteria),
    facts(['Tells', linkNames(target_attribute_keys) || 'the keys of its attributes'], ['With', linkNames(payload_attribute_groups)], ['Delivery', words.delivery(delivery)], ['About', description], ['Owner', owner]),
    button,
  ];
}

/** One that is drawn when it is opened: a registry may have hundreds. */
function item(object, gist, isOpen, draw) {
  const details = element('details', '', heading(object, gist));
  details.classList.toggle('off', !object.is_published);
  let isDrawn = false;
  const open = () => {
    if (!isDrawn) details.append(...draw());
    isDrawn = true;
  };
  details.addEventListener('toggle', () => details.open && open());
  if (isOpen) open();
  details.open = isOpen;
  return details;
}

/** What the engine loads, but not as somebody may have meant it. */
export function drawWarnings(warnings) {
  if (warnings.length === 0) return [];
  const list = element('ul', '', ...warnings.map(({ message }) => element('li', message)));
  list.className = 'warnings';
  return [element('h3', `Warnings (${warnings.length})`), list];
}

/**
 * @param registry `{attribute_keys, attribute_groups, services, interventions}`
 * @param deliveryOf the extension `delivery` of an intervention
 * @param preview called with a rule
 */
export function drawDefinitions(registry, deliveryOf, preview) {
  const { attribute_keys: keys, attribute_groups: groups, services, interventions } = registry;
  const count = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const isOpen = (list, object) => list.length <= MOST_OPEN && object.is_published === true;
  const kinds = [
    ['Attribute groups', groups, (one) => item(one, `by ${one.attribute_key?.name ?? '?'}: ${count((one.attributes ?? one.fields ?? []).length, 'attribute')}`, isOpen(groups, one), () => groupFacts(one))],
    ['Interventions', interventions, (one) => item(one, words.sentence(one.criteria), isOpen(interventions, one), () => interventionFacts(one, deliveryOf(one), preview))],
    ['Services', services, (one) => item(one, linkNames(one.attribute_groups), false, () => [facts(['Groups', linkNames(one.attribute_groups)], ['About', one.description], ['Owner', one.owner])])],
    ['Attribute keys', keys, (one) => item({ ...one, is_published: true }, one.property ? words.property(one.property) : '', false, () => keyFacts(one))],
  ];
  return kinds.flatMap(([title, list, draw]) => [element('h3', `${title} (${list.length})`), ...list.map(draw)]);
}
