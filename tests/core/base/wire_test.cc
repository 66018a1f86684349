#include "base/wire.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/random_source.h"

namespace oncue {
namespace {

std::string varintBytes(std::uint64_t v) {
  Writer out;
  out.varint(v);
  return out.take();
}

TEST(Wire, IsLittleEndian) {
  Writer out;
  out.u8(1);
  out.u32(0x05040302);
  out.u64(0x0d0c0b0a09080706);
  out.varint(300);
  out.text("hi");
  EXPECT_EQ(out.bytes(), std::string("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\xac\x02\x02hi", 18));
}

TEST(Wire, ReadsWhatItWrote) {
  test::RandomSource random;
  for (int i = 0; i < 2'000; ++i) {
    const std::uint64_t number = random.bits() >> random.below(64);
    const double real = static_cast<double>(static_cast<std::int64_t>(number)) / 7;
    Writer out;
    out.varint(number);
    out.i64(-static_cast<std::int64_t>(number));
    out.f64(real);
    out.text(std::string(number % 300, 'x'));
    out.u8(number % 2);
    Reader in(out.bytes());
    EXPECT_EQ(in.varint(), number);
    EXPECT_EQ(in.i64(), -static_cast<std::int64_t>(number));
    EXPECT_EQ(in.f64(), real);
    EXPECT_EQ(in.text().size(), number % 300);
    EXPECT_EQ(in.flag(), number % 2 == 1);
    EXPECT_TRUE(in.atEnd());

    const std::string cut = out.bytes().substr(0, random.below(out.bytes().size()));
    Reader partial(cut);
    partial.varint();
    partial.i64();
    partial.f64();
    partial.text();
    partial.flag();
    EXPECT_FALSE(partial.ok());
    EXPECT_FALSE(partial.atEnd());
    EXPECT_EQ(partial.remaining(), 0u);
    EXPECT_EQ(partial.u64(), 0u) << "zero after a failure";
    EXPECT_EQ(partial.text(), "");
  }
}

TEST(Wire, VarintsHaveOneForm) {
  EXPECT_EQ(varintBytes(std::numeric_limits<std::uint64_t>::max()).size(), 10u);
  for (const std::string_view bytes :
       {std::string_view("\x80\x00", 2), std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
        std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), std::string_view("\x80")}) {
    Reader in(bytes);
    EXPECT_EQ(in.varint(), 0u);
    EXPECT_FALSE(in.ok());
  }
}

TEST(Wire, NumbersAreFiniteAndZeroHasNoSign) {
  Writer negativeZero;
  negativeZero.f64(-0.0);
  EXPECT_EQ(negativeZero.bytes(), std::string(8, '\0'));
  for (const std::uint64_t bits : {0x7ff0000000000000ULL, 0xfff0000000000000ULL, 0x7ff8000000000000ULL,
                                   0x8000000000000000ULL}) {
    Writer out;
    out.u64(bits);
    Reader in(out.bytes());
    EXPECT_EQ(in.f64(), 0);
    EXPECT_FALSE(in.ok());
  }
}

TEST(Wire, FlagsAreZeroOrOne) {
  Reader in("\x02");
  EXPECT_FALSE(in.flag());
  EXPECT_FALSE(in.ok());
}

TEST(Wire, CountsAreBoundedByWhatRemains) {
  Writer out;
  out.varint(3);
  out.raw("123456");
  Reader fits(out.bytes());
  EXPECT_EQ(fits.count(2), 3u);
  EXPECT_EQ(fits.raw(6), "123456");
  EXPECT_TRUE(fits.atEnd());
  Reader tooMany(out.bytes());
  EXPECT_EQ(tooMany.count(3), 0u);
  EXPECT_FALSE(tooMany.ok());
  const std::string huge = varintBytes(std::numeric_limits<std::uint64_t>::max());
  Reader absurd(huge);
  EXPECT_EQ(absurd.count(1), 0u);
  EXPECT_FALSE(absurd.ok());
  Reader longText(huge);
  EXPECT_EQ(longText.text(), "");
  EXPECT_FALSE(longText.ok());
}

}  // namespace
}  // namespace oncue
