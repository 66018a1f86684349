// The fields of definitions: those that the engine reads, and those that Signals' own definitions have besides.

/**
 * By field what is in it, or in each item of it: another kind of object, or '' for what has no fields of its own.
 * @template {string} Field
 * @typedef {Record<Field, string> & Record<string, string>} Fields
 */
/**
 * The names of all fields of a type; of a union those of each.
 * @template T
 * @typedef {T extends unknown ? Extract<keyof T, string> : never} FieldsOf
 */

const published = { owner: '', description: '', is_published: '' };

/** @satisfies {Fields<keyof import('@oncue/engine').Bundle>} */
const bundle = { attribute_keys: 'attribute key', attribute_groups: 'attribute group', services: 'service', interventions: 'intervention' };

/** @satisfies {Fields<keyof import('@oncue/engine').AttributeKey>} */
const key = { ...published, name: '', key: '', property: 'property', external_column: '', ttl: '', blobl_path: '' };

/** @satisfies {Fields<FieldsOf<import('@oncue/engine').Property>>} */
const property = { type: '', name: '', vendor: '', major_version: '', path: '', index: '', date_part: '', granularity: '' };

/** @satisfies {Fields<keyof import('@oncue/engine').EventMatcher>} */
const event = { name: '', vendor: '', version: '', event_specification_id: '' };

/** @satisfies {Fields<keyof import('@oncue/engine').EventCriterion>} */
const eventCriterion = { property: 'property', operator: '', value: '' };

/** @satisfies {Fields<keyof import('@oncue/engine').Attribute>} */
const attribute = {
  name: '', type: '', aggregation: '', description: '', events: 'event', property: 'property', criteria: 'filter',
  period: '', ttl: '', time_unit: '', default_value: '', definition_hash: '', source_groups: '',
};

/** @satisfies {Fields<keyof NonNullable<import('@oncue/engine').Attribute['criteria']>>} */
const filter = { all: 'event criterion', any: 'event criterion' };

/** @satisfies {Fields<keyof import('@oncue/engine').AttributeGroup>} */
const group = {
  ...published, name: '', version: '', attribute_key: 'attribute key', attributes: 'attribute', ttl: '', online: '', offline: '',
  batch_source: '', fields: '', backfill_since_tstamp: '', full_name: '', feast_name: '', stream_source_name: '',
  attribute_key_or_name: '', attribute_group_or_attribute_key_ttl: '',
};

/** @satisfies {Fields<keyof import('@oncue/engine').GroupLink>} */
const link = { name: '', version: '' };

/** @satisfies {Fields<keyof import('@oncue/engine').Service>} */
const service = { ...published, name: '', attribute_groups: 'link' };

/** @satisfies {Fields<keyof import('@oncue/engine').InterventionDefinition>} */
const intervention = {
  ...published, name: '', version: '', criteria: 'criterion', target_attribute_keys: 'link', payload_attribute_groups: 'link', delivery: 'delivery',
};

const comparison = { attribute: '', operator: '', value: '' };
/** @satisfies {Fields<FieldsOf<import('@oncue/engine').Criteria>>} */
const criterion = { all: 'criterion', any: 'criterion', none: 'criterion', ...comparison };

/** @satisfies {Fields<keyof import('@oncue/engine').DeliveryRules>} */
const delivery = {
  cooldown: '', max_per_session: '', max_per_day: '', max_total: '', priority: '', exclusive_group: '', delay: '', cancel_if: 'criterion', refire: '',
};

/**
 * By kind of object its fields.
 * @type {Record<string, Record<string, string>>}
 */
export const KNOWN_FIELDS = {
  bundle,
  'attribute key': key,
  property,
  event,
  'event criterion': eventCriterion,
  attribute,
  filter,
  'attribute group': group,
  link,
  service,
  intervention,
  criterion,
  comparison,
  delivery,
};
