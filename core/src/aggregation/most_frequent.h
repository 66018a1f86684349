// most_frequent: the value with the highest count; of equals the one seen last.
#pragma once

#include "aggregation/frequency.h"

namespace oncue {

struct MostFrequent : Frequency<AggregationKind::MostFrequent> {
  static void finalize(const State& state, const ReadContext&, Value& out) {
    best(state, out, [](const FrequencyMap::Entry& a, const FrequencyMap::Entry& b) {
      return a.count != b.count ? a.count > b.count : a.last > b.last;
    });
  }
};

}  // namespace oncue
