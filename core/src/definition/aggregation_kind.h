// The only list of aggregations: names, what they read, the types they may have, one line of help. Documentation and
// TypeScript types are generated from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace oncue {

enum class AggregationKind : std::uint8_t {
#define ONCUE_AGGREGATION(kind, name, reads, result, dates, help) kind,
#include "definition/aggregations.def"
#undef ONCUE_AGGREGATION
};

// What an aggregation needs of `property`.
enum class Reads : std::uint8_t { Nothing, Numbers, Scalars, Time };

// Which attribute types it may have: Any scalar or list, Numeric scalar, List, Dict, Integer, Real.
enum class ResultTypes : std::uint8_t { Any, Numeric, List, Dict, Integer, Real };

struct AggregationInfo {
  std::string_view name;
  Reads reads;
  ResultTypes results;
  bool acceptsDatePart;
};

const AggregationInfo& aggregationInfo(AggregationKind kind);
std::optional<AggregationKind> aggregationKind(std::string_view name);
constexpr std::uint32_t kAggregationCount = 14;

}  // namespace oncue
