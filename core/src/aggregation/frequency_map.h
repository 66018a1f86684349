// How often and when last each value was seen: shared by most_frequent, least_frequent and category_count.
#pragma once

#include "oncue/vec.h"

#include "aggregation/held_element.h"

namespace oncue {

// Exact up to kMaxDistinct values. Beyond, the values with the smallest hashes are kept, a choice that comes out the
// same in whatever order events arrive or maps merge, and that no evicted value can ever re-enter.
class FrequencyMap {
 public:
  static constexpr std::size_t kMaxDistinct = 10'000;

  struct Entry {
    std::uint64_t hash = 0;
    HeldElement value;
    std::uint64_t count = 0;
    Stamp last;
  };

  void add(const Element& value, const Stamp& stamp);
  void merge(const FrequencyMap& from);

  const Vec<Entry>& entries() const { return entries_; }  // in no order that means anything
  bool truncated() const { return truncated_; }

  void serialize(Writer& out) const;
  bool deserialize(Reader& in);

 private:
  void add(const Element& value, std::uint64_t hash, std::uint64_t count, const Stamp& last);

  Vec<Entry> entries_;
  Vec<std::uint32_t> order_;  // indexes of entries_ by (hash, value)
  bool truncated_ = false;
};

}  // namespace oncue
