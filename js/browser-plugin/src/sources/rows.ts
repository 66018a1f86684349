import type { SelfDescribingJson } from '@snowplow/browser-tracker';
import { buildSelfDescribingEvent, buildStructEvent, type PayloadBuilder } from '@snowplow/tracker-core';
import type { DataLayerMap, DataLayerPush, DataLayerRow, FromPush } from './types.js';

/** An event ready to be tracked, or to be taken in without being sent. */
export interface MappedEvent {
  builder: PayloadBuilder;
  entities: SelfDescribingJson[];
  send: boolean | undefined;
}

const IGLU = /^iglu:[\w.-]+\/[\w.-]+\/[\w.-]+\/\d+-\d+-\d+$/;

const read = <T>(value: FromPush<T>, push: DataLayerPush): T =>
  typeof value === 'function' ? (value as (push: DataLayerPush) => T)(push) : value;

const isText = (value: unknown): boolean => typeof value === 'function' || (typeof value === 'string' && value !== '');

/** What is wrong with a row, as the end of a sentence; undefined when nothing is. */
function findFault(row: unknown): string | undefined {
  const { schema, category, action } = Object(row) as Record<string, unknown>;
  if (schema !== undefined) {
    return IGLU.test(String(schema)) ? undefined : `has schema "${schema}": write iglu:vendor/name/jsonschema/1-0-0`;
  }
  if (isText(category) && isText(action)) return undefined;
  return 'is no event: give it a schema, or a category and an action';
}

/** Faults of a table that can be seen before anything is pushed: one sentence each, by the row's name. */
export function findFaults(map: DataLayerMap): Map<string, string> {
  const faults = new Map<string, string>();
  for (const [name, rows] of Object.entries(map)) {
    if (typeof rows === 'function') continue;
    const fault = ([] as unknown[]).concat(rows).map(findFault).find(Boolean);
    if (fault) faults.set(name, fault);
  }
  return faults;
}

/** A push without what Tag Manager adds to it. */
function toData(push: DataLayerPush): Record<string, unknown> {
  const entries = Object.entries(push).filter(([key]) => !/^(gtm\.|event(Callback|Timeout)?$)/.test(key));
  return Object.fromEntries(entries.filter(([, value]) => typeof value !== 'function' && value !== undefined));
}

function build(row: DataLayerRow, push: DataLayerPush): PayloadBuilder {
  if ('schema' in row) {
    // As text and back: what is no JSON fails here, and later changes of the pushed object do not matter.
    const data = JSON.parse(JSON.stringify(row.data === undefined ? toData(push) : read(row.data, push)));
    return buildSelfDescribingEvent({ event: { schema: row.schema, data } });
  }
  return buildStructEvent({
    category: read(row.category, push),
    action: read(row.action, push),
    label: read(row.label, push),
    property: read(row.property, push),
    value: read(row.value, push),
  });
}

/**
 * The events that a push becomes.
 * @throws what the table's functions throw, and an Error for a row that cannot be used
 */
export function mapPush(map: DataLayerMap, push: DataLayerPush): MappedEvent[] {
  const found = Object.prototype.hasOwnProperty.call(map, push.event) ? map[push.event] : undefined;
  const rows = typeof found === 'function' ? found(push) : found;
  return ([] as (DataLayerRow | null | undefined)[]).concat(rows).flatMap((row) => {
    if (row == null) return [];
    const fault = findFault(row);
    if (fault) throw new Error(`the row ${fault}`);
    return { builder: build(row, push), entities: (row.entities && read(row.entities, push)) || [], send: row.send };
  });
}
