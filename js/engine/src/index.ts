export type {
  Attribute,
  AttributeGroup,
  AttributeKey,
  Bundle,
  Criteria,
  Definitions,
  DeliveryRules,
  Duration,
  EventCriterion,
  EventMatcher,
  GroupLink,
  InterventionDefinition,
  Property,
  Service,
} from './definitions.js';
export { createEngine, Engine, type EventFormat, type TrackOptions } from './engine.js';
export { OnCueError, type Problem } from './errors.js';
export type { RawJson } from './extractor.js';
export type { AggregationName, AttributeType, DatePart, OperatorName, TimeUnit } from './generated.js';
export type {
  AttributeExplanation,
  ExplainedNode,
  Explanation,
  FiredIntervention,
  Intervention,
  InterventionExplanation,
  ReceivedIntervention,
} from './intervention.js';
export type { LoadOptions, WasmSource } from './loader.js';
export type { CreateOptions, EngineOptions } from './options.js';
export { replay, type ReplayResult } from './replay.js';
export type { Catalog, EngineStats } from './stats.js';
export type { Claim, Hex64, SyncAnswer, SyncCommand, SyncedId, SyncError, SyncUpload } from './sync.js';
export type { Attributes, AttributeValue, GroupAttributes, GroupName, ServiceAttributes, ValueOf } from './values.js';
