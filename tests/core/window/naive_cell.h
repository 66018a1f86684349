#pragma once

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "aggregation/column.h"
#include "aggregation/held_element.h"
#include "support/results.h"

namespace oncue::test {

// The oracle: keeps every event and recomputes by the tables of evaluation 6 and 7. Values must be such that plain
// sums are exact.
class NaiveCell {
 public:
  NaiveCell(const Computation& computation, std::uint32_t limit) : computation_(computation), limit_(limit) {}

  bool update(const EventValue& value, const Stamp& stamp, std::int64_t now) {
    std::string scratch;
    Element element;
    if (!prepareElement(computation_, value, scratch, element)) return false;
    if (windowed() && stamp.ts <= now - computation_.periodMs) return false;
    const std::vector<Fact> before = facts_;
    if (expired(now)) facts_.clear();
    facts_.push_back({stamp, valueOf(element)});
    std::sort(facts_.begin(), facts_.end(), [](const Fact& a, const Fact& b) { return a.stamp < b.stamp; });
    while (windowed() && facts_.size() > limit_) facts_.erase(facts_.begin());
    const bool kept = std::any_of(facts_.begin(), facts_.end(), [&](const Fact& f) { return f.stamp == stamp; });
    if (kept) {
      receipt_ = now;
    } else {
      facts_ = before;
    }
    return kept;
  }

  // What counts at `now`, by stamp.
  std::vector<Stamp> members(std::int64_t now) const {
    std::vector<Stamp> stamps;
    for (const Fact& fact : visible(now)) stamps.push_back(fact.stamp);
    return stamps;
  }

  Value value(std::int64_t now) const {
    const std::vector<Fact> facts = visible(now);
    return facts.empty() ? Value::null() : coerced(computation_.type, aggregate(facts, now));
  }

 private:
  struct Fact {
    Stamp stamp;
    Value value;
  };
  struct Seen {
    Value value;
    int count = 0;
    Stamp last;
  };

  bool windowed() const { return computation_.periodMs > 0; }
  bool expired(std::int64_t now) const {
    const std::int64_t limit = windowed() ? computation_.periodMs : computation_.ttlMs;
    return limit > 0 && std::max<std::int64_t>(0, now - receipt_) >= limit;
  }

  std::vector<Fact> visible(std::int64_t now) const {
    std::vector<Fact> facts;
    if (expired(now)) return facts;
    for (const Fact& fact : facts_) {
      if (!windowed() || fact.stamp.ts > now - computation_.periodMs) facts.push_back(fact);
    }
    return facts;
  }

  static std::vector<Seen> distinct(const std::vector<Fact>& facts) {
    std::vector<Seen> all;
    for (const Fact& fact : facts) {
      auto known = std::find_if(all.begin(), all.end(), [&](const Seen& s) { return s.value == fact.value; });
      if (known == all.end()) known = all.insert(all.end(), {fact.value, 0, fact.stamp});
      ++known->count;
      known->last = fact.stamp;
    }
    return all;
  }

  Value aggregate(const std::vector<Fact>& facts, std::int64_t now) const {
    double sum = 0;
    double least = facts[0].value.number;
    double most = least;
    for (const Fact& fact : facts) {
      sum += fact.value.number;
      least = std::min(least, fact.value.number);
      most = std::max(most, fact.value.number);
    }
    std::vector<Seen> seen = distinct(facts);
    const auto order = [&](auto key) {
      std::sort(seen.begin(), seen.end(), [&](const Seen& a, const Seen& b) { return key(a) < key(b); });
    };
    const auto since = [&](const Stamp& stamp) {
      return Value::of(static_cast<double>(std::max<std::int64_t>(0, now - stamp.ts)) /
                       static_cast<double>(computation_.unitMs));
    };
    Vec<Value> items;
    switch (computation_.aggregation) {
      case AggregationKind::Counter: return Value::of(static_cast<double>(facts.size()));
      case AggregationKind::Sum: return Value::of(sum);
      case AggregationKind::Min: return Value::of(least);
      case AggregationKind::Max: return Value::of(most);
      case AggregationKind::Mean: return Value::of(sum / static_cast<double>(facts.size()));
      case AggregationKind::First: return facts.front().value;
      case AggregationKind::Last: return facts.back().value;
      case AggregationKind::MostFrequent:
        order([](const Seen& s) { return std::tuple(s.count, s.last); });
        return seen.back().value;
      case AggregationKind::LeastFrequent:
        order([](const Seen& s) { return std::tuple(s.count, s.last); });
        return seen.front().value;
      case AggregationKind::CategoryCount:
        order([](const Seen& s) { return std::tuple(-s.count, s.value.text); });
        for (std::size_t i = 0; i < std::min<std::size_t>(100, seen.size()); ++i) {
          items.push_back(seen[i].value);
          items.push_back(Value::of(seen[i].count));
        }
        return Value::dict(items);
      case AggregationKind::ApproxCountDistinct: return Value::of(static_cast<double>(seen.size()));
      case AggregationKind::UniqueList:
        order([](const Seen& s) { return s.last; });
        for (std::size_t i = seen.size() > 100 ? seen.size() - 100 : 0; i < seen.size(); ++i) {
          items.push_back(seen[i].value);
        }
        return Value::list(items);
      case AggregationKind::TimeSinceLast: return since(facts.back().stamp);
      case AggregationKind::TimeSinceFirst: return since(facts.front().stamp);
    }
    return Value::null();
  }

  Computation computation_;
  std::uint32_t limit_;
  std::vector<Fact> facts_;  // by stamp
  std::int64_t receipt_ = 0;
};

}  // namespace oncue::test
