// What an attribute key means: where an id is read, and how long values of it are kept. Both are part of every definition that uses it.
import { isDeepStrictEqual } from 'node:util';
import { isObject } from './body.js';
import { withKey } from './bundle.js';
import type { Registry, RegistryObject } from './objects.js';

/** Where an id is read, as the engine resolves it: property, else key, else name. */
function sourceOf({ name, property, key, external_column: column }: RegistryObject): unknown {
  if (isObject(property)) return property.vendor === undefined && property.date_part === undefined ? property.name : property;
  return key === undefined && column !== undefined ? { column } : (key ?? name);
}

export const isSameKey = (a: RegistryObject, b: RegistryObject): boolean => a.ttl === b.ttl && isDeepStrictEqual(sourceOf(a), sourceOf(b));

/** A group's key as it counts: its own registration decides, and without one what the group spells out. */
export const effectiveKey = (registry: Registry, group: RegistryObject): RegistryObject => withKey(registry, group).attribute_key as RegistryObject;
