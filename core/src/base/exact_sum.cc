#include "base/exact_sum.h"

#include <algorithm>
#include <cfloat>

#include "base/float_bits.h"
#include "base/wire.h"

namespace oncue {
namespace {

constexpr int kUnit = 1088;         // limb 0 starts at 2^-1088, a multiple of 32 below the smallest double
constexpr int kMaxWireLimbs = 68;   // 2^64 times the largest double
constexpr int kLimbs = 72;          // beyond that, another 2^127 sums would have to be added
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
    widen();
  }
  addToLimbs(number);
}

void ExactSum::add(const ExactSum& other) {
  if (other.limbs_.empty()) {
    const double far = other.far_;
    add(other.near_);
    return add(far);
  }
  widen();
  addAt(0, other.limbs_.data(), kLimbs, false);
}

// From two doubles to limbs.
void ExactSum::widen() {
  addToLimbs(near_);
  addToLimbs(far_);
  near_ = 0;
  far_ = 0;
}

// From limbs to two doubles, if those can hold the total.
void ExactSum::narrow() {
  near_ = roundedLimbs();
  addToLimbs(-near_);
  far_ = roundedLimbs();
  addToLimbs(-far_);
  if (roundedLimbs() == 0) {
    limbs_.clear();
  } else {
    widen();
  }
}

void ExactSum::addToLimbs(double number) {
  const Binary binary = decompose(number);
  const int offset = binary.exponent + kUnit;
  const int shift = offset % 32;
  const std::uint32_t parts[] = {
      static_cast<std::uint32_t>(binary.mantissa << shift),
      static_cast<std::uint32_t>(binary.mantissa >> (32 - shift)),
      static_cast<std::uint32_t>(shift == 0 ? 0 : binary.mantissa >> (64 - shift)),
  };
  addAt(offset / 32, parts, 3, number < 0);
}

void ExactSum::addAt(int first, const std::uint32_t* parts, int count, bool negative) {
  limbs_.resize(kLimbs);
  // -x is ~x + 1.
  const std::uint32_t flip = negative ? kOnes : 0;
  std::uint64_t carry = flip & 1;
  for (int i = 0; i < kLimbs - first; ++i) {
    std::uint32_t& into = limbs_[static_cast<std::size_t>(first + i)];
    carry += static_cast<std::uint64_t>(into) + ((i < count ? parts[i] : 0) ^ flip);
    into = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
}

// |total|
Vec<std::uint32_t> ExactSum::magnitude() const {
  ExactSum out;
  out.addAt(0, limbs_.data(), kLimbs, negative());
  return std::move(out.limbs_);
}

double ExactSum::roundedLimbs() const {
  const Vec<std::uint32_t> limbs = magnitude();
  std::size_t top = kLimbs - 1;
  while (top > 2 && limbs[top] == 0) --top;
  // The three highest limbs hold at least 65 bits; what lies below only tells "more than half" from "half".
  std::uint32_t last = limbs[top - 2];
  for (std::size_t i = 0; i < top - 2; ++i) last |= limbs[i] != 0 ? 1 : 0;
  const TwoSum head(limbs[top] * powerOfTwo(64), limbs[top - 1] * powerOfTwo(32));
  // Rounded here and nowhere else: a sum of doubles is a multiple of the smallest subnormal, so where the result is
  // subnormal nothing is cut off.
  const double rounded = head.sum + (head.error + last);
  const double half = powerOfTwo(16 * (static_cast<int>(top) - 2) - kUnit / 2);
  const double total = std::min(rounded * half * half, DBL_MAX);
  return negative() ? -total : total;
}

// varint 2 * size + sign, then for a total other than zero the first limb's position and the limbs of |total|.
void ExactSum::serialize(Writer& out) const {
  ExactSum wide = *this;
  wide.widen();
  const Vec<std::uint32_t> limbs = wide.magnitude();
  std::size_t end = kLimbs;
  while (end > 0 && limbs[end - 1] == 0) --end;
  std::size_t low = 0;
  while (low < end && limbs[low] == 0) ++low;
  out.varint(2 * (end - low) + (wide.negative() ? 1 : 0));
  if (low == end) return;
  out.u8(static_cast<std::uint8_t>(low));
  for (; low < end; ++low) out.u32(limbs[low]);
}

bool ExactSum::deserialize(Reader& in) {
  *this = {};
  const std::uint64_t header = in.varint();
  if (!in.ok() || header == 0) return in.ok();
  const std::uint64_t size = header / 2;
  const int low = in.u8();
  if (size == 0 || size + static_cast<std::uint64_t>(low) > kMaxWireLimbs) return false;
  std::uint32_t limbs[kMaxWireLimbs];
  for (std::uint64_t i = 0; i < size; ++i) limbs[i] = in.u32();
  if (!in.ok() || limbs[0] == 0 || limbs[size - 1] == 0) return false;
  if (low == 0 && limbs[0] % (1u << (kUnit + kMinExponent)) != 0) return false;  // no sum of doubles
  addAt(low, limbs, static_cast<int>(size), header % 2 == 1);
  narrow();
  return true;
}

}  // namespace oncue
