// Which objects name which others.
import { asText, type Link, linkId, type Registry, type RegistryObject, versionOf } from './objects.js';

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** `{name, version}` objects of a list field; version 1 unless given. */
export function linksOf(value: unknown): Link[] {
  return listOf(value)
    .filter(isObject)
    .map((link) => ({ name: asText(link.name), version: versionOf(link) }));
}

/** The same, each once. */
export const distinctLinks = (value: unknown): Link[] => [...new Map(linksOf(value).map((link) => [linkId(link), link])).values()];

/** Names of `{name}` objects, or plain texts. */
export const namesOf = (value: unknown): string[] => listOf(value).map((one) => asText(isObject(one) ? one.name : one));

/** Every `group:attribute` of a criteria tree. */
export function attributesIn(criteria: unknown): string[] {
  if (!isObject(criteria)) return [];
  if (typeof criteria.attribute === 'string') return [criteria.attribute];
  return ['all', 'any', 'none'].flatMap((kind) => listOf(criteria[kind]).flatMap(attributesIn));
}

/** Names of the groups whose attributes a tree reads. */
export const groupsIn = (criteria: unknown): Set<string> => new Set(attributesIn(criteria).map((name) => name.split(':')[0] ?? ''));

export const attributeNames = (group: RegistryObject): string[] => namesOf(group.attributes);

/** What values of a group are asked for by: its attributes, and the columns of the warehouse that nothing computes here. */
export const valueNames = (group: RegistryObject): string[] => [...attributeNames(group), ...namesOf(group.fields)];

/** The version of a group that criteria read `attribute` from: the highest published one that has it. */
export function resolve(registry: Registry, reference: string): RegistryObject | undefined {
  const [name = '', attribute = ''] = reference.split(':');
  const versions = registry.published('attribute_groups').filter((group) => group.name === name && attributeNames(group).includes(attribute));
  return versions.at(-1);
}

/** Whether an intervention reads this version of a group, in its criteria or its payload. */
export function reads(registry: Registry, intervention: RegistryObject, group: RegistryObject): boolean {
  const id = linkId({ name: group.name, version: versionOf(group) });
  if (linksOf(intervention.payload_attribute_groups).some((link) => linkId(link) === id)) return true;
  return attributesIn(intervention.criteria).some((reference) => resolve(registry, reference) === group);
}

/** Name of a group's attribute key. */
export const keyNameOf = (group: RegistryObject): string => (isObject(group.attribute_key) ? asText(group.attribute_key.name) : '');
