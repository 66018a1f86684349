// A registry object out of a request's body.
import { isDeepStrictEqual } from 'node:util';
import { type Detail, unprocessable } from '../errors.js';
import { checkDefinitions } from './check.js';
import { asText, isVersioned, type Kind, type Registry, type RegistryObject, versionOf } from './objects.js';
import { keyNameOf } from './references.js';

const NAME = /^[A-Za-z0-9_]{1,128}$/;
const E_MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const MOST_VERSIONS = 1_000_000;
const MOST_LINKS = 100;

type Json = Record<string, unknown>;
export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (field: string, msg: string, type: string): Detail => ({ loc: ['body', field], msg, type });

/** Null is the same as absent, as the SDK leaves nulls out. */
function withoutNulls(body: Json): Json {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

function shapeProblems(kind: Kind, body: Json): Detail[] {
  const problems: Detail[] = [];
  if (typeof body.name !== 'string' || !NAME.test(body.name)) {
    problems.push(at('name', 'The name must be 1 to 128 letters, digits or underscores.', 'invalid_name'));
  }
  if (isVersioned(kind) && body.version !== undefined) {
    const isWhole = Number.isInteger(body.version) && Number(body.version) >= 1 && Number(body.version) <= MOST_VERSIONS;
    if (!isWhole) problems.push(at('version', `The version must be a whole number from 1 to ${MOST_VERSIONS}.`, 'out_of_range'));
  }
  if (body.is_published !== undefined && typeof body.is_published !== 'boolean') {
    problems.push(at('is_published', 'This field must be true or false.', 'wrong_type'));
  }
  // The SDK reads the owner of every answer as an e-mail address, except that of a key.
  if (kind !== 'attribute_keys' && body.owner !== undefined && !(typeof body.owner === 'string' && E_MAIL.test(body.owner))) {
    problems.push(at('owner', 'The owner must be an e-mail address.', 'invalid_owner'));
  }
  if (kind === 'services') {
    const count = Array.isArray(body.attribute_groups) ? body.attribute_groups.length : 0;
    if (count < 1 || count > MOST_LINKS) problems.push(at('attribute_groups', `A service links 1 to ${MOST_LINKS} attribute groups.`, 'out_of_range'));
  }
  return problems;
}

const isSpeltOut = (key: Json): boolean => key.property !== undefined || key.key !== undefined || key.external_column !== undefined;

/** A group's key is written out in the body, registered, or built in. */
function resolveKey(registry: Registry, group: RegistryObject): RegistryObject {
  const given = group.attribute_key;
  if (!isObject(given)) return group;
  const registered = registry.get('attribute_keys', keyNameOf(group));
  if (registered?.property && given.property && !isDeepStrictEqual(registered.property, given.property)) {
    const msg = `Attribute key "${registered.name}" is registered with another property; update the key, or give this one another name.`;
    throw unprocessable([{ loc: ['body', 'attribute_key', 'property'], msg, type: 'key_conflict' }]);
  }
  if (isSpeltOut(given)) return group;
  const known = registry.key(keyNameOf(group));
  if (known) return { ...group, attribute_key: known };
  const msg = `Attribute key "${asText(given.name)}" is not registered; publish it first, or give its "property".`;
  throw unprocessable([{ loc: ['body', 'attribute_key', 'name'], msg, type: 'unknown_attribute_key' }]);
}

/** A version that a service links twice is linked once. */
function withoutRepeats(service: RegistryObject): RegistryObject {
  const known = new Set<string>();
  const isNew = (link: Json): boolean => known.size < known.add(`${asText(link.name)}/${versionOf(link)}`).size;
  return { ...service, attribute_groups: (service.attribute_groups as Json[]).filter(isNew) };
}

/**
 * The body as an object to be registered, with defaults filled in.
 * @throws {HttpError} 422 with every problem
 */
export function readObject(registry: Registry, kind: Kind, body: unknown): RegistryObject {
  if (!isObject(body)) throw unprocessable([{ loc: ['body'], msg: 'The body must be a JSON object.', type: 'wrong_type' }]);
  const cleaned = withoutNulls(body);
  const problems = shapeProblems(kind, cleaned);
  if (problems.length > 0) throw unprocessable(problems);
  const object = { ...(isVersioned(kind) && { version: 1 }), is_published: false, ...cleaned } as unknown as RegistryObject;
  const complete = kind === 'attribute_groups' ? resolveKey(registry, object) : object;
  checkDefinitions({ [kind]: [complete] }, `/${kind}/0`, { includeUnpublished: true });
  return kind === 'services' ? withoutRepeats(complete) : complete;
}
