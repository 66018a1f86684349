// Bodies of the sync routes, read strictly: what is not as documented is refused.
import { HttpError } from '../errors.js';
import { isObject } from '../registry/body.js';
import type { ClaimRequest, Upload } from '../sync/service_types.js';

export const PROTOCOL = 1;
const HEX16 = /^[0-9a-f]{16}$/;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
const NAME = /^[A-Za-z0-9_]{1,128}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Json = Record<string, unknown>;

export const bad = (error: string): HttpError => refuse(400, 'bad', error);
export const refuse = (status: number, code: string, error: string, more: object = {}, headers: Record<string, string> = {}): HttpError =>
  new HttpError(status, { error, code, ...more } as { error: string }, headers);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isHex = (value: unknown): value is string => typeof value === 'string' && HEX16.test(value);

function need<T>(body: Json, name: string, is: (value: unknown) => value is T, what: string): T {
  const value = body[name];
  if (is(value)) return value;
  throw bad(`"${name}" must be ${what}`);
}

const isProtocol = (value: unknown): value is number => value === PROTOCOL;
const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);
const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isFacts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((fact) => typeof fact === 'string' && BASE64URL.test(fact));

export function readBody(body: unknown): Json {
  if (isObject(body)) return body;
  throw bad('the body must be a JSON object');
}

/** @param mostFacts of one upload */
export function readUpload(body: Json, mostFacts: number): Upload {
  if (!isProtocol(body.protocol)) throw refuse(400, 'protocol', `"protocol" must be ${PROTOCOL}`, { protocols: [PROTOCOL] });
  const facts = need(body, 'facts', isFacts, 'a list of texts in base64url');
  if (facts.length > mostFacts) throw refuse(413, 'facts', `at most ${mostFacts} facts at a time`, { facts: mostFacts });
  return {
    epoch: need(body, 'epoch', isCount, 'a whole number'),
    definitions: need(body, 'definitions', isHex, '16 hexadecimal digits'),
    replica: need(body, 'replica', isHex, '16 hexadecimal digits'),
    base: need(body, 'base', isCount, 'a whole number'),
    chain: need(body, 'chain', isHex, '16 hexadecimal digits'),
    facts,
  };
}

export function readClaim(body: Json): ClaimRequest {
  return {
    epoch: need(body, 'epoch', isCount, 'a whole number'),
    name: need(body, 'name', isName, '1 to 128 letters, digits or underscores'),
    version: need(body, 'version', isCount, 'a whole number'),
    intervention_id: need(body, 'intervention_id', isUuid, 'a UUID').toLowerCase(),
    final: need(body, 'final', isFlag, 'true or false'),
  };
}

/** @returns the replica that a stream is opened for, where it says so */
export function readReplica(query: URLSearchParams): string | undefined {
  const replica = query.get('replica');
  if (replica === null || isHex(replica)) return replica ?? undefined;
  throw bad('"replica" must be 16 hexadecimal digits');
}
