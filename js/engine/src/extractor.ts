import type { Glue } from './glue.js';
import type { PlainPlan } from './plain/compile.js';
import { FALSE, NULL, OBJECT, RecordWriter, TRUE } from './record_writer.js';

/** The event's JSON objects before they become text, as the tracker's `pb.getJson()` holds them. */
export type RawJson = readonly { keyIfEncoded: string; keyIfNotEncoded: string; json: Record<string, unknown> }[];

type Json = Record<string, unknown> | undefined;

/** Where a wanted value goes, then the way to it: names of members, indexes of elements. */
type PlannedPath = readonly [slot: number, ...steps: Path];
type Path = readonly (string | number)[];

/** What core wants of an event: core/src/event/record.h says how it is written down. */
interface Plan {
  magic: number;
  keys: string[];
  /** Whether any value depends on the event's own times. */
  times: boolean;
  schema: number;
  event: Record<string, PlannedPath[]>;
  entities: Record<string, [index: number, ...paths: PlannedPath[]][]>;
  specification?: number;
}

/** What core wants of a payload itself: the first of two members that has a text. */
interface Field {
  readonly slot: number;
  readonly key: string;
  readonly other: string | undefined;
  readonly rule: ((text: string) => string | number | undefined) | undefined;
  /** Those of the event before. */
  given: unknown;
  more: unknown;
}

/** A wanted value: the way to it, and what core holds of it. */
interface Wanted {
  readonly slot: number;
  readonly steps: Path;
  /** undefined: no value. null: one that is written each time. */
  held: string | number | boolean | null | undefined;
  /** Number of the latest event that has it. */
  inEvent: number;
}

/** What is wanted under one vendor, name and major version. */
interface Target {
  event: Wanted[];
  /** By the entity's number among those of its schema; sparse. */
  entities: Wanted[][];
  isSpecification: boolean;
  /** Whether something may be wanted of an entity of it. */
  isEntity: boolean;
  /** Entities of it in event number `inEvent`. */
  count: number;
  inEvent: number;
}

/** Where something stands in an event, which mostly is what stood there in the event before. */
interface Place {
  schema: unknown;
  target: Target | null;
}

/** Protocol keys that most plans have. */
const USUAL = ['e', 'eid', 'dtm', 'stm', 'ttm', 'duid', 'uid'] as const;
type UsualKey = (typeof USUAL)[number];

/** Those of an event's own times. */
const TIMES = ['dtm', 'stm', 'ttm'];

const IGLU = /^iglu:([\w.-]+)\/([\w-]+)\/[\w-]+\/(([1-9]\d*)(?:-(?:0|[1-9]\d*)){2})$/;
const MAGIC = 0x4f435231;
const SNOWPLOW = 'com.snowplowanalytics.snowplow';
/** What events without a schema are called: vendor, name, version (core/src/event/event_type.cc). */
const TYPES = new Map(
  'pv page_view,pp page_ping,tr transaction,ti transaction_item,se,ev'.split(',').map((line) => {
    const [type, name] = line.split(' ');
    return [type, [...(name ? [SNOWPLOW, name] : ['com.google.analytics', 'event']), '1-0-0']];
  }),
);
const SPECIFICATION = 'com.snowplowanalytics.snowplow/event_specification/';
const NOTHING: never[] = [];

// On top of a record's magic number: goes on from the event before; no JSON object at all (core/src/event/record.h).
const NEXT = 1;
const NOT_JSON = 2;
const UNKNOWN_TYPE = 3;
const BAD_SELF_DESCRIBING = 4;

// A page uses a handful of schemas; the bound is for hosts that see everybody's.
const MAX_SCHEMAS = 1000;
/** Entities of an event that are compared with the one in the same place of the event before; then the places begin anew. */
const PLACES = 16;

/** Thrown where only JSON.stringify() can say what becomes of a value: class instances, Dates, boxed scalars, toJSON. */
const ODD = {};

/**
 * Whether an object can be read member by member. What is of our own Object, or of none, can: whoever wants a member
 * checks that it is the object's own. Arrays are asked apart: a place in the code that sees few shapes of objects takes
 * a tenth of the time.
 */
function isPlain(value: { toJSON?: unknown }): boolean {
  if (Array.isArray(value)) return !value.toJSON && value.constructor === Array;
  if (typeof value.toJSON === 'function') return false;
  if (value.constructor === Object) return true;
  const parent: unknown = Object.getPrototypeOf(value);
  return parent === Object.prototype || parent === null;
}

