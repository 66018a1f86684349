// JavaScript keeps milliseconds in a double, in which INT64_MAX ("never") is Infinity.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

inline std::int64_t fromJsTime(double ms) { return static_cast<std::int64_t>(ms); }

inline double toJsTime(std::int64_t ms) {
  return ms == std::numeric_limits<std::int64_t>::max() ? HUGE_VAL : static_cast<double>(ms);
}
