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

/** What core wants of a payload itself: the first of two members that has a text. */
interface Field {
  readonly slot: number;
  readonly key: string;
  readonly other: string | undefined;
  readonly rule: ((text: string) => string | number | undefined) | undefined;
  /** That of the event before. */
  text: string;
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
  private readonly fields: Field[];
  private readonly schema: Wanted;
  private readonly specification: Wanted[];
  private readonly wantsEntities: boolean;
  private readonly targets = new Map<string, Target>();
  private readonly schemas = new Map<string, Target | null>();
  private readonly out = new RecordWriter();
  /** What of the event's JSON core holds a value of. */
  private readonly live: Wanted[] = [];
  /** Whether core holds what the event before had: what an event has otherwise is then all that is written. */
  private goesOn = false;
  private events = 0;

  /** For the plain artefact, whose slots begin with what the event is called. */
  private readonly isPlain: boolean;
  private calledBy: unknown;

  constructor(given: string | PlainPlan) {
    const isPlain = (this.isPlain = typeof given !== 'string');
    const plan = (this.plan = isPlain ? { magic: MAGIC, keys: [], schema: 0, ...given } : (JSON.parse(given) as Plan));
    const fields: PlainPlan['fields'] = isPlain ? given.fields : plan.keys.map((key, slot) => [slot, undefined, key]);
    this.fields = fields.map(([slot, rule, key, other]) => ({ slot, rule, key, other, text: '' }));
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
    const { live, out, isPlain } = this;
    const mayGoOn = this.goesOn;
    try {
      this.goesOn = false;
      if (!mayGoOn) this.startAnew();
      this.events++;
      out.begin(glue, this.plan.magic + (mayGoOn ? NEXT : 0));
      if (payload.toJSON || payload.constructor !== Object) asJson(payload);
      const type = protocolText(payload.e);
      const isSelfDescribing = type === 'ue';
      const event = isSelfDescribing ? this.dataOf(raw, 'ue_px', payload.ue_pr || payload.ue_px) : undefined;
      const schema = at(event, 'schema');
      const data = at(event, 'data');
      const target = isObject(data) && this.target(schema);
      if (isPlain) {
        if (isSelfDescribing ? !target : !TYPES.has(type)) {
          this.goesOn = mayGoOn;
          return this.writeReason(glue, isSelfDescribing ? BAD_SELF_DESCRIBING : UNKNOWN_TYPE);
        }
        this.writeNames(isSelfDescribing ? (schema as string) : type);
      }
      for (const field of this.fields) this.readField(field, payload);
      if (target) {
        if (!isPlain) this.set(this.schema, schema as string);
        this.walkAll(target.event, data as object);
      }
      if (this.wantsEntities) this.entities(this.dataOf(raw, 'cx', payload.co || payload.cx));
      // What this event has no value for, core forgets.
      for (let i = live.length; i--; ) {
        const one = live[i] as Wanted;
        if (one.inEvent === this.events) continue;
        one.held = undefined;
        out.tag(one.slot, NULL);
        live.splice(i, 1);
      }
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
    for (const field of this.fields) field.text = '';
    this.calledBy = undefined;
  }

  /** What the other artefact makes of an event's type or schema itself: vendor, name and version. */
  private writeNames(by: string): void {
    if (this.calledBy === by) return;
    this.calledBy = by;
    (TYPES.get(by) ?? (IGLU.exec(by) as string[]).slice(1, 4)).forEach((name, slot) => this.out.text(slot, name));
  }

  private readField(field: Field, payload: Record<string, unknown>): void {
    const text = protocolText(payload[field.key]) || (field.other ? protocolText(payload[field.other]) : '');
    if (text === field.text) return;
    field.text = text;
    this.value(field.slot, field.rule ? field.rule(text) : text || undefined, false);
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
    // The tracker makes this object: its members are its own.
    return asJson((asJson(json) as { data?: unknown } | undefined)?.data);
  }

  /** Most values are those of the event before. */
  private set(wanted: Wanted, value: string | number | boolean | object): void {
    wanted.inEvent = this.events;
    if (wanted.held === value) return;
    if (wanted.held === undefined) this.live.push(wanted);
    wanted.held = typeof value === 'object' ? null : value;
    this.value(wanted.slot, value, false);
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
