// Where the warehouse has the values of a batch group: kept for whoever asks, never read here.
import { type Detail, unprocessable } from '../errors.js';
import { isObject } from './body.js';
import { type Change, idOf, type Registry, type RegistryObject } from './objects.js';
import { find } from './writes.js';

const WORD = /^[A-Za-z0-9_]{1,128}$/;
const TABLE_PART = /^[A-Za-z0-9_-]+$/;
const REQUIRED: Readonly<Record<string, RegExp>> = { name: WORD, timestamp_field: WORD, database: TABLE_PART, schema: TABLE_PART, table: TABLE_PART };

const at = (field: string, msg: string, type: string): Detail => ({ loc: ['body', field], msg, type });

/** Older SDKs send `schema` by the name it has in Python, `schema_`. */
function readBatchSource(body: unknown): object {
  if (!isObject(body)) throw unprocessable([{ loc: ['body'], msg: 'The body must be a JSON object.', type: 'wrong_type' }]);
  const { schema_, ...source } = { schema: body.schema_, ...body } as Record<string, unknown>;
  const wrong = Object.entries(REQUIRED).filter(([field, pattern]) => !(typeof source[field] === 'string' && pattern.test(source[field])));
  if (wrong.length > 0) throw unprocessable(wrong.map(([field]) => at(field, `"${field}" must be the name of it.`, 'invalid_name')));
  return source;
}

/** It may change while the group is published: nothing that is computed depends on it. */
export function planBatchSource(registry: Registry, id: string, body: unknown): { object: RegistryObject; changes: Change[] } {
  const group = find(registry, 'attribute_groups', id);
  const batch_source = readBatchSource(body);
  if (group.offline !== true) {
    throw unprocessable([at('batch_source', `Attribute group ${group.name} is computed from events; only one with "offline": true has a batch source.`, 'not_a_batch_group')]);
  }
  const object = { ...group, batch_source };
  return { object, changes: [{ shelf: 'attribute_groups', id: idOf('attribute_groups', object), object }] };
}
