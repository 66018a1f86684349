import type { Glue } from './glue.js';
import { FALSE, NULL, OBJECT, RecordWriter, SAME, TRUE } from './record_writer.js';

/** The event's JSON objects before they become text, as the tracker's `pb.getJson()` holds them. */
export type RawJson = readonly { keyIfEncoded: string; keyIfNotEncoded: string; json: Record<string, unknown> }[];

/** Where a wanted value goes, then the way to it: names of members, indexes of elements. */
type Path = readonly [slot: number, ...steps: (string | number)[]];

/** What core wants of an event: core/src/event/record.h says how it is written down. */
interface Plan {
  magic: number;
  keys: string[];
  schema: number;
  event: Record<string, Path[]>;
  entities: Record<string, [index: number, ...paths: Path[]][]>;
  specification?: number;
}

/** What is wanted under one vendor, name and major version. */
interface Target {
  event: Path[];
  entities: Map<number, Path[]>;
  /** Index after the last wanted entity. */
  end: number;
  isSpecification: boolean;
  /** Entities of it in event number `inEvent`. */
  count: number;
  inEvent: number;
}

const IGLU = /^iglu:([a-zA-Z0-9-_.]+)\/([a-zA-Z0-9-_]+)\/[a-zA-Z0-9-_]+\/([1-9][0-9]*)-(?:0|[1-9][0-9]*)-(?:0|[1-9][0-9]*)$/;
const SPECIFICATION = 'com.snowplowanalytics.snowplow/event_specification/';
const NO_PATHS: Path[] = [];

// A page uses a handful of schemas; the bound is for hosts that see everybody's.
const MAX_SCHEMAS = 1000;

const { getPrototypeOf, prototype } = Object;
const isOwn = prototype.propertyIsEnumerable;

/** Thrown where only JSON.stringify() can say what becomes of a value: class instances, Dates, boxed scalars, toJSON. */
const ODD = {};

/**
 * Whether an object can be read member by member. What is of our own Object, or of none, can: whoever wants a member
 * checks that it is the object's own.
 */
