// What a write to the registry changes. Nothing here has an effect: the changes go through the log.
import { isDeepStrictEqual } from 'node:util';
import { type Detail, notFound, refuse, unprocessable } from '../errors.js';
import { isObject, readObject } from './body.js';
import { publishedBundle } from './bundle.js';
import { checkDefinitions } from './check.js';
import { deliveryChange, splitDelivery, withoutDelivery } from './deliveries.js';
import { effectiveKey, isSameKey } from './keys.js';
import { type Change, idOf, isPublished, type Kind, linkId, type Registry, type RegistryObject, versionOf } from './objects.js';
import { groupsIn, keyNameOf, linksOf, reads } from './references.js';

const LABEL: Readonly<Record<Kind, string>> = {
  attribute_keys: 'Attribute key',
  attribute_groups: 'Attribute group',
  services: 'Service',
  interventions: 'Intervention',
};
/** What may change although a version is published. */
const FREE_FIELDS = ['is_published', 'description', 'owner', 'delivery'];

const nameOf = (kind: Kind, id: string): string => `${LABEL[kind]} ${id.replace('/', ' version ')}`;
const put = (kind: Kind, object: RegistryObject): Change => ({ shelf: kind, id: idOf(kind, object), object });
const unpublished = (object: RegistryObject): RegistryObject => ({ ...object, is_published: false });

export function find(registry: Registry, kind: Kind, id: string): RegistryObject {
  const found = registry.get(kind, id) ?? (kind === 'attribute_keys' ? registry.key(id) : undefined);
  if (found) return found;
  throw notFound(`${nameOf(kind, id)} not found`);
}

/** The highest version of a name. */
export function findLatest(registry: Registry, kind: Kind, name: string): RegistryObject {
  const latest = registry.list(kind).filter((one) => one.name === name).at(-1);
  if (latest) return latest;
  throw notFound(`${LABEL[kind]} ${name} not found`);
}

function essence(object: RegistryObject): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !FREE_FIELDS.includes(name)));
}

/** A group's key counts by what it means, in whatever words. */
function isSameDefinition(registry: Registry, a: RegistryObject, b: RegistryObject): boolean {
  const comparable = (one: RegistryObject) => ({ ...essence(one), ...(isObject(one.attribute_key) && { attribute_key: keyNameOf(one) }) });
  if (!isDeepStrictEqual(comparable(a), comparable(b))) return false;
  return !isObject(a.attribute_key) || isSameKey(effectiveKey(registry, a), effectiveKey(registry, b));
}

const servicesWith = (registry: Registry, group: RegistryObject): RegistryObject[] => {
  const id = idOf('attribute_groups', group);
  return registry.list('services').filter((service) => linksOf(service.attribute_groups).some((link) => linkId(link) === id));
};

function checkLinks(registry: Registry, kind: Kind, object: RegistryObject): void {
  if (kind === 'services') {
    const unknown = linksOf(object.attribute_groups).filter((link) => !registry.get('attribute_groups', linkId(link)));
    const detail = unknown.map((link) => `Attribute group ${link.name} version ${link.version} is not registered; publish it first.`);
    if (detail.length > 0) throw unprocessable(detail.map((msg) => ({ loc: ['body', 'attribute_groups'], msg, type: 'unknown_attribute_group' })));
  }
  if (kind === 'interventions' && isPublished(object)) {
    const known = new Set(registry.list('attribute_groups').map(({ name }) => name));
    const unknown = [...groupsIn(object.criteria)].filter((name) => !known.has(name));
    const detail = unknown.map((name) => `Attribute group ${name} is not registered; publish it before this intervention.`);
    if (detail.length > 0) throw unprocessable(detail.map((msg) => ({ loc: ['body', 'criteria'], msg, type: 'unknown_attribute_group' })));
  }
}

/** Values belong to a definition, and what their key means is part of that: another meaning would lose them. */
function checkKeyInUse(registry: Registry, key: RegistryObject): void {
  const users = registry.published('attribute_groups').filter((one) => keyNameOf(one) === key.name);
  const group = users.find((one) => !isSameKey(effectiveKey(registry, one), key));
  if (!group) return;
  throw refuse(`${nameOf('attribute_keys', key.name)} is used by published attribute group ${group.name} version ${versionOf(group)}, so what it means cannot change; unpublish that first, or give the key another name`);
}

/** A key that a group spells out is registered along with it. */
function keyChange(registry: Registry, group: RegistryObject): Change[] {
  const key = group.attribute_key as RegistryObject;
  if (registry.key(key.name)) return [];
  return [put('attribute_keys', unpublished(key))];
}

/** Interventions that read a group which goes away are unpublished with it. */
function withoutReaders(registry: Registry, group: RegistryObject): Change[] {
  const readers = registry.published('interventions').filter((one) => reads(registry, one, group));
  return readers.map((one) => put('interventions', unpublished(one)));
}

function checkUnpublish(registry: Registry, kind: Kind, before: RegistryObject): Change[] {
  if (kind !== 'attribute_groups') return [];
  const [service] = servicesWith(registry, before).filter(isPublished);
  if (service) {
    throw refuse(`${nameOf(kind, idOf(kind, before))} is used by service ${service.name}; unpublish or update the service first`);
  }
  return withoutReaders(registry, before);
}

/** Everything that will be published must load together. */
function checked(registry: Registry, changes: Change[]): Change[] {
  checkDefinitions(publishedBundle(registry.with(changes)));
  return changes;
}

interface Plan {
  readonly object: RegistryObject;
  readonly changes: Change[];
}

