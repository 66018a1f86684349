export { subscribeToActivity } from './activity.js';
export { ask, clearLocalSignals, explain, exportLocalSignals, getAttributes, getServiceAttributes, getStats, inspect } from './api.js';
export { ingestEvent, OnCuePlugin } from './core.js';
export { addInterventionHandlers, removeInterventionHandlers } from './handlers.js';
export { subscribeToInterventions } from './subscribe.js';
export type {
  Activity,
  ActivityListener,
  AttributeKeyId,
  AttributeKeyName,
  Fetcher,
  FetcherFactory,
  Handler,
  HandlerId,
  Inspectable,
  Intervention,
  InterventionHandler,
  JSONPointer,
  JSONPointerList,
  MeasurementContext,
  MeasurementEvents,
  MeasurementOptions,
  MeasurementSettings,
  OnCueConfiguration,
  OneOrMore,
  PayloadValue,
  PluginStats,
  SignalsHandlerConfiguration,
  SignalsInterventionConfiguration,
  SignalsValue,
  SyncConfiguration,
  TrackerId,
} from './types.js';
export type {
  AttributeExplanation,
  AttributeValue,
  Bundle,
  Definitions,
  ExplainedNode,
  Explanation,
  InterventionExplanation,
} from '@oncue/engine';
