// GET engines/stream_attributes: what is computed, each computation once.
import { createHash } from 'node:crypto';
import { bloblPath } from './answers.js';
import { publishedBundle } from './bundle.js';
import { isObject } from './body.js';
import { type Registry, type RegistryObject, versionOf } from './objects.js';

type Json = Record<string, unknown>;
interface StreamAttribute extends Json {
  source_groups: { name: string; version: number }[];
}

const UNITS: readonly (readonly [string, number])[] = [['Y', 31_536_000], ['M', 2_592_000], ['W', 604_800], ['D', 86_400]];
const CLOCK: readonly (readonly [string, number])[] = [['H', 3_600], ['M', 60], ['S', 1]];

/** Seconds of an ISO 8601 duration that the engine has accepted; 0 for none, which means no limit. */
export function secondsOf(duration: unknown): number {
  if (typeof duration === 'number') return Math.round(duration);
  if (typeof duration !== 'string') return 0;
  const [days = '', clock = ''] = duration.replace(/^P/, '').split('T');
  const sum = (text: string, units: typeof UNITS) =>
    units.reduce((total, [unit, seconds]) => total + Number(new RegExp(`([\\d.]+)${unit}`).exec(text)?.[1] ?? 0) * seconds, 0);
  return Math.round(sum(days, UNITS) + sum(clock, CLOCK));
}

function describe(group: RegistryObject, attribute: Json): Omit<StreamAttribute, 'source_groups'> {
  const key = group.attribute_key as RegistryObject;
  const path = bloblPath(attribute.property);
  const ttl = attribute.period ?? attribute.ttl ?? group.ttl ?? key.ttl;
  const { type, aggregation, events = [], criteria, period, time_unit } = attribute;
  const described = {
    attribute_key_name: key.name,
    attribute_key_or_name: key.key ?? key.name,
    attribute_key: { name: key.name, key: key.key ?? null, blobl_path: bloblPath(key.property ?? { name: key.key ?? key.name }) },
    type,
    aggregation,
    events,
    property: path === null ? null : { type: 'leaf', blobl_path: path, ...(isObject(attribute.property) && { date_part: attribute.property.date_part ?? null }) },
    criteria: criteria ?? null,
    period: period ?? null,
    ttl: secondsOf(ttl),
    time_unit: time_unit ?? null,
  };
  return { definition_hash: createHash('sha256').update(JSON.stringify(described)).digest('hex').slice(0, 32), ...described };
}

const isComputed = (group: RegistryObject): boolean => group.online !== false && group.offline !== true && !group.fields && !group.batch_source;

export function streamAttributes(registry: Registry): StreamAttribute[] {
  const byHash = new Map<unknown, StreamAttribute>();
  for (const group of publishedBundle(registry).attribute_groups.filter(isComputed)) {
    for (const attribute of Array.isArray(group.attributes) ? (group.attributes as Json[]) : []) {
      const described = describe(group, attribute);
      const known = byHash.get(described.definition_hash);
      const source = { name: group.name, version: versionOf(group) };
      if (known) known.source_groups.push(source);
      else byHash.set(described.definition_hash, { ...described, source_groups: [source] });
    }
  }
  return [...byHash.values()];
}
