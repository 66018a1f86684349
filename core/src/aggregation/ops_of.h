// A row of the registry, made from an aggregation's struct.
#pragma once

#include "aggregation/aggregation.h"

namespace oncue {

template <typename A>
typename A::State& stateOf(void* state) {
  return *static_cast<typename A::State*>(state);
}

template <typename A>
const typename A::State& stateOf(const void* state) {
  return *static_cast<const typename A::State*>(state);
}

template <Aggregation A>
constexpr AggregationOps opsOf() {
  return {
      .create = []() -> void* { return new typename A::State(); },
      .destroy = [](void* state) { delete &stateOf<A>(state); },
      .update = [](void* state, const Element& element,
                   const Stamp& stamp) { A::update(stateOf<A>(state), element, stamp); },
      .merge = [](void* into, const void* from) { A::merge(stateOf<A>(into), stateOf<A>(from)); },
      .finalize = [](const void* state, const ReadContext& context,
                     Value& out) { A::finalize(stateOf<A>(state), context, out); },
      .serialize = [](const void* state, Writer& out) { A::serialize(stateOf<A>(state), out); },
      .deserialize = [](void* state, Reader& in) { return A::deserialize(stateOf<A>(state), in); },
      .truncated =
          [](const void* state) {
            if constexpr (requires { A::truncated(stateOf<A>(state)); }) {
              return A::truncated(stateOf<A>(state));
            } else {
              (void)state;
              return false;
            }
          },
  };
}

}  // namespace oncue
