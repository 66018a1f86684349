#include "match/code_point_set.h"

#include "match/code_point.h"

namespace oncue {

bool CodePointSet::add(uint32_t low, uint32_t high) {
  uint32_t begin = 0;
  while (begin < size() && ranges_[begin].second + 1 < low) ++begin;
  uint32_t end = begin;
  for (; end < size() && ranges_[end].first <= high + 1; ++end) {
    const NumberPair touched = ranges_[end];
    if (touched.first <= low && high <= touched.second) return false;
    if (touched.first < low) low = touched.first;
    if (touched.second > high) high = touched.second;
  }
  ranges_.remove(begin, end);
  ranges_.insert(begin, low, high);
  return true;
}

void CodePointSet::negate() {
  PairList others;
  uint32_t next = 0;
  for (uint32_t i = 0; i < size(); ++i) {
    if (next < ranges_[i].first) others.push(next, ranges_[i].first - 1);
    next = ranges_[i].second + 1;
  }
  if (next <= kMaxCodePoint) others.push(next, kMaxCodePoint);
  ranges_ = std::move(others);
}

}  // namespace oncue
