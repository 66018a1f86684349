#include "window/rolling_window.h"

#include <algorithm>
#include <utility>

#include "aggregation/aggregation_state.h"
#include "aggregation/approx_count_distinct.h"
#include "aggregation/frequency_map.h"
#include "aggregation/stamp_wire.h"
#include "base/features.h"
#include "base/insert_at.h"

namespace oncue {
namespace {

bool holdsElements(AggregationKind kind) {
  const Reads reads = aggregationInfo(kind).reads;
  return reads == Reads::Numbers || reads == Reads::Scalars;
}

std::size_t countDistinct(Vec<std::uint64_t> hashes) {
  std::make_heap(hashes.begin(), hashes.end());
  std::sort_heap(hashes.begin(), hashes.end());
  return static_cast<std::size_t>(std::unique(hashes.begin(), hashes.end()) - hashes.begin());
}

}  // namespace

bool RollingWindow::add(const Element& element, const Stamp& stamp, std::uint32_t limit) {
  const auto live = stamps_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto at = std::lower_bound(live, stamps_.end(), stamp);
  if (at != stamps_.end() && *at == stamp) return false;
  if (size() >= limit && (at == live || limit == 0)) return false;
  const auto place = static_cast<std::size_t>(at - stamps_.begin());
  if (element.kind != Value::Kind::Null) {
    insertAt(elements_, place, HeldElement(element));
  }
  insertAt(stamps_, place, stamp);
  if (size() > limit) dropBefore(stamps_.size() - limit);
  return true;
}

void RollingWindow::value(AggregationKind kind, std::int64_t bound, const ReadContext& context, Value& out) const {
  std::size_t i = firstWithin(bound);
  const std::size_t count = stamps_.size() - i;
  if (count == 0) return out.become(Value::Kind::Null);
  if (kind == AggregationKind::Counter) return out.become(Value::Kind::Number, static_cast<double>(count));

  // Windows are exact, also beyond the size at which the lifetime state begins to estimate.
  if (features::distinctCounts() && kind == AggregationKind::ApproxCountDistinct && count > ApproxCountDistinct::kMaxExact) {
    Vec<std::uint64_t> hashes;
    hashes.reserve(count);
    for (; i < stamps_.size(); ++i) hashes.push_back(elementHash(elements_[i].view()));
    return out.become(Value::Kind::Number, static_cast<double>(countDistinct(std::move(hashes))));
  }

  AggregationState state(kind);
  if (elements_.empty()) {
    // time_since_*: only the ends of the window matter.
    state.update({}, stamps_[i]);
    state.update({}, stamps_.back());
  } else {
    for (; i < stamps_.size(); ++i) state.update(elements_[i].view(), stamps_[i]);
  }
  state.finalize(context, out);
}

std::uint32_t RollingWindow::sizeWithin(std::int64_t bound) const {
  return static_cast<std::uint32_t>(stamps_.size() - firstWithin(bound));
}

bool RollingWindow::earliestWithin(std::int64_t bound, std::int64_t& ts) const {
  const std::size_t i = firstWithin(bound);
  if (i == stamps_.size()) return false;
  ts = stamps_[i].ts;
  return true;
}

bool RollingWindow::truncated(AggregationKind kind) const {
  if (elements_.empty() || size() <= FrequencyMap::kMaxDistinct) return false;
  AggregationState state(kind);
  for (std::size_t i = head_; i < stamps_.size(); ++i) state.update(elements_[i].view(), stamps_[i]);
  return state.truncated();
}

void RollingWindow::dropUntil(std::int64_t bound) { dropBefore(firstWithin(bound)); }

void RollingWindow::merge(const RollingWindow& from, std::uint32_t limit) {
  RollingWindow all;
  std::size_t mine = head_;
  std::size_t other = from.head_;
  while (mine < stamps_.size() || other < from.stamps_.size()) {
    const bool same = mine < stamps_.size() && other < from.stamps_.size() && stamps_[mine] == from.stamps_[other];
    const bool takeMine =
        other == from.stamps_.size() || (mine < stamps_.size() && stamps_[mine] <= from.stamps_[other]);
    if (takeMine) {
      all.append(*this, mine++);
    } else {
      all.append(from, other);
    }
    if (same || !takeMine) ++other;
  }
  if (all.size() > limit) all.dropBefore(all.stamps_.size() - limit);
  *this = std::move(all);
}

void RollingWindow::serialize(Writer& out) const {
  out.varint(size());
  StampWriter stamps;
  for (std::size_t i = head_; i < stamps_.size(); ++i) {
    stamps.write(stamps_[i], out);
    if (!elements_.empty()) elements_[i].serialize(out);
  }
}

bool RollingWindow::deserialize(AggregationKind kind, Reader& in) {
  constexpr std::uint32_t kLeastStampBytes = 3;
  *this = {};
  const std::uint32_t count = in.count(kLeastStampBytes);
  StampReader stamps;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Stamp stamp = stamps.read(in);
    if (!in.ok() || (i > 0 && stamp <= stamps_.back())) return false;
    stamps_.push_back(stamp);
    if (!holdsElements(kind)) continue;
    elements_.emplace_back();
    if (!elements_.back().deserialize(in)) return false;
  }
  return in.ok() && count > 0;
}

std::size_t RollingWindow::firstWithin(std::int64_t bound) const {
  const auto live = stamps_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto at = std::partition_point(live, stamps_.end(), [&](const Stamp& stamp) { return stamp.ts <= bound; });
  return static_cast<std::size_t>(at - stamps_.begin());
}

void RollingWindow::append(const RollingWindow& from, std::size_t i) {
  stamps_.push_back(from.stamps_[i]);
  if (!from.elements_.empty()) elements_.push_back(from.elements_[i]);
}

void RollingWindow::dropBefore(std::size_t i) {
  if (!elements_.empty()) {
    for (std::size_t dropped = head_; dropped < i; ++dropped) elements_[dropped] = HeldElement();
  }
  head_ = i;
  // Moving a quarter's worth of entries at a time keeps eviction cheap and the waste small.
  if (head_ * 4 < stamps_.size()) return;
  stamps_.erase(stamps_.begin(), stamps_.begin() + static_cast<std::ptrdiff_t>(head_));
  if (!elements_.empty()) elements_.erase(elements_.begin(), elements_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
}

}  // namespace oncue
