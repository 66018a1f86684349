#include "definition/duration.h"

#include <cmath>

#include "base/number_text.h"

namespace oncue {
namespace {

constexpr double kMaxSeconds = 10'000.0 * 365 * 86'400;

struct Unit {
  char letter;
  bool isTime;
  double seconds;
};

constexpr Unit kUnits[] = {{'Y', false, 365 * 86'400},
                           {'M', false, 30 * 86'400},
                           {'W', false, 7 * 86'400},
                           {'D', false, 86'400},
                           {'H', true, 3'600},
                           {'M', true, 60},
                           {'S', true, 1}};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Consumes "12" or "1.5" from the front of `text`.
bool takeNumber(std::string_view& text, double& out, bool& hasFraction) {
  std::size_t size = 0;
  while (size < text.size() && (isDigit(text[size]) || text[size] == '.')) {
    hasFraction |= text[size] == '.';
    ++size;
  }
  const std::string_view number(text.data(), size);
  text.remove_prefix(size);
  return size > 0 && isDigit(number[0]) && isDigit(number[size - 1]) && parseNumber(number, out);
}

}  // namespace

DurationError durationFromSeconds(double seconds, std::int64_t& ms) {
  if (!(seconds <= kMaxSeconds)) return DurationError::Malformed;
  const double rounded = std::floor(seconds * 1'000 + 0.5);
  if (!(rounded > 0)) return DurationError::NotPositive;
  ms = static_cast<std::int64_t>(rounded);
  return DurationError::None;
}

DurationError parseDuration(std::string_view text, std::int64_t& ms) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text[0] != 'P') return DurationError::Malformed;
  text.remove_prefix(1);

  double seconds = 0;
  bool inTime = false;
  bool hadFraction = false;
  const Unit* next = kUnits;
  do {
    if (!text.empty() && text[0] == 'T') {
      if (inTime) return DurationError::Malformed;
      inTime = true;
      text.remove_prefix(1);
    }
    double count = 0;
    if (hadFraction || !takeNumber(text, count, hadFraction) || text.empty()) return DurationError::Malformed;
    while (next != std::end(kUnits) && (next->letter != text[0] || next->isTime != inTime)) ++next;
    if (next == std::end(kUnits)) return DurationError::Malformed;
    seconds += count * next->seconds;
    ++next;
    text.remove_prefix(1);
  } while (!text.empty());
  return durationFromSeconds(negative ? -seconds : seconds, ms);
}

}  // namespace oncue