function store(registry: Registry, kind: Kind, given: RegistryObject, more: Change[] = []): Plan {
  checkLinks(registry, kind, given);
  if (kind === 'attribute_keys') checkKeyInUse(registry, given);
  const keys = kind === 'attribute_groups' ? keyChange(registry, given) : [];
  const { object, changes } = kind === 'interventions' ? splitDelivery(registry, given) : { object: given, changes: [] };
  return { object, changes: checked(registry, [...keys, put(kind, object), ...changes, ...more]) };
}

/** POST: 400 when it exists, 422 when it is not valid. */
export function planCreate(registry: Registry, kind: Kind, body: unknown): Plan {
  const object = readObject(registry, kind, body);
  const id = idOf(kind, object);
  if (registry.get(kind, id)) throw refuse(`${nameOf(kind, id)} already exists`);
  return store(registry, kind, object);
}

/** PUT: a published version may change only in whether it is published, who owns it and how it is described. */
export function planUpdate(registry: Registry, kind: Kind, id: string, body: unknown): Plan {
  const before = find(registry, kind, id);
  const object = readObject(registry, kind, body);
  if (idOf(kind, object) !== id) {
    throw unprocessable([{ loc: ['body', 'name'], msg: `The body is of ${nameOf(kind, idOf(kind, object))}, the address of ${nameOf(kind, id)}.`, type: 'other_object' }]);
  }
  const isFrozen = (kind === 'attribute_groups' || kind === 'interventions') && isPublished(before);
  if (isFrozen && !isSameDefinition(registry, before, object)) {
    throw refuse(`${nameOf(kind, id)} is published, so its definition cannot change; unpublish it first, or add a version`);
  }
  const isGoing = isPublished(before) && !isPublished(object);
  return store(registry, kind, object, isGoing ? checkUnpublish(registry, kind, before) : []);
}

/** DELETE: not while it is published, nor while something registered needs it. */
export function planDelete(registry: Registry, kind: Kind, id: string): Change[] {
  const before = registry.get(kind, id);
  if (!before) throw notFound(`${nameOf(kind, id)} not found`);
  if (kind === 'attribute_keys') {
    const [group] = registry.list('attribute_groups').filter((one) => keyNameOf(one) === id);
    if (group) throw refuse(`${nameOf(kind, id)} is used by attribute group ${group.name}; delete the group first`);
  } else if (isPublished(before)) {
    throw refuse(`${nameOf(kind, id)} is published; unpublish it first`);
  }
  const [service] = kind === 'attribute_groups' ? servicesWith(registry, before) : [];
  if (service) throw refuse(`${nameOf(kind, id)} is used by service ${service.name}; update the service first`);
  const delivery: Change[] = kind === 'interventions' && registry.get('deliveries', id) ? [{ shelf: 'deliveries', id, object: null }] : [];
  return checked(registry, [{ shelf: kind, id, object: null }, ...delivery]);
}

const REFERENCES: readonly Kind[] = ['attribute_keys', 'attribute_groups', 'services', 'interventions'];

const isVersionNumber = (value: unknown): boolean => value === undefined || value === null || (Number.isInteger(value) && Number(value) >= 1);

/** What `{name, version}` lists are wrong about themselves; null is the same as absent. */
function referenceProblems(body: Readonly<Record<string, unknown>>): Detail[] {
  return REFERENCES.flatMap((kind): Detail[] => {
    const list = body[kind] ?? [];
    if (!Array.isArray(list)) return [{ loc: ['body', kind], msg: 'This field must be a list of objects with a "name".', type: 'wrong_type' }];
    return (list as unknown[]).flatMap((one, i): Detail[] => {
      if (!isObject(one) || typeof one.name !== 'string') return [{ loc: ['body', kind, i], msg: 'This must be an object with a "name".', type: 'wrong_type' }];
      if (isVersionNumber(one.version)) return [];
      return [{ loc: ['body', kind, i, 'version'], msg: 'The version must be a whole number from 1.', type: 'out_of_range' }];
    });
  });
}

/** engines/publish and engines/unpublish: the same as writing is_published, for several objects at once. */
export function planPublication(registry: Registry, body: unknown, publish: boolean): Change[] {
  if (!isObject(body)) throw unprocessable([{ loc: ['body'], msg: 'The body must be a JSON object.', type: 'wrong_type' }]);
  const problems = referenceProblems(body);
  if (problems.length > 0) throw unprocessable(problems);
  let after = registry;
  const changes: Change[] = [];
  const add = (more: Change[]) => {
    changes.push(...more);
    after = after.with(more);
  };
  // Unpublished from the top down, so that a service does not hold its own groups back.
  for (const kind of publish ? REFERENCES : REFERENCES.toReversed()) {
    for (const { name, version } of linksOf(body[kind])) {
      const before = find(after, kind, kind === 'attribute_groups' || kind === 'interventions' ? `${name}/${version}` : name);
      if (isPublished(before) === publish) continue;
      const gone = publish ? [] : checkUnpublish(after, kind, before);
      const object = { ...before, is_published: publish };
      if (publish) checkLinks(after, kind, object);
      add([put(kind, object), ...gone]);
    }
  }
  return changes.length > 0 ? checked(registry, changes) : [];
}

/** Sets or clears (`{}` or null) the extension object of an intervention; it may change while that is published. */
export function planDelivery(registry: Registry, id: string, body: unknown): Change[] {
  const intervention = find(registry, 'interventions', id);
  if (body !== null && !isObject(body)) throw unprocessable([{ loc: ['body'], msg: 'The body must be a JSON object.', type: 'wrong_type' }]);
  const candidate = { ...intervention, delivery: body ?? {} };
  checkDefinitions({ interventions: [candidate] }, '/interventions/0/delivery', { includeUnpublished: true });
  const moved = intervention.delivery === undefined ? [] : [put('interventions', withoutDelivery(intervention))];
  return checked(registry, [deliveryChange(intervention, body), ...moved]);
}
