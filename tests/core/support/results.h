#pragma once

#include "aggregation/aggregation_state.h"
#include "aggregation/column.h"

namespace oncue::test {

// A value with everything that a result written in its place must not leave behind.
inline Value oldResult() {
  Value value = Value::list({Value::of("old")});
  value.text = "old";
  value.number = 7;
  return value;
}

inline Value resultOf(const AggregationState& state, const ReadContext& context = {}) {
  Value value = oldResult();
  state.finalize(context, value);
  return value;
}

inline Value coerced(const ValueType& type, Value value) {
  coerceResult(type, value);
  return value;
}

}  // namespace oncue::test
