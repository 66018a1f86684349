#pragma once

#include "match/pair_list.h"

namespace oncue {

/// A set of code points as sorted ranges, both ends included, that neither overlap nor touch.
class CodePointSet {
 public:
  uint32_t size() const { return ranges_.size(); }
  const NumberPair& operator[](uint32_t index) const { return ranges_[index]; }

  /// Adds `low` to `high`; `low <= high <= kMaxCodePoint`. Returns whether the set grew.
  bool add(uint32_t low, uint32_t high);
  /// Replaces the set by every other code point up to kMaxCodePoint.
  void negate();

 private:
  PairList ranges_;
};

}  // namespace oncue
