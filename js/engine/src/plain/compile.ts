// Definitions for the plain artefact: read, checked and written down in the form that wasm/plain/model.cc reads. What is
// wrong, deserves a warning or needs what that artefact lacks is left to the larger one, so this tells nothing but yes or
// no; js/engine/test/plain.test.mjs holds it against core's reader (core/src/definition).
import type { Problem } from '../errors.js';
import { FIELDS, plainText, type Rule, time } from './fields.js';
import { duration, type Fields, flag, has, isTooDeep, type Json, list, must, object, text, whole } from './read.js';
import type { Reading } from './options.js';
import { encode, type Form, sized, wide } from './bytes.js';

type Path = readonly (string | number)[];

/** Where the extractor puts what it finds: wasm/plain/reader.cc has the slots before the properties. */
export const FIRST_PROPERTY = 8;

/** What every event has; its times only where `times` asks for them. */
const ALWAYS: PlainPlan['fields'] = [
  // Core looks whether it is one.
  [3, undefined, 'eid'],
  [4, time, 'dtm'],
  [5, time, 'stm'],
  [6, time, 'ttm'],
];
const APP: PlainPlan['fields'][number] = [7, plainText, 'aid'];

/** What the extractor looks for. */
export interface PlainPlan {
  /** Whether any value depends on the event's own times. */
  times: boolean;
  fields: (readonly [slot: number, rule: Rule | undefined, key: string, other?: string])[];
  event: Record<string, [slot: number, ...Path][]>;
  entities: Record<string, [index: number, ...[slot: number, ...Path][]][]>;
}

/** An attribute of a group: its computation's position in core, its default, and the group's name. */
export type Member = readonly [name: string, computation: number, fallback: Json | undefined, group: string];

export interface Group {
  name: string;
  version: number;
  attribute_key: string;
  members: Member[];
}

export interface Compiled {
  bytes: Uint8Array;
  plan: PlainPlan;
  warnings: Problem[];
  keys: ReadonlyMap<string, unknown>;
  groups: Group[];
  services: { name: string; groups: Group[] }[];
  interventions: { name: string; version: number }[];
}

/** Of several versions of a group the highest that has the attribute. */
export const visible = (groups: Group[]): Member[] =>
  groups.flatMap(({ name, version, members }) =>
    members.filter(([own]) => !groups.some((other) => other.name === name && other.version > version && other.members.some(([one]) => one === own))),
  );

interface Computation {
  key: number;
  /** Position among all; the same for equal ones. */
  index: number;
}

/** By position in core: element types, aggregations, operators, units. */
const TYPES = 'bytes string int32 int64 double float bool'.split(' ');
const AGGREGATIONS = 'counter,sum,min,max,mean,first,last,,,,,,time_since_last,time_since_first'.split(',');
const OPERATORS = '=,!=,<,>,<=,>=,like,not like,,,in,not in,is null,is not null'.split(',');
const UNITS: Record<string, number> = { s: 1e3, min: 6e4, h: 36e5, d: 864e5 };

const SCHEMA_NAME = /^[\w-]{1,128}$/;
const PATH = /^[^.[\]]+(\[\d{1,9}\])*(\.[^.[\]]+(\[\d{1,9}\])*)*$/;
const DEEPEST_PATH = 64;
const MAX_VERSION = 1e6;
const MAX_INTEGER = 2 ** 31 - 1;
/** Entities of a pipeline, which deserve a warning. */
const NEVER_LOCAL = /^(yauaa_context|ua_parser_context|spiders_and_robots|weather)$/;

/** As core's hashes and wasm/plain/model.cc want it. */
function valueForm(value: Json): Form {
  const items = Array.isArray(value) ? value : [];
  const isText = typeof value === 'string';
  must(isText || Number.isFinite(value ?? 0) || typeof value === 'boolean' || items.length);
  const kind = value === null ? 0 : isText ? 3 : typeof value === 'number' ? 2 : items.length ? 4 : 1;
  return [kind, wide(isText || items.length ? 0 : Number(value)), isText ? value : '', sized(items.map(valueForm))];
}

/** The operator's name and number, and what it compares with. */
function readComparison(criterion: Fields, isOfEvents: boolean): { operator: string; number: number; value: Form } {
  const operator = text(criterion.operator, /./);
  const number = OPERATORS.indexOf(operator);
  must(number >= 0 && !(isOfEvents && /^not/.test(operator)));
  if (number > 11) return { operator, number, value: valueForm(null) };
  const { value } = criterion;
  must(value != null);
  if (number > 5 && number < 8) must(typeof value === 'string');
  else if (number > 1 && number < 6) must(typeof value === 'number' || typeof value === 'boolean');
  else if (Array.isArray(value)) must(value.length && value.every((item) => typeof item === typeof value[0] && Object(item) !== item && item !== null));
  else must(typeof value !== 'object');
  return { operator, number, value: valueForm(value) };
}

