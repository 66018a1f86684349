import type { Glue } from './glue.js';
import type { PlainPlan } from './plain/compile.js';
import { FALSE, NULL, OBJECT, RecordWriter, TRUE } from './record_writer.js';

/** The event's JSON objects before they become text, as the tracker's `pb.getJson()` holds them. */
export type RawJson = readonly { keyIfEncoded: string; keyIfNotEncoded: string; json: Record<string, unknown> }[];

/** Where a wanted value goes, then the way to it: names of members, indexes of elements. */
type PlannedPath = readonly [slot: number, ...steps: Path];
type Path = readonly (string | number)[];

/** What core wants of an event: core/src/event/record.h says how it is written down. */
interface Plan {
  magic: number;
  keys: string[];
  schema: number;
  event: Record<string, PlannedPath[]>;
  entities: Record<string, [index: number, ...paths: PlannedPath[]][]>;
  specification?: number;
}

/** What is made of a payload's texts for the plain artefact. */
interface Field extends Wanted {
  rule: (text: string) => string | number | undefined;
  keys: string[];
  /** The text of the event before, and what was made of it. */
  text: string;
  made: string | number | undefined;
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
  /** Entities of it in event number `inEvent`. */
  count: number;
  inEvent: number;
}

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
const NOTHING: Wanted[] = [];

// On top of a record's magic number: goes on from the event before; no JSON object at all (core/src/event/record.h).
const NEXT = 1;
const NOT_JSON = 2;
const UNKNOWN_TYPE = 3;
const BAD_SELF_DESCRIBING = 4;

// A page uses a handful of schemas; the bound is for hosts that see everybody's.
const MAX_SCHEMAS = 1000;

/** Thrown where only JSON.stringify() can say what becomes of a value: class instances, Dates, boxed scalars, toJSON. */
const ODD = {};

/**
 * Whether an object can be read member by member. What is of our own Object, or of none, can: whoever wants a member
 * checks that it is the object's own. Arrays are asked apart: a place in the code that sees few shapes of objects takes
 * a tenth of the time.
 */
function isPlain(value: { toJSON?: unknown }): boolean {
  if (Array.isArray(value)) return !value.toJSON && Object.getPrototypeOf(value) === Array.prototype;
  if (typeof value.toJSON === 'function') return false;
  if (value.constructor === Object) return true;
  const parent: unknown = Object.getPrototypeOf(value);
  return parent === Object.prototype || parent === null;
}

/** The value as it stands in JSON text; undefined where it does not. */
export function asJson(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'object':
      if (value === null || isPlain(value)) return value;
      throw ODD;
    default:
      if (typeof value === 'bigint' || (typeof value === 'function' && 'toJSON' in value)) throw ODD;
      return undefined;
  }
}

