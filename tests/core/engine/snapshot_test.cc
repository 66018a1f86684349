// snapshot() and restore(): round trip is identity; what is not ours, whole and current is refused with a code.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "engine/shop_history.h"
#include "engine/snapshot.h"

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
  newer[4] = kSnapshotVersion + 1;
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

struct Timed {
  std::int64_t at;
  std::string json;
};

std::vector<Timed> readTimed(const std::string& file) {
  std::istringstream lines(readFixture(file));
  std::vector<Timed> all;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tab = line.find('\t');
    all.push_back({std::stoll(line), line.substr(tab + 1)});
  }
  return all;
}

Engine makeGolden(const std::string& folder, int version) {
  EngineOptions options = seeded(42);
  options.wake = WakeScope::All;
  // Older versions knew nothing of it.
  if (version >= 3) options.syncKeys.push_back("user_id");
  Engine engine(options);
  EXPECT_TRUE(engine.load(readFixture(folder + "/definitions.json")).ok());
  if (version >= 3) engine.sync(R"({"do":"status","stitchable":true})", 0);
  return engine;
}

// The bytes in tests/golden were written by the release that first had the format.
class GoldenSnapshot : public testing::TestWithParam<int> {};

TEST_P(GoldenSnapshot, IsReadAsTheStateThatItsEventsMake) {
  const std::string folder = "../golden/snapshot-" + std::to_string(GetParam());
  const std::string bytes = readFixture(folder + "/snapshot.bin");
  ASSERT_GT(bytes.size(), 4u) << "each version keeps bytes of its own: " << folder;
  ASSERT_EQ(bytes.at(4), GetParam());
  Engine lived = makeGolden(folder, GetParam());
  const std::vector<Timed> events = readTimed(folder + "/events.tsv");
  ASSERT_FALSE(events.empty());
  for (const Timed& event : events) lived.track(event.json, EventFormat::Payload, event.at);
  const std::vector<Timed> commands = readTimed(folder + "/commands.tsv");
  EXPECT_EQ(commands.empty(), GetParam() < 3);
  for (const Timed& command : commands) {
    const std::string answer = lived.sync(command.json, command.at);
    EXPECT_EQ(answer.find("\"error\""), std::string::npos) << answer;
  }
  // Version 1 knew none that a server sent.
  if (GetParam() >= 2) lived.receive(R"({"intervention_id":"direct","name":"direct","version":1})", events.back().at);
  const std::string written = lived.snapshot();
  EXPECT_TRUE(GetParam() != kSnapshotVersion || written.at(4) == kSnapshotVersion) << "its events must give what only it can hold";
  if (written.at(4) == bytes.at(4)) {
    EXPECT_TRUE(written == bytes) << "the current version must not write other bytes";
  }

  Engine restored = makeGolden(folder, GetParam());
  ASSERT_TRUE(restored.restore(bytes).ok());
  if (GetParam() >= 3) {
    EXPECT_TRUE(restored.snapshot() == bytes);
    for (const char* id : {"ann", "bob", "cy", "dan"}) {
      const std::string ask = R"({"do":"state","key":"user_id","id":")" + std::string(id) + "\"}";
      EXPECT_EQ(restored.sync(ask, 0), lived.sync(ask, 0)) << id;
    }
  }
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
  restored.track(events.front().json, EventFormat::Payload, now + 3'600'000);
  EXPECT_EQ(restored.rejection(), "duplicate");
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenSnapshot, testing::Range(1, kSnapshotVersion + 1));

TEST(Snapshot, DropsWhatTheDefinitionsDoNotKnow) {
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(R"({"attribute_groups":[],"interventions":[]})").ok());
  ASSERT_TRUE(engine.restore(livedIn().snapshot()).ok());
  EXPECT_EQ(engine.ids("domain_userid"), "[]");
}

}  // namespace
}  // namespace oncue
