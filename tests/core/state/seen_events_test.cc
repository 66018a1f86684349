#include "state/seen_events.h"

#include <gtest/gtest.h>

namespace oncue {
namespace {

SeenEvents::Id idOf(std::uint32_t n) {
  SeenEvents::Id id{};
  for (int i = 0; i < 4; ++i) id[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(n >> (8 * i));
  return id;
}

TEST(Decisions_3, RemembersTheLast4096) {
  SeenEvents seen;
  for (std::uint32_t n = 0; n < 4096; ++n) ASSERT_TRUE(seen.insert(idOf(n))) << n;
  for (std::uint32_t n = 0; n < 4096; ++n) ASSERT_FALSE(seen.insert(idOf(n))) << n;
}

TEST(Decisions_3, ForgetsTheOldestFirst) {
  SeenEvents seen;
  for (std::uint32_t n = 0; n < 10'000; ++n) ASSERT_TRUE(seen.insert(idOf(n))) << n;
  for (std::uint32_t n = 10'000 - 4096; n < 10'000; ++n) ASSERT_FALSE(seen.insert(idOf(n))) << n;
  EXPECT_TRUE(seen.insert(idOf(10'000 - 4097)));
}

TEST(Decisions_3, SurvivesTheRoundTripAndGoesOnForgettingInOrder) {
  SeenEvents seen;
  for (std::uint32_t n = 0; n < 5000; ++n) seen.insert(idOf(n));
  Writer out;
  seen.serialize(out);
  SeenEvents read;
  Reader in(out.bytes());
  ASSERT_TRUE(read.deserialize(in));
  Writer again;
  read.serialize(again);
  EXPECT_EQ(again.bytes(), out.bytes());
  EXPECT_TRUE(read.insert(idOf(9999)));
  EXPECT_FALSE(read.insert(idOf(4999)));
  EXPECT_FALSE(read.insert(idOf(5000 - 4095)));
  EXPECT_TRUE(read.insert(idOf(5000 - 4096)));
}

TEST(SeenEvents, RefusesRepeatedAndTooManyIds) {
  Writer twice;
  twice.varint(2);
  twice.raw(std::string(32, '\7'));
  Reader in(twice.bytes());
  EXPECT_FALSE(SeenEvents().deserialize(in));
  Writer many;
  many.varint(4097);
  many.raw(std::string(16 * 4097, '\7'));
  Reader tooMany(many.bytes());
  EXPECT_FALSE(SeenEvents().deserialize(tooMany));
}

}  // namespace
}  // namespace oncue
