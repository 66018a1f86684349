// POST get-online-attributes.
import { badRequest } from '../errors.js';
import { isObject } from '../registry/body.js';
import { asText, isPublished, linkId, type Registry, type RegistryObject, versionOf } from '../registry/objects.js';
import { distinctLinks, keyNameOf, valueNames } from '../registry/references.js';
import type { Host } from './host.js';

const REFERENCE = /^([A-Za-z0-9_]+)_v([0-9]+):([A-Za-z0-9_]+)$/;
const MOST_IDS = 100;

interface Wanted {
  readonly group: RegistryObject;
  readonly attribute: string;
}

function readKey(body: Record<string, unknown>): { key: string; ids: string[] } {
  const entries = isObject(body.attribute_keys) ? Object.entries(body.attribute_keys) : [];
  const [first] = entries;
  if (entries.length !== 1 || !first) throw badRequest('"attribute_keys" must name exactly one attribute key');
  const [key, ids] = first;
  const isList = Array.isArray(ids) && ids.length >= 1 && ids.length <= MOST_IDS && ids.every((id) => typeof id === 'string');
  if (!isList) throw badRequest(`"attribute_keys.${key}" must be a list of 1 to ${MOST_IDS} texts`);
  return { key, ids: ids as string[] };
}

function publishedGroup(registry: Registry, name: string, version: number): RegistryObject {
  const group = registry.get('attribute_groups', linkId({ name, version }));
  if (group && isPublished(group)) return group;
  throw badRequest(`attribute group ${name} version ${version} is not published`);
}

const labelOf = (group: RegistryObject): string => `${group.name} version ${versionOf(group)}`;

/** Of a service's groups those that are published are read. */
function ofService(registry: Registry, name: unknown, key: string): Wanted[] {
  const service = typeof name === 'string' ? registry.get('services', name) : undefined;
  if (!service || !isPublished(service)) throw badRequest(`service ${asText(name)} is not published`);
  const linked = distinctLinks(service.attribute_groups)
    .map((link) => registry.get('attribute_groups', linkId(link)))
    .filter((group): group is RegistryObject => group !== undefined && keyNameOf(group) === key);
  const groups = linked.filter(isPublished);
  if (linked.length === 0) throw badRequest(`service ${service.name} has no attribute group with key ${key}`);
  if (groups.length === 0) throw badRequest(`service ${service.name} has no published attribute group with key ${key}: publish ${linked.map(labelOf).join(', ')}`);
  return groups.flatMap((group) => valueNames(group).map((attribute) => ({ group, attribute })));
}

function ofReference(registry: Registry, reference: unknown, key: string): Wanted {
  const [, name, version, attribute] = (typeof reference === 'string' ? REFERENCE.exec(reference) : null) ?? [];
  if (!name || !attribute) throw badRequest(`${JSON.stringify(reference)} is not an attribute; write group_v1:attribute`);
  const group = publishedGroup(registry, name, Number(version));
  if (!valueNames(group).includes(attribute)) throw badRequest(`attribute group ${name} version ${version} has no attribute ${attribute}`);
  if (keyNameOf(group) !== key) throw badRequest(`attribute group ${name} has key ${keyNameOf(group)}, not ${key}`);
  return { group, attribute };
}

function readWanted(registry: Registry, body: Record<string, unknown>, key: string): Wanted[] {
  // Null is the same as absent, as in everything that the SDK sends.
  const [service, attributes] = [body.service ?? undefined, body.attributes ?? undefined];
  if ((service === undefined) === (attributes === undefined)) throw badRequest('give either "service" or "attributes"');
  if (service !== undefined) return ofService(registry, service, key);
  if (!Array.isArray(attributes) || attributes.length === 0) throw badRequest('"attributes" must be a list of group_v1:attribute');
  return [...new Set<unknown>(attributes)].map((one) => ofReference(registry, one, key));
}

const fullName = ({ group, attribute }: Wanted): string => `${group.name}_v${versionOf(group)}:${attribute}`;

/** Columns: for each attribute, and the key itself, one value per id in the request's order. */
export async function readAttributes(host: Pick<Host, 'registry' | 'values'>, body: unknown, now: number): Promise<Record<string, unknown[]>> {
  if (!isObject(body)) throw badRequest('the body must be a JSON object');
  const { key, ids } = readKey(body);
  const wanted = readWanted(host.registry, body, key);
  const nameOf = body.full_attribute_names === true ? fullName : ({ attribute }: Wanted) => attribute;
  const names = wanted.map(nameOf);
  const twice = names.find((name, i) => name === key || names.indexOf(name) !== i);
  if (twice !== undefined) throw badRequest(`several groups have an attribute ${twice}; ask with "full_attribute_names": true`);
  const groups = [...new Set(wanted.map(({ group }) => group))];
  const values = await host.values(key, ids, groups.map((group) => ({ name: group.name, version: versionOf(group) })), now);
  const column = ({ group, attribute }: Wanted) => values.map((row) => row[groups.indexOf(group)]?.[attribute] ?? null);
  return { [key]: ids, ...Object.fromEntries(wanted.map((one) => [nameOf(one), column(one)])) };
}
