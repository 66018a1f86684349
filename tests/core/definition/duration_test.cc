#include "definition/duration.h"

#include <gtest/gtest.h>

namespace oncue {
namespace {

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kHour = 3'600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;

TEST(Definitions_1, DurationsHaveTheirLength) {
  const struct {
    const char* text;
    std::int64_t ms;
  } rows[] = {{"P7D", 7 * kDay},
              {"P30D", 30 * kDay},
              {"PT15M", 900 * kSecond},
              {"P1DT12H", 36 * kHour},
              {"PT36H", 36 * kHour},
              {"PT1.5S", 1'500},
              {"P1Y", 365 * kDay},
              {"P1Y35D", 400 * kDay},
              {"P1W", 7 * kDay},
              {"P1M", 30 * kDay},
              {"P1Y1M1W1DT1H1M1S", (365 + 30 + 7 + 1) * kDay + kHour + 61 * kSecond},
              {"P0.5D", 12 * kHour},
              {"PT0.5H", 1'800 * kSecond},
              {"PT0.001S", 1},
              {"PT0.0006S", 1},
              {"P0DT1S", kSecond},
              {"P10000Y", 3'650'000 * kDay}};
  for (const auto& row : rows) {
    std::int64_t ms = -1;
    EXPECT_EQ(parseDuration(row.text, ms), DurationError::None) << row.text;
    EXPECT_EQ(ms, row.ms) << row.text;
  }
}

TEST(Definitions_1, BareNumbersAreSeconds) {
  std::int64_t ms = -1;
  EXPECT_EQ(durationFromSeconds(90, ms), DurationError::None);
  EXPECT_EQ(ms, 90 * kSecond);
  EXPECT_EQ(durationFromSeconds(0.25, ms), DurationError::None);
  EXPECT_EQ(ms, 250);
  EXPECT_EQ(durationFromSeconds(-1, ms), DurationError::NotPositive);
  EXPECT_EQ(durationFromSeconds(0, ms), DurationError::NotPositive);
  EXPECT_EQ(durationFromSeconds(1e300, ms), DurationError::Malformed);
  EXPECT_EQ(ms, 250) << "untouched on error";
}

TEST(Definitions_1, NegativeAndZeroDurationsAreNotPositive) {
  for (const char* text : {"-P1D", "PT0S", "P0Y0M0D", "PT0.0004S"}) {
    std::int64_t ms = -1;
    EXPECT_EQ(parseDuration(text, ms), DurationError::NotPositive) << text;
    EXPECT_EQ(ms, -1) << text;
  }
}

TEST(Definitions_1, OtherTextsAreMalformed) {
  for (const char* text : {"",        "-",       "P",        "PT",
                           "P1",      "1D",      "P1H",      "PT1D",
                           "P1M1Y",   "P1D1D",   "P1.5DT1H", "P1DT",
                           "PT1HT1M", "P.5D",    "P5.D",     "P1..5D",
                           "P1,5D",   "p1d",     "P1d",      " P1D",
                           "P1D ",    "P-1D",    "P+1D",     "P1e3D",
                           "7 days",  "1:00:00", "P10001Y",  "P99999999999999999999999999999999999999999999D"}) {
    std::int64_t ms = -1;
    EXPECT_EQ(parseDuration(text, ms), DurationError::Malformed) << text;
    EXPECT_EQ(ms, -1) << text;
  }
}

}  // namespace
}  // namespace oncue
