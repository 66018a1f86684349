// snapshot() and restore(): round trip is identity; what is not ours, whole and current is refused with a code.

#include <gtest/gtest.h>

#include "engine/shop_history.h"

namespace oncue {
namespace {

using namespace testing_shop;

EngineOptions seeded(std::uint64_t seed) {
  EngineOptions options;
  options.seed = seed;
  return options;
}

Engine livedIn() {
  Engine engine(seeded(7));
  EXPECT_TRUE(engine.load(definitions()).ok());
  for (int i = 0; i < 6; ++i) track(engine, i % 2 ? "product_view" : "add_to_cart", 30, i);
  return engine;
}

std::string codeOf(Engine& engine, const std::string& bytes) { return engine.restore(bytes).code; }

TEST(Snapshot, RoundTripIsIdentity) {
  const std::string bytes = livedIn().snapshot();
  Engine other(seeded(99));
  ASSERT_TRUE(other.load(definitions()).ok());
  ASSERT_TRUE(other.restore(bytes).ok());
  EXPECT_EQ(other.snapshot(), bytes);
  EXPECT_EQ(other.attributes("domain_userid", kUser, kStart + 9000),
            livedIn().attributes("domain_userid", kUser, kStart + 9000));
}

TEST(Snapshot, GoesOnAsIfNothingHadHappened) {
  Engine whole = livedIn();
  Engine resumed(seeded(7));
  ASSERT_TRUE(resumed.load(definitions()).ok());
  ASSERT_TRUE(resumed.restore(whole.snapshot()).ok());
  for (int i = 6; i < 12; ++i) {
    track(whole, "product_view", 30, i);
    track(resumed, "product_view", 30, i);
    EXPECT_EQ(resumed.fired(), whole.fired()) << i;
    EXPECT_EQ(resumed.snapshot(), whole.snapshot()) << i;
  }
}

TEST(Snapshot, RefusesWhatIsNotOne) {
  Engine engine = livedIn();
  const std::string before = engine.snapshot();
  EXPECT_EQ(codeOf(engine, ""), "snapshot_truncated");
  EXPECT_EQ(codeOf(engine, "hello"), "snapshot_foreign");
  EXPECT_EQ(codeOf(engine, std::string(100, '\0')), "snapshot_foreign");
  std::string newer = before;
  newer[4] = 2;
  EXPECT_EQ(codeOf(engine, newer), "snapshot_newer");
  EXPECT_EQ(codeOf(engine, before + "x"), "snapshot_corrupt");
  EXPECT_EQ(engine.snapshot(), before);
}

TEST(Snapshot, RefusesEveryTruncation) {
  Engine engine = livedIn();
  const std::string before = engine.snapshot();
  for (std::size_t size = 0; size < before.size(); ++size) {
    EXPECT_EQ(codeOf(engine, before.substr(0, size)), "snapshot_truncated") << size;
  }
  EXPECT_EQ(engine.snapshot(), before);
}

TEST(Snapshot, RefusesEveryChangedByte) {
  Engine engine = livedIn();
  const std::string before = engine.snapshot();
  for (std::size_t at = 0; at < before.size(); ++at) {
    std::string damaged = before;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    EXPECT_FALSE(engine.restore(damaged).ok()) << at;
  }
  EXPECT_EQ(engine.snapshot(), before);
}

TEST(Snapshot, NeedsDefinitionsFirst) {
  Engine engine{EngineOptions{}};
  EXPECT_EQ(codeOf(engine, livedIn().snapshot()), "no_definitions");
}

TEST(Snapshot, DropsWhatTheDefinitionsDoNotKnow) {
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(R"({"attribute_groups":[],"interventions":[]})").ok());
  ASSERT_TRUE(engine.restore(livedIn().snapshot()).ok());
  EXPECT_EQ(engine.ids("domain_userid"), "[]");
}

}  // namespace
}  // namespace oncue
