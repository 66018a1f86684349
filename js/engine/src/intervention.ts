import type { AggregationName, OperatorName } from './generated.js';
import type { Claim } from './sync.js';
import type { AttributeValue } from './values.js';

/** What handlers receive; the shape of `@snowplow/signals-browser-plugin`. */
export interface Intervention {
  /** UUID, the same for every target of one trigger. */
  intervention_id: string;
  name: string;
  version: number;
  /** `group:attribute` to value; empty unless the definition has `payload_attribute_groups`. */
  attributes: Record<string, AttributeValue>;
  target_attribute_key?: { name: string; id: string };
}

/** What a server sends: `attributes` and the target, or its id, may be missing. */
export type ReceivedIntervention = Pick<Intervention, 'intervention_id' | 'name' | 'version'> & {
  attributes?: Record<string, AttributeValue> | null;
  target_attribute_key?: { name: string; id?: string } | null;
};

/** An intervention that this engine fired. */
export interface FiredIntervention extends Intervention {
  /** Epoch ms. */
  at: number;
  /** The event that made it true; null when time did. */
  event_id: string | null;
  /** Only with option `explainFires`. */
  explain?: InterventionExplanation;
  /** Only while sync() is in use: the target's key spans devices. */
  claim?: Claim;
}

/** One node of a criteria tree, with its truth; docs/explain.md. */
export type ExplainedNode = { holds: boolean; held: boolean | null } & (
  | { all: ExplainedNode[] }
  | { any: ExplainedNode[] }
  | { none: ExplainedNode[] }
  | { attribute: string; operator: OperatorName; operand?: AttributeValue; value: AttributeValue; unpopulated?: true }
);

export type HeldBackReason = 'max_total' | 'max_per_session' | 'max_per_day' | 'cooldown' | 'exclusive_group';

/** Deliveries to one target, for interventions with limits. */
export interface TargetHistory {
  deliveries: number;
  in_session: number;
  in_day: number;
  /** Epoch ms. */
  last_delivery: number;
}

/** Why an intervention fires or does not. */
export interface InterventionExplanation {
  name: string;
  version: number;
  targets: ({ name: string; id: string | null; latched: boolean } & Partial<TargetHistory>)[];
  criteria: ExplainedNode;
  state: 'no_target' | 'on_change' | 'latched' | 'pending' | 'held_back' | 'holds' | 'waiting';
  /** A limit of `delivery` would hold it back; `until` is epoch ms, null when time alone will not help. */
  held_back?: { reason: HeldBackReason; until: number | null };
  /** A delayed delivery waits. */
  pending?: { due_at: number; event_id: string | null };
  evaluated_at: number | null;
  next_wake: number | null;
}

/** What an attribute holds and since when. */
export interface AttributeExplanation {
  group: string;
  version: number;
  attribute: string;
  aggregation: AggregationName;
  attribute_key: string;
  id: string | null;
  value: AttributeValue;
  populated: boolean;
  period_ms: number | null;
  ttl_ms: number | null;
  last_update: number | null;
  next_change: number | null;
  /** Windows only. */
  window_events?: number;
  /** Windows only: older events have made room. */
  window_full?: boolean;
  /** More distinct values were seen than are kept. */
  truncated: boolean;
}

export type Explanation = InterventionExplanation;
