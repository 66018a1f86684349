#include "aggregation/frequency_map.h"

#include <algorithm>
#include <utility>

#include "aggregation/stamp_wire.h"

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

void FrequencyMap::add(const Element& value, const Stamp& stamp) {
  const Key key{elementHash(value), value};
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                                   [](const Entry& entry, const Key& k) { return keyLess(keyOf(entry), k); });
  if (at != entries_.end() && !keyLess(key, keyOf(*at))) {
    ++at->count;
    at->last = std::max(at->last, stamp);
    return;
  }
  if (at == entries_.end() && entries_.size() == kMaxDistinct) {
    truncated_ = true;
    return;
  }
  entries_.insert(at, Entry{key.hash, HeldElement(value), 1, stamp});
  cut();
}

void FrequencyMap::cut() {
  if (entries_.size() <= kMaxDistinct) return;
  entries_.resize(kMaxDistinct);
  truncated_ = true;
}

void FrequencyMap::merge(const FrequencyMap& from) {
  std::vector<Entry> all;
  all.reserve(entries_.size() + from.entries_.size());
  auto mine = entries_.begin();
  for (const Entry& other : from.entries_) {
    const Key key = keyOf(other);
    while (mine != entries_.end() && keyLess(keyOf(*mine), key)) all.push_back(std::move(*mine++));
    all.push_back(other);
    if (mine != entries_.end() && !keyLess(key, keyOf(*mine))) {
      all.back().count += mine->count;
      all.back().last = std::max(all.back().last, mine->last);
      ++mine;
    }
  }
  while (mine != entries_.end()) all.push_back(std::move(*mine++));
  entries_ = std::move(all);
  truncated_ = truncated_ || from.truncated_;
  cut();
}

void FrequencyMap::serialize(Writer& out) const {
  out.u8(truncated_ ? 1 : 0);
  out.varint(entries_.size());
  StampWriter stamps;
  for (const Entry& entry : entries_) {
    entry.value.serialize(out);
    out.varint(entry.count);
    stamps.write(entry.last, out);
  }
}

bool FrequencyMap::deserialize(Reader& in) {
  constexpr std::uint32_t kLeastEntryBytes = 6;
  entries_.clear();
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
  }
  return in.ok();
}

}  // namespace oncue
