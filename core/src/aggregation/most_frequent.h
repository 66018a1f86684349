// most_frequent: the value with the highest count; of equals the one seen last.
#pragma once

#include "aggregation/frequency.h"

namespace oncue {

struct MostFrequent : Frequency<AggregationKind::MostFrequent> {
  static Value finalize(const State& state, const ReadContext&) {
    return best(state, [](const FrequencyMap::Entry& a, const FrequencyMap::Entry& b) {
      return a.count != b.count ? a.count > b.count : a.last > b.last;
    });
  }
};

}  // namespace oncue
