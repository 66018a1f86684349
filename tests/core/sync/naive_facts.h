#pragma once

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>

#include "sync/fact.h"
#include "sync/synced_computations.h"
#include "window/naive_cell.h"

namespace oncue::test {

// A fact with its number, as it stands in the flat set.
struct NumberedFact {
  std::uint64_t replica;
  std::uint64_t seq;
  Fact fact;
};

// The oracle: the value of one computation from the flat set of facts alone, in whatever order they stand.
inline Value naiveValue(const std::vector<NumberedFact>& all, const SyncedComputation& synced, std::int64_t now) {
  struct One {
    std::int64_t at;
    Stamp stamp;
    Element element;
  };
  const Computation& computation = *synced.definition;
  std::vector<One> facts;
  for (const NumberedFact& one : all) {
    const FactUpdate* update = findUpdate(one.fact, synced.id);
    if (update != nullptr) facts.push_back({one.fact.at, {one.fact.ts, one.replica, one.seq}, update->element.view()});
  }
  std::sort(facts.begin(), facts.end(), [](const One& a, const One& b) {
    return std::tuple(a.at, a.stamp.replica, a.stamp.seq) < std::tuple(b.at, b.stamp.replica, b.stamp.seq);
  });
  const bool windowed = computation.periodMs > 0;
  const std::int64_t reset = windowed ? computation.periodMs : computation.ttlMs;
  std::size_t first = 0;
  for (std::size_t i = 1; i < facts.size(); ++i) {
    if (reset > 0 && facts[i].at - facts[i - 1].at >= reset) first = i;
  }
  if (facts.empty() || (reset > 0 && now > facts.back().at && now - facts.back().at >= reset)) return Value::null();
  facts.erase(facts.begin(), facts.begin() + static_cast<std::ptrdiff_t>(first));
  std::sort(facts.begin(), facts.end(), [](const One& a, const One& b) { return a.stamp < b.stamp; });
  if (windowed && facts.size() > 100) facts.erase(facts.begin(), facts.end() - 100);

  Computation plain = computation;
  plain.periodMs = plain.ttlMs = 0;
  NaiveCell cell(plain, kUnlimited);
  for (const One& one : facts) {
    if (windowed && one.stamp.ts <= now - computation.periodMs) continue;
    EventValue value;
    if (one.element.kind == Value::Kind::Bool) value = EventValue::boolean(one.element.number != 0);
    if (one.element.kind == Value::Kind::Number) value = EventValue::of(one.element.number);
    if (one.element.kind == Value::Kind::String) value = EventValue::of(one.element.text);
    cell.update(value, one.stamp, now);
  }
  return cell.value(now);
}

}  // namespace oncue::test
