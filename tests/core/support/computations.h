#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "definition/model.h"
#include "oncue/value.h"

namespace oncue::test {

// A computation with a type that suits its aggregation; counts are integers unless `element` says otherwise.
inline Computation computation(AggregationKind aggregation, ElementType element = ElementType::String,
                               std::int64_t periodMs = 0, std::int64_t ttlMs = 0) {
  Computation made;
  made.aggregation = aggregation;
  const bool counts = aggregation == AggregationKind::Counter || aggregation == AggregationKind::ApproxCountDistinct;
  made.type.element = counts && element == ElementType::String ? ElementType::Int64 : element;
  made.type.list = aggregation == AggregationKind::UniqueList;
  made.type.dict = aggregation == AggregationKind::CategoryCount;
  made.periodMs = periodMs;
  made.ttlMs = ttlMs;
  made.unitMs = 60'000;
  return made;
}

inline Value listOf(std::initializer_list<std::string_view> texts) {
  Vec<Value> items;
  for (const std::string_view text : texts) items.push_back(Value::of(text));
  return Value::list(std::move(items));
}

inline EventValue text(std::string_view value) { return EventValue::of(value); }

}  // namespace oncue::test
