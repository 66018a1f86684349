// snapshot() and restore(): round trip is identity; what is not ours, whole and current is refused with a code.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

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
  newer[4] = 4;
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

struct TimedEvent {
  std::int64_t at;
  std::string payload;
};

std::vector<TimedEvent> goldenEvents(const std::string& folder) {
  std::istringstream lines(readFixture(folder + "/events.tsv"));
  std::vector<TimedEvent> events;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tab = line.find('\t');
    events.push_back({std::stoll(line), line.substr(tab + 1)});
  }
  return events;
}

// The bytes in tests/golden were written by the release that first had the format.
class GoldenSnapshot : public testing::TestWithParam<int> {};

TEST_P(GoldenSnapshot, IsReadAsTheStateThatItsEventsMake) {
  const std::string folder = "../golden/snapshot-" + std::to_string(GetParam());
  const std::string bytes = readFixture(folder + "/snapshot.bin");
  ASSERT_EQ(bytes.at(4), GetParam());
  EngineOptions options = seeded(42);
  options.wake = WakeScope::All;
  Engine lived(options);
  ASSERT_TRUE(lived.load(readFixture(folder + "/definitions.json")).ok());
  const std::vector<TimedEvent> events = goldenEvents(folder);
  ASSERT_FALSE(events.empty());
  for (const TimedEvent& event : events) lived.track(event.payload, EventFormat::Payload, event.at);
  // Version 1 knew none that a server sent.
  if (GetParam() >= 2) lived.receive(R"({"intervention_id":"direct","name":"direct","version":1})", events.back().at);
  if (lived.snapshot().at(4) == bytes.at(4)) {
    EXPECT_TRUE(lived.snapshot() == bytes) << "the current version must not write other bytes";
  }

  Engine restored(options);
  ASSERT_TRUE(restored.load(readFixture(folder + "/definitions.json")).ok());
  ASSERT_TRUE(restored.restore(bytes).ok());
  const std::int64_t now = events.back().at;
  for (const char* key : {"domain_userid", "domain_sessionid", "user_id", "sku"}) {
    EXPECT_EQ(restored.ids(key), lived.ids(key));
    for (const auto& id : nlohmann::json::parse(lived.ids(key))) {
      const std::string text = id.get<std::string>();
      EXPECT_EQ(restored.attributes(key, text, now), lived.attributes(key, text, now)) << key << " " << text;
    }
  }
  const auto catalog = nlohmann::json::parse(lived.catalog());
  for (const auto& one : catalog["interventions"]) {
    const std::string name = one["name"].get<std::string>();
    EXPECT_EQ(restored.explainIntervention(name, "", now), lived.explainIntervention(name, "", now)) << name;
  }
  EXPECT_EQ(restored.nextWake(), lived.nextWake());
  EXPECT_EQ(restored.tick(now + 3'600'000), lived.tick(now + 3'600'000));
  EXPECT_EQ(restored.fired(), lived.fired());
  restored.track(events.front().payload, EventFormat::Payload, now + 3'600'000);
  EXPECT_EQ(restored.rejection(), "duplicate");
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenSnapshot, testing::Values(1, 2));

TEST(Snapshot, DropsWhatTheDefinitionsDoNotKnow) {
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(R"({"attribute_groups":[],"interventions":[]})").ok());
  ASSERT_TRUE(engine.restore(livedIn().snapshot()).ok());
  EXPECT_EQ(engine.ids("domain_userid"), "[]");
}

}  // namespace
}  // namespace oncue
