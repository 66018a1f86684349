// Durations of definitions.
#pragma once

#include <cstdint>
#include <string_view>

namespace oncue {

enum class DurationError : std::uint8_t { None, Malformed, NotPositive };

// Reads P[nY][nM][nW][nD][T[nH][nM][nS]] with at least one part, units in that order, a fraction on the last
// part only. A year is 365 days, a month 30. `ms` is rounded to the nearest millisecond and untouched on error;
// what rounds to zero is not positive, more than 10,000 years is malformed. "7 days" and "1:00:00", which the SDK's
// constructors accept, never reach the wire and are malformed here.
DurationError parseDuration(std::string_view text, std::int64_t& ms);

// A bare number is seconds.
DurationError durationFromSeconds(double seconds, std::int64_t& ms);

}  // namespace oncue
