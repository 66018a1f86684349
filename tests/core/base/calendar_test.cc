#include "base/calendar.h"

#include <gtest/gtest.h>

namespace oncue {
namespace {

std::int64_t msOf(std::string_view text) {
  std::int64_t ms = -1;
  EXPECT_TRUE(parseIsoTimestamp(text, ms)) << text;
  return ms;
}

std::string timestamp(std::int64_t ms) {
  std::string out;
  appendIsoTimestamp(out, ms);
  return out;
}

constexpr std::int64_t kNoon = 1'710'504'000'000;  // 2024-03-15T12:00:00Z

// Every day of years 0 to 9999, counted one by one by the rules of the Gregorian calendar.
TEST(Calendar, EveryDayOfTenThousandYears) {
  constexpr int kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::int64_t day = -719'528;
  int weekday = 6;  // 0000-01-01 was a Saturday
  for (int year = 0; year <= 9999; ++year) {
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    for (int month = 1; month <= 12; ++month) {
      const int length = kLengths[month - 1] + (leap && month == 2 ? 1 : 0);
      for (int date = 1; date <= length; ++date, ++day) {
        const CivilDate civil = civilFromDays(day);
        ASSERT_TRUE(civil.year == year && civil.month == month && civil.day == date) << day;
        ASSERT_EQ(daysFromCivil({year, month, date}), day);
        ASSERT_EQ(isoWeekday(day), weekday);
        weekday = weekday % 7 + 1;
      }
    }
  }
  EXPECT_EQ(civilFromDays(0).year, 1970);
}

TEST(Calendar, WritesTimestamps) {
  EXPECT_EQ(timestamp(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(timestamp(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(timestamp(kNoon + 34'567), "2024-03-15T12:00:34.567Z");
  EXPECT_EQ(timestamp(-62'167'219'200'000), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(timestamp(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
  EXPECT_TRUE(isRepresentable(253'402'300'799'999));
  EXPECT_FALSE(isRepresentable(253'402'300'800'000));
  EXPECT_TRUE(isRepresentable(-62'167'219'200'000));
  EXPECT_FALSE(isRepresentable(-62'167'219'200'001));
}

TEST(Calendar, ReadsTimestamps) {
  EXPECT_EQ(msOf("2024-03-15T12:00:00.000Z"), kNoon);
  EXPECT_EQ(msOf("2024-03-15T12:00:00"), kNoon) << "no offset is UTC";
  EXPECT_EQ(msOf("2024-03-15 12:00:00.5"), kNoon + 500);
  EXPECT_EQ(msOf("2024-03-15T12:00"), kNoon);
  EXPECT_EQ(msOf("2024-03-15T12:00Z"), kNoon);
  EXPECT_EQ(msOf("2024-03-15"), kNoon - 43'200'000);
  EXPECT_EQ(msOf("2024-03-15T12:00:00.1239999Z"), kNoon + 123) << "truncated, not rounded";
  EXPECT_EQ(msOf("2024-03-15T12:00:00.12"), kNoon + 120);
  EXPECT_EQ(msOf("2024-03-15T14:00:00+02:00"), kNoon);
  EXPECT_EQ(msOf("2024-03-15T14:00:00+0200"), kNoon);
  EXPECT_EQ(msOf("2024-03-15T14:00:00+02"), kNoon);
  EXPECT_EQ(msOf("2024-03-15T08:30-03:30"), kNoon);
  EXPECT_EQ(msOf("2024-02-29"), 1'709'164'800'000);
  EXPECT_EQ(msOf("2000-02-29"), 951'782'400'000);
}

TEST(Calendar, RefusesWhatIsNotATimestamp) {
  for (const char* text :
       {"", "2024", "2024-03", "2024-3-15", "24-03-15", "2024-13-01", "2024-00-01", "2024-01-00", "2024-01-32",
        "2023-02-29", "1900-02-29", "2024-04-31", "2024-03-15T", "2024-03-15T12", "2024-03-15T24:00", "2024-03-15T12:60",
        "2024-03-15T12:00:60", "2024-03-15T12:00:00.", "2024-03-15T12:00:00.Z", "2024-03-15T12:00:00z",
        "2024-03-15T12:00:00+", "2024-03-15T12:00:00+2", "2024-03-15T12:00:00+02:", "2024-03-15T12:00:00+02:0",
        "2024-03-15T12:00:00+24:00", "2024-03-15T12:00:00+02:60", "2024-03-15T12:00:00ZZ", "2024-03-15 ", " 2024-03-15",
        "2024-03-15Z", "2024/03/15", "+2024-03-15", "1710504000000", "abc", "2024-03-15T12:00:00,5Z",
        "0000-01-01T00:00+00:01", "9999-12-31T23:59:59-00:01"}) {
    std::int64_t ms = 42;
    EXPECT_FALSE(parseIsoTimestamp(text, ms)) << text;
    EXPECT_EQ(ms, 42) << text;
  }
}

TEST(Calendar, WrittenTimestampsReadBack) {
  for (std::int64_t ms = -62'167'219'200'000; ms < 253'402'300'800'000; ms += 86'399'998'787) {
    ASSERT_EQ(msOf(timestamp(ms)), ms);
  }
}

}  // namespace
}  // namespace oncue
