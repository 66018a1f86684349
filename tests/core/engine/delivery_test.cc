// What the traces of tests/fixtures/traces/delivery.json cannot say: erasure, counters, snapshots of waiting deliveries.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/shop_history.h"

namespace oncue {
namespace {

using namespace testing_shop;
using nlohmann::json;

constexpr char kSession[] = "0a000000-0000-4000-8000-00000000000a";

std::string rules(const std::string& delivery) {
  return R"({"attribute_groups":[{"name":"g","attribute_key":{"name":"domain_userid"},"ttl":"P30D","attributes":[
    {"name":"page","type":"string","aggregation":"last","property":{"type":"atomic","name":"page_url"}}]}],
    "interventions":[{"name":"a","criteria":{"attribute":"g:page","operator":"like","value":"%sale%"},"delivery":)" +
         delivery + "}]}";
}

Engine loaded(const std::string& delivery) {
  Engine engine{EngineOptions{}};
  EXPECT_TRUE(engine.load(rules(delivery)).ok());
  return engine;
}

std::uint32_t visit(Engine& engine, const std::string& page, std::int64_t at) {
  return engine.track(R"({"e":"pv","duid":"ann","sid":")" + std::string(kSession) + R"(","url":"https://shop.example/)" +
                          page + "\"}",
                      EventFormat::Payload, at);
}

TEST(Decisions_5, ForgettingAnIdErasesItsHistory) {
  Engine engine = loaded(R"({"refire":"edge","max_total":1})");
  EXPECT_EQ(visit(engine, "sale", 1), 1u);
  EXPECT_EQ(visit(engine, "x", 2), 0u);
  EXPECT_EQ(visit(engine, "sale", 3), 0u);
  EXPECT_TRUE(engine.forget("domain_userid", "ann"));
  EXPECT_EQ(engine.snapshot().find("ann"), std::string::npos);
  EXPECT_EQ(visit(engine, "sale", 4), 1u);
}

TEST(Decisions_5, ForgettingAnIdErasesItsDelayedDelivery) {
  Engine engine = loaded(R"({"delay":60})");
  visit(engine, "sale", 1);
  EXPECT_EQ(engine.nextWake(), 60'001);
  EXPECT_TRUE(engine.forget("domain_userid", "ann"));
  EXPECT_EQ(engine.nextWake(), INT64_MAX);
  EXPECT_EQ(engine.tick(100'000), 0u);
}

TEST(Decisions_5, ForgettingASessionTakesItOutOfTheHistoryOfOthers) {
  Engine engine = loaded(R"({"refire":"edge","max_per_session":1})");
  EXPECT_EQ(visit(engine, "sale", 1), 1u);
  EXPECT_NE(engine.snapshot().find(kSession), std::string::npos);
  EXPECT_TRUE(engine.forget("domain_sessionid", kSession));
  EXPECT_EQ(engine.snapshot().find(kSession), std::string::npos);
}

TEST(Decisions_5, WhatIsHeldBackIsCountedByReason) {
  Engine engine = loaded(R"({"refire":"edge","cooldown":60,"delay":5,"cancel_if":{"attribute":"g:page","operator":"like","value":"%bye%"}})");
  visit(engine, "sale", 0);
  visit(engine, "x", 1);
  visit(engine, "sale", 2);        // pending
  engine.tick(5'000);              // delivered
  visit(engine, "x", 6'000);
  visit(engine, "sale", 6'001);
  engine.tick(11'001);             // cooldown
  visit(engine, "x", 12'000);
  visit(engine, "sale", 12'001);
  visit(engine, "bye", 12'002);    // canceled
  const json stats = json::parse(engine.stats());
  EXPECT_EQ(stats["fired"], 1);
  EXPECT_EQ(stats["held_back"], (json{{"pending", 1}, {"cooldown", 1}, {"canceled", 1}}));
}

TEST(Decisions_5, ADelayedDeliverySurvivesAReload) {
  std::string bytes;
  {
    Engine before = loaded(R"({"delay":60})");
    visit(before, "sale", 1);
    bytes = before.snapshot();
  }
  Engine after = loaded(R"({"delay":60})");
  ASSERT_TRUE(after.restore(bytes).ok());
  EXPECT_EQ(after.nextWake(), 60'001);
  EXPECT_EQ(after.tick(60'001), 1u);
}

TEST(Decisions_5, ADelayedDeliveryOfAChangeIsNotLookedAtSoonerAfterAReload) {
  const std::string definitions = R"({"attribute_groups":[{"name":"g","attribute_key":{"name":"domain_userid"},"attributes":[
    {"name":"age","type":"double","aggregation":"time_since_first","time_unit":"s","period":"PT70S"}]}],
    "interventions":[{"name":"a","criteria":{"attribute":"g:age","operator":"changed"},
      "delivery":{"delay":7,"cancel_if":{"attribute":"g:age","operator":">","value":100}}}]})";
  const auto visitAt = [](Engine& engine, std::int64_t created, std::int64_t at) {
    return engine.track(R"({"e":"pv","duid":"ann","ttm":")" + std::to_string(created) + "\"}", EventFormat::Payload, at);
  };
  Engine before{EngineOptions{}};
  ASSERT_TRUE(before.load(definitions).ok());
  visitAt(before, 256'000, 271'000);
  EXPECT_EQ(before.nextWake(), 278'000);
  EXPECT_EQ(before.tick(278'000), 1u);
  visitAt(before, 292'000, 328'000);
  EXPECT_EQ(before.nextWake(), 335'000);
  Engine after{EngineOptions{}};
  ASSERT_TRUE(after.load(definitions).ok());
  ASSERT_TRUE(after.restore(before.snapshot()).ok());
  EXPECT_EQ(after.nextWake(), 335'000);
  EXPECT_EQ(after.snapshot(), before.snapshot());
}

}  // namespace
}  // namespace oncue
