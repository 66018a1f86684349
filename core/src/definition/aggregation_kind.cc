#include "definition/aggregation_kind.h"

namespace oncue {
namespace {

constexpr AggregationInfo kAggregations[] = {
#define ONCUE_AGGREGATION(kind, name, reads, result, dates, help) \
  {name, Reads::reads, ResultTypes::result, dates},
#include "definition/aggregations.def"
#undef ONCUE_AGGREGATION
};
static_assert(sizeof kAggregations / sizeof *kAggregations == kAggregationCount);

}  // namespace

const AggregationInfo& aggregationInfo(AggregationKind kind) {
  return kAggregations[static_cast<std::uint8_t>(kind)];
}

std::optional<AggregationKind> aggregationKind(std::string_view name) {
  for (std::uint32_t i = 0; i < kAggregationCount; ++i) {
    if (kAggregations[i].name == name) return static_cast<AggregationKind>(i);
  }
  return std::nullopt;
}

}  // namespace oncue