/** The value as it stands in JSON text; undefined where it does not. */
export function asJson(value: unknown): unknown {
  if (value == null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'object' ? !isPlain(value) : typeof value === 'bigint' || (typeof value === 'function' && 'toJSON' in value)) throw ODD;
  return typeof value === 'object' ? value : undefined;
}

/** A member or an element of what asJson() returned. */
function at(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? asJson(value[step]) : undefined;
  // Finding it among the enumerable members is faster than asking whether it is one.
  if (typeof value === 'object') {
    for (const name in value) {
      // Spelt out, the compiler knows what it calls.
      if (name === step) return Object.prototype.hasOwnProperty.call(value, name) ? asJson((value as Record<string, unknown>)[name]) : undefined;
    }
  }
  return undefined;
}

/** What the tracker sends of a protocol value; '' when that is nothing. */
function protocolText(value: unknown): string {
  if (typeof value === 'string') return value;
  value = asJson(value) ?? '';
  if (typeof value === 'object') throw ODD;
  return String(value);
}

/**
 * Whether it is an object that can be read member by member. Those with a schema and data all have one shape, so that they
 * are asked here, in a place of their own, in a tenth of the time.
 */
function isReadable(value: unknown): value is Record<string, unknown> {
  return (
    (typeof value === 'object' && value !== null && value.constructor === Object && (value as Json & object).toJSON === undefined && !Array.isArray(value)) ||
    isObject(asJson(value))
  );
}

/** The same of an array. */
const isReadableList = (value: unknown): boolean =>
  (Array.isArray(value) && value.constructor === Array && (value as { toJSON?: unknown }).toJSON === undefined) || Array.isArray(asJson(value));

/** There must be one object that became the payload's text. */
function oneOf(known: Json, json: Json): Json {
  if (known != null) throw ODD;
  return json;
}

/** The data of the JSON object, which has to be there where the payload has its text. */
function dataOf(json: Json, payload: Record<string, unknown>, key: string, encoded: string): unknown {
  if (!json) {
    if (payload[key] || payload[encoded]) throw ODD;
    return undefined;
  }
  // The tracker makes this object: its members are its own.
  return (json.constructor === Object && json.toJSON === undefined) || isReadable(json) ? json.data : undefined;
}

/** Whether a schema and data are among the members that JSON text has. */
function isWhole(entity: object): boolean {
  let members = 0;
  for (const name in entity) {
    if ((name === 'schema' || name === 'data') && Object.prototype.hasOwnProperty.call(entity, name)) members++;
  }
  return members > 1;
}

const toWanted = ([slot, ...steps]: PlannedPath): Wanted => ({ slot, steps, held: undefined, inEvent: 0 });

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Writes what core wants of an event straight from its objects: nothing is parsed, nothing unwanted looked at. Comparisons
 * with one value (`=== undefined`, `=== true`) stand where every event passes: for a test of truth the compiler asks five times.
 */
export class Extractor {
  private readonly plan: Plan;
  private readonly fields: Field[] = [];
  /** Under keys of USUAL: what the code reads by name is found in half the time. */
  private readonly usual: Partial<Record<UsualKey, Field>> = {};
  private readonly rest: Field[] = [];
  private readonly schemaItself: Wanted;
  private readonly specificationId: Wanted[];
  private readonly wantsEntities: boolean;
  private readonly targets = new Map<string, Target>();
  private readonly schemas = new Map<string, Target | null>();
  /** By the entity's place in its event, behind them the event itself. */
  private readonly places = Array.from({ length: PLACES + 1 }, (): Place => ({ schema: undefined, target: null }));
  private readonly out = new RecordWriter();
  /** What of the event's JSON core holds a value of. */
  private readonly live: Wanted[] = [];
  /** Whether core holds what the event before had: what an event has otherwise is then all that is written. */
  private goesOn = false;
  private eventNumber = 0;
  /** How many values the event has. */
  private found = 0;

  /** For the plain artefact, whose slots begin with what the event is called. */
  private readonly isPlain: boolean;
  private calledBy: unknown;

  /** @param asksForTimes whether the event's own times matter beside the plan */
  constructor(given: string | PlainPlan, asksForTimes?: boolean) {
    const isPlain = (this.isPlain = typeof given !== 'string');
    const plan = (this.plan = isPlain ? { magic: MAGIC, keys: [], schema: 0, ...given } : (JSON.parse(given) as Plan));
    const fields: PlainPlan['fields'] = isPlain ? given.fields : plan.keys.map((key, slot) => [slot, undefined, key]);
    for (const [slot, rule, key, other] of fields) {
      if (TIMES.includes(key) && !plan.times && !asksForTimes) continue;
      const field: Field = { slot, rule, key, other, given: '', more: '' };
      this.fields.push(field);
      if (USUAL.includes(key as UsualKey)) this.usual[key as UsualKey] = field;
      else this.rest.push(field);
    }
    this.schemaItself = toWanted([plan.schema]);
    this.specificationId = plan.specification ? [toWanted([plan.specification, 'id'])] : NOTHING;
    this.wantsEntities = this.specificationId.length + Object.keys(plan.entities).length > 0;
  }

