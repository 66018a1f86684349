import type { Payload } from '@snowplow/browser-tracker';
import { CONTEXTS_FIELD, EVENT_FIELD, readJson } from '../encoded.js';
import type { RawJson } from '../raw.js';
import type { AttributeKeyId, AttributeKeyName, JSONPointerList } from '../types.js';
import { readField } from './fields.js';

export type Ids = Record<AttributeKeyName, AttributeKeyId>;
export type Targets = Record<AttributeKeyName, JSONPointerList>;
type SelfDescribing = { schema: string; data: unknown };

const descend = (from: any, segment: string): any =>
  from?.[segment] ?? (Array.isArray(from) && from.length === 1 ? from[0]?.[segment] : undefined);

/** What `/entities/vendor/name` points to: the data of every entity of that name, whatever its version. */
function findData(list: SelfDescribing[], vendor = '', name = ''): unknown[] {
  return list.filter(({ schema }) => schema?.startsWith(`iglu:${vendor}/${name}/`)).map(({ data }) => data);
}

/** @throws when the payload's JSON cannot be read */
function resolve(pointer: string, payload: Payload, raw?: RawJson): unknown {
  const [root = '', ...path] = pointer
    .replace(/^\//, '')
    .split('/')
    .map((segment) => segment.replace(/~1/g, '/').replace(/~0/g, '~'));
  const isEntity = /^(co|cx|context|entity|entities)$/.test(root);
  if (isEntity || /^(ue(_p[rx])?|unstruct(_event)?|self_describing|sde)$/.test(root)) {
    const data = readJson(payload, isEntity ? CONTEXTS_FIELD : EVENT_FIELD, raw)?.data;
    const [vendor, name, ...rest] = path;
    return data && rest.reduce(descend, findData([].concat(data), vendor, name) as any);
  }
  return path.reduce(descend, readField(payload, root, raw));
}

/**
 * The ids that `targets` find in an event: of each key's JSON Pointers the first one with a value. A value that is no
 * text becomes one; an empty text, an object or null is no value.
 * @param raw the event's JSON objects, where known: nothing is parsed then
 */
export function extractIds(targets: Targets, payload: Payload, raw?: RawJson): Ids {
  const ids: Ids = {};
  for (const [key, pointers] of Object.entries(targets)) {
    for (const pointer of ([] as string[]).concat(pointers)) {
      try {
        const value = resolve(pointer, payload, raw);
        const id = value != null && !/^(object|function)$/.test(typeof value) ? String(value) : Array.isArray(value) ? value.join() : '';
        if (id) {
          ids[key] = id;
          break;
        }
      } catch {
        // An event whose JSON cannot be read has no ids to give.
      }
    }
  }
  return ids;
}