function compileAll(root: Json, reading: Reading): Compiled {
  const plan: PlainPlan = { times: false, fields: reading.asksForApp ? [...ALWAYS, APP] : [...ALWAYS], event: {}, entities: {} };
  /** Those that something reads: the built-in keys' have an index whether or not. */
  const readProperties = new Set<number>();
  const warnings: Problem[] = [];
  /** By encoding. */
  const knownProperties = new Map<string, number>();
  const knownKeys = new Map<string, { index: number; property: number; encoding: Form; ttl: number }>();
  const knownComputations = new Map<string, Computation>();
  /** By `name version`. */
  const knownGroups = new Map<string, Group>();
  /** By `group:attribute`, of the highest version. */
  const references = new Map<string, Computation & { version: number }>();
  /** What is defined, by kind and name. */
  const defined = new Set<string>();
  const made: Record<'keys' | 'computations' | 'interventions', Form[]> = { keys: [], computations: [], interventions: [] };
  const groups: Group[] = [];
  const services: Compiled['services'] = [];
  const interventions: Compiled['interventions'] = [];

  function define(name: string): void {
    must(!defined.has(name));
    defined.add(name);
  }

  function mustBeActive({ is_published }: Fields): void {
    must(flag(is_published, true) || reading.includeUnpublished);
  }

  function internProperty(encoding: Form, plan: (slot: number) => void): number {
    const identity = encode(encoding).join();
    let index = knownProperties.get(identity);
    if (index === undefined) {
      knownProperties.set(identity, (index = knownProperties.size));
      plan(index + FIRST_PROPERTY);
    }
    return index;
  }

  function readAtomic(name: Json | undefined): { index: number; encoding: Form } {
    const field = text(name);
    const source = FIELDS.get(field);
    must(source);
    const encoding = [0, field];
    return { index: internProperty(encoding, (slot) => plan.fields.push([slot, ...source])), encoding };
  }

  function readProperty(value: Json | undefined): { index: number; encoding: Form } {
    const property = object(value);
    must(!has(property, 'date_part'));
    const { type } = property;
    if (type === 'atomic' || (type == null && !has(property, 'vendor'))) {
      const atomic = readAtomic(property.name);
      readProperties.add(atomic.index);
      return atomic;
    }
    const isEvent = type === 'event';
    must(isEvent || type === 'entity');
    const vendor = text(property.vendor, /./s);
    const name = text(property.name, SCHEMA_NAME);
    must(!NEVER_LOCAL.test(name));
    const major = whole(property.major_version, 1, MAX_INTEGER);
    const nth = isEvent ? 0 : whole(property.index, 0, MAX_INTEGER, 0);
    const path = text(property.path, /./s).replace(/^\$\.?/, '');
    must(PATH.test(path));
    const steps = path.match(/[^.[\]]+|\[\d+/g)!.map((step) => (step[0] === '[' ? +step.slice(1) : step));
    must(steps.length <= DEEPEST_PATH);
    const encoding = [isEvent ? 1 : 2, vendor, name, major, nth, sized(steps.map((step) => (typeof step === 'number' ? [step + 1, ''] : [0, step])))];
    const index = internProperty(encoding, (slot) => {
      const schema = `${vendor}/${name}/${major}`;
      if (isEvent) return (plan.event[schema] ??= []).push([slot, ...steps]);
      const entities = (plan.entities[schema] ??= []);
      let entity = entities.find(([n]) => n === nth);
      if (!entity) entities.push((entity = [nth]));
      return entity.push([slot, ...steps]);
    });
    return { index, encoding };
  }

  function declareKey(key: Fields, ttl = 0): void {
    must(!has(key, 'property') && !has(key, 'external_column'));
    addKey(text(key.name), text(key.key ?? key.name), ttl);
  }

  function addKey(name: string, field: string, ttl: number): void {
    const { index: property, encoding } = readAtomic(field);
    const known = knownKeys.get(name);
    if (known) {
      must(known.property === property);
      known.ttl = ttl || known.ttl;
      return;
    }
    knownKeys.set(name, { index: knownKeys.size, property, encoding: [1, encoding, 0], ttl });
    made.keys.push([name, property + 1]);
  }

  function keyOf(name: string): { index: number; encoding: Form; ttl: number } {
    if (!knownKeys.has(name)) addKey(name, name, 0);
    const key = knownKeys.get(name)!;
    readProperties.add(key.property);
    return key;
  }

  function readGroup(group: Fields, pointer: string): void {
    const name = text(group.name);
    const version = whole(group.version, 1, MAX_VERSION, 1);
    define(`group ${name} ${version}`);
    must(!flag(group.offline, false) && flag(group.online, true) && !has(group, 'fields') && !has(group, 'batch_source'));
    mustBeActive(group);
    const link = object(group.attribute_key);
    const keyName = text(link.name);
    const key = keyOf(keyName);
    const ttl = duration(group.ttl) || duration(link.ttl) || key.ttl || reading.defaultTtlMs;
    const attributes = list(group.attributes);
    must(attributes.length);
    const members: Member[] = [];
    const made: Group = { name, version, attribute_key: keyName, members };
    groups.push(made);
    knownGroups.set(`${name} ${version}`, made);
    for (const item of attributes) {
      const attribute = object(item);
      const own = text(attribute.name);
      define(`attribute ${name} ${version} ${own}`);
      const place = { pointer: `${pointer}/attributes/${members.length}`, subject: `attribute group "${name}", attribute "${own}"` };
      const computation = readAttribute(attribute, keyName, ttl, place);
      members.push([own, computation.index, attribute.default_value, name]);
      const reference = `${name}:${own}`;
      if ((references.get(reference)?.version ?? 0) <= version) references.set(reference, { ...computation, version });
    }
  }

  function readAttribute(attribute: Fields, keyName: string, groupTtl: number, place: { pointer: string; subject: string }): Computation {
    const key = keyOf(keyName);
    const element = TYPES.indexOf(text(attribute.type));
    const aggregation = AGGREGATIONS.indexOf(text(attribute.aggregation));
    must(element >= 0 && aggregation >= 0);
    const isElapsed = aggregation > 6;
    const isNumeric = element > 1 && element < 6;
    must(isElapsed ? element === 4 || element === 5 : aggregation > 4 || isNumeric);
    const fallback = attribute.default_value;
    if (fallback != null) {
      must(isNumeric ? typeof fallback === 'number' : typeof fallback === (element > 5 ? 'boolean' : 'string'));
      if (element === 2 || element === 3) whole(fallback, -MAX_INTEGER, MAX_INTEGER);
    }
    const reads = aggregation > 0 && !isElapsed;
    must(has(attribute, 'property') === reads && has(attribute, 'time_unit') === isElapsed);
    const unit = isElapsed ? UNITS[text(attribute.time_unit)] : 0;
    must(unit !== undefined);
    const period = duration(attribute.period);
    let ttl = duration(attribute.ttl);
    must(!(period && ttl));
    ttl = period ? 0 : ttl || groupTtl;
    // Of a lifetime the others come to the same whenever the events happened.
    plan.times ||= period > 0 || aggregation > 4;
    if (!period && !ttl) {
      const message = `${place.subject}: Values are kept for ever, because neither the attribute, its group nor its key has a "ttl".`;
      warnings.push({ pointer: place.pointer, code: 'no_ttl', message });
    }

    const matchers = list(attribute.events).map((item) => {
      const event = object(item);
      must(!has(event, 'event_specification_id'));
      return (
        [
          ['name', SCHEMA_NAME],
          ['vendor', /^[\w.-]{1,128}$/],
          ['version', /^\d+-\d+-\d+$/],
        ] as const
      ).map(([name, pattern]) => (has(event, name) ? text(event[name], pattern) : ''));
    });
    const criteria = object(attribute.criteria ?? {});
    const isAny = has(criteria, 'any');
    must(!(isAny && has(criteria, 'all')));
    const tests = criteria[isAny ? 'any' : 'all'];
    must(tests == null || list(tests).length);
    const any = +(isAny && list(tests).length > 1);
    const compared = list(tests).map((item) => {
      const criterion = object(item);
      const { operator, number, value } = readComparison(criterion, true);
      const { index, encoding } = readProperty(criterion.property);
      return { form: [index, number, value], encoding: [1, encoding, 0, operator, value] };
    });
    const property = reads ? readProperty(attribute.property) : undefined;
    const times = [period, ttl, unit].map((ms) => wide(BigInt(ms)));

    // What is hashed (core/src/definition/model_hash.cc).
    const encoding = encode([
      key.encoding,
      TYPES[element]!,
      AGGREGATIONS[aggregation]!,
      sized(matchers.map((matcher) => [matcher, ''])),
      any,
      sized(compared.map((one) => one.encoding)),
      property ? [1, property.encoding] : 0,
      0,
      times,
    ]);
    // Two keys may read one property; each keeps its own ids.
    const identity = `${keyName} ${encoding.join()}`;
    let known = knownComputations.get(identity);
    if (!known) {
      const filter = [sized(matchers), any, sized(compared.map(({ form }) => form))];
      made.computations.push([sized(encoding), key.index, element, aggregation, (property?.index ?? -1) + 1, times, filter]);
      knownComputations.set(identity, (known = { key: key.index, index: knownComputations.size }));
    }
    return known;
  }

  function readLinks(value: Json | undefined): Group[] {
    const linked = list(value).map((item) => {
      const link = object(item);
      const group = knownGroups.get(`${text(link.name)} ${whole(link.version, 1, MAX_VERSION, 1)}`);
      must(group);
      return group;
    });
    return [...new Set(linked)];
  }

  function readService(service: Fields): void {
    const name = text(service.name);
    define(`service ${name}`);
    mustBeActive(service);
    must(has(service, 'attribute_groups'));
    services.push({ name, groups: readLinks(service.attribute_groups) });
  }

  function readIntervention(intervention: Fields): void {
    const name = text(intervention.name);
    const version = whole(intervention.version, 1, MAX_VERSION, 1);
    define(`intervention ${name} ${version}`);
    mustBeActive(intervention);
    must(!has(intervention, 'delivery'));
    const computations = new Set<number>();
    const criteriaKeys = new Set<number>();
    /** Pieces of what is hashed, each with the computation whose hash follows. */
    const pieces: Form[] = [];
    let piece: Form[] = [];
    const cut = (computation: number): void => {
      pieces.push([sized(encode(piece)), computation]);
      piece = [];
    };
    const read = (node: Fields): Form => {
      const members = ['all', 'any', 'none', 'attribute'].filter((member) => has(node, member));
      must(members.length === 1);
      const [member] = members as [string];
      const kind = ['all', 'any', 'none', 'attribute'].indexOf(member);
      piece.push(kind);
      if (kind < 3) {
        const children = list(node[member]);
        must(children.length);
        piece.push(children.length);
        return [kind, sized(children.map((child) => read(object(child))))];
      }
      const { operator, number, value } = readComparison(node, false);
      const found = references.get(text(node.attribute, /./));
      must(found);
      computations.add(found.index);
      criteriaKeys.add(found.key);
      cut(found.index + 1);
      piece.push(operator, value);
      return [kind, found.index, number, value];
    };
    const tree = read(object(intervention.criteria));
    const declared = list(intervention.target_attribute_keys).map((target) => keyOf(typeof target === 'string' ? target : text(object(target).name)).index);
    const targets = declared.length ? new Set(declared) : criteriaKeys;
    const encodings = [...knownKeys.values()];
    for (const target of targets) piece.push(encodings[target]!.encoding);
    cut(0);
    const payload = visible(readLinks(intervention.payload_attribute_groups));
    made.interventions.push([
      name,
      version,
      sized(pieces),
      tree,
      [computations, criteriaKeys, targets].map((indexes) => sized([...indexes])),
      sized(payload.map(([own, computation, , group]) => [`${group}:${own}`, computation])),
    ]);
    interventions.push({ name, version });
  }

  const objects: Record<string, [Fields, pointer: string][]> = { attribute_keys: [], attribute_groups: [], services: [], interventions: [] };
  const sort = (value: Json, pointer: string): void => {
    if (Array.isArray(value)) return value.forEach((item, i) => sort(item, `${pointer}/${i}`));
    const one = object(value);
    const kind = has(one, 'criteria') ? 'interventions' : has(one, 'attribute_key') ? 'attribute_groups' : has(one, 'name') ? '' : undefined;
    must(kind || (!has(one, 'attributes') && !has(one, 'fields')));
    if (kind === undefined) {
      let known = 0;
      for (const member in objects) {
        if (has(one, member)) known++;
        list(one[member]).forEach((item, i) => objects[member]?.push([object(item), `${pointer}/${member}/${i}`]));
      }
      must(known);
    } else {
      must(kind || has(one, 'attribute_groups'));
      objects[kind || 'services']?.push([one, pointer]);
    }
  };
  sort(root, '');
  for (const name of ['domain_userid', 'domain_sessionid', 'user_id', 'network_userid']) declareKey({ name });
  for (const [key] of objects.attribute_keys!) declareKey(key, duration(key.ttl));
  for (const [group] of objects.attribute_groups!) {
    const key = object(group.attribute_key);
    if (has(key, 'key') || has(key, 'property') || has(key, 'external_column')) declareKey(key);
  }
  for (const [group, pointer] of objects.attribute_groups!) readGroup(group, pointer);
  for (const [service] of objects.services!) readService(service);
  for (const [intervention] of objects.interventions!) readIntervention(intervention);
  plan.fields = plan.fields.filter(([slot]) => slot < FIRST_PROPERTY || readProperties.has(slot - FIRST_PROPERTY));

  return { bytes: encode([knownProperties.size, Object.values(made).map(sized)]), plan, warnings, keys: knownKeys, groups, services, interventions };
}

/** undefined where only the larger artefact can tell what these definitions are. */
export function compile(json: string, reading: Reading): Compiled | undefined {
  try {
    return isTooDeep(json) ? undefined : compileAll(JSON.parse(json), reading);
  } catch {
    return undefined;
  }
}
