// Generated from core/src/definition/aggregations.def and core/src/definition/vocabulary.cc by js/engine/scripts/generate.mjs; do not edit.

/** How an attribute turns events into a value. */
export type AggregationName =
  | 'counter'
  | 'sum'
  | 'min'
  | 'max'
  | 'mean'
  | 'first'
  | 'last'
  | 'most_frequent'
  | 'least_frequent'
  | 'category_count'
  | 'approx_count_distinct'
  | 'unique_list'
  | 'time_since_last'
  | 'time_since_first';

/** Type of an attribute value. */
export type AttributeType =
  | 'bytes'
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'float'
  | 'bool'
  | 'unix_timestamp'
  | 'bytes_list'
  | 'string_list'
  | 'int32_list'
  | 'int64_list'
  | 'double_list'
  | 'float_list'
  | 'bool_list'
  | 'unix_timestamp_list'
  | 'dict';

/** Operators of criteria. */
export type OperatorName =
  | '='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | 'like'
  | 'not like'
  | 'rlike'
  | 'not rlike'
  | 'in'
  | 'not in'
  | 'is null'
  | 'is not null'
  | 'changed';

/** Part of a point in time that an attribute aggregates. */
export type DatePart =
  | 'hour_of_day'
  | 'day_of_week'
  | 'month_of_year'
  | 'active_day'
  | 'active_week'
  | 'active_month';

/** Unit of time_since_last and time_since_first. */
export type TimeUnit =
  | 's'
  | 'min'
  | 'h'
  | 'd';
