#include "oracle/naive_coercion.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace oncue::oracle {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

// Shortest decimal text that reads back as the same double, as ECMAScript writes it below 1e21.
std::string numberText(double number) {
  char buffer[64];
  if (number == std::floor(number) && std::fabs(number) < 1e21) {
    std::snprintf(buffer, sizeof buffer, "%.0f", number);
    return buffer;
  }
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, number);
    if (std::strtod(buffer, nullptr) == number) break;
  }
  return buffer;
}

// ^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$
bool isNumeric(const std::string& text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - from;
  };
  const auto sign = [&] {
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  };
  sign();
  std::size_t mantissa = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    mantissa += digits();
  }
  if (mantissa == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    sign();
    if (digits() == 0) return false;
  }
  return i == text.size();
}

struct Civil {
  std::int64_t year;
  int month, day;
};

bool isLeap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int daysIn(std::int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && isLeap(year) ? 1 : 0);
}

// Counting from 1970, one year and one month at a time.
Civil civilOf(std::int64_t days) {
  Civil at{1970, 1, 1};
  while (days >= (isLeap(at.year) ? 366 : 365)) days -= isLeap(at.year++) ? 366 : 365;
  while (days >= daysIn(at.year, at.month)) days -= daysIn(at.year, at.month++);
  at.day = static_cast<int>(days) + 1;
  return at;
}

std::int64_t daysOf(std::int64_t year, int month, int day) {
  std::int64_t days = 0;
  for (std::int64_t y = 1970; y < year; ++y) days += isLeap(y) ? 366 : 365;
  for (int m = 1; m < month; ++m) days += daysIn(year, m);
  return days + day - 1;
}

std::string dateText(std::int64_t days, bool firstOfMonth) {
  const Civil at = civilOf(days);
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", static_cast<int>(at.year), at.month,
                firstOfMonth ? 1 : at.day);
  return buffer;
}

// The one form of ISO 8601 that histories contain: YYYY-MM-DDTHH:MM:SS[.mmm]Z.
std::optional<std::int64_t> parseIso(const std::string& text) {
  int year, month, day, hour, minute, second, ms = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &used) !=
      6) {
    return std::nullopt;
  }
  const std::string rest = text.substr(static_cast<std::size_t>(used));
  if (rest.size() == 5 && rest[0] == '.') ms = std::atoi(rest.c_str() + 1);
  if (rest.empty() || rest.back() != 'Z') return std::nullopt;
  return daysOf(year, month, day) * kDayMs + ((hour * 60 + minute) * 60 + second) * 1000LL + ms;
}

}  // namespace

bool isScalar(const Json& value) { return value.is_number() || value.is_string() || value.is_boolean(); }

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string isoText(std::int64_t ms) {
  char buffer[32];
  const int inDay = static_cast<int>(ms % kDayMs);
  std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02d.%03dZ", inDay / 3'600'000, inDay / 60'000 % 60,
                inDay / 1000 % 60, inDay % 1000);
  return dateText(ms / kDayMs, false) + buffer;
}

std::optional<Json> coerce(const std::string& type, const Json& in) {
  if (!isScalar(in)) return std::nullopt;
  if (type == "string" || type == "bytes") {
    if (in.is_string()) return in;
    if (in.is_boolean()) return Json(in.get<bool>() ? "true" : "false");
    return Json(numberText(in.get<double>()));
  }
  if (type == "bool") {
    if (in.is_boolean()) return in;
    if (in.is_number()) return Json(in.get<double>() != 0);
    const std::string text = lower(in.get<std::string>());
    if (text == "true" || text == "1") return Json(true);
    if (text == "false" || text == "0") return Json(false);
    return std::nullopt;
  }
  if (type == "unix_timestamp") {
    if (in.is_number()) return in;
    if (!in.is_string()) return std::nullopt;
    const auto ms = parseIso(in.get<std::string>());
    if (!ms) return std::nullopt;
    return Json(std::floor(static_cast<double>(*ms) / 1000));
  }
  double number = 0;
  if (in.is_boolean()) {
    number = in.get<bool>() ? 1 : 0;
  } else if (in.is_number()) {
    number = in.get<double>();
  } else {
    const std::string text = in.get<std::string>();
    if (!isNumeric(text)) return std::nullopt;
    number = std::strtod(text.c_str(), nullptr);
  }
  if (type == "int32") number = std::trunc(std::clamp(number, -2147483648.0, 2147483647.0));
  if (type == "int64") number = std::trunc(std::clamp(number, -9223372036854775808.0, 9223372036854775808.0));
  return Json(number);
}

Json applyDatePart(const std::string& part, const Json& value) {
  if (part.empty()) return value;
  if (!value.is_string()) return nullptr;
  const auto ms = parseIso(value.get<std::string>());
  if (!ms) return nullptr;
  const std::int64_t days = *ms / kDayMs;
  const std::int64_t weekday = (days + 3) % 7;  // 1970-01-01 was a Thursday; Monday = 0
  if (part == "hour_of_day") return static_cast<double>(*ms % kDayMs / 3'600'000);
  if (part == "day_of_week") return static_cast<double>(weekday + 1);
  if (part == "month_of_year") return static_cast<double>(civilOf(days).month);
  if (part == "active_week") return dateText(days - weekday, false);
  return dateText(days, part == "active_month");
}

}  // namespace oncue::oracle
