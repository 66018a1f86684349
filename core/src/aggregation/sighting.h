// What first and last share: one value and when it was seen.
#pragma once

#include "aggregation/held_element.h"
#include "aggregation/stamp_wire.h"

namespace oncue {

// `Better` says whether its first stamp replaces its second.
template <AggregationKind Kind, typename Better>
struct Sighting {
  static constexpr AggregationKind kKind = Kind;

  struct State {
    HeldElement value;  // Null until the first event
    Stamp stamp;
  };

  static void update(State& state, const Element& element, const Stamp& stamp) {
    if (isBetter(state, stamp)) state = {HeldElement(element), stamp};
  }
  static void merge(State& into, const State& from) {
    if (!isEmpty(from) && isBetter(into, from.stamp)) into = from;
  }
  static void finalize(const State& state, const ReadContext&, Value& out) { assign(state.value.view(), out); }
  static void serialize(const State& state, Writer& out) {
    out.u8(isEmpty(state) ? 0 : 1);
    if (isEmpty(state)) return;
    StampWriter().write(state.stamp, out);
    state.value.serialize(out);
  }
  static bool deserialize(State& state, Reader& in) {
    if (!in.flag()) return in.ok();
    state.stamp = StampReader().read(in);
    return state.value.deserialize(in);
  }

 private:
  static bool isEmpty(const State& state) { return state.value.kind() == Value::Kind::Null; }
  static bool isBetter(const State& state, const Stamp& stamp) {
    return isEmpty(state) || Better{}(stamp, state.stamp);
  }
};

}  // namespace oncue