  /**
   * @param payload the flat payload of afterTrack
   * @param raw its JSON objects
   * @returns bytes of the record in the shared buffer; -1 when only the text tells what the event is
   */
  write(glue: Glue, payload: Record<string, unknown>, raw: RawJson = NOTHING): number {
    const { live, out, isPlain } = this;
    const mayGoOn = this.goesOn === true;
    try {
      this.goesOn = false;
      if (!mayGoOn) this.startAnew();
      this.eventNumber++;
      this.found = 0;
      out.begin(glue, this.plan.magic + (mayGoOn ? NEXT : 0));
      // With its objects it is the tracker's own.
      if (raw === NOTHING) asJson(payload);
      const type = protocolText(payload.e);
      const isSelfDescribing = type === 'ue';
      let own: Json;
      let contexts: Json;
      for (const { keyIfEncoded, json } of raw) {
        if (keyIfEncoded === 'ue_px') own = oneOf(own, json);
        else if (keyIfEncoded === 'cx') contexts = oneOf(contexts, json);
      }
      let schema: unknown;
      let data: unknown;
      if (isSelfDescribing) {
        const event = dataOf(own, payload, 'ue_pr', 'ue_px');
        if (isReadable(event) && isWhole(event)) ({ schema, data } = event);
      }
      const target = isReadable(data) ? this.look(PLACES, schema) : null;
      if (isPlain) {
        if (isSelfDescribing ? !target : !TYPES.has(type)) {
          this.goesOn = mayGoOn;
          return this.writeReason(glue, isSelfDescribing ? BAD_SELF_DESCRIBING : UNKNOWN_TYPE);
        }
        const by = isSelfDescribing ? (schema as string) : type;
        if (by !== this.calledBy) this.writeNames(by);
      }
      this.readFields(payload, type);
      if (target) {
        if (!isPlain) this.hold(this.schemaItself, schema as string);
        this.walkAll(target.event, data as object);
      }
      if (this.wantsEntities) this.readEntities(dataOf(contexts, payload, 'co', 'cx'));
      if (this.found !== live.length) this.forgetRest();
      this.goesOn = true;
      return out.length;
    } catch {
      // ODD, or whatever a getter throws: the text exists already. Core will not see what was written.
      return -1;
    }
  }

  /**
   * For an event that cannot be used (core/src/event/record.h); default: its text is no JSON object.
   * @returns bytes of the record
   */
  writeReason(glue: Glue, reason: number = NOT_JSON): number {
    this.out.begin(glue, this.plan.magic + reason);
    return this.out.length;
  }

  /** Core holds nothing of the event before. */
  private startAnew(): void {
    for (const one of this.live.splice(0)) one.held = undefined;
    for (const field of this.fields) field.given = field.more = '';
    this.calledBy = undefined;
  }

  /** What the other artefact makes of an event's type or schema itself: vendor, name and version. */
  private writeNames(by: string): void {
    this.calledBy = by;
    (TYPES.get(by) ?? (IGLU.exec(by) as string[]).slice(1, 4)).forEach((name, slot) => this.out.text(slot, name));
  }

  private readFields(payload: Record<string, unknown>, type: string): void {
    const { e, eid, dtm, stm, ttm, duid, uid } = this.usual;
    // Every event has another one of these.
    if (eid !== undefined) this.readField(eid, payload.eid);
    if (dtm !== undefined) this.readField(dtm, payload.dtm);
    if (stm !== undefined) this.readNew(stm, payload.stm);
    if (ttm !== undefined) this.readNew(ttm, payload.ttm);
    if (duid !== undefined) this.readNew(duid, payload.duid);
    if (uid !== undefined) this.readNew(uid, payload.uid);
    if (e !== undefined) this.readNew(e, type);
    for (const field of this.rest) {
      this.readNew(field, payload[field.key], field.other === undefined ? undefined : payload[field.other]);
    }
  }

  private readNew(field: Field, given: unknown, more?: unknown): void {
    if (given === field.given && more === field.more) return;
    field.given = given;
    field.more = more;
    this.readField(field, given, more);
  }

