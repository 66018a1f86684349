// The aggregations over a FrequencyMap differ in what they read from it only.
#pragma once

#include "aggregation/frequency_map.h"

namespace oncue {

template <AggregationKind Kind>
struct Frequency {
  static constexpr AggregationKind kKind = Kind;

  using State = FrequencyMap;

  static void update(State& state, const Element& element, const Stamp& stamp) { state.add(element, stamp); }
  static void merge(State& into, const State& from) { into.merge(from); }
  static void serialize(const State& state, Writer& out) { state.serialize(out); }
  static bool deserialize(State& state, Reader& in) { return state.deserialize(in); }
  static bool truncated(const State& state) { return state.truncated(); }

 protected:
  // `out` becomes the value of the entry that is `better` than all others; Null when there is none.
  template <typename Better>
  static void best(const State& state, Value& out, Better better) {
    const FrequencyMap::Entry* found = nullptr;
    for (const FrequencyMap::Entry& entry : state.entries()) {
      if (found == nullptr || better(entry, *found)) found = &entry;
    }
    assign(found == nullptr ? Element{} : found->value.view(), out);
  }
};

}  // namespace oncue
