// Definitions that change and clocks that jump in the middle of a history.

#include <gtest/gtest.h>

#include <string>

#include "oncue/engine.h"

namespace oncue {
namespace {

constexpr std::int64_t kNewYear = 1767225600000;  // 2026-01-01T00:00:00Z

std::string group(const std::string& name, const std::string& key, const std::string& more = "") {
  return R"({"name":")" + name + R"(","attribute_key":)" + key +
         R"(,"attributes":[{"name":"n","type":"int32","aggregation":"counter","events":[])" + more + "}]}";
}

std::string bundle(const std::string& groups, const std::string& interventions) {
  return R"({"attribute_groups":[)" + groups + R"(],"interventions":[)" + interventions + "]}";
}

std::uint32_t pageView(Engine& engine, std::int64_t after) {
  const std::string time = std::to_string(kNewYear + after);
  return engine.track(R"({"e":"pv","duid":"u1","sid":"0a000000-0000-4000-8000-00000000000a","ttm":")" + time + "\"}",
                      EventFormat::Payload, kNewYear + after);
}

std::string counted(const Engine& engine) { return engine.groupAttributes("g", 1, "u1", kNewYear + 100); }

TEST(Definitions_11, AGroupThatAppearsUnderAnotherKeyLeavesValuesAlone) {
  const std::string rule = R"({"name":"i","target_attribute_keys":[{"name":"domain_userid"}],
      "criteria":{"all":[{"attribute":"g:n","operator":">=","value":3},{"attribute":"h:x","operator":"is null"}]}})";
  const std::string users = group("g", R"({"name":"domain_userid"})");
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(bundle(users, rule)).ok());
  pageView(engine, 0);
  pageView(engine, 1);
  const std::string before = engine.snapshot();
  ASSERT_TRUE(engine.load(bundle(users + "," + group("h", R"({"name":"domain_sessionid"})"), rule)).ok());
  EXPECT_EQ(counted(engine), R"({"n":2})");
  EXPECT_TRUE(engine.restore(before).ok());
  EXPECT_EQ(pageView(engine, 2), 1u);
}

TEST(Definitions_11, AGroupThatMovesToAKeyOfTheSamePropertyLeavesTheOthersAlone) {
  const std::string rule = R"({"name":"i","target_attribute_keys":[{"name":"domain_userid"}],
      "criteria":{"all":[{"attribute":"g:n","operator":">=","value":2},{"attribute":"h:n","operator":"<=","value":1}]}})";
  const std::string users = group("g", R"({"name":"domain_userid"})");
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(bundle(users + "," + group("h", R"({"name":"user","key":"domain_userid"})"), rule)).ok());
  pageView(engine, 0);
  ASSERT_TRUE(engine.load(bundle(users + "," + group("h", R"({"name":"domain_userid"})"), rule)).ok());
  EXPECT_EQ(counted(engine), R"({"n":1})");
}

TEST(Definitions_11, WithKeepUnknownAGroupThatIsAwayKeepsItsValuesAndCountsNothing) {
  const std::string g = group("g", R"({"name":"domain_userid"})");
  const std::string h = group("h", R"({"name":"domain_userid"})", R"(,"period":"P1D")");
  for (const bool keeps : {true, false}) {
    EngineOptions options;
    options.keepUnknown = keeps;
    Engine engine(options);
    ASSERT_TRUE(engine.load(bundle(g + "," + h, "")).ok());
    pageView(engine, 0);
    pageView(engine, 1);
    ASSERT_TRUE(engine.load(bundle(g, "")).ok());
    pageView(engine, 2);
    Engine other(options);
    ASSERT_TRUE(other.load(bundle(g, "")).ok());
    ASSERT_TRUE(other.restore(engine.snapshot()).ok());
    EXPECT_EQ(other.snapshot(), engine.snapshot());
    for (Engine* one : {&engine, &other}) {
      ASSERT_TRUE(one->load(bundle(g + "," + h, "")).ok());
      EXPECT_EQ(counted(*one), R"({"n":3})");
      EXPECT_EQ(one->groupAttributes("h", 1, "u1", kNewYear + 100), keeps ? R"({"n":2})" : R"({"n":null})");
    }
  }
}

TEST(Definitions_11, WithKeepUnknownAnIdOfWhichOnlyThatIsKnownCanBeForgotten) {
  const std::string key = R"({"attribute_keys":[{"name":"domain_userid","key":"domain_userid"}]})";
  EngineOptions options;
  options.keepUnknown = true;
  Engine engine(options);
  ASSERT_TRUE(engine.load(bundle(group("g", R"({"name":"domain_userid"})"), "")).ok());
  pageView(engine, 0);
  ASSERT_TRUE(engine.load(key).ok());
  EXPECT_EQ(engine.ids("domain_userid"), R"(["u1"])");
  EXPECT_TRUE(engine.forget("domain_userid", "u1"));
  EXPECT_EQ(engine.ids("domain_userid"), "[]");
  ASSERT_TRUE(engine.load(bundle(group("g", R"({"name":"domain_userid"})"), "")).ok());
  EXPECT_EQ(counted(engine), R"({"n":null})");
}

TEST(Decisions_16, AClockSetBackIsLookedAtAfresh) {
  const std::string rules =
      R"({"name":"one","criteria":{"attribute":"g:n","operator":"=","value":1}},
         {"name":"none","criteria":{"none":[{"attribute":"g:n","operator":">","value":0}]}})";
  EngineOptions options;
  options.refireOnEdge = true;
  Engine engine(options);
  ASSERT_TRUE(engine.load(bundle(group("g", R"({"name":"domain_userid"})", R"(,"period":"PT1S")"), rules)).ok());
  EXPECT_EQ(pageView(engine, 0), 1u);
  EXPECT_EQ(engine.tick(kNewYear + 2000), 1u);  // slid out: none
  EXPECT_EQ(engine.tick(kNewYear + 500), 1u);   // back in: one
  EXPECT_EQ(engine.nextWake(), kNewYear + 1000);
  EXPECT_EQ(engine.tick(kNewYear + 1000), 1u);  // out again: none
}

TEST(Decisions_16, NoClockIsTooFarAway) {
  const std::string elapsed = R"({"name":"g","attribute_key":{"name":"domain_userid"},"attributes":[
      {"name":"t","type":"double","aggregation":"time_since_last","time_unit":"s","events":[]}]})";
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(
      engine.load(bundle(elapsed, R"({"name":"i","criteria":{"attribute":"g:t","operator":">=","value":2}})")).ok());
  pageView(engine, 0);
  for (const std::int64_t at : {INT64_MIN, INT64_MAX, INT64_MIN}) {
    engine.tick(at);
    EXPECT_GT(engine.nextWake(), at == INT64_MAX ? 0 : at);
  }
}

}  // namespace
}  // namespace oncue
