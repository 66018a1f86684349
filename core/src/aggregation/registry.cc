// Gives every row of definition/aggregations.def its implementation: the struct of the same name.
#include "aggregation/approx_count_distinct.h"
#include "aggregation/category_count.h"
#include "aggregation/counter.h"
#include "aggregation/first.h"
#include "aggregation/last.h"
#include "aggregation/least_frequent.h"
#include "aggregation/max.h"
#include "aggregation/mean.h"
#include "aggregation/min.h"
#include "aggregation/most_frequent.h"
#include "aggregation/ops_of.h"
#include "aggregation/sum.h"
#include "aggregation/time_since_first.h"
#include "aggregation/time_since_last.h"
#include "aggregation/unique_list.h"

namespace oncue {
namespace {

constexpr AggregationOps kOps[] = {
#define ONCUE_AGGREGATION(kind, name, reads, result, dates, help) opsOf<kind>(),
#include "definition/aggregations.def"
#undef ONCUE_AGGREGATION
};

#define ONCUE_AGGREGATION(kind, name, reads, result, dates, help) \
  static_assert(kind::kKind == AggregationKind::kind);
#include "definition/aggregations.def"
#undef ONCUE_AGGREGATION

}  // namespace

const AggregationOps& aggregationOps(AggregationKind kind) { return kOps[static_cast<std::uint8_t>(kind)]; }

}  // namespace oncue
