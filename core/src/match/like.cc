#include "match/like.h"

#include "match/code_point.h"

namespace oncue {

namespace {

std::string_view unitAt(std::string_view text, size_t position) {
  const CodePoint unit = decodeCodePoint(text, position);
  return text.substr(position, unit.value > kMaxCodePoint ? 1 : unit.length);
}

}  // namespace

bool likeMatch(std::string_view text, std::string_view pattern) {
  constexpr size_t kNone = std::string_view::npos;
  size_t textAt = 0;
  size_t patternAt = 0;
  // Only the last `%` can need a longer run: whatever an earlier one could take instead, the last one can take too.
  size_t afterPercent = kNone;
  size_t runEnd = 0;
  while (textAt < text.size()) {
    if (patternAt < pattern.size() && pattern[patternAt] == '%') {
      afterPercent = ++patternAt;
      runEnd = textAt;
      continue;
    }
    const std::string_view unit = unitAt(text, textAt);
    const std::string_view wanted = patternAt < pattern.size() ? unitAt(pattern, patternAt) : std::string_view();
    if (wanted == "_" || wanted == unit) {
      textAt += unit.size();
      patternAt += wanted.size();
    } else if (afterPercent != kNone) {
      runEnd += unitAt(text, runEnd).size();
      textAt = runEnd;
      patternAt = afterPercent;
    } else {
      return false;
    }
  }
  while (patternAt < pattern.size() && pattern[patternAt] == '%') ++patternAt;
  return patternAt == pattern.size();
}

}  // namespace oncue
