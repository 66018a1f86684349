#include "base/bignum.h"

namespace oncue {

Bignum::Bignum(std::uint64_t value) {
  for (; value != 0; value >>= 32) push(static_cast<std::uint32_t>(value));
}

void Bignum::push(std::uint32_t limb) {
  if (size_ < kCapacity) limbs_[size_++] = limb;
}

void Bignum::multiplyAdd(std::uint32_t factor, std::uint32_t addend) {
  std::uint64_t carry = addend;
  for (int i = 0; i < size_; ++i) {
    carry += static_cast<std::uint64_t>(limbs_[i]) * factor;
    limbs_[i] = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  if (carry != 0) push(static_cast<std::uint32_t>(carry));
}

void Bignum::multiplyPowerOf10(int exponent) {
  for (; exponent >= 9; exponent -= 9) multiplyAdd(1'000'000'000, 0);
  for (; exponent > 0; --exponent) multiplyAdd(10, 0);
}

void Bignum::shiftLeft(int bits) {
  if (bits % 32 != 0) multiplyAdd(1u << (bits % 32), 0);
  const int limbs = bits / 32;
  if (size_ == 0 || limbs == 0 || size_ + limbs > kCapacity) return;
  for (int i = size_ - 1; i >= 0; --i) limbs_[i + limbs] = limbs_[i];
  for (int i = 0; i < limbs; ++i) limbs_[i] = 0;
  size_ += limbs;
}

void Bignum::add(const Bignum& other) {
  std::uint64_t carry = 0;
  for (int i = 0; i < size_ || i < other.size_ || carry != 0; ++i) {
    carry += static_cast<std::uint64_t>(limb(i)) + other.limb(i);
    if (i < size_) {
      limbs_[i] = static_cast<std::uint32_t>(carry);
    } else {
      push(static_cast<std::uint32_t>(carry));
    }
    carry >>= 32;
  }
}

void Bignum::subtract(const Bignum& other) {
  std::uint64_t borrow = 0;
  for (int i = 0; i < size_; ++i) {
    const std::uint64_t difference = static_cast<std::uint64_t>(limbs_[i]) - other.limb(i) - borrow;
    limbs_[i] = static_cast<std::uint32_t>(difference);
    borrow = difference >> 63;
  }
  while (size_ > 0 && limbs_[size_ - 1] == 0) --size_;
}

int Bignum::bitLength() const {
  if (size_ == 0) return 0;
  int bits = 32 * size_;
  for (std::uint32_t top = limbs_[size_ - 1]; (top >> 31) == 0; top <<= 1) --bits;
  return bits;
}

std::strong_ordering Bignum::operator<=>(const Bignum& other) const {
  if (size_ != other.size_) return size_ <=> other.size_;
  for (int i = size_ - 1; i >= 0; --i) {
    if (limbs_[i] != other.limbs_[i]) return limbs_[i] <=> other.limbs_[i];
  }
  return std::strong_ordering::equal;
}

}  // namespace oncue
