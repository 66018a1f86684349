// Shapes of the definitions that the Signals SDK publishes, for those who write them by hand with `satisfies`.
import type { AggregationName, AttributeType, DatePart, OperatorName, TimeUnit } from './generated.js';

type Scalar = string | number | boolean;
type Operand = Scalar | readonly Scalar[] | null;
/** ISO 8601 (`P7D`, `PT15M`), or seconds. */
export type Duration = string | number;

export interface AtomicProperty {
  readonly type?: 'atomic';
  readonly name: string;
  readonly date_part?: DatePart;
}

export interface SchemaProperty {
  readonly type: 'event' | 'entity';
  readonly vendor: string;
  readonly name: string;
  readonly major_version: number;
  readonly path: string;
  /** Which of several entities, from 0; entities only. */
  readonly index?: number;
  readonly date_part?: DatePart;
}

export type Property = AtomicProperty | SchemaProperty;

export interface AttributeKey {
  readonly name: string;
  readonly description?: string;
  readonly key?: string;
  readonly property?: Property;
  readonly ttl?: Duration;
  readonly is_published?: boolean;
}

export interface EventMatcher {
  readonly name?: string;
  readonly vendor?: string;
  readonly version?: string;
  readonly event_specification_id?: string;
}

export interface EventCriterion {
  readonly property: Property;
  readonly operator: Exclude<OperatorName, `not ${string}` | 'rlike' | 'changed'>;
  readonly value?: Operand;
}

export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly aggregation: AggregationName;
  readonly description?: string;
  readonly events?: readonly EventMatcher[];
  readonly property?: Property;
  readonly criteria?: { readonly all?: readonly EventCriterion[]; readonly any?: readonly EventCriterion[] };
  readonly period?: Duration;
  readonly ttl?: Duration;
  readonly time_unit?: TimeUnit;
  readonly default_value?: Operand;
}

export interface AttributeGroup {
  readonly name: string;
  readonly version?: number;
  readonly attribute_key: AttributeKey;
  readonly attributes: readonly Attribute[];
  readonly ttl?: Duration;
  readonly online?: boolean;
  readonly offline?: boolean;
  readonly description?: string;
  readonly owner?: string;
  readonly is_published?: boolean;
}

export interface GroupLink {
  readonly name: string;
  readonly version?: number;
}

export interface Service {
  readonly name: string;
  readonly attribute_groups: readonly GroupLink[];
  readonly description?: string;
  readonly owner?: string;
  readonly is_published?: boolean;
}

export type Criteria =
  | { readonly all: readonly Criteria[] }
  | { readonly any: readonly Criteria[] }
  | { readonly none: readonly Criteria[] }
  | { readonly attribute: string; readonly operator: OperatorName; readonly value?: Operand };

/** How often and when an intervention is delivered; docs/delivery.md. */
export interface DeliveryRules {
  readonly cooldown?: Duration;
  readonly max_per_session?: number;
  readonly max_per_day?: number;
  readonly max_total?: number;
  readonly priority?: number;
  readonly exclusive_group?: string;
  readonly delay?: Duration;
  /** Needs `delay`. */
  readonly cancel_if?: Criteria;
  readonly refire?: 'never' | 'edge';
}

export interface InterventionDefinition {
  readonly name: string;
  readonly version?: number;
  readonly criteria: Criteria;
  readonly target_attribute_keys?: readonly { readonly name: string }[];
  readonly payload_attribute_groups?: readonly GroupLink[] | null;
  readonly delivery?: DeliveryRules;
  readonly description?: string;
  readonly owner?: string;
  readonly is_published?: boolean;
}

export interface Bundle {
  readonly attribute_keys?: readonly AttributeKey[];
  readonly attribute_groups?: readonly AttributeGroup[];
  readonly services?: readonly Service[];
  readonly interventions?: readonly InterventionDefinition[];
}

/** A bundle, one registry object, an array of registry objects, or any of these as JSON text, or as NDJSON. */
export type Definitions = string | object;
