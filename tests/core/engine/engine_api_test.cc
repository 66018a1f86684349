// The calls of the public engine that the traces do not reach.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/shop_history.h"

namespace oncue {
namespace {

using namespace testing_shop;
using nlohmann::json;

json parsed(const std::string& text) { return json::parse(text, nullptr, false); }

Engine shop(EngineOptions options = {}) {
  Engine engine(std::move(options));
  EXPECT_TRUE(engine.load(definitions()).ok());
  return engine;
}

TEST(Engine, FiresNothingBeforeDefinitionsAreLoaded) {
  Engine engine{EngineOptions{}};
  EXPECT_EQ(track(engine, "add_to_cart", 60, 1), 0u);
  EXPECT_EQ(engine.fired(), "[]");
  EXPECT_EQ(engine.nextWake(), INT64_MAX);
  EXPECT_EQ(engine.attributes("domain_userid", kUser, kStart), "");
}

TEST(Decisions_8, ABadBundleLeavesThePreviousOneActive) {
  Engine engine = shop();
  track(engine, "add_to_cart", 60, 1);
  const std::string before = engine.snapshot();
  EXPECT_FALSE(engine.load(R"({"attribute_groups":[{"name":"!"}]})").ok());
  EXPECT_EQ(engine.snapshot(), before);
  EXPECT_EQ(track(engine, "add_to_cart", 60, 2), 1u);
}

TEST(Decisions_9, BadEventsAreCountedByReason) {
  Engine engine = shop();
  engine.track("nonsense", EventFormat::Payload, kStart);
  EXPECT_EQ(engine.rejection(), "not_json");
  engine.track(R"({"e":"zz"})", EventFormat::Payload, kStart);
  EXPECT_EQ(engine.rejection(), "unknown_event_type");
  engine.track(R"({"e":"ue","ue_pr":"{}"})", EventFormat::Payload, kStart);
  EXPECT_EQ(engine.rejection(), "bad_self_describing");
  track(engine, "product_view", 1, 1);
  EXPECT_EQ(engine.rejection(), "");
  track(engine, "product_view", 1, 1);
  EXPECT_EQ(engine.rejection(), "duplicate");
  const json stats = parsed(engine.stats());
  EXPECT_EQ(stats["events"], 5);
  EXPECT_EQ(stats["counted"], 1);
  EXPECT_EQ(stats["duplicates"], 1);
  EXPECT_EQ(stats["rejected"], (json{{"not_json", 1}, {"unknown_event_type", 1}, {"bad_self_describing", 1}}));
}

TEST(Engine, AppIdsLeaveOtherEventsOut) {
  EngineOptions options;
  options.appIds = {"shop"};
  Engine engine = shop(std::move(options));
  track(engine, "product_view", 1, 1);
  EXPECT_EQ(engine.rejection(), "app_id");
  EXPECT_EQ(engine.ids("domain_userid"), "[]");
}

TEST(Engine, RememberIdsListsEveryIdSeen) {
  EngineOptions options;
  options.rememberIds = true;
  Engine engine = shop(std::move(options));
  engine.track(R"({"e":"pv","duid":"quiet"})", EventFormat::Payload, kStart);
  EXPECT_EQ(engine.ids("domain_userid"), R"(["quiet"])");
  EXPECT_EQ(parsed(engine.groupAttributes("ecom_attributes", 1, "quiet", kStart))["count_add_to_cart"], nullptr);
}

TEST(Engine, ServiceAttributesIsADictionaryWithTheKey) {
  Engine engine = shop();
  track(engine, "add_to_cart", 60, 1);
  EXPECT_EQ(parsed(engine.serviceAttributes("ecom_attributes", "domain_userid", kUser, kStart)),
            (json{{"domain_userid", kUser},
                  {"count_product_views", nullptr},
                  {"count_add_to_cart", 1},
                  {"total_cart_value", 60}}));
  EXPECT_EQ(engine.serviceAttributes("nobody", "domain_userid", kUser, kStart), "");
}

TEST(Definitions_2, KeysThatReadOnePropertyKeepTheirOwnValues) {
  constexpr char kAttributes[] = R"("attributes":[{"name":"n","type":"int32","aggregation":"counter","events":[]}])";
  const std::string bundle = std::string(R"({"attribute_groups":[
      {"name":"old","attribute_key":{"name":"user","key":"domain_userid"},)") +
                             kAttributes + R"(},{"name":"new","attribute_key":{"name":"domain_userid"},)" + kAttributes +
                             R"(}],"interventions":[
      {"name":"both","criteria":{"all":[{"attribute":"old:n","operator":"=","value":2},
                                        {"attribute":"new:n","operator":"=","value":2}]}}]})";
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(bundle).ok());
  EXPECT_EQ(track(engine, "product_view", 1, 1), 0u);
  EXPECT_EQ(track(engine, "product_view", 1, 2), 1u);
  EXPECT_EQ(parsed(engine.attributes("user", kUser, kStart))["old"]["n"], 2);
  EXPECT_EQ(parsed(engine.attributes("domain_userid", kUser, kStart))["new"]["n"], 2);
}

