// category_count: how often each value was seen, the 100 highest counts as a dict, by count descending, then key.
#pragma once

#include <algorithm>
#include <vector>

#include "aggregation/frequency.h"

namespace oncue {

struct CategoryCount : Frequency<AggregationKind::CategoryCount> {
  static constexpr std::ptrdiff_t kMaxCategories = 100;

  static Value finalize(const State& state, const ReadContext&) {
    using Entry = FrequencyMap::Entry;
    if (state.entries().empty()) return Value::null();
    std::vector<const Entry*> ranked;
    ranked.reserve(state.entries().size());
    for (const Entry& entry : state.entries()) ranked.push_back(&entry);
    const auto end = ranked.begin() + std::min<std::ptrdiff_t>(kMaxCategories, ranked.end() - ranked.begin());
    std::partial_sort(ranked.begin(), end, ranked.end(), [](const Entry* a, const Entry* b) {
      return a->count != b->count ? a->count > b->count : elementLess(a->value.view(), b->value.view());
    });

    std::vector<Value> items;
    for (auto it = ranked.begin(); it != end; ++it) {
      items.push_back(Value::of((*it)->value.view().text));
      items.push_back(Value::of(static_cast<double>((*it)->count)));
    }
    return Value::dict(std::move(items));
  }
};

}  // namespace oncue
