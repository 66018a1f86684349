#include <algorithm>
#include <cstdint>

#include "base/bignum.h"
#include "base/float_bits.h"
#include "base/number_text.h"
#include "base/power_of_ten.h"

namespace oncue {
namespace {

// 0.d1d2d3... * 10^point
struct Shortest {
  char digits[20];
  int size = 0;
  int point = 0;
};

void setDigits(std::uint64_t integer, Shortest& out) {
  for (; integer != 0; integer /= 10) out.digits[out.size++] = static_cast<char>('0' + integer % 10);
  std::reverse(out.digits, out.digits + out.size);
  out.point = out.size;
}

// Integers, and decimals of up to 15 digits: at most one such decimal reads back as a given double, so the first that
// does is the shortest and the nearest.
bool shortenFast(double number, Shortest& out) {
  for (int places = 0; places <= 15; ++places) {
    const double scaled = number * kPowersOf10[places];
    if (scaled >= 1e15) return false;
    const auto integer = static_cast<std::uint64_t>(scaled + 0.5);
    if (integer == 0 || static_cast<double>(integer) / kPowersOf10[places] != number) continue;
    setDigits(integer, out);
    out.point -= places;
    return true;
  }
  return false;
}

// rest / scale rounds up: above one half, or one half after an odd digit.
bool pastHalf(Bignum rest, const Bignum& scale, bool odd) {
  rest.shiftLeft(1);
  return odd ? rest >= scale : rest > scale;
}

// Steele and White's free-format algorithm ("How to print floating-point numbers accurately", 1990). The number is
// rest / scale; `below` and `above` are the distances, in the same scale, to the midpoints of its neighbours, which
// read back as the number itself when its mantissa is even.
void shortenExactly(double number, Shortest& out) {
  const Binary binary = decompose(number);
  const bool even = binary.mantissa % 2 == 0;
  // A power of two lies twice as far from its upper neighbour as from its lower one.
  const int uneven = binary.mantissa == 1ULL << kMantissaBits && binary.exponent > kMinExponent ? 1 : 0;

  Bignum rest(binary.mantissa);
  Bignum scale(1);
  Bignum below(1);
  rest.shiftLeft(1 + uneven + std::max(binary.exponent, 0));
  scale.shiftLeft(1 + uneven + std::max(-binary.exponent, 0));
  below.shiftLeft(std::max(binary.exponent, 0));
  Bignum above = below;
  above.shiftLeft(uneven);

  // 1233 / 4096 is just under log10(2): an estimate that is never too large.
  out.point = ((Bignum(binary.mantissa).bitLength() + binary.exponent - 1) * 1233) >> 12;
  for (Bignum* n : {&rest, &below, &above}) n->multiplyPowerOf10(std::max(-out.point, 0));
  scale.multiplyPowerOf10(std::max(out.point, 0));
  const auto reachesScale = [&] {
    Bignum high = rest;
    high.add(above);
    return even ? high >= scale : high > scale;
  };
  while (reachesScale()) {
    scale.multiplyAdd(10, 0);
    ++out.point;
  }

  for (bool low = false, high = false; !low && !high;) {
    for (Bignum* n : {&rest, &below, &above}) n->multiplyAdd(10, 0);
    char digit = '0';
    for (; rest >= scale; ++digit) rest.subtract(scale);
    low = even ? rest <= below : rest < below;
    high = reachesScale();
    if (high && (!low || pastHalf(rest, scale, digit % 2 == 1))) ++digit;
    out.digits[out.size++] = digit;
  }
}

void appendLayout(std::string& out, const Shortest& number) {
  const std::string_view digits(number.digits, static_cast<std::size_t>(number.size));
  const int point = number.point;
  if (point >= number.size && point <= 21) {
    out.append(digits).append(static_cast<std::size_t>(point - number.size), '0');
  } else if (point > 0 && point <= 21) {
    const auto whole = static_cast<std::size_t>(point);
    out.append(digits.substr(0, whole)).append(1, '.').append(digits.substr(whole));
  } else if (point > -6 && point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  } else {
    out.append(digits.substr(0, 1));
    if (digits.size() > 1) out.append(1, '.').append(digits.substr(1));
    const int exponent = point - 1;
    out.append(exponent < 0 ? "e-" : "e+");
    Shortest magnitude;
    setDigits(static_cast<std::uint64_t>(exponent < 0 ? -exponent : exponent), magnitude);
    out.append(magnitude.digits, static_cast<std::size_t>(magnitude.size));
  }
}

}  // namespace

void appendNumber(std::string& out, double number) {
  if (number == 0) {
    out += '0';
    return;
  }
  if (number < 0) {
    out += '-';
    number = -number;
  }
  Shortest shortest;
  if (!shortenFast(number, shortest)) shortenExactly(number, shortest);
  appendLayout(out, shortest);
}

std::string numberText(double number) {
  std::string out;
  appendNumber(out, number);
  return out;
}

}  // namespace oncue