/** A member or an element of what asJson() returned. */
function at(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const isElement = typeof step === 'number';
  if (Array.isArray(value) !== isElement) return undefined;
  if (isElement) return asJson((value as unknown[])[step]);
  // Finding it among the enumerable members is faster than asking whether it is one.
  for (const name in value) {
    // Spelt out, the compiler knows what it calls.
    if (name === step) return Object.prototype.hasOwnProperty.call(value, name) ? asJson((value as Record<string, unknown>)[name]) : undefined;
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

const toWanted = ([slot, ...steps]: PlannedPath): Wanted => ({ slot, steps, held: undefined, inEvent: 0 });

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Writes what core wants of an event straight from its objects: nothing is parsed, nothing unwanted looked at. */
export class Extractor {
  private readonly plan: Plan;
  private readonly keys: Wanted[];
  private readonly schema: Wanted;
  private readonly specification: Wanted[];
  private readonly wantsEntities: boolean;
  private readonly targets = new Map<string, Target>();
  private readonly schemas = new Map<string, Target | null>();
  private readonly out = new RecordWriter();
  /** All that core holds a value of. */
  private readonly live: Wanted[] = [];
  private events = 0;

  /** For the plain artefact: by slot what the event is called, then the fields. */
  private readonly names: Wanted[] | undefined;
  private readonly fields: Field[];
  private calledBy: unknown;
  private called: readonly string[] = [];

  constructor(given: string | PlainPlan) {
    const isPlain = typeof given !== 'string';
    const plan = (this.plan = isPlain ? { magic: MAGIC, keys: [], schema: 0, ...given } : (JSON.parse(given) as Plan));
    this.names = isPlain ? [0, 1, 2].map((slot) => toWanted([slot])) : undefined;
    this.fields = isPlain ? given.fields.map(([slot, rule, ...keys]) => ({ ...toWanted([slot]), rule, keys, text: '', made: undefined })) : [];
    this.keys = plan.keys.map((key, slot) => toWanted([slot, key]));
    this.schema = toWanted([plan.schema]);
    this.specification = plan.specification ? [toWanted([plan.specification, 'id'])] : NOTHING;
    this.wantsEntities = this.specification.length + Object.keys(plan.entities).length > 0;
  }

  /**
   * @param payload the flat payload of afterTrack
   * @param raw its JSON objects
   * @returns bytes of the record in the shared buffer; -1 when only the text tells what the event is
   */
  write(glue: Glue, payload: Record<string, unknown>, raw?: RawJson): number {
    const { keys, live, out } = this;
    try {
      this.events++;
      // With nothing to go on from, all is written.
      out.begin(glue, this.plan.magic + (live.length ? NEXT : 0));
      if (payload.toJSON || payload.constructor !== Object) asJson(payload);
      for (const key of keys) this.protocolValue(key, payload[key.steps[0] as string]);
      const event = payload.e === 'ue' ? this.dataOf(raw, 'ue_px', payload.ue_pr || payload.ue_px) : undefined;
      if (this.names) {
        const reason = this.readPlain(payload, event);
        if (reason) return this.writeMagic(glue, reason);
      }
      this.event(event);
      if (this.wantsEntities) this.entities(this.dataOf(raw, 'cx', payload.co || payload.cx));
      // What this event has no value for, core forgets.
      for (let i = live.length; i--; ) {
        const one = live[i] as Wanted;
        if (one.inEvent === this.events) continue;
        one.held = undefined;
        out.tag(one.slot, NULL);
        live.splice(i, 1);
      }
      return out.length;
    } catch {
      // ODD, or whatever a getter throws: the text exists already. Core will not see what was written.
      for (const one of live.splice(0)) one.held = undefined;
      return -1;
    }
  }

  /** For text that is no JSON object (core/src/event/record.h, kNotJsonMagic); returns bytes of the record. */
  writeNotJson(glue: Glue): number {
    return this.writeMagic(glue, NOT_JSON);
  }

  private writeMagic(glue: Glue, reason: number): number {
    this.out.begin(glue, this.plan.magic + reason);
    return this.out.length;
  }

  /** What the other artefact makes of an event's texts itself; returns why it is unusable, before anything is set. */
  private readPlain(payload: Record<string, unknown>, json: unknown): number | undefined {
    const type = protocolText(payload.e);
    const schema = at(json, 'schema');
    const by = type === 'ue' ? schema : type;
    if (this.calledBy !== by) {
      this.called = type === 'ue' ? (IGLU.exec(String(schema)) ?? []).slice(1, 4) : (TYPES.get(type) ?? []);
      this.calledBy = by;
    }
    if (type === 'ue' && !(isObject(at(json, 'data')) && this.target(schema))) return BAD_SELF_DESCRIBING;
    if (!this.called.length) return UNKNOWN_TYPE;
    this.called.forEach((name, slot) => this.set((this.names as Wanted[])[slot] as Wanted, name));
    for (const field of this.fields) {
      let text = '';
      for (const key of field.keys) text ||= protocolText(payload[key]);
      if (field.text !== text) {
        field.text = text;
        field.made = field.rule(text);
      }
      if (field.made !== undefined) this.set(field, field.made);
    }
    return undefined;
  }

  /** The data of the JSON object under `key`. Where the payload has a text, there must be one object that became it. */
  private dataOf(raw: RawJson | undefined, key: string, text: unknown): unknown {
    let json: unknown;
    if (raw) {
      for (const part of raw) {
        if (part.keyIfEncoded !== key) continue;
        if (json) throw ODD;
        json = part.json;
      }
    }
    if (text && !json) throw ODD;
    return at(asJson(json), 'data');
  }

  private protocolValue(key: Wanted, value: unknown): void {
    const text = protocolText(value);
    if (text) this.set(key, text);
  }

  /** Most values are those of the event before. */
  private set(wanted: Wanted, value: string | number | boolean | object): void {
    wanted.inEvent = this.events;
    if (wanted.held === value) return;
    if (wanted.held === undefined) this.live.push(wanted);
    wanted.held = typeof value === 'object' ? null : value;
    this.value(wanted.slot, value, false);
  }

  private event(json: unknown): void {
    const schema = at(json, 'schema');
    const data = at(json, 'data');
    const target = isObject(data) && this.target(schema);
    if (!target) return;
    if (!this.names) this.set(this.schema, schema as string);
    this.walkAll(target.event, data);
  }

  private entities(list: unknown): void {
    if (!Array.isArray(list)) return;
    let { specification } = this;
    for (const item of list) {
      const entity = asJson(item);
      if (!isObject(entity)) continue;
      // Most entities are not wanted: only of those that are it matters whose members these are.
      const target = this.target(at(entity, 'schema'));
      if (!target) continue;
      const isSpecification = target.isSpecification && specification.length;
      if (target.inEvent !== this.events) {
        target.inEvent = this.events;
        target.count = 0;
      }
      if (target.count >= target.entities.length && !isSpecification) continue;
      const data = at(entity, 'data');
      if (!isObject(data)) continue;
      this.walkAll(target.entities[target.count++] ?? NOTHING, data);
      if (!isSpecification) continue;
      this.walkAll(specification, data);
      specification = NOTHING;
    }
  }

  /** null when `schema` is no iglu URI. */
  private target(schema: unknown): Target | null {
    if (typeof schema !== 'string') return null;
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
      target = { event, entities, isSpecification, count: 0, inEvent: 0 };
      // Versions that differ in revision only must share one count, and what core holds.
      if (event.length || entities.length || isSpecification) this.targets.set(key, target);
    }
    return target;
  }

  private walkAll(paths: Wanted[], data: object): void {
    for (const path of paths) {
      let value: unknown = data;
      for (const step of path.steps) value = at(value, step);
      if (value != null) this.set(path, value);
    }
  }

  private value(slot: number, value: unknown, isNested: boolean): void {
    const { out } = this;
    if (typeof value === 'string') out.text(slot, value);
    else if (typeof value === 'number') out.number(slot, value);
    else if (typeof value === 'boolean') out.tag(slot, value ? TRUE : FALSE);
    else if (!Array.isArray(value)) out.tag(slot, value == null ? NULL : OBJECT);
    else if (isNested) out.array(slot, 0);
    else {
      out.array(slot, value.length);
      for (const item of value) this.value(0, asJson(item), true);
    }
  }
}
