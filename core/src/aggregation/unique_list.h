// unique_list: the 100 distinct values seen most recently, oldest first by their most recent sighting.
#pragma once

#include "oncue/vec.h"

#include "aggregation/held_element.h"

namespace oncue {

struct UniqueList {
  static constexpr AggregationKind kKind = AggregationKind::UniqueList;
  static constexpr std::size_t kMaxValues = 100;

  struct Entry {
    HeldElement value;
    Stamp last;
  };
  struct State {
    Vec<Entry> entries;  // by `last` ascending
  };

  static void update(State& state, const Element& element, const Stamp& stamp);
  static void merge(State& into, const State& from);
  static void finalize(const State& state, const ReadContext& context, Value& out);
  static void serialize(const State& state, Writer& out);
  static bool deserialize(State& state, Reader& in);
};

}  // namespace oncue
