#include "aggregation/approx_count_distinct.h"

#include <algorithm>

#include "aggregation/held_element.h"
#include "base/insert_at.h"

namespace oncue {
namespace {

void moveIntoSketch(ApproxCountDistinct::State& state) {
  for (const std::uint64_t known : state.hashes) state.sketch.add(known);
  Vec<std::uint64_t>().swap(state.hashes);
}

void addHash(ApproxCountDistinct::State& state, std::uint64_t hash) {
  if (!state.sketch.empty()) {
    state.sketch.add(hash);
    return;
  }
  const auto at = std::lower_bound(state.hashes.begin(), state.hashes.end(), hash);
  if (at != state.hashes.end() && *at == hash) return;
  insertAt(state.hashes, static_cast<std::size_t>(at - state.hashes.begin()), hash);
  if (state.hashes.size() <= ApproxCountDistinct::kMaxExact) return;
  moveIntoSketch(state);
}

}  // namespace

void ApproxCountDistinct::update(State& state, const Element& element, const Stamp&) {
  addHash(state, elementHash(element));
}

void ApproxCountDistinct::merge(State& into, const State& from) {
  if (!from.sketch.empty()) {
    into.sketch.merge(from.sketch);
    moveIntoSketch(into);
  }
  for (const std::uint64_t hash : from.hashes) addHash(into, hash);
}

void ApproxCountDistinct::finalize(const State& state, const ReadContext&, Value& out) {
  std::uint64_t count = state.hashes.size();
  // There were more than kMaxExact, whatever the estimate says.
  if (!state.sketch.empty()) count = std::max<std::uint64_t>(state.sketch.estimate(), kMaxExact + 1);
  out.become(count == 0 ? Value::Kind::Null : Value::Kind::Number, static_cast<double>(count));
}

void ApproxCountDistinct::serialize(const State& state, Writer& out) {
  out.u8(state.sketch.empty() ? 0 : 1);
  if (!state.sketch.empty()) return state.sketch.serialize(out);
  out.varint(state.hashes.size());
  for (const std::uint64_t hash : state.hashes) out.u64(hash);
}

bool ApproxCountDistinct::deserialize(State& state, Reader& in) {
  if (in.flag()) return state.sketch.deserialize(in);
  const std::uint32_t count = in.count(sizeof(std::uint64_t));
  if (count > kMaxExact) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t hash = in.u64();
    if (i > 0 && hash <= state.hashes.back()) return false;
    state.hashes.push_back(hash);
  }
  return in.ok();
}

}  // namespace oncue
