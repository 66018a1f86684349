// Unsigned integers of up to 4,096 bits, for exact conversions between decimal text and doubles.
#pragma once

#include <compare>
#include <cstdint>

namespace oncue {

// Capacity is the caller's duty: number_text needs at most 10^1126 (3,741 bits) plus one bit.
class Bignum {
 public:
  explicit Bignum(std::uint64_t value);

  void multiplyAdd(std::uint32_t factor, std::uint32_t addend);
  void multiplyPowerOf10(int exponent);  // exponent >= 0
  void shiftLeft(int bits);              // bits >= 0
  void add(const Bignum& other);
  void subtract(const Bignum& other);  // other <= *this
  int bitLength() const;

  std::strong_ordering operator<=>(const Bignum& other) const;
  bool operator==(const Bignum& other) const { return (*this <=> other) == 0; }

 private:
  static constexpr int kCapacity = 128;

  void push(std::uint32_t limb);
  std::uint32_t limb(int i) const { return i < size_ ? limbs_[i] : 0; }

  std::uint32_t limbs_[kCapacity];  // least significant first; the last one in use is not zero
  int size_ = 0;
};

}  // namespace oncue
