export { OnCuePlugin } from './core.js';
export { addInterventionHandlers, removeInterventionHandlers } from './handlers.js';
export { ask, clearLocalSignals, explain, exportLocalSignals, getAttributes, getServiceAttributes, getStats } from './api.js';
export { subscribeToActivity } from './activity.js';
export type {
  Activity,
  ActivityListener,
  AttributeKeyId,
  AttributeKeyName,
  Handler,
  HandlerId,
  Intervention,
  InterventionHandler,
  MeasurementContext,
  MeasurementEvents,
  MeasurementOptions,
  MeasurementSettings,
  OnCueConfiguration,
  OneOrMore,
  PayloadValue,
  PluginStats,
  TrackerId,
} from './types.js';
