// mean: the exact total of the values, rounded once, divided by their number.
#pragma once

#include "aggregation/aggregation.h"
#include "base/exact_sum.h"

namespace oncue {

struct Mean {
  static constexpr AggregationKind kKind = AggregationKind::Mean;

  struct State {
    ExactSum total;
    std::uint64_t count = 0;
  };

  static void update(State& state, const Element& element, const Stamp&) {
    state.total.add(element.number);
    ++state.count;
  }
  static void merge(State& into, const State& from) {
    into.total.add(from.total);
    into.count += from.count;
  }
  static void finalize(const State& state, const ReadContext&, Value& out) {
    if (state.count == 0) return out.become(Value::Kind::Null);
    out.become(Value::Kind::Number, state.total.value() / static_cast<double>(state.count));
  }
  static void serialize(const State& state, Writer& out) {
    out.varint(state.count);
    if (state.count != 0) state.total.serialize(out);
  }
  static bool deserialize(State& state, Reader& in) {
    state.count = in.varint();
    return in.ok() && (state.count == 0 || state.total.deserialize(in));
  }
};

}  // namespace oncue
