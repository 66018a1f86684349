// The bits of a double; std::bit_cast is missing from Emscripten 3.1.6's library.
#pragma once

#include <cstdint>
#include <cstring>

namespace oncue {

constexpr int kMantissaBits = 52;
constexpr int kMinExponent = -1074;  // of the smallest subnormal

inline std::uint64_t bitsOf(double number) {
  std::uint64_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  return bits;
}

inline double doubleOf(std::uint64_t bits) {
  double number;
  std::memcpy(&number, &bits, sizeof number);
  return number;
}

// 2^exponent, for exponents from -1074 to 1023.
inline double powerOfTwo(int exponent) {
  if (exponent < -1022) return doubleOf(1ULL << (exponent - kMinExponent));
  return doubleOf(static_cast<std::uint64_t>(exponent + 1023) << kMantissaBits);
}

// A finite |number| as mantissa * 2^exponent, mantissa < 2^53, exponent >= -1074.
struct Binary {
  std::uint64_t mantissa;
  int exponent;
};

inline Binary decompose(double number) {
  const std::uint64_t bits = bitsOf(number);
  const std::uint64_t fraction = bits & ((1ULL << kMantissaBits) - 1);
  const int biased = static_cast<int>(bits >> kMantissaBits & 0x7ff);
  if (biased == 0) return {fraction, kMinExponent};
  return {fraction | 1ULL << kMantissaBits, biased - 1075};
}

}  // namespace oncue
