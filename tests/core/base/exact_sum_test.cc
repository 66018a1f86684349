#include "base/exact_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/float_bits.h"
#include "base/wire.h"
#include "support/random_source.h"

namespace oncue {
namespace {

ExactSum sumOf(const std::vector<double>& numbers) {
  ExactSum sum;
  for (const double number : numbers) sum.add(number);
  return sum;
}

std::string bytesOf(const ExactSum& sum) {
  Writer out;
  sum.serialize(out);
  return out.take();
}

bool readsBack(const std::string& bytes, ExactSum& sum) {
  Reader in(bytes);
  return sum.deserialize(in) && in.atEnd();
}

// Finite numbers of all magnitudes, or of neighbouring ones.
double randomNumber(test::RandomSource& random) {
  const int exponent = static_cast<int>(random.oneIn(3) ? random.between(-1074, 960) : random.between(-40, 40));
  const double sign = random.oneIn(2) ? 1 : -1;
  return sign * std::ldexp(static_cast<double>(random.bits() >> 11), exponent);
}

TEST(Evaluation_7, SumEqualsFsum) {
  std::ifstream file(ONCUE_FIXTURES_DIR "/exact_sum.tsv");
  std::string line;
  int rows = 0;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string bits;
    fields >> bits;
    const std::uint64_t expected = std::strtoull(bits.c_str(), nullptr, 16);
    std::vector<double> numbers;
    while (fields >> bits) numbers.push_back(doubleOf(std::strtoull(bits.c_str(), nullptr, 16)));
    EXPECT_EQ(bitsOf(sumOf(numbers).value()), expected) << "row " << rows;
    ++rows;
  }
  EXPECT_GT(rows, 400);
}

TEST(ExactSum, NothingIsZero) {
  EXPECT_EQ(bitsOf(ExactSum().value()), 0u);
  EXPECT_EQ(bitsOf(sumOf({-0.0, -0.0}).value()), 0u);
  EXPECT_EQ(bitsOf(sumOf({1e308, -1e308}).value()), 0u);
  EXPECT_EQ(bytesOf(sumOf({3, -3, 0.1, -0.1})), bytesOf(ExactSum()));
}

TEST(ExactSum, SaturatesInsteadOfOverflowing) {
  EXPECT_EQ(sumOf({DBL_MAX, DBL_MAX}).value(), DBL_MAX);
  EXPECT_EQ(sumOf({-DBL_MAX, -DBL_MAX, -1}).value(), -DBL_MAX);
  const double halfUlp = std::ldexp(1, 970);
  EXPECT_EQ(sumOf({DBL_MAX, halfUlp}).value(), DBL_MAX);
  EXPECT_EQ(sumOf({DBL_MAX, std::nextafter(halfUlp, 0)}).value(), DBL_MAX);
  // The accumulator itself does not saturate.
  EXPECT_EQ(sumOf({DBL_MAX, DBL_MAX, 1.5, -DBL_MAX, -DBL_MAX}).value(), 1.5);
}

TEST(ExactSum, OfSubnormalsIsExact) {
  EXPECT_EQ(sumOf({5e-324, 5e-324, 5e-324}).value(), 1.5e-323);
  EXPECT_EQ(sumOf({DBL_MIN, -5e-324}).value(), std::nextafter(DBL_MIN, 0));
  EXPECT_EQ(sumOf({-5e-324}).value(), -5e-324);
}

TEST(ExactSum, OfOneNumberIsThatNumber) {
  test::RandomSource random;
  for (int i = 0; i < 100'000; ++i) {
    const double number = randomNumber(random);
    ASSERT_EQ(sumOf({number}).value(), number) << random.description();
  }
}

// Every order, grouping and detour through bytes gives the same bytes.
TEST(ExactSum, DependsOnTheSetOfNumbersOnly) {
  test::RandomSource random;
  for (int round = 0; round < 3'000; ++round) {
    std::vector<double> numbers(1 + random.below(20));
    for (double& number : numbers) number = randomNumber(random);
    if (random.oneIn(3)) numbers.push_back(-numbers.front());
    const ExactSum whole = sumOf(numbers);
    const std::string bytes = bytesOf(whole);

    for (std::size_t i = numbers.size(); i > 1; --i) std::swap(numbers[i - 1], numbers[random.below(i)]);
    ExactSum parts[3];
    for (const double number : numbers) parts[random.below(3)].add(number);
    ExactSum read;
    ASSERT_TRUE(readsBack(bytesOf(parts[1]), read)) << random.description();
    ASSERT_EQ(bytesOf(read), bytesOf(parts[1]));
    parts[2].add(read);
    parts[0].add(parts[2]);
    ASSERT_EQ(bytesOf(parts[0]), bytes) << random.description();
    ASSERT_EQ(parts[0].value(), whole.value());
  }
}

TEST(ExactSum, CanBeAddedToItself) {
  ExactSum sum = sumOf({-0.1, 7, 1e100});
  sum.add(sum);
  EXPECT_EQ(bytesOf(sum), bytesOf(sumOf({-0.1, 7, 1e100, -0.1, 7, 1e100})));
  ExactSum prices = sumOf({9.99, 0.1});
  prices.add(prices);
  EXPECT_EQ(bytesOf(prices), bytesOf(sumOf({9.99, 0.1, 9.99, 0.1})));
}

// Zero, but too wide for two doubles on the way: from then on limbs hold it.
ExactSum zeroInLimbs() { return sumOf({1e300, 1, 1e-300, -1e300, -1, -1e-300}); }

double randomOfManyKinds(test::RandomSource& random) {
  const double sign = random.oneIn(3) ? -1 : 1;
  switch (random.below(8)) {
    case 0: return sign * 0.0;
    case 1: return sign * static_cast<double>(random.below(1000));
    case 2: return sign * doubleOf(random.bits() >> 12);  // subnormal
    case 3: return sign * (DBL_MAX - std::ldexp(static_cast<double>(random.below(4)), 971));
    case 4: return sign * std::ldexp(static_cast<double>(1 + random.below(3)), static_cast<int>(random.between(960, 971)));
    case 5: return randomNumber(random);
    default: return sign * static_cast<double>(random.below(100'000)) / 100;
  }
}

// Prices, subnormals and numbers near the largest, one kind or several at a time.
TEST(ExactSum, OfTwoDoublesEqualsThatOfLimbs) {
  test::RandomSource random;
  for (int round = 0; round < 800; ++round) {
    ExactSum doubles;
    ExactSum limbs = zeroInLimbs();
    const bool mixed = random.oneIn(2);
    Vec<double> some;
    for (int i = 0; i < 3; ++i) some.push_back(randomOfManyKinds(random));
    for (int i = 0; i < 20; ++i) {
      const double number = mixed ? randomOfManyKinds(random) : some[random.below(3)] * (random.oneIn(4) ? -1 : 1);
      doubles.add(number);
      limbs.add(number);
      ASSERT_EQ(bitsOf(doubles.value()), bitsOf(limbs.value())) << random.description();
      ASSERT_EQ(bytesOf(doubles), bytesOf(limbs)) << random.description();
      if (random.oneIn(8)) {
        ASSERT_TRUE(readsBack(bytesOf(limbs), doubles));
      }
      if (random.oneIn(8)) {
        const ExactSum before = limbs;
        limbs.add(doubles);
        doubles.add(before);
      }
    }
  }
}

TEST(ExactSum, TooLargeForADoubleGoesOnAfterItWasReadBack) {
  ExactSum sum = sumOf({DBL_MAX, DBL_MAX});
  ExactSum read;
  ASSERT_TRUE(readsBack(bytesOf(sum), read));
  EXPECT_EQ(read.value(), DBL_MAX);
  read.add(0);
  EXPECT_EQ(bytesOf(read), bytesOf(sum));
  for (const double number : {-DBL_MAX, 1.5, -DBL_MAX}) read.add(number);
  EXPECT_EQ(read.value(), 1.5);
}

TEST(ExactSum, TooWideForTwoDoublesIsReadBack) {
  const ExactSum sum = sumOf({1e300, 1, 1e-300});
  ExactSum read;
  ASSERT_TRUE(readsBack(bytesOf(sum), read));
  EXPECT_EQ(bytesOf(read), bytesOf(sum));
  read.add(-1e300);
  read.add(-1e-300);
  EXPECT_EQ(read.value(), 1);
}

TEST(ExactSum, CarriesThroughManyAdditions) {
  ExactSum sum;
  for (int i = 0; i < 1'000'000; ++i) sum.add(0.1);
  EXPECT_EQ(sum.value(), 100000.0);
  for (int i = 0; i < 1'000'001; ++i) sum.add(-0.1);
  EXPECT_EQ(sum.value(), -0.1);
}

TEST(ExactSum, RefusesBytesThatAreNotCanonical) {
  ExactSum sum;
  const auto number = [](std::uint64_t header, std::uint8_t low, Vec<std::uint32_t> limbs) {
    Writer out;
    out.varint(header);
    out.u8(low);
    for (const std::uint32_t limb : limbs) out.u32(limb);
    return out.take();
  };
  EXPECT_TRUE(readsBack(std::string(1, '\0'), sum));
  EXPECT_TRUE(readsBack(number(2, 34, {1}), sum));
  EXPECT_EQ(sum.value(), 1);
  EXPECT_TRUE(readsBack(number(3, 34, {1}), sum));
  EXPECT_EQ(sum.value(), -1);
  EXPECT_FALSE(readsBack(number(1, 34, {}), sum)) << "negative zero";
  EXPECT_FALSE(readsBack(number(4, 34, {0, 1}), sum)) << "zero limb below";
  EXPECT_FALSE(readsBack(number(4, 34, {1, 0}), sum)) << "zero limb above";
  EXPECT_FALSE(readsBack(number(2, 0, {1}), sum)) << "below the smallest double";
  EXPECT_TRUE(readsBack(number(2, 0, {1 << 14}), sum));
  EXPECT_EQ(sum.value(), 5e-324);
  EXPECT_FALSE(readsBack(number(2, 68, {1}), sum)) << "too large";
  EXPECT_FALSE(readsBack(number(4, 34, {1}), sum)) << "cut short";
  EXPECT_FALSE(readsBack(number(1ULL << 63, 34, {1}), sum)) << "absurd size";
}

}  // namespace
}  // namespace oncue
