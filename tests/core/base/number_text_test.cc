#include "base/number_text.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>

#include "base/float_bits.h"
#include "support/random_source.h"

namespace oncue {
namespace {

double parsed(std::string_view text) {
  double number = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(parseNumber(text, number)) << text;
  return number;
}

#ifdef __cpp_lib_to_chars
// Digits without zeros at either end and the position of the point: "1.5e+21" and "1500000000000000000000" are equal.
std::string normalised(std::string_view text) {
  std::string digits;
  int point = 0;
  bool pointSeen = false;
  std::size_t at = text.starts_with('-') ? 1 : 0;
  for (; at < text.size() && text[at] != 'e'; ++at) {
    if (text[at] == '.') {
      pointSeen = true;
      continue;
    }
    if (!pointSeen) ++point;
    if (digits.empty() && text[at] == '0') {
      --point;
    } else {
      digits += text[at];
    }
  }
  if (at < text.size()) point += std::atoi(std::string(text.substr(at + 1)).c_str());
  while (digits.ends_with('0')) digits.pop_back();
  return digits + "@" + std::to_string(point);
}
#endif

TEST(Evaluation_5, NumericStringsMatchTheGrammarInFull) {
  for (const char* text : {"0", "9.5", "+1", "-1", "5.", ".5", "1e3", "1E+3", "1e-3", "+.5e1", "5.e2", "007", "0.0",
                           "1e0000000000000000000000001"}) {
    EXPECT_EQ(parsed(text), std::strtod(text, nullptr)) << text;
  }
  for (const char* text : {"", "+", "-", ".", "e5", "1e", "1e+", "1e-", " 1", "1 ", "1,5", "0x10", "inf", "nan", "NaN",
                           "Infinity", "--1", "+-1", "1.2.3", "1e5.5", "1_000", "1e5 ", "abc", ".e1", "\xD9\xA3"}) {
    double number = 42;
    EXPECT_FALSE(parseNumber(text, number)) << text;
    EXPECT_EQ(number, 42) << text;
  }
  double number = 42;
  EXPECT_FALSE(parseNumber(std::string_view("1\0", 2), number));
}

TEST(ParseNumber, RefusesOverflowAndAcceptsUnderflow) {
  double number = 42;
  for (const char* text : {"1e309", "-1e309", "1.7976931348623159e308", "1e999999999999999999999", "2e308"}) {
    EXPECT_FALSE(parseNumber(text, number)) << text;
  }
  EXPECT_FALSE(parseNumber("1" + std::string(400, '0'), number));
  EXPECT_EQ(number, 42);
  EXPECT_EQ(parsed("1.7976931348623158e308"), DBL_MAX);
  EXPECT_EQ(parsed("1e-400"), 0);
  EXPECT_EQ(parsed("1e-999999999999999999999"), 0);
  EXPECT_EQ(parsed("0e999999999999999999999"), 0);
  EXPECT_EQ(parsed("2.4703282292062327e-324"), 0);
  EXPECT_EQ(parsed("2.4703282292062328e-324"), 5e-324);
  EXPECT_EQ(parsed("0." + std::string(400, '0') + "1e401"), 1);
  EXPECT_EQ(parsed("1" + std::string(400, '0') + "e-400"), 1);
}

TEST(AppendNumber, LaysOutLikeEcmaScript) {
  EXPECT_EQ(numberText(3), "3");
  EXPECT_EQ(numberText(2.5), "2.5");
  EXPECT_EQ(numberText(-0.0), "0");
  EXPECT_EQ(numberText(1e21), "1e+21");
  EXPECT_EQ(numberText(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(numberText(1e-6), "0.000001");
  EXPECT_EQ(numberText(1e-7), "1e-7");
  EXPECT_EQ(numberText(-1.25e-9), "-1.25e-9");
  EXPECT_EQ(numberText(5e-324), "5e-324");
  EXPECT_EQ(numberText(DBL_MAX), "1.7976931348623157e+308");
  EXPECT_EQ(numberText(9223372036854775808.0), "9223372036854776000");
  std::string out = "x";
  appendNumber(out, 19.99);
  EXPECT_EQ(out, "x19.99");
}

TEST(AppendNumber, AgreesWithJavaScript) {
  std::ifstream file(ONCUE_FIXTURES_DIR "/number_text.tsv");
  std::string bits;
  std::string text;
  int rows = 0;
  while (file >> bits >> text) {
    const double number = doubleOf(std::strtoull(bits.c_str(), nullptr, 16));
    EXPECT_EQ(numberText(number), text) << bits;
    EXPECT_EQ(parsed(text), number) << bits;
    ++rows;
  }
  EXPECT_GT(rows, 1500);
}

class NumberTextProperty : public testing::Test {
 protected:
  // Random bit patterns, half of them near decimals and integers that people write.
  double randomDouble() {
    for (;;) {
      double number = doubleOf(random_.bits());
      switch (random_.below(6)) {
        case 0: number = static_cast<double>(random_.bits() >> random_.below(64)); break;
        case 1: number = static_cast<double>(random_.below(100'000'000)) / kScales[random_.below(6)]; break;
        case 2: number = doubleOf(random_.bits() >> 12 >> random_.below(52)); break;
        default: break;
      }
      if (std::isfinite(number)) return number;
    }
  }

  static constexpr double kScales[] = {10, 100, 1000, 1e6, 1e12, 1e17};
  test::RandomSource random_;
};

TEST_F(NumberTextProperty, TextReadsBackAsTheNumber) {
  for (int i = 0; i < 300'000; ++i) {
    const double number = randomDouble();
    const std::string text = numberText(number);
    double back = 0;
    ASSERT_TRUE(parseNumber(text, back)) << text;
    ASSERT_EQ(back, number) << text << " " << random_.description();
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), number) << text;
  }
}

#ifdef __cpp_lib_to_chars
TEST_F(NumberTextProperty, TextIsTheShortestAndNearest) {
  for (int i = 0; i < 500'000; ++i) {
    const double number = randomDouble();
    if (number == 0) continue;
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific).ptr;
    const std::string text = numberText(number);
    ASSERT_EQ(normalised(text), normalised({buffer, static_cast<std::size_t>(end - buffer)}))
        << text << " " << random_.description();
    ASSERT_EQ(text.starts_with('-'), number < 0);
  }
}
#endif

TEST_F(NumberTextProperty, ReadsRandomTextLikeStrtod) {
  for (int i = 0; i < 300'000; ++i) {
    std::string text = random_.oneIn(2) ? "-" : "";
    const auto digits = static_cast<int>(1 + random_.below(random_.oneIn(10) ? 60 : 22));
    const auto point = random_.below(static_cast<std::uint64_t>(digits));
    for (int d = 0; d < digits; ++d) {
      if (static_cast<std::uint64_t>(d) == point) text += '.';
      text += static_cast<char>('0' + random_.below(10));
    }
    if (random_.oneIn(2)) text += "e" + std::to_string(random_.between(-345, 325));
    const double expected = std::strtod(text.c_str(), nullptr);
    double actual = 0;
    if (std::isinf(expected)) {
      ASSERT_FALSE(parseNumber(text, actual)) << text;
      continue;
    }
    ASSERT_TRUE(parseNumber(text, actual)) << text;
    ASSERT_EQ(bitsOf(actual), bitsOf(expected)) << text << " " << random_.description();
  }
}

// Emscripten's printf rounds a long double to a double first.
#if LDBL_MANT_DIG >= 64 && !defined(__EMSCRIPTEN__)
// Exactly between two doubles, written in full, and a hair to either side.
TEST_F(NumberTextProperty, RoundsHalfwayCasesToEven) {
  std::string text(1200, '\0');
  for (int i = 0; i < 5'000; ++i) {
    const double low = std::fabs(randomDouble());
    const double high = std::nextafter(low, HUGE_VAL);
    if (std::isinf(high)) continue;
    text.resize(1200, '\0');
    const long double middle = (static_cast<long double>(low) + static_cast<long double>(high)) / 2;
    text.resize(static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%.780Le", middle)));
    const double even = bitsOf(low) % 2 == 0 ? low : high;
    ASSERT_EQ(parsed(text), even) << text << " " << random_.description();
    const std::size_t exponent = text.find('e');
    std::string above = text;
    above.insert(exponent, "00001");
    ASSERT_EQ(parsed(above), high) << above;
    std::string below = text;
    std::size_t last = exponent - 1;
    while (below[last] == '0' || below[last] == '.') --last;
    --below[last];
    for (std::size_t at = last + 1; at < exponent; ++at) {
      if (below[at] == '0') below[at] = '9';
    }
    below.insert(exponent, "9");
    ASSERT_EQ(parsed(below), low) << below;
  }
}
#endif

}  // namespace
}  // namespace oncue
