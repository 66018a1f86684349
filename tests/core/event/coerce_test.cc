// Ids and times, which every event has: what is read fast is what a reader of one character after the other would read.
#include "event/coerce.h"

#include <gtest/gtest.h>

#include "base/calendar.h"
#include "event/uuid.h"

namespace oncue {
namespace {

const std::string kUuid = "8c9b3f4e-2f5b-4a4d-9d7e-0f1a2b3c4d5e";
constexpr EventId kUuidBytes = {0x8c, 0x9b, 0x3f, 0x4e, 0x2f, 0x5b, 0x4a, 0x4d, 0x9d, 0x7e, 0x0f, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e};

int hexDigitOf(int c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

TEST(Uuid, SixteenBytesAndBack) {
  EventId id;
  ASSERT_TRUE(parseUuid(kUuid, id));
  EXPECT_EQ(id, kUuidBytes);
  EXPECT_EQ(uuidText(id), kUuid);
  ASSERT_TRUE(parseUuid("8C9B3F4E-2F5B-4a4d-9D7E-0F1A2B3C4D5E", id)) << "in any case";
  EXPECT_EQ(id, kUuidBytes);
}

TEST(Uuid, EveryCharacterAtEveryPlace) {
  for (std::size_t place = 0; place < kUuid.size(); ++place) {
    const bool isHyphen = kUuid[place] == '-';
    for (int c = 0; c < 256; ++c) {
      std::string text = kUuid;
      text[place] = static_cast<char>(c);
      EventId id;
      ASSERT_EQ(parseUuid(text, id), isHyphen ? c == '-' : hexDigitOf(c) >= 0) << place << ' ' << c;
      if (isHyphen || hexDigitOf(c) < 0) continue;
      std::string canonical = kUuid;
      canonical[place] = "0123456789abcdef"[hexDigitOf(c)];
      ASSERT_EQ(uuidText(id), canonical) << place << ' ' << c;
    }
  }
}

TEST(Uuid, EveryPairOfCharacters) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      std::string text = kUuid;
      text[9] = static_cast<char>(first);
      text[10] = static_cast<char>(second);
      EventId id;
      ASSERT_EQ(parseUuid(text, id), hexDigitOf(first) >= 0 && hexDigitOf(second) >= 0) << first << ' ' << second;
    }
  }
}

TEST(Uuid, OfNoOtherLength) {
  const std::string longer = kUuid + kUuid;
  for (std::size_t size = 0; size < longer.size(); ++size) {
    EventId id;
    EXPECT_EQ(parseUuid(std::string_view(longer).substr(0, size), id), size == kUuid.size()) << size;
  }
}

TEST(Uuid, TheTextOfAnEventIsCanonical) {
  Arena arena;
  EXPECT_EQ(asUuid("8C9B3F4E-2F5B-4a4d-9D7E-0F1A2B3C4D5E", arena).text, kUuid);
  EXPECT_TRUE(asUuid("8C9B3F4E-2F5B-4a4d-9D7E-0F1A2B3C4D5", arena).isNull());
}

TEST(EpochMs, OfAnyLength) {
  const std::pair<const char*, std::int64_t> times[] = {
      {"0", 0}, {"7", 7}, {"176722560000", 176722560000}, {"1767225600000", 1767225600000}, {"9999999999999", 9999999999999},
      {"17672256000001", 17672256000001}, {"253402300799999", 253402300799999}, {"0000000000000", 0},
      {"0000000000001", 1}, {"0123456789012", 123456789012}, {"00000001767225600000", 1767225600000}};
  for (const auto& [text, ms] : times) {
    EXPECT_EQ(asEpochMs(text), ms) << text;
    EXPECT_EQ(asEpochMs(std::string("+") + text), ms) << text;
    if (ms > 62167219200000) continue;
    EXPECT_EQ(asEpochMs(std::string("-") + text), -ms) << text;
  }
}

TEST(EpochMs, OnlyTheYears0To9999) {
  EXPECT_EQ(asEpochMs("-62167219200000"), -62167219200000);
  for (const char* text : {"-62167219200001", "253402300800000", "1000000000000001", "9999999999999999", "17672256000000000"}) {
    EXPECT_FALSE(asEpochMs(text)) << text;
  }
  EXPECT_TRUE(isRepresentable(9999999999999)) << "no time of thirteen digits needs to be asked";
}

TEST(EpochMs, EveryCharacterAtEveryPlace) {
  for (const std::string digits : {"176722560123", "1767225601234", "17672256012345"}) {
    for (std::size_t place = 0; place < digits.size(); ++place) {
      std::int64_t unit = 1;
      for (std::size_t i = place + 1; i < digits.size(); ++i) unit *= 10;
      for (int c = 0; c < 256; ++c) {
        std::string text = digits;
        text[place] = static_cast<char>(c);
        const std::int64_t ms = std::stoll(digits) + unit * (c - digits[place]);
        const bool isDigit = c >= '0' && c <= '9';
        const bool isSign = place == 0 && (c == '+' || c == '-');
        std::optional<std::int64_t> expected;
        if (isDigit) expected = ms;
        if (isSign) expected = std::stoll(text);
        ASSERT_EQ(asEpochMs(text), expected) << text << ' ' << c;
      }
    }
  }
}

TEST(EpochMs, NoTextIsNoTime) {
  for (const char* text : {"", "+", "-", "+-1", "1.5", "1e3", " 1767225600000", "1767225600000 ", "0x17672256000"}) {
    EXPECT_FALSE(asEpochMs(text)) << text;
  }
}

}  // namespace
}  // namespace oncue