TEST(Engine, ForgetErasesValuesTruthAndLatches) {
  Engine engine = shop();
  for (int i = 1; i <= 4; ++i) track(engine, "product_view", 1, i);
  EXPECT_NE(engine.fired(), "[]");
  EXPECT_TRUE(engine.forget("domain_userid", kUser));
  EXPECT_EQ(engine.snapshot().find(kUser), std::string::npos);
  EXPECT_FALSE(engine.forget("domain_userid", kUser));
  std::uint32_t fired = 0;
  for (int i = 5; i <= 8; ++i) fired += track(engine, "product_view", 1, i);
  EXPECT_EQ(fired, 1u);
}

TEST(Plugin_4, AnEchoOfAnInterventionFiredHereIsADuplicate) {
  Engine engine = shop();
  ASSERT_EQ(track(engine, "add_to_cart", 60, 1), 1u);
  json echo = parsed(engine.fired())[0];
  EXPECT_EQ(engine.receive(echo.dump(), kStart + 2000), 0u);
  EXPECT_EQ(engine.rejection(), "duplicate");
  echo["intervention_id"] = "another";
  EXPECT_EQ(engine.receive(echo.dump(), kStart + 2000), 0u);
  EXPECT_EQ(engine.rejection(), "latched");
  EXPECT_EQ(engine.receive("nonsense", kStart + 2000), 0u);
  EXPECT_EQ(engine.receive(R"({"intervention_id":"x","name":"direct","version":1})", kStart + 2000), 1u);
  const json stats = parsed(engine.stats());
  EXPECT_EQ(stats["fired"], 1);
  EXPECT_EQ(stats["received"], 1);
  EXPECT_EQ(stats["held_back"], (json{{"duplicate", 1}, {"latched", 1}, {"bad_intervention", 1}}));
}

TEST(Evaluation_10, RememberedInterventionIdsAreBounded) {
  Engine engine{EngineOptions{}};
  const auto receive = [&](int number) {
    return engine.receive(R"({"intervention_id":")" + std::to_string(number) + R"(","name":"direct","version":1})", kStart);
  };
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(receive(i), 1u);
  for (int i = 4000; i < 5000; ++i) EXPECT_EQ(receive(i), 0u) << i;
  EXPECT_LT(engine.snapshot().size(), 70'000u);
}

TEST(Engine, ReplayTicksOnItsOwnClockWhichNeverRunsBackwards) {
  Engine engine = shop();
  engine.replay(action("product_view", 1, 50), EventFormat::Payload);
  EXPECT_EQ(engine.now(), kStart + 50'000);
  engine.replay(action("product_view", 1, 20), EventFormat::Payload);
  EXPECT_EQ(engine.now(), kStart + 50'000);
}

TEST(Explain, ShowsEachNodeWithItsValueAndTruthBeforeAndNow) {
  Engine engine = shop();
  for (int i = 1; i <= 3; ++i) track(engine, "product_view", 1, i);
  json tree = parsed(engine.explainIntervention("discount", "", kStart + 3000));
  EXPECT_EQ(tree["state"], "waiting");
  EXPECT_EQ(tree["criteria"], (json{{"attribute", "ecom_attributes:count_product_views"},
                                    {"operator", ">"},
                                    {"operand", 3},
                                    {"value", 3},
                                    {"holds", false},
                                    {"held", false}}));
  track(engine, "product_view", 1, 4);
  tree = parsed(engine.explainIntervention("discount", "", kStart + 4000));
  EXPECT_EQ(tree["state"], "latched");
  EXPECT_EQ(tree["criteria"]["value"], 4);
  EXPECT_EQ(tree["criteria"]["holds"], true);
  EXPECT_EQ(tree["criteria"]["held"], false);
  EXPECT_EQ(tree["targets"], (json::array({{{"name", "user_id"}, {"id", nullptr}, {"latched", false}},
                                           {{"name", "domain_userid"}, {"id", kUser}, {"latched", true}}})));
  EXPECT_EQ(parsed(engine.explainIntervention("discount", R"({"domain_userid":"stranger"})", kStart))["state"], "waiting");
  EXPECT_EQ(parsed(engine.explainIntervention("discount", "{}", kStart))["state"], "no_target");
  EXPECT_EQ(engine.explainIntervention("nobody", "", kStart), "");
}

TEST(Explain, WhatChangedHoldsInTheTreeThatFires) {
  EngineOptions options;
  options.explainFires = true;
  Engine engine(std::move(options));
  ASSERT_TRUE(engine
                  .load(R"({"attribute_groups":[{"name":"g","attribute_key":{"name":"domain_userid"},"attributes":[
                            {"name":"n","type":"int32","aggregation":"counter"}]}],
                            "interventions":[{"name":"i","criteria":{"attribute":"g:n","operator":"changed"}}]})")
                  .ok());
  ASSERT_EQ(track(engine, "product_view", 1, 1), 1u);
  EXPECT_EQ(parsed(engine.fired())[0]["explain"]["criteria"]["holds"], true);
  EXPECT_EQ(parsed(engine.explainIntervention("i", "", kStart))["criteria"]["holds"], false);
}

