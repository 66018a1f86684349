// counter: the number of matching events.
#pragma once

#include "aggregation/aggregation.h"

namespace oncue {

struct Counter {
  static constexpr AggregationKind kKind = AggregationKind::Counter;

  struct State {
    std::uint64_t count = 0;
  };

  static void update(State& state, const Element&, const Stamp&) { ++state.count; }
  static void merge(State& into, const State& from) { into.count += from.count; }
  static void finalize(const State& state, const ReadContext&, Value& out) {
    out.become(state.count == 0 ? Value::Kind::Null : Value::Kind::Number, static_cast<double>(state.count));
  }
  static void serialize(const State& state, Writer& out) { out.varint(state.count); }
  static bool deserialize(State& state, Reader& in) {
    state.count = in.varint();
    return in.ok();
  }
};

}  // namespace oncue
