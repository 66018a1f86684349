#include <cmath>
#include <cstdint>

#include "base/bignum.h"
#include "base/float_bits.h"
#include "base/number_text.h"
#include "base/power_of_ten.h"

namespace oncue {
namespace {

// A halfway point between two doubles has at most 767 significant digits; of further digits only "not all zero"
// matters.
constexpr int kMaxDigits = 770;

struct Decimal {
  bool negative = false;
  int size = 0;
  char digits[kMaxDigits + 1];   // without leading zeros
  std::int64_t exponent = 0;     // value = digits * 10^exponent
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

void dropTrailingZeros(Decimal& out) {
  while (out.size > 0 && out.digits[out.size - 1] == '0') {
    --out.size;
    ++out.exponent;
  }
}

bool scanMantissa(std::string_view text, std::size_t& at, Decimal& out) {
  bool any = false;
  bool pointSeen = false;
  bool tail = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !pointSeen) {
      pointSeen = true;
      continue;
    }
    if (!isDigit(c)) break;
    any = true;
    if (out.size == kMaxDigits) {
      tail = tail || c != '0';
      if (!pointSeen) ++out.exponent;
      continue;
    }
    if (pointSeen) --out.exponent;
    if (out.size > 0 || c != '0') out.digits[out.size++] = c;
  }
  if (tail) {
    out.digits[out.size++] = '1';
    --out.exponent;
  }
  dropTrailingZeros(out);
  return any;
}

bool scanExponent(std::string_view text, std::size_t& at, Decimal& out) {
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (at == text.size()) return false;
  std::int64_t exponent = 0;
  for (; at < text.size() && isDigit(text[at]); ++at) {
    // Past any length of mantissa a text can have, more digits change nothing.
    if (exponent < 1'000'000'000'000'000) exponent = exponent * 10 + (text[at] - '0');
  }
  out.exponent += negative ? -exponent : exponent;
  return at == text.size();
}

bool scan(std::string_view text, Decimal& out) {
  std::size_t at = 0;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    out.negative = text[0] == '-';
    ++at;
  }
  return scanMantissa(text, at, out) && scanExponent(text, at, out);
}

// Both the digits and the power of ten are exact doubles, so one operation rounds once (Clinger's fast path).
bool convertFast(const Decimal& in, double& out) {
  if (in.size > 15 || in.exponent < -kMaxExactPowerOf10 || in.exponent > kMaxExactPowerOf10) return false;
  std::int64_t digits = 0;
  for (int i = 0; i < in.size; ++i) digits = digits * 10 + (in.digits[i] - '0');
  const double exact = static_cast<double>(digits);
  out = in.exponent < 0 ? exact / kPowersOf10[-in.exponent] : exact * kPowersOf10[in.exponent];
  return true;
}

// Long division in binary, as many bits as the result holds, then one rounding by the remainder.
double convertExactly(const Decimal& in) {
  const int exponent = static_cast<int>(in.exponent);
  Bignum numerator(0);
  Bignum denominator(1);
  for (int i = 0; i < in.size; ++i) numerator.multiplyAdd(10, static_cast<std::uint32_t>(in.digits[i] - '0'));
  if (exponent >= 0) {
    numerator.multiplyPowerOf10(exponent);
  } else {
    denominator.multiplyPowerOf10(-exponent);
  }

  int binary = numerator.bitLength() - denominator.bitLength();
  if (binary >= 0) {
    denominator.shiftLeft(binary);
  } else {
    numerator.shiftLeft(-binary);
  }
  if (numerator < denominator) {
    numerator.shiftLeft(1);
    --binary;
  }
  if (binary > 1023) return HUGE_VAL;

  const int bits = binary >= -1022 ? kMantissaBits + 1 : binary - kMinExponent + 1;
  if (bits < 0) return 0;
  std::uint64_t quotient = 0;
  for (int i = 0; i < bits; ++i) {
    quotient <<= 1;
    if (numerator >= denominator) {
      numerator.subtract(denominator);
      quotient |= 1;
    }
    numerator.shiftLeft(1);
  }
  const auto half = numerator <=> denominator;
  if (half > 0 || (half == 0 && quotient % 2 == 1)) ++quotient;
  return static_cast<double>(quotient) * powerOfTwo(binary - bits + 1);
}

}  // namespace

bool parseNumber(std::string_view text, double& out) {
  Decimal decimal;
  if (!scan(text, decimal)) return false;
  double magnitude = 0;
  if (!convertFast(decimal, magnitude) && decimal.size > 0) {
    const std::int64_t point = decimal.size + decimal.exponent;  // 10^(point-1) <= value < 10^point
    if (point > 310) return false;
    if (point > -324) magnitude = convertExactly(decimal);
    if (std::isinf(magnitude)) return false;
  }
  out = decimal.negative ? -magnitude : magnitude;
  return true;
}

}  // namespace oncue