TEST(Decisions_16, AWindowsBytesGoAfterItsPeriodAndADay) {
  EngineOptions options;
  options.windowEventLimit = UINT32_MAX;
  Engine engine(std::move(options));
  ASSERT_TRUE(engine
                  .load(R"({"attribute_groups":[{"name":"g","attribute_key":{"name":"domain_userid"},"attributes":[
                            {"name":"n","type":"int32","aggregation":"counter","period":"PT100S"}]}]})")
                  .ok());
  // Often enough that the window never ends; long enough that the memory of event ids is full.
  constexpr int kDay = 86'400;
  int second = 0;
  const auto sizeAt = [&](int until) {
    for (; second < until; second += 50) track(engine, "product_view", 1, second);
    return engine.snapshot().size();
  };
  const std::size_t settled = sizeAt(3 * kDay);
  EXPECT_NEAR(static_cast<double>(sizeAt(5 * kDay)), static_cast<double>(settled), 100);
}

TEST(Explain, ShowsWhatAnAttributeHolds) {
  Engine engine = shop();
  track(engine, "add_to_cart", 60, 1);
  const json shown = parsed(engine.explainAttribute("ecom_attributes:total_cart_value", "", kStart + 1000));
  EXPECT_EQ(shown["value"], 60);
  EXPECT_EQ(shown["aggregation"], "sum");
  EXPECT_EQ(shown["last_update"], kStart + 1000);
  EXPECT_EQ(shown["populated"], true);
  EXPECT_EQ(engine.explainAttribute("ecom_attributes:nothing", "", kStart), "");
}

TEST(Options, NamesAndValuesAreChecked) {
  EngineOptions options;
  const LoadReport fine = parseOptions(
      R"({"windowEventLimit":"unlimited","defaultTtlMs":5,"timeDriven":false,"wake":"all","refire":"edge",
          "includeUnpublished":true,"rememberIds":true,"explainFires":true,"syncKeys":["user_id"],"appIds":["a"],
          "internalDomains":["b"],"campaignAttribution":false,"seed":"18446744073709551615"})",
      options);
  EXPECT_TRUE(fine.ok());
  EXPECT_EQ(options.windowEventLimit, UINT32_MAX);
  EXPECT_EQ(options.wake, WakeScope::All);
  EXPECT_TRUE(options.refireOnEdge);
  EXPECT_EQ(options.seed, UINT64_MAX);
  const LoadReport bad = parseOptions(R"({"windowEventLimit":100001,"wake":"some","zoom":1,"timeDriven":"yes"})", options);
  ASSERT_EQ(bad.errors.size(), 4u);
  EXPECT_EQ(bad.errors[0].pointer, "/windowEventLimit");
  EXPECT_EQ(bad.errors[0].code, "bad_option");
  EXPECT_EQ(bad.errors[2].code, "unknown_option");
  EXPECT_EQ(parseOptions("[]", options).errors[0].code, "bad_options");
  EXPECT_EQ(parseOptions("{", options).errors[0].code, "bad_options");
}

}  // namespace
}  // namespace oncue
