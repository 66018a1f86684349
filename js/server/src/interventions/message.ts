// What subscribers are told.
import { randomUUID } from 'node:crypto';
import { badRequest } from '../errors.js';

export interface Target {
  readonly name: string;
  readonly id: string;
}

export interface Message {
  readonly intervention_id: string;
  readonly name: string;
  readonly version: number;
  readonly target_attribute_key?: Target;
  readonly attributes: Readonly<Record<string, string>>;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** With another one a page's engine takes no intervention. */
const LARGEST_VERSION = 4_294_967_295;
const NAME = /^[A-Za-z0-9_]{1,128}$/;

/** One complete JSON on one line: JSON.stringify escapes line ends. */
export const frame = (message: Message): string => `data: ${JSON.stringify(message)}\n\n`;
export const KEEP_ALIVE = ':\n\n';

/**
 * The targets of a query: every value of every parameter that is an attribute key; others are ignored.
 * @throws {HttpError} 400 without any, or for a value that is no UUID
 */
export function readTargets(query: URLSearchParams, keyNames: ReadonlySet<string>): Target[] {
  const targets = [...query].filter(([name]) => keyNames.has(name)).map(([name, id]) => ({ name, id }));
  if (targets.length === 0) throw badRequest('name at least one attribute key in the query, such as ?domain_userid=<uuid>');
  if (!targets.every(({ id }) => UUID.test(id))) throw badRequest('only UUIDs allowed as attribute key values');
  return targets;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isVersion = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LARGEST_VERSION;
const isText = (value: unknown): value is string => typeof value === 'string';

function readTarget(value: unknown): Target | undefined {
  if (value === undefined || value === null) return undefined;
  if (isObject(value) && isText(value.name) && isText(value.id)) return { name: value.name, id: value.id };
  throw badRequest('"target_attribute_key" must be {"name": text, "id": text}');
}

function readTexts(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (isObject(value) && Object.values(value).every(isText)) return value as Record<string, string>;
  throw badRequest('"attributes" must be an object of texts');
}

/**
 * A direct intervention; its id is made up when it has none.
 * @throws {HttpError} 400
 */
export function readMessage(body: unknown): Message {
  if (!isObject(body)) throw badRequest('the body must be a JSON object');
  const { name, version, intervention_id: id } = body;
  if (!isText(name) || !NAME.test(name)) throw badRequest('"name" must be 1 to 128 letters, digits or underscores');
  if (!isVersion(version)) throw badRequest(`"version" must be a whole number from 0 to ${LARGEST_VERSION}`);
  if (id !== undefined && id !== null && !(isText(id) && UUID.test(id))) throw badRequest('"intervention_id" must be a UUID');
  const target = readTarget(body.target_attribute_key);
  return {
    intervention_id: isText(id) ? id : randomUUID(),
    name,
    version: Number(version),
    ...(target && { target_attribute_key: target }),
    attributes: readTexts(body.attributes),
  };
}
