// least_frequent: the value with the lowest count; of equals the one not seen for longest.
#pragma once

#include "aggregation/frequency.h"

namespace oncue {

struct LeastFrequent : Frequency<AggregationKind::LeastFrequent> {
  static Value finalize(const State& state, const ReadContext&) {
    return best(state, [](const FrequencyMap::Entry& a, const FrequencyMap::Entry& b) {
      return a.count != b.count ? a.count < b.count : a.last < b.last;
    });
  }
};

}  // namespace oncue
