// The most recent events of one computation for one id, from which a windowed value is recomputed at every read.
#pragma once

#include <cstdint>

#include "aggregation/held_element.h"
#include "oncue/vec.h"

namespace oncue {

// Entries are ordered by Stamp and distinct by it: the same stamp is the same fact. `limit` is the greatest number of
// entries kept; the smallest stamps go first, so entries that have slid out of the period, being the oldest, never
// displace one that has not. A bound is an exclusive lower limit of ts, now - period.
class RollingWindow {
 public:
  // False, with nothing changed, when the fact is held already or is older than all of a full window. A Null element
  // is not stored (counter, time_since_*); one window holds either elements or none.
  bool add(const Element& element, const Stamp& stamp, std::uint32_t limit);

  // The aggregation of the entries inside the bound, before coercion; Null when there are none.
  void value(AggregationKind kind, std::int64_t bound, const ReadContext& context, Value& out) const;

  std::uint32_t size() const { return static_cast<std::uint32_t>(stamps_.size() - head_); }
  std::uint32_t sizeWithin(std::int64_t bound) const;

  // Smallest ts inside the bound; false when there is none.
  bool earliestWithin(std::int64_t bound, std::int64_t& ts) const;

  bool truncated(AggregationKind kind) const;  // distinct values beyond 10,000 were dropped

  void dropUntil(std::int64_t bound);
  void merge(const RollingWindow& from, std::uint32_t limit);

  void serialize(Writer& out) const;
  bool deserialize(AggregationKind kind, Reader& in);

 private:
  std::size_t firstWithin(std::int64_t bound) const;
  Element elementAt(std::size_t i) const { return elements_.empty() ? Element{} : elements_[i].view(); }
  void append(const RollingWindow& from, std::size_t i);
  void dropBefore(std::size_t i);

  Vec<Stamp> stamps_;
  Vec<HeldElement> elements_;  // parallel to stamps_, or empty
  std::size_t head_ = 0;               // entries before it are dropped; moving the rest every time would cost more
};

}  // namespace oncue
