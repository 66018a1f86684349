// Unknown fields are allowed, and Signals' own definitions have some. One that is nearly a known field, which is not there,
// is a slip that nothing else tells of: an attribute with "event" instead of "events" counts every event.
import { KNOWN_FIELDS } from './known_fields.mjs';
import { distance } from './words.mjs';

/**
 * @typedef {Record<string, unknown>} Json
 * @typedef {import('@oncue/engine').Problem} Problem
 */

/** @param {unknown} value @returns {value is Json} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
/** @param {Json} object @param {string} field */
const has = (object, field) => Object.hasOwn(object, field) && object[field] !== null;
/** @param {Json} object @param {string[]} fields */
const hasAny = (object, ...fields) => fields.some((field) => has(object, field));

/**
 * What an object is that stands alone, as the engine sees it.
 * @param {Json} object
 */
function kindAlone(object) {
  if (has(object, 'criteria')) return 'intervention';
  if (hasAny(object, 'attribute_key', 'attributes', 'fields')) return 'attribute group';
  if (!has(object, 'name')) return 'bundle';
  const isService = has(object, 'attribute_groups') || (has(object, 'owner') && !hasAny(object, 'key', 'property', 'external_column'));
  return isService ? 'service' : 'attribute key';
}

/** @param {string} name */
const plain = (name) => name.toLowerCase().replace(/[_-]/g, '');

/**
 * The field that somebody meant who wrote another one.
 * @param {string} written
 * @param {readonly string[]} fields
 */
function nearest(written, fields) {
  const ranked = fields.map((field) => ({ field, edits: distance(plain(written), plain(field)) })).sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  return best && best.edits <= Math.min(2, Math.max(written.length, best.field.length) / 3) ? best.field : undefined;
}

/** @param {string} field */
const escaped = (field) => field.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * Near misses among the fields of one object.
 * @param {Json} object @param {string} kind @param {string} pointer
 * @returns {Problem[]}
 */
function nearMisses(object, kind, pointer) {
  const known = Object.keys(KNOWN_FIELDS[kind] ?? {});
  const absent = known.filter((field) => !has(object, field));
  return Object.keys(object).flatMap((field) => {
    const meant = known.includes(field) || !has(object, field) ? undefined : nearest(field, absent);
    if (meant === undefined) return [];
    const message = `This ${kind} has no field "${field}"; did you mean "${meant}"?`;
    return [{ pointer: `${pointer}/${escaped(field)}`, code: 'unknown_field', message }];
  });
}

/**
 * @param {Json} object @param {string} kind @param {string} pointer
 * @returns {Problem[]}
 */
function inObject(object, kind, pointer) {
  // Beside "attribute" no other kind of criterion can be meant.
  const own = kind === 'criterion' && has(object, 'attribute') ? 'comparison' : kind;
  const inside = Object.entries(KNOWN_FIELDS[own] ?? {}).filter(([field, what]) => what && has(object, field));
  return [...nearMisses(object, own, pointer), ...inside.flatMap(([field, what]) => unknownFields(object[field], `${pointer}/${field}`, what))];
}

/**
 * A warning for each unknown field that is nearly a known one of the same object, where that is missing.
 * @param {unknown} value definitions, or a part of them
 * @param {string} pointer where that is
 * @param {string} [kind] of what it is, or each item of it; default: what it looks like
 * @returns {Problem[]}
 */
export function unknownFields(value, pointer, kind) {
  if (Array.isArray(value)) return value.flatMap((one, i) => unknownFields(one, `${pointer}/${i}`, kind));
  return isObject(value) ? inObject(value, kind ?? kindAlone(value), pointer) : [];
}
