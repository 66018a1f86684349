// Gives every row of definition/aggregations.def its implementation: the struct of the same name.
#include "aggregation/aggregation.h"
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
#include "aggregation/sum.h"
#include "aggregation/time_since_first.h"
#include "aggregation/time_since_last.h"
#include "aggregation/unique_list.h"

namespace oncue {
namespace {

template <typename A>
typename A::State& stateOf(void* state) {
  return *static_cast<typename A::State*>(state);
}

template <typename A>
const typename A::State& stateOf(const void* state) {
  return *static_cast<const typename A::State*>(state);
}

template <Aggregation A>
constexpr AggregationOps opsOf() {
  return {
      .create = []() -> void* { return new typename A::State(); },
      .destroy = [](void* state) { delete &stateOf<A>(state); },
      .update = [](void* state, const Element& element,
                   const Stamp& stamp) { A::update(stateOf<A>(state), element, stamp); },
      .merge = [](void* into, const void* from) { A::merge(stateOf<A>(into), stateOf<A>(from)); },
      .finalize = [](const void* state, const ReadContext& context) { return A::finalize(stateOf<A>(state), context); },
      .serialize = [](const void* state, Writer& out) { A::serialize(stateOf<A>(state), out); },
      .deserialize = [](void* state, Reader& in) { return A::deserialize(stateOf<A>(state), in); },
      .truncated =
          [](const void* state) {
            if constexpr (requires { A::truncated(stateOf<A>(state)); }) {
              return A::truncated(stateOf<A>(state));
            } else {
              (void)state;
              return false;
            }
          },
  };
}

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
