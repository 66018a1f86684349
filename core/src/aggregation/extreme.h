// What min and max share.
#pragma once

#include "aggregation/aggregation.h"

namespace oncue {

// `Better` says whether its first number replaces its second.
template <AggregationKind Kind, typename Better>
struct Extreme {
  static constexpr AggregationKind kKind = Kind;

  struct State {
    double number = 0;
    bool any = false;
  };

  static void update(State& state, const Element& element, const Stamp&) { take(state, element.number); }
  static void merge(State& into, const State& from) {
    if (from.any) take(into, from.number);
  }
  static void finalize(const State& state, const ReadContext&, Value& out) {
    out.become(state.any ? Value::Kind::Number : Value::Kind::Null, state.number);
  }
  static void serialize(const State& state, Writer& out) {
    out.u8(state.any ? 1 : 0);
    if (state.any) out.f64(state.number);
  }
  static bool deserialize(State& state, Reader& in) {
    state.any = in.flag();
    if (state.any) state.number = in.f64();
    return in.ok();
  }

 private:
  static void take(State& state, double number) {
    if (!state.any || Better{}(number, state.number)) state = {number, true};
  }
};

}  // namespace oncue
