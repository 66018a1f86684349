// sum: the exact total of the values, rounded once when it is read.
#pragma once

#include "aggregation/aggregation.h"
#include "base/exact_sum.h"

namespace oncue {

struct Sum {
  static constexpr AggregationKind kKind = AggregationKind::Sum;

  struct State {
    ExactSum total;
    bool any = false;  // a total of 0 is a value, no values at all is not
  };

  static void update(State& state, const Element& element, const Stamp&) {
    state.total.add(element.number);
    state.any = true;
  }
  static void merge(State& into, const State& from) {
    into.total.add(from.total);
    into.any = into.any || from.any;
  }
  static void finalize(const State& state, const ReadContext&, Value& out) {
    out.become(state.any ? Value::Kind::Number : Value::Kind::Null, state.total.value());
  }
  static void serialize(const State& state, Writer& out) {
    out.u8(state.any ? 1 : 0);
    if (state.any) state.total.serialize(out);
  }
  static bool deserialize(State& state, Reader& in) {
    state.any = in.flag();
    return in.ok() && (!state.any || state.total.deserialize(in));
  }
};

}  // namespace oncue
