/** Iglu addresses of the measurement events and of the entity each of them carries. */
const INTERVENTION_RECEIVE_SCHEMA = 'iglu:com.snowplowanalytics.signals/intervention_receive/jsonschema/1-0-0';
const INTERVENTION_HANDLE_SCHEMA = 'iglu:com.snowplowanalytics.signals/intervention_handle/jsonschema/1-0-0';
const INTERVENTION_HANDLE_ERROR_SCHEMA =
  'iglu:com.snowplowanalytics.signals/intervention_handle_error/jsonschema/1-0-0';
export const INTERVENTION_INSTANCE_SCHEMA =
  'iglu:com.snowplowanalytics.signals/intervention_instance/jsonschema/1-0-0';

export const MEASUREMENT_SCHEMAS = {
  delivery: INTERVENTION_RECEIVE_SCHEMA,
  dispatch_accept: INTERVENTION_HANDLE_SCHEMA,
  dispatch_error: INTERVENTION_HANDLE_ERROR_SCHEMA,
} as const;

export const CONTEXTS_SCHEMA = 'iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0';

/** Limits of the Iglu schemas above, in characters. */
export const HANDLER_MAX = 255;
export const ERROR_MAX = 1024;
export const ATTRIBUTE_NAME_MIN = 3;
export const ATTRIBUTE_NAME_MAX = 257;
