// What time_since_last and time_since_first share: one moment, measured against now at every read.
#pragma once

#include "aggregation/aggregation.h"

namespace oncue {

// `Better` says whether its first time replaces its second.
template <AggregationKind Kind, typename Better>
struct Elapsed {
  static constexpr AggregationKind kKind = Kind;

  struct State {
    std::int64_t ts = 0;  // ms
    bool any = false;
  };

  static void update(State& state, const Element&, const Stamp& stamp) { take(state, stamp.ts); }
  static void merge(State& into, const State& from) {
    if (from.any) take(into, from.ts);
  }
  static void finalize(const State& state, const ReadContext& context, Value& out) {
    if (!state.any) return out.become(Value::Kind::Null);
    // Unsigned, because the difference of two times can need 64 bits.
    const std::uint64_t age = static_cast<std::uint64_t>(context.now) - static_cast<std::uint64_t>(state.ts);
    out.become(Value::Kind::Number,
               context.now <= state.ts ? 0 : static_cast<double>(age) / static_cast<double>(context.unitMs));
  }
  static void serialize(const State& state, Writer& out) {
    out.u8(state.any ? 1 : 0);
    if (state.any) out.i64(state.ts);
  }
  static bool deserialize(State& state, Reader& in) {
    state.any = in.flag();
    if (state.any) state.ts = in.i64();
    return in.ok();
  }

 private:
  static void take(State& state, std::int64_t ts) {
    if (!state.any || Better{}(ts, state.ts)) state = {ts, true};
  }
};

}  // namespace oncue
