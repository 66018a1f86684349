#include "base/calendar.h"

namespace oncue {
namespace {

constexpr std::int64_t kMsPerDay = 86'400'000;
constexpr std::int64_t kFirstMs = -62'167'219'200'000;  // 0000-01-01T00:00:00.000Z
constexpr std::int64_t kLastMs = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z

std::int64_t floorDiv(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

int daysInMonth(std::int64_t year, int month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

void appendPadded(std::string& out, std::int64_t number, int width) {
  for (std::int64_t unit = width == 4 ? 1000 : width == 3 ? 100 : 10; unit > 0; unit /= 10) {
    out += static_cast<char>('0' + number / unit % 10);
  }
}

// Reads the parts of a timestamp from left to right; a part that is not there fails the whole.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool fails() const { return failed_; }
  bool accept(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { failed_ = !accept(c) || failed_; }
  bool atDigit() const { return !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; }
  int number(int width, int least, int most) {
    int n = 0;
    for (int i = 0; i < width; ++i) {
      if (!atDigit()) {
        failed_ = true;
        return least;
      }
      n = n * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    if (n < least || n > most) failed_ = true;
    return n;
  }

 private:
  std::string_view text_;
  bool failed_ = false;
};

std::int64_t scanMilliseconds(Scanner& in) {
  std::int64_t ms = in.number(1, 0, 9) * 100;
  for (int unit = 10; in.atDigit(); unit /= 10) ms += in.number(1, 0, 9) * unit;
  return ms;
}

std::int64_t scanTime(Scanner& in) {
  std::int64_t ms = in.number(2, 0, 23) * 3'600'000LL;
  in.expect(':');
  ms += in.number(2, 0, 59) * 60'000LL;
  if (in.accept(':')) {
    ms += in.number(2, 0, 59) * 1000LL;
    if (in.accept('.')) ms += scanMilliseconds(in);
  }
  return ms;
}

std::int64_t scanOffset(Scanner& in) {
  if (in.done() || in.accept('Z')) return 0;
  const bool west = in.accept('-');
  if (!west) in.expect('+');
  std::int64_t minutes = in.number(2, 0, 23) * 60;
  if (in.accept(':') || !in.done()) minutes += in.number(2, 0, 59);
  return (west ? -minutes : minutes) * 60'000;
}

}  // namespace

// Howard Hinnant's algorithms (chrono-Compatible Low-Level Date Algorithms): years start in March, so that the leap
// day comes last, and eras have 400 years of 146,097 days.
std::int64_t daysFromCivil(CivilDate date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floorDiv(year, 400);
  const std::int64_t yearOfEra = year - era * 400;
  const std::int64_t dayOfYear = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146'097 + dayOfEra - 719'468;
}

CivilDate civilFromDays(std::int64_t days) {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floorDiv(shifted, 146'097);
  const std::int64_t dayOfEra = shifted - era * 146'097;
  const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
  const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const std::int64_t marchMonth = (5 * dayOfYear + 2) / 153;
  const int month = static_cast<int>(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9);
  return {yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(dayOfYear - (153 * marchMonth + 2) / 5 + 1)};
}

int isoWeekday(std::int64_t days) {
  // 1970-01-01 was a Thursday.
  const std::int64_t sinceMonday = days + 3;
  return static_cast<int>(sinceMonday - floorDiv(sinceMonday, 7) * 7) + 1;
}

bool isRepresentable(std::int64_t epochMs) { return epochMs >= kFirstMs && epochMs <= kLastMs; }

void appendIsoDate(std::string& out, std::int64_t days) {
  const CivilDate date = civilFromDays(days);
  appendPadded(out, date.year, 4);
  out += '-';
  appendPadded(out, date.month, 2);
  out += '-';
  appendPadded(out, date.day, 2);
}

void appendIsoTimestamp(std::string& out, std::int64_t epochMs) {
  const std::int64_t days = floorDiv(epochMs, kMsPerDay);
  const std::int64_t ms = epochMs - days * kMsPerDay;
  appendIsoDate(out, days);
  out += 'T';
  appendPadded(out, ms / 3'600'000, 2);
  out += ':';
  appendPadded(out, ms / 60'000 % 60, 2);
  out += ':';
  appendPadded(out, ms / 1000 % 60, 2);
  out += '.';
  appendPadded(out, ms % 1000, 3);
  out += 'Z';
}

bool parseIsoTimestamp(std::string_view text, std::int64_t& epochMs) {
  Scanner in(text);
  CivilDate date;
  date.year = in.number(4, 0, 9999);
  in.expect('-');
  date.month = in.number(2, 1, 12);
  in.expect('-');
  date.day = in.number(2, 1, 31);
  if (in.fails() || date.day > daysInMonth(date.year, date.month)) return false;
  std::int64_t ms = daysFromCivil(date) * kMsPerDay;
  if (in.accept('T') || in.accept(' ')) {
    ms += scanTime(in);
    ms -= scanOffset(in);
  }
  if (in.fails() || !in.done() || !isRepresentable(ms)) return false;
  epochMs = ms;
  return true;
}

}  // namespace oncue
