import { buildSelfDescribingEvent } from '@snowplow/tracker-core';
import type { BrowserTracker, SelfDescribingJson } from '@snowplow/browser-tracker';
import {
  ATTRIBUTE_NAME_MAX,
  ATTRIBUTE_NAME_MIN,
  ERROR_MAX,
  HANDLER_MAX,
  INTERVENTION_INSTANCE_SCHEMA,
  MEASUREMENT_SCHEMAS,
} from './schemata.js';
import type { Intervention, MeasurementEvents, MeasurementOptions } from './types.js';

/** At most `max` characters; a surrogate pair is never cut in two, since base64 encoding of half a pair throws. */
export function truncate(text: string, max: number): string {
  return text.length > max ? text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '') : text;
}

/** What a handler threw or rejected with, as text of at most 1,024 characters; undefined when it gave no reason. */
export function describeFailure(reason: unknown): string | undefined {
  if (!reason) return undefined;
  try {
    return truncate(String(reason), ERROR_MAX);
  } catch {
    return 'unprintable error';
  }
}

/**
 * The `intervention_instance` entity. The schema allows no other fields and wants every attribute value as a string:
 * strings stay, everything else becomes JSON. Attributes whose name the schema refuses are left out, and so is an
 * empty list or a target without an id.
 */
export function buildInterventionEntity(intervention: Intervention): SelfDescribingJson<Record<string, unknown>> {
  const { intervention_id, name, version, target_attribute_key: target } = intervention;
  const data: Record<string, unknown> = { intervention_id, name, version };
  if (target?.name && target.id) data.attributeKey = { name: target.name, id: target.id };
  const attributes = [];
  for (const [attribute, raw] of Object.entries(intervention.attributes ?? {})) {
    const value = typeof raw === 'string' ? raw : JSON.stringify(raw);
    const length = attribute.length;
    if (value !== undefined && length >= ATTRIBUTE_NAME_MIN && length <= ATTRIBUTE_NAME_MAX) {
      attributes.push({ attribute, value });
    }
  }
  if (attributes.length) data.attributes = attributes;
  return { schema: INTERVENTION_INSTANCE_SCHEMA, data };
}

export function buildMeasurementData(
  measurement: MeasurementEvents,
  handlers: string[],
  reason?: unknown
): Record<string, unknown> {
  const ids = handlers.map((id) => truncate(id, HANDLER_MAX));
  if (measurement === 'delivery') return { handlers: ids };
  const error = describeFailure(reason);
  return error === undefined ? { handler: ids[0] } : { handler: ids[0], error };
}

/** Whether the page wants this event; a callback that throws counts as no. */
function isWanted(options: MeasurementOptions, measurement: MeasurementEvents, intervention: Intervention): boolean {
  if (typeof options === 'boolean') return options;
  const setting = options[measurement];
  return typeof setting === 'function' ? setting(intervention) : setting !== false;
}

/**
 * Tracks one measurement event through `tracker`, unless the options say no. Throws what the page's own callbacks
 * throw: the caller catches.
 */
export function measure(
  tracker: BrowserTracker,
  options: MeasurementOptions,
  measurement: MeasurementEvents,
  intervention: Intervention,
  entity: SelfDescribingJson,
  data: Record<string, unknown>
): void {
  if (!isWanted(options, measurement, intervention)) return;
  const entities = [entity];
  for (const context of (typeof options === 'object' && options.context) || []) {
    const extra = typeof context === 'function' ? context(measurement, intervention, data) : context;
    if (extra) entities.push(extra);
  }
  tracker.core.track(buildSelfDescribingEvent({ event: { schema: MEASUREMENT_SCHEMAS[measurement], data } }), entities);
}
