// category_count: how often each value was seen, the 100 highest counts as a dict, by count descending, then key.
#pragma once

#include <algorithm>

#include "aggregation/frequency.h"
#include "base/insert_at.h"
#include "oncue/vec.h"

namespace oncue {

struct CategoryCount : Frequency<AggregationKind::CategoryCount> {
  static constexpr std::size_t kMaxCategories = 100;

  static void finalize(const State& state, const ReadContext&, Value& out) {
    using Entry = FrequencyMap::Entry;
    if (state.entries().empty()) return out.become(Value::Kind::Null);
    Vec<const Entry*> ranked;  // best first
    for (const Entry& entry : state.entries()) {
      if (ranked.size() == kMaxCategories && !ranksBefore(&entry, ranked.back())) continue;
      const auto at = std::lower_bound(ranked.begin(), ranked.end(), &entry, ranksBefore);
      insertAt(ranked, static_cast<std::size_t>(at - ranked.begin()), &entry);
      if (ranked.size() > kMaxCategories) ranked.pop_back();
    }

    Vec<Value> items;
    for (const Entry* entry : ranked) {
      items.push_back(Value::of(entry->value.view().text));
      items.push_back(Value::of(static_cast<double>(entry->count)));
    }
    out = Value::dict(std::move(items));
  }

 private:
  static bool ranksBefore(const FrequencyMap::Entry* a, const FrequencyMap::Entry* b) {
    return a->count != b->count ? a->count > b->count : elementLess(a->value.view(), b->value.view());
  }
};

}  // namespace oncue
