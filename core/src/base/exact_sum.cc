#include "base/exact_sum.h"

#include <cfloat>

#include "base/float_bits.h"
#include "base/insert_at.h"
#include "base/wire.h"

namespace oncue {
namespace {

constexpr int kUnit = 1088;         // limb 0 starts at 2^-1088, a multiple of 32 below the smallest double
constexpr int kMaxWireLimbs = 68;   // 2^64 times the largest double
constexpr int kMaxLimbs = 72;       // beyond that, another 2^128 sums would have to be added
constexpr std::uint32_t kOnes = 0xffffffffu;

// a + b = sum + error without rounding (Knuth); where something overflows, the error is NaN.
struct TwoSum {
  TwoSum(double a, double b) : sum(a + b) {
    const double part = sum - a;
    error = (a - (sum - part)) + (b - part);
  }
  double sum;
  double error;
};

}  // namespace

// |total| with no zero limb at either end.
struct ExactSum::Magnitude {
  std::uint32_t limbs[kMaxLimbs];
  int size = 0;
  int low = 0;
};

std::uint32_t ExactSum::limb(int position) const {
  if (position < low_) return 0;
  const auto i = static_cast<std::size_t>(position - low_);
  return i < limbs_.size() ? limbs_[i] : (negative() ? kOnes : 0);
}

// Makes room for limbs [from, to) and the sign after them.
void ExactSum::cover(int from, int to) {
  if (limbs_.empty()) low_ = from;
  for (; from < low_; --low_) insertAt<std::uint32_t>(limbs_, 0, 0);
  const auto size = static_cast<std::size_t>(to + 1 - low_);
  while (limbs_.size() < size) limbs_.push_back(negative() ? kOnes : 0);
}

// Adds carry, and `extension` (0, or all ones for a negative addend) in every limb from i up.
void ExactSum::carryInto(std::size_t i, std::uint64_t carry, std::uint32_t extension) {
  for (; i < limbs_.size(); ++i) {
    carry += static_cast<std::uint64_t>(limbs_[i]) + extension;
    limbs_[i] = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  // One addition needs at most one bit more, which the sign limb had to spare.
  const std::uint32_t top = limbs_.back();
  if (top != 0 && top != kOnes) limbs_.push_back(top >> 31 ? kOnes : 0);
}

void ExactSum::add(double number) {
  if (limbs_.empty()) {
    const TwoSum high(near_, number);
    const TwoSum low(far_, high.error);
    const TwoSum total(high.sum, low.sum);
    if (low.error == 0 && total.error == total.error) {
      near_ = total.sum;
      far_ = total.error;
      return;
    }
  }
  widen();
  addToLimbs(number);
}

// From two doubles to limbs. A total of 0 needs none.
void ExactSum::widen() {
  addToLimbs(near_);
  addToLimbs(far_);
  near_ = 0;
  far_ = 0;
}

// From limbs to two doubles, if those can hold the total.
void ExactSum::narrow() {
  const double near = roundedLimbs();
  addToLimbs(-near);
  const double far = roundedLimbs();
  addToLimbs(-far);
  near_ = near;
  far_ = far;
  if (roundedLimbs() == 0) {
    limbs_.clear();
  } else {
    widen();
  }
}

void ExactSum::addToLimbs(double number) {
  if (number == 0) return;
  const Binary binary = decompose(number);
  const int offset = binary.exponent + kUnit;
  const int first = offset / 32;
  const int shift = offset % 32;
  std::uint32_t parts[3] = {
      static_cast<std::uint32_t>(binary.mantissa << shift),
      static_cast<std::uint32_t>(binary.mantissa >> (32 - shift)),
      static_cast<std::uint32_t>(shift == 0 ? 0 : binary.mantissa >> (64 - shift)),
  };
  cover(first, first + 3);

  // -x is ~x + 1.
  const std::uint32_t sign = number < 0 ? kOnes : 0;
  std::uint64_t carry = sign & 1;
  const auto at = static_cast<std::size_t>(first - low_);
  for (std::size_t i = 0; i < 3; ++i) {
    carry += static_cast<std::uint64_t>(limbs_[at + i]) + (parts[i] ^ sign);
    limbs_[at + i] = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  carryInto(at + 3, carry, sign);
}

void ExactSum::add(const ExactSum& other) {
  if (other.limbs_.empty()) {
    const double far = other.far_;
    add(other.near_);
    return add(far);
  }
  widen();
  const int size = static_cast<int>(other.limbs_.size()) - 1;
  const std::uint32_t sign = other.limbs_.back();
  cover(other.low_, other.low_ + size);
  std::uint64_t carry = 0;
  const auto at = static_cast<std::size_t>(other.low_ - low_);
  for (int i = 0; i < size; ++i) {
    std::uint32_t& into = limbs_[at + static_cast<std::size_t>(i)];
    carry += static_cast<std::uint64_t>(into) + other.limb(other.low_ + i);
    into = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  carryInto(at + static_cast<std::size_t>(size), carry, sign);
}

ExactSum::Magnitude ExactSum::magnitude() const {
  Magnitude out;
  const std::uint32_t sign = negative() ? kOnes : 0;
  std::uint64_t carry = sign & 1;
  int position = low_;
  for (const std::uint32_t limb : limbs_) {
    carry += limb ^ sign;
    const auto digit = static_cast<std::uint32_t>(carry);
    carry >>= 32;
    if (out.size == 0) out.low = position;
    if ((out.size > 0 || digit != 0) && out.size < kMaxLimbs) out.limbs[out.size++] = digit;
    ++position;
  }
  while (out.size > 0 && out.limbs[out.size - 1] == 0) --out.size;
  return out;
}

double ExactSum::roundedLimbs() const {
  const Magnitude total = magnitude();
  if (total.size == 0) return 0;
  const double sign = negative() ? -1 : 1;

  // The three highest limbs hold at least 65 bits; what lies below only tells "more than half" from "half".
  const auto at = [&](int i) { return i >= 0 ? total.limbs[i] : 0u; };
  std::uint64_t head = static_cast<std::uint64_t>(at(total.size - 1)) << 32 | at(total.size - 2);
  std::uint32_t next = at(total.size - 3);
  int exponent = 32 * (total.low + total.size - 2) - kUnit;  // of the head's lowest bit
  bool tail = false;
  for (int i = total.size - 4; i >= 0; --i) tail = tail || total.limbs[i] != 0;
  for (; (head >> 63) == 0; --exponent) {
    head = head << 1 | next >> 31;
    next <<= 1;
  }
  tail = tail || next != 0;

  // A sum of doubles is a multiple of the smallest subnormal, so where the result is subnormal nothing is cut off.
  const std::uint64_t cut = head & 0x7ff;
  std::uint64_t mantissa = head >> 11;
  exponent += 11;
  if (cut > 0x400 || (cut == 0x400 && (tail || mantissa % 2 == 1))) ++mantissa;
  if (exponent > 971 || (exponent == 971 && mantissa >> 53 != 0)) return sign * DBL_MAX;
  if (exponent < kMinExponent) {
    mantissa >>= kMinExponent - exponent;
    exponent = kMinExponent;
  }
  return sign * static_cast<double>(mantissa) * powerOfTwo(exponent);
}

// varint 2 * size + sign, then for a total other than zero the first limb's position and the limbs of |total|.
void ExactSum::serialize(Writer& out) const {
  ExactSum wide = *this;
  wide.widen();
  const Magnitude total = wide.magnitude();
  out.varint(static_cast<std::uint64_t>(2 * total.size + (wide.negative() ? 1 : 0)));
  if (total.size == 0) return;
  out.u8(static_cast<std::uint8_t>(total.low));
  for (int i = 0; i < total.size; ++i) out.u32(total.limbs[i]);
}

bool ExactSum::deserialize(Reader& in) {
  *this = {};
  const std::uint64_t header = in.varint();
  if (!in.ok() || header == 0) return in.ok();
  const std::uint64_t size = header / 2;
  low_ = in.u8();
  if (size == 0 || size + static_cast<std::uint64_t>(low_) > kMaxWireLimbs) return false;
  for (std::uint64_t i = 0; i < size; ++i) limbs_.push_back(in.u32());
  if (!in.ok() || limbs_.front() == 0 || limbs_.back() == 0) return false;
  if (low_ == 0 && limbs_.front() % (1u << (kUnit + kMinExponent)) != 0) return false;  // no sum of doubles

  const std::uint32_t sign = header % 2 == 1 ? kOnes : 0;
  for (std::uint32_t& limb : limbs_) limb ^= sign;
  limbs_.push_back(sign);
  if (sign != 0) carryInto(0, 1, 0);
  narrow();
  return true;
}

}  // namespace oncue
