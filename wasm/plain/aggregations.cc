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

const AggregationOps& aggregationOps(AggregationKind kind) {
  constexpr AggregationOps kAbsent{};
  static constexpr AggregationOps kOps[] = {
      opsOf<Counter>(), opsOf<Sum>(),  opsOf<Min>(), opsOf<Max>(), opsOf<Mean>(), opsOf<First>(),
      opsOf<Last>(),    kAbsent,       kAbsent,      kAbsent,      kAbsent,       kAbsent,
      opsOf<TimeSinceLast>(), opsOf<TimeSinceFirst>()};
  static_assert(std::size(kOps) == kAggregationCount);
  return kOps[static_cast<std::uint8_t>(kind)];
}

}  // namespace oncue