  private readField(field: Field, given: unknown, more?: unknown): void {
    const text = protocolText(given) || protocolText(more);
    this.writeValue(field.slot, field.rule !== undefined ? field.rule(text) : text || undefined, false);
  }

  private hold(wanted: Wanted, value: string | number | boolean | object): void {
    wanted.inEvent = this.eventNumber;
    this.found++;
    // Most values are those of the event before.
    if (wanted.held !== value) this.change(wanted, value);
  }

  private change(wanted: Wanted, value: string | number | boolean | object): void {
    if (wanted.held === undefined) this.live.push(wanted);
    wanted.held = typeof value === 'object' ? null : value;
    this.writeValue(wanted.slot, value, false);
  }

  /** What the event has no value for, core forgets. */
  private forgetRest(): void {
    const { live } = this;
    for (let i = live.length; i--; ) {
      const one = live[i] as Wanted;
      if (one.inEvent === this.eventNumber) continue;
      one.held = undefined;
      this.out.tag(one.slot, NULL);
      live.splice(i, 1);
    }
  }

  private readEntities(list: unknown): void {
    if (!isReadableList(list)) return;
    const { places } = this;
    let specification = this.specificationId;
    let n = 0;
    for (const item of list as Json[]) {
      const place = n++ & (PLACES - 1);
      const known = places[place] as Place;
      // Most entities are not wanted: one look tells, whatever else they are.
      if (known.target?.isEntity === false && item?.schema === known.schema && item?.toJSON === undefined) continue;
      if (!isReadable(item)) continue;
      const target = this.look(place, item.schema);
      if (target?.isEntity !== true) continue;
      const isSpecification = target.isSpecification && specification.length > 0;
      if (target.inEvent !== this.eventNumber) {
        target.inEvent = this.eventNumber;
        target.count = 0;
      }
      if (target.count >= target.entities.length && !isSpecification) continue;
      if (!isWhole(item)) continue;
      const { data } = item;
      if (!isReadable(data)) continue;
      this.walkAll(target.entities[target.count++] ?? NOTHING, data);
      if (!isSpecification) continue;
      this.walkAll(specification, data);
      specification = NOTHING;
    }
  }

  /** What is wanted of what stands in this place. */
  private look(place: number, schema: unknown): Target | null {
    const known = this.places[place] as Place;
    if (known.schema !== schema) {
      known.target = this.target(schema);
      known.schema = schema;
    }
    return known.target;
  }

  /** null when `schema` is no iglu URI. */
  private target(schema: unknown): Target | null {
    if (typeof schema !== 'string') {
      asJson(schema);
      return null;
    }
    let target = this.schemas.get(schema);
    if (target === undefined) {
      if (this.schemas.size >= MAX_SCHEMAS) this.schemas.clear();
      this.schemas.set(schema, (target = this.makeTarget(schema)));
    }
    return target;
  }

  private makeTarget(schema: string): Target | null {
    const parts = IGLU.exec(schema);
    if (!parts) return null;
    const key = `${parts[1]}/${parts[2]}/${parts[4]}`;
    let target = this.targets.get(key);
    if (!target) {
      const event = (this.plan.event[key] ?? []).map(toWanted);
      const entities: Wanted[][] = [];
      for (const [index, ...paths] of this.plan.entities[key] ?? []) entities[index] = paths.map(toWanted);
      const isSpecification = key.startsWith(SPECIFICATION);
      target = { event, entities, isSpecification, isEntity: isSpecification || entities.length > 0, count: 0, inEvent: 0 };
      // Versions that differ in revision only must share one count, and what core holds.
      if (event.length || entities.length || isSpecification) this.targets.set(key, target);
    }
    return target;
  }

  private walkAll(paths: Wanted[], data: object): void {
    for (const path of paths) {
      let value: unknown = data;
      for (const step of path.steps) value = at(value, step);
      if (value != null) this.hold(path, value);
    }
  }

  private writeValue(slot: number, value: unknown, isNested: boolean): void {
    const { out } = this;
    if (typeof value === 'string') out.text(slot, value);
    else if (typeof value === 'number') out.number(slot, value);
    else if (typeof value === 'boolean') out.tag(slot, value ? TRUE : FALSE);
    else if (!Array.isArray(value)) out.tag(slot, value == null ? NULL : OBJECT);
    else if (isNested) out.array(slot, 0);
    else {
      out.array(slot, value.length);
      for (const item of value) this.writeValue(0, asJson(item), true);
    }
  }
}
