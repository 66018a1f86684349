// The contract of an aggregation, and the type-erased table the engine works with.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <string_view>

#include "base/wire.h"
#include "definition/aggregation_kind.h"
#include "oncue/value.h"

namespace oncue {

// The total order of events: derived_tstamp, then replica id bytewise, then the replica's own count of arrivals.
// `replica` holds the id's eight bytes big-endian, so that integers compare as the bytes do.
struct Stamp {
  std::int64_t ts = 0;  // ms
  std::uint64_t replica = 0;
  std::uint64_t seq = 0;
  auto operator<=>(const Stamp&) const = default;
};

// A value ready for aggregation: coerced to the attribute's element type, never null (column.h). Borrowed text.
struct Element {
  Value::Kind kind = Value::Kind::Null;  // Bool, Number or String; Null for counter and time_since_*
  double number = 0;
  std::string_view text{};
};

// What finalize may depend on besides the state.
struct ReadContext {
  std::int64_t now = 0;     // ms
  std::int64_t unitMs = 1;  // time_since_*
};

// merge() never changes or aliases `from`; it is commutative and associative, and merging the states of any split of
// the events gives, byte for byte, the state of the whole.
template <typename A>
concept Aggregation = requires(typename A::State& state, const typename A::State& from, const Element& element,
                               const Stamp& stamp, const ReadContext& context, Value& value, Writer& out, Reader& in) {
  { A::kKind } -> std::convertible_to<AggregationKind>;
  { A::update(state, element, stamp) } -> std::same_as<void>;
  { A::merge(state, from) } -> std::same_as<void>;
  { A::finalize(from, context, value) } -> std::same_as<void>;  // before coercion to `type`; Null when empty
  { A::serialize(from, out) } -> std::same_as<void>;
  { A::deserialize(state, in) } -> std::same_as<bool>;
};

// One row of the registry. `State` is opaque here and always made and destroyed through the row itself.
struct AggregationOps {
  void* (*create)();
  void (*destroy)(void* state);
  void (*update)(void* state, const Element& element, const Stamp& stamp);
  void (*merge)(void* into, const void* from);
  void (*finalize)(const void* state, const ReadContext& context, Value& out);
  void (*serialize)(const void* state, Writer& out);
  bool (*deserialize)(void* state, Reader& in);
  bool (*truncated)(const void* state);  // the state no longer holds all distinct values
};

const AggregationOps& aggregationOps(AggregationKind kind);

}  // namespace oncue
