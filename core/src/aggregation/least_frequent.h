// least_frequent: the value with the lowest count; of equals the one not seen for longest.
#pragma once

#include "aggregation/frequency.h"

namespace oncue {

struct LeastFrequent : Frequency<AggregationKind::LeastFrequent> {
  static void finalize(const State& state, const ReadContext&, Value& out) {
    best(state, out, [](const FrequencyMap::Entry& a, const FrequencyMap::Entry& b) {
      return a.count != b.count ? a.count < b.count : a.last < b.last;
    });
  }
};

}  // namespace oncue
