// approx_count_distinct: exact up to 1,000 values, estimated beyond.
#pragma once

#include "oncue/vec.h"

#include "aggregation/aggregation.h"
#include "aggregation/hyper_log_log.h"

namespace oncue {

// Two values are one when their 64-bit hashes are equal: among 1,000 values a collision has a chance of 3 in 10^14.
struct ApproxCountDistinct {
  static constexpr AggregationKind kKind = AggregationKind::ApproxCountDistinct;
  static constexpr std::size_t kMaxExact = 1'000;

  struct State {
    Vec<std::uint64_t> hashes;  // ascending; moved into the sketch once there are more than kMaxExact
    HyperLogLog sketch;
  };

  static void update(State& state, const Element& element, const Stamp& stamp);
  static void merge(State& into, const State& from);
  static void finalize(const State& state, const ReadContext& context, Value& out);
  static void serialize(const State& state, Writer& out);
  static bool deserialize(State& state, Reader& in);
};

}  // namespace oncue
