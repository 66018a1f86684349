// Times and durations at the ends of their range: no wrap-around, whatever a clock or a definition says.
#pragma once

#include <cstdint>
#include <limits>

namespace oncue {

inline std::int64_t saturatingAdd(std::int64_t a, std::int64_t b) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  if (b > 0) return a > kMax - b ? kMax : a + b;
  return a < kMin - b ? kMin : a + b;
}

inline std::int64_t saturatingSubtract(std::int64_t a, std::int64_t b) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  if (b < 0) return a > kMax + b ? kMax : a - b;
  return a < kMin + b ? kMin : a - b;
}

}  // namespace oncue
