#include "aggregation/frequency_map.h"

#include <algorithm>
#include <utility>

#include "aggregation/stamp_wire.h"
#include "base/insert_at.h"

namespace oncue {
namespace {

// A value with its hash: what entries are ordered by.
struct Key {
  std::uint64_t hash;
  Element value;
};

Key keyOf(const FrequencyMap::Entry& entry) { return {entry.hash, entry.value.view()}; }

bool keyLess(const Key& a, const Key& b) {
  return a.hash != b.hash ? a.hash < b.hash : elementLess(a.value, b.value);
}

}  // namespace

void FrequencyMap::add(const Element& value, const Stamp& stamp) { add(value, elementHash(value), 1, stamp); }

void FrequencyMap::merge(const FrequencyMap& from) {
  for (const Entry& entry : from.entries_) add(entry.value.view(), entry.hash, entry.count, entry.last);
  truncated_ = truncated_ || from.truncated_;
}

void FrequencyMap::add(const Element& value, std::uint64_t hash, std::uint64_t count, const Stamp& last) {
  const Key key{hash, value};
  const auto at = std::lower_bound(order_.begin(), order_.end(), key, [&](std::uint32_t i, const Key& k) {
    return keyLess(keyOf(entries_[i]), k);
  });
  if (at != order_.end() && !keyLess(key, keyOf(entries_[*at]))) {
    Entry& known = entries_[*at];
    known.count += count;
    known.last = std::max(known.last, last);
    return;
  }

  const auto rank = static_cast<std::size_t>(at - order_.begin());
  auto place = static_cast<std::uint32_t>(entries_.size());
  if (entries_.size() < kMaxDistinct) {
    entries_.emplace_back();
  } else {
    truncated_ = true;
    if (at == order_.end()) return;
    place = order_.back();
    order_.pop_back();
  }
  entries_[place] = Entry{hash, HeldElement(value), count, last};
  insertAt(order_, rank, place);
}

void FrequencyMap::serialize(Writer& out) const {
  out.u8(truncated_ ? 1 : 0);
  out.varint(entries_.size());
  StampWriter stamps;
  for (const std::uint32_t i : order_) {
    const Entry& entry = entries_[i];
    entry.value.serialize(out);
    out.varint(entry.count);
    stamps.write(entry.last, out);
  }
}

bool FrequencyMap::deserialize(Reader& in) {
  constexpr std::uint32_t kLeastEntryBytes = 6;
  entries_.clear();
  order_.clear();
  truncated_ = in.flag();
  const std::uint32_t count = in.count(kLeastEntryBytes);
  if (count > kMaxDistinct || (truncated_ && count != kMaxDistinct)) return false;
  StampReader stamps;
  for (std::uint32_t i = 0; i < count; ++i) {
    Entry entry;
    if (!entry.value.deserialize(in)) return false;
    entry.hash = elementHash(entry.value.view());
    entry.count = in.varint();
    entry.last = stamps.read(in);
    if (!in.ok() || entry.count == 0) return false;
    if (!entries_.empty() && !keyLess(keyOf(entries_.back()), keyOf(entry))) return false;
    entries_.push_back(std::move(entry));
    order_.push_back(i);
  }
  return in.ok();
}

}  // namespace oncue
