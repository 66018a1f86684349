#include "state/seen_events.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>

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

// Positions are counted in 16 bits: the window's two edges, all the way around and beyond.
TEST(SeenEvents, KnowsBothEdgesOfTheWindowHoweverManyIdsCameBefore) {
  SeenEvents seen;
  for (std::uint32_t n = 0; n < 3 * 65536; ++n) {
    ASSERT_TRUE(seen.insert(idOf(n))) << n;
    ASSERT_FALSE(seen.insert(idOf(n))) << n;
    ASSERT_FALSE(seen.insert(idOf(n < 4096 ? 0 : n - 4095))) << n;
  }
}

TEST(SeenEvents, TakesAnIdAgainOnceItHasLeftTheWindow) {
  SeenEvents seen;
  for (std::uint32_t n = 0; n < 2 * 65536; ++n) ASSERT_TRUE(seen.insert(idOf(n % 4097))) << n;
}

// An id that comes back when 16 bits of positions have come around since.
TEST(SeenEvents, TakesAnIdAgainThatIsAWholeRoundOld) {
  for (const std::uint32_t round : {65535u, 65536u, 65537u}) {
    SeenEvents seen;
    for (std::uint32_t n = 0; n < 3 * round; ++n) ASSERT_TRUE(seen.insert(idOf(n % round))) << n;
  }
}

TEST(SeenEvents, DoesAsAListOfTheLatestIdsThroughRestoresInBetween) {
  std::mt19937 random(20260105);
  SeenEvents seen;
  std::deque<std::uint32_t> latest;
  std::set<std::uint32_t> held;
  for (std::uint32_t n = 0; n < 150'000; ++n) {
    // Repeats of all ages, and ids that a window before had.
    const std::uint32_t id = random() % (n % 30'000 < 15'000 ? 6000 : 100'000);
    const bool isNew = held.insert(id).second;
    ASSERT_EQ(seen.insert(idOf(id)), isNew) << n;
    if (!isNew) continue;
    latest.push_back(id);
    if (latest.size() > SeenEvents::kCapacity) {
      held.erase(latest.front());
      latest.pop_front();
    }
    if (n % 9973 != 0) continue;
    Writer out;
    seen.serialize(out);
    Writer expected;
    expected.varint(latest.size());
    for (const std::uint32_t one : latest) {
      const SeenEvents::Id bytes = idOf(one);
      expected.raw({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    ASSERT_EQ(out.bytes(), expected.bytes());
    Reader in(out.bytes());
    ASSERT_TRUE(seen.deserialize(in));
  }
}

TEST(SeenEvents, TellsIdsApartByEveryByte) {
  SeenEvents seen;
  ASSERT_TRUE(seen.insert({}));
  for (std::size_t byte = 0; byte < 16; ++byte) {
    SeenEvents::Id id{};
    id[byte] = 1;
    EXPECT_TRUE(seen.insert(id)) << byte;
    EXPECT_FALSE(seen.insert(id)) << byte;
  }
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
