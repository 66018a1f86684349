// The aggregations of the plain artefact, in the order of definition/aggregations.def.
#include "aggregation/counter.h"
#include "aggregation/first.h"
#include "aggregation/last.h"
#include "aggregation/max.h"
#include "aggregation/mean.h"
#include "aggregation/min.h"
#include "aggregation/ops_of.h"
#include "aggregation/sum.h"
#include "aggregation/time_since_first.h"
#include "aggregation/time_since_last.h"

namespace oncue {
namespace {

// States are joined by sync, and looked into by explain(), alone.
template <Aggregation A>
constexpr AggregationOps leanOpsOf() {
  AggregationOps ops = opsOf<A>();
  ops.merge = nullptr;
  ops.truncated = nullptr;
  return ops;
}

}  // namespace

// Names are for who reads definitions.
const AggregationInfo& aggregationInfo(AggregationKind kind) {
  static constexpr AggregationInfo kAggregations[] = {
#define ONCUE_AGGREGATION(kind, name, reads, result, dates, help) {{}, Reads::reads, ResultTypes::result, dates},
#include "definition/aggregations.def"
#undef ONCUE_AGGREGATION
  };
  return kAggregations[static_cast<std::uint8_t>(kind)];
}

const AggregationOps& aggregationOps(AggregationKind kind) {
  constexpr AggregationOps kAbsent{};
  static constexpr AggregationOps kOps[] = {
      leanOpsOf<Counter>(), leanOpsOf<Sum>(), leanOpsOf<Min>(), leanOpsOf<Max>(), leanOpsOf<Mean>(), leanOpsOf<First>(),
      leanOpsOf<Last>(),    kAbsent,          kAbsent,          kAbsent,          kAbsent,           kAbsent,
      leanOpsOf<TimeSinceLast>(), leanOpsOf<TimeSinceFirst>()};
  static_assert(std::size(kOps) == kAggregationCount);
  return kOps[static_cast<std::uint8_t>(kind)];
}

}  // namespace oncue
