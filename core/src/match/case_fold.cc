#include "match/case_fold.h"

#include <iterator>

#include "match/case_fold_table.h"

namespace oncue {

namespace {

struct FoldRow {
  uint32_t low;
  uint32_t count;
  uint32_t distance;
};

uint32_t readNumber(const uint8_t*& at) {
  uint32_t number = 0;
  uint32_t shift = 0;
  for (; *at > 127; shift += 7) number |= (*at++ & 127u) << shift;
  return number | static_cast<uint32_t>(*at++) << shift;
}

/// Adds the other halves of the pairs of `row` that have one half in `low` to `high`.
bool addPairs(CodePointSet& set, const FoldRow& row, uint32_t low, uint32_t high) {
  if (row.distance != 1) {
    const uint32_t rowHigh = row.low + row.count - 1;
    bool grew = false;
    if (low <= rowHigh && row.low <= high) {
      grew |= set.add((low > row.low ? low : row.low) + row.distance, (high < rowHigh ? high : rowHigh) + row.distance);
    }
    if (low <= rowHigh + row.distance && row.low + row.distance <= high) {
      grew |= set.add(low > row.low + row.distance ? low - row.distance : row.low,
                      high < rowHigh + row.distance ? high - row.distance : rowHigh);
    }
    return grew;
  }
  const uint32_t rowHigh = row.low + 2 * row.count - 1;
  if (low > rowHigh || high < row.low) return false;
  const uint32_t first = low > row.low ? low - (low - row.low) % 2 : row.low;
  const uint32_t last = high < rowHigh ? high + (rowHigh - high) % 2 : rowHigh;
  return set.add(first, last);
}

}  // namespace

void addCaseVariants(CodePointSet& set) {
  bool grew = true;
  while (grew) {
    grew = false;
    FoldRow row = {0, 0, 0};
    for (const uint8_t* at = kCaseFoldTable; at != std::end(kCaseFoldTable);) {
      row.low += readNumber(at);
      row.count = readNumber(at);
      row.distance = readNumber(at);
      // The set may change below; a range missed for that comes up in the next round.
      for (uint32_t i = 0; i < set.size(); ++i) grew |= addPairs(set, row, set[i].first, set[i].second);
    }
  }
}

}  // namespace oncue