function isPlain(value: object): boolean {
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return false;
  if (value.constructor === Object) return true;
  const parent: unknown = getPrototypeOf(value);
  return parent === prototype || parent === null || (parent === Array.prototype && Array.isArray(value));
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
  if (Array.isArray(value)) return typeof step === 'number' ? asJson(value[step]) : undefined;
  if (typeof step === 'number' || !isOwn.call(value, step)) return undefined;
  return asJson((value as Record<string, unknown>)[step]);
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Writes what core wants of an event straight from its objects: nothing is parsed, nothing unwanted looked at. */
export class Extractor {
  private readonly plan: Plan;
  private readonly wantsEntities: boolean;
  private readonly targets = new Map<string, Target>();
  private readonly schemas = new Map<string, Target | null>();
  private readonly out = new RecordWriter();
  /** Values that core holds from earlier records, by slot. */
  private readonly held: unknown[] = [];
  private events = 0;

  constructor(plan: string) {
    this.plan = JSON.parse(plan) as Plan;
    this.wantsEntities = this.plan.specification !== undefined || Object.keys(this.plan.entities).length > 0;
  }

  /**
   * @param payload the flat payload of afterTrack
   * @param raw its JSON objects
   * @returns bytes of the record in the shared buffer; -1 when only the text tells what the event is
   */
  write(glue: Glue, payload: Record<string, unknown>, raw?: RawJson): number {
    const { keys, magic } = this.plan;
    try {
      this.events++;
      this.out.begin(glue, magic);
      asJson(payload);
      for (let slot = 0; slot < keys.length; slot++) this.protocolValue(slot, payload[keys[slot] as string]);
      if (payload.e === 'ue') this.event(this.dataOf(raw, 'ue_px', payload.ue_pr || payload.ue_px));
      if (this.wantsEntities) this.entities(this.dataOf(raw, 'cx', payload.co || payload.cx));
      return this.out.length;
    } catch {
      // ODD, or whatever a getter throws: the text exists already. Core will not see what was written.
      this.held.length = 0;
      return -1;
    }
  }

  /** For text that is no JSON object (core/src/event/record.h, kNotJsonMagic); returns bytes of the record. */
  writeNotJson(glue: Glue): number {
    this.out.begin(glue, this.plan.magic + 1);
    return this.out.length;
  }

  /** The data of the JSON object under `key`. Where the payload has a text, there must be one object that became it. */
  private dataOf(raw: RawJson | undefined, key: string, text: unknown): unknown {
    let json: unknown;
    if (raw) {
      for (let i = 0; i < raw.length; i++) {
        const part = raw[i] as RawJson[number];
        if (part.keyIfEncoded !== key) continue;
        if (json) throw ODD;
        json = part.json;
      }
    }
    if (text && !json) throw ODD;
    return at(asJson(json), 'data');
  }

  private protocolValue(slot: number, value: unknown): void {
    if (value === undefined || value === '') return;
    if (typeof value !== 'string') {
      value = asJson(value);
      if (value == null) return;
      if (typeof value === 'object') throw ODD;
    }
    this.keep(slot, value as string | number | boolean);
  }

  /** Most values are those of the event before. */
  private keep(slot: number, value: string | number | boolean): void {
    if (this.held[slot] === value) return this.out.tag(slot, SAME);
    this.held[slot] = value;
    this.out.text(slot, String(value));
  }

  private event(json: unknown): void {
    const schema = at(json, 'schema');
    const data = at(json, 'data');
    const target = isObject(data) && this.target(schema);
    if (!target) return;
    this.keep(this.plan.schema, schema as string);
    this.walkAll(target.event, data);
  }

  private entities(list: unknown): void {
    if (!Array.isArray(list)) return;
    let specification = this.plan.specification;
    for (let i = 0; i < list.length; i++) {
      const entity = asJson(list[i]);
      if (!isObject(entity)) continue;
      // Most entities are not wanted: only of those that are it matters whose members these are.
      const target = this.target(asJson((entity as { schema?: unknown }).schema));
      if (!target) continue;
      const isSpecification = target.isSpecification && specification !== undefined;
      if (target.inEvent !== this.events) {
        target.inEvent = this.events;
        target.count = 0;
      }
      if (target.count >= target.end && !isSpecification) continue;
      const data = at(entity, 'data');
      if (!isObject(data) || !isOwn.call(entity, 'schema')) continue;
      this.walkAll(target.entities.get(target.count++) ?? NO_PATHS, data);
      if (!isSpecification) continue;
      this.walk([specification as number, 'id'], data);
      specification = undefined;
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
    const key = `${parts[1]}/${parts[2]}/${parts[3]}`;
    let target = this.targets.get(key);
    if (!target) {
      const entities = (this.plan.entities[key] ?? []).map(([index, ...paths]) => [index, paths] as const);
      const isSpecification = key.startsWith(SPECIFICATION);
      const end = Math.max(0, ...entities.map(([index]) => index + 1));
      target = { event: this.plan.event[key] ?? NO_PATHS, entities: new Map(entities), end, isSpecification, count: 0, inEvent: 0 };
      // Versions that differ in revision only must share one count.
      if (entities.length || isSpecification) this.targets.set(key, target);
    }
    return target;
  }

  private walkAll(paths: Path[], data: object): void {
    for (let i = 0; i < paths.length; i++) this.walk(paths[i] as Path, data);
  }

  private walk(path: Path, data: unknown): void {
    for (let i = 1; i < path.length; i++) data = at(data, path[i] as string | number);
    if (data != null) this.value(path[0], data, false);
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
      for (let i = 0; i < value.length; i++) this.value(0, asJson(value[i]), true);
    }
  }
}
