// Sum of doubles without rounding on the way: the same total in any order and any grouping.
#pragma once

#include <cstdint>

#include "oncue/vec.h"

namespace oncue {

class Reader;
class Writer;

// Two doubles hold nearly every total, prices and counts among them. One that they cannot hold becomes a superaccumulator:
// one wide integer in units of 2^-1088. add() takes finite numbers only. The serialised form depends on the exact total
// alone, not on the order of additions.
class ExactSum {
 public:
  void add(double number);
  void add(const ExactSum& other);  // `other` may be this very sum

  // The exact total rounded once to the nearest double (ties to even), as math.fsum does; a total beyond the
  // largest double saturates to it, because no attribute value may be infinite. Never -0.
  double value() const { return limbs_.empty() ? near_ : roundedLimbs(); }

  void serialize(Writer& out) const;
  // False when the bytes are cut short or not in canonical form; the sum is then unspecified.
  bool deserialize(Reader& in);

 private:
  void widen();
  void narrow();
  void addToLimbs(double number);
  void addAt(int first, const std::uint32_t* parts, int count, bool negative);
  Vec<std::uint32_t> magnitude() const;
  double roundedLimbs() const;
  bool negative() const { return !limbs_.empty() && limbs_.back() != 0; }

  // While there are no limbs the total is near_ + far_, and near_ its value().
  double near_ = 0;
  double far_ = 0;

  // Two's complement, least significant first, limbs_[i] has weight 2^(32 * i - 1088).
  Vec<std::uint32_t> limbs_;
};

}  // namespace oncue
